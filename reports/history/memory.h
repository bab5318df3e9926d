/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * memory.h - what candidates leave of guest RAM, against their baselines: one point for
 * each comparison that a plan declares and whose guests have a known size.
 */
#ifndef KDUEL_HISTORY_MEMORY_H
#define KDUEL_HISTORY_MEMORY_H

#include "reports/store/read.h"

struct memory_point {
	char *campaign, *name; /* owned, as the two below; UUID */
	char *candidate, *baseline; /* names of variants */
	double ram; /* bytes, as QEMU got it */
	double d, lo, hi; /* difference of MemTotal and its 95 % limits (Welch), kB */
	size_t n_a, n_b; /* boots of the baseline and of the candidate */
	enum metric_basis basis;
};

struct memory_points {
	struct memory_point *v;
	size_t n;
};

/* Page-table pages of RAM that is mapped in pages of 4 KiB, and that blocks spare: one per 2 MiB,
 * in kB. */
double memory_point__spared(const struct memory_point *p);

/* How much of that the difference is, in %, the sign left out. */
double memory_point__share(const struct memory_point *p);

/* The points of a campaign by its UUID, or (NULL) of the newest campaigns, newest first;
 * memory_points__release() in any case. */
int memory_points__load(struct store *st, const char *campaign, struct memory_points *out,
			struct err *err);
void memory_points__release(struct memory_points *p);

#endif
