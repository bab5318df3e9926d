/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * summary.h - reduces the samples of one metric on one side to one number per boot.
 *
 * The boot is the statistical unit: no matter how many iterations it has, it yields one value,
 * their median.
 */
#ifndef KDUEL_ANALYSIS_SUMMARY_H
#define KDUEL_ANALYSIS_SUMMARY_H

#include "reports/stats/spread.h"
#include "reports/store/values.h"

struct summary {
	double *boots; /* median of each boot, in the order of the schedule; owned */
	unsigned int *blocks; /* block of each boot, for the paired design; owned */
	unsigned int *slots; /* place of each boot in the schedule; owned */
	size_t n;
	struct spread *spreads; /* of the samples behind each median; owned */
	bool nonpositive; /* a sample is <= 0, so that there is no ratio */
	unsigned int n_samples; /* samples behind the medians */
	unsigned int n_warmup, n_tainted; /* samples left out */
	/* Of n_samples: estimates of counters that ran only part of the time. */
	unsigned int n_multiplexed;
	double least_ran; /* the least share of the enabled time that such a counter ran; 1: none */
	unsigned int n_lost_boots; /* successful boots without a sample that counts */
	bool bad; /* a value was not finite, and is left out */
};

/* Summarise the readings of boots that ended well and repeat no other; readings of other boots are
 * ignored. The order of readings and boots does not matter. */
void summary__init(struct summary *s, const struct reading *readings, size_t n_readings,
		   const struct campaign_boot *boots, size_t n_boots);
/* The same from stored statistics, sorted by boot. `boots` are in the order of slots, as in a
 * campaign. Boots marked in identical[] are left out (identical.h; NULL: none). */
void summary__of_stats(struct summary *s, const struct boot_stat *stats, size_t n_stats,
		       const struct campaign_boot *boots, size_t n_boots, const bool *identical);
void summary__release(struct summary *s);

#endif
