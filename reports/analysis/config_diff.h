/* SPDX-License-Identifier: GPL-2.0-only */
/* config_diff.h - the symbols that differ between two kernel configurations (.config). Pure. */
#ifndef KDUEL_ANALYSIS_CONFIG_DIFF_H
#define KDUEL_ANALYSIS_CONFIG_DIFF_H

#include "lib/base.h"

struct config_change {
	char *symbol; /* "CONFIG_X" */
	char *candidate, *baseline; /* "y", "m", "64", "\"text\"", or "n": not set, or not there */
};

/* All of them by name; the caller frees with config_diff__free(). Returns how many; takes any
 * texts: lines that set nothing say nothing, and of two for one symbol the last counts. */
size_t config_diff__make(const char *candidate, const char *baseline, struct config_change **out);
void config_diff__free(struct config_change *list, size_t n);

#endif
