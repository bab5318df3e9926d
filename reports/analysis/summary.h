/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * summary.h - from the samples of one metric on one side to one number per boot.
 *
 * The boot is the statistical unit: however many iterations a boot has, it yields one
 * value, their median.
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
	bool nonpositive; /* one of them is <= 0: no ratio */
	unsigned int n_samples; /* that went into the medians */
	unsigned int n_warmup, n_tainted; /* samples left out */
	unsigned int n_multiplexed; /* of n_samples: counters that did not count all the time */
	double least_ran; /* the least share of the time that one of those counted; 1: there is none */
	unsigned int n_lost_boots; /* ok boots all of whose samples were left out */
	bool bad; /* a value was not finite */
};

/* Summarise the readings of boots that ended well; readings of others are ignored.
 * Neither the order of readings nor that of `boots` matters. */
void summary__init(struct summary *s, const struct reading *readings, size_t n_readings,
		   const struct campaign_boot *boots, size_t n_boots);
/* The same from what the store keeps of each boot of a series, by boot. `boots` are in the order of
 * slots, as those of a campaign; without the boots i that identical[i] marks (see identical.h; NULL:
 * all count). */
void summary__of_stats(struct summary *s, const struct boot_stat *stats, size_t n_stats,
		       const struct campaign_boot *boots, size_t n_boots, const bool *identical);
void summary__release(struct summary *s);

#endif
