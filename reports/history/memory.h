/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.h - how much guest RAM candidates leave usable (MemTotal) compared with their baselines:
 * one point for each declared comparison whose guests have a known size.
 */
#ifndef KDUEL_HISTORY_MEMORY_H
#define KDUEL_HISTORY_MEMORY_H

#include "reports/store/read.h"

struct memory_point {
	char *campaign, *name; /* owned, like the two below; `campaign` is a UUID */
	char *candidate, *baseline; /* names of variants */
	double ram; /* guest RAM in bytes, as given to QEMU */
	/* Difference in MemTotal (candidate - baseline) and its 95 % limits (Welch), in kB. */
	double d, lo, hi;
	size_t n_a, n_b; /* boots of baseline and candidate */
	enum metric_basis basis;
};

struct memory_points {
	struct memory_point *v;
	size_t n;
};

/* Size in kB of the last-level page tables that map the RAM in 4 KiB pages, and that block mappings
 * save: one 4 KiB table per 2 MiB. */
double memory_point__spared(const struct memory_point *p);

/* The absolute difference in % of that. */
double memory_point__share(const struct memory_point *p);

/* Load the points of a campaign (a key of store__load()); NULL: of the newest campaigns, newest
 * first. Call memory_points__release() even on error. */
int memory_points__load(struct store *st, const char *campaign, struct memory_points *out,
			struct err *err);
void memory_points__release(struct memory_points *p);

#endif
