/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * repeats.h - did a boot with the seed of another produce the same counts?
 *
 * Exact mode depends on it: for each variant and workload one boot is run again, and all its counts
 * must be the same bit for bit. Pure functions.
 */
#ifndef KDUEL_ANALYSIS_REPEATS_H
#define KDUEL_ANALYSIS_REPEATS_H

#include "reports/store/read.h"

/* Must this series be the same, bit for bit, with the same seed? True of exact and modelled ones,
 * and of the fake target's simulated ones except times. */
bool repeats__is_count(const struct series *s);

/* The boot that counts as done in a slot (any status but interrupted), or NULL. */
const struct campaign_boot *repeats__in_slot(const struct campaign *c, unsigned int slot);

/* Compare all counts of two successful boots of one variant, with its series and readings from
 * store__series() and store__counts(). NULL if they agree, otherwise a description: how many counts
 * differ, and both values of the first one; the caller frees. Boots without any counts do not
 * agree. */
char *repeats__compare(const struct campaign *c, const struct campaign_boot *boot,
		       const struct campaign_boot *of, const struct series *series, size_t n_series,
		       const struct reading *counts, size_t n_counts);

#endif
