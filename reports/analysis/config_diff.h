/* SPDX-License-Identifier: GPL-2.0-only */
/* config_diff.h - symbols that differ between two kernel configurations (.config). Pure. */
#ifndef KDUEL_ANALYSIS_CONFIG_DIFF_H
#define KDUEL_ANALYSIS_CONFIG_DIFF_H

#include "lib/base.h"

struct config_change {
	char *symbol; /* "CONFIG_X" */
	char *candidate, *baseline; /* "y", "m", "64", "\"text\""; "n" if not set or missing */
};

/* List all differences, sorted by name; free with config_diff__free(). Returns their number.
 * Accepts any text: lines that are no settings are ignored, and the last one for a symbol
 * counts. */
size_t config_diff__make(const char *candidate, const char *baseline, struct config_change **out);
void config_diff__free(struct config_change *list, size_t n);

#endif
