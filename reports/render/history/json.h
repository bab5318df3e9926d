/* SPDX-License-Identifier: GPL-2.0-only */
/* json.h - histories and lists of changes, as JSON. */
#ifndef KDUEL_RENDER_HISTORY_JSON_H
#define KDUEL_RENDER_HISTORY_JSON_H

#include "reports/history/history.h"

#include <jansson.h>

/* {"schema": 1, "kind": "history" | "changes", ...}; the caller owns the reference. */
json_t *history_json__history(const struct history *h);
json_t *history_json__changes(const struct history *h, bool all);

#endif
