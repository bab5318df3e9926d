/* SPDX-License-Identifier: GPL-2.0-only */
/* noise.h - the report of an A/A campaign, as text and JSON. */
#ifndef KDUEL_RENDER_HISTORY_NOISE_H
#define KDUEL_RENDER_HISTORY_NOISE_H

#include "reports/history/noise.h"

/* Write the report as JSON or as text. */
void aa_report__print(const struct aa_report *r, bool json, FILE *out);

#endif
