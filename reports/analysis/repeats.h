/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * repeats.h - did a boot that had the seed of another count the same?
 *
 * Exact mode stands or falls with it: one of the boots of every variant and workload is run
 * again, and all its counts must come out the same to the bit. Pure functions.
 */
#ifndef KDUEL_ANALYSIS_REPEATS_H
#define KDUEL_ANALYSIS_REPEATS_H

#include "reports/store/read.h"

/* Is this series one that the same seed gives to the bit: exact or modelled? Numbers of the fake
 * target stand for these, times excepted. */
bool repeats__is_count(const struct series *s);

/* The boot that counts as done in a slot (any status but interrupted), or NULL. */
const struct campaign_boot *repeats__in_slot(const struct campaign *c, unsigned int slot);

/* Compare every count of two good boots of one variant, whose series and readings these are (as
 * store__series() and store__counts() give them). NULL when they agree, else what differs, in
 * words: how many counts, and the first of them with both values; the caller frees. Boots without
 * any count do not agree. */
char *repeats__compare(const struct campaign *c, const struct campaign_boot *boot,
		       const struct campaign_boot *of, const struct series *series, size_t n_series,
		       const struct reading *counts, size_t n_counts);

#endif
