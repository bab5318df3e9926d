/* SPDX-License-Identifier: GPL-2.0-only */
/* last_json.h - the last JSON document among other output. */
#ifndef KDUEL_WORKLOADS_OUTPUT_LAST_JSON_H
#define KDUEL_WORKLOADS_OUTPUT_LAST_JSON_H

#include "lib/base.h"

#include <jansson.h>

/* The last JSON object that begins at the start of a line; any bytes. The caller drops the
 * reference; NULL if there is none, or if the last one is cut: an earlier one is not the result. */
json_t *last_json__read(const char *text, size_t len);

#endif
