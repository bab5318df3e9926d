/* SPDX-License-Identifier: GPL-2.0-only */
/* curves.h - how the kernel stood at points of a workload, over operations, for each variant. */
#ifndef KDUEL_REPORT_CURVES_H
#define KDUEL_REPORT_CURVES_H

#include "reports/store/read.h"
#include "workloads/support/points.h"

struct curve_point {
	uint64_t operations;
	double v[POINT_VALUES]; /* mean over boots; NAN: no boot knows it */
	size_t n[POINT_VALUES]; /* boots that do */
};

/* A part of a workload in the boots of a variant. */
struct curve {
	size_t variant; /* index into the campaign's */
	char *workload;
	char part[POINT_PART_MAX];
	struct curve_point *v; /* by operations */
	size_t n;
};

struct curves {
	struct campaign *campaign; /* whose they are */
	struct curve *v; /* by workload and part as they ran, then by variant */
	size_t n;
};

/* Read a campaign by its UUID, and the texts of points (workloads/support/points.h) of all its boots that
 * count; release in any case. 0, or -errno with `err` set. */
int curves__load(struct store *st, const char *campaign, struct curves *out, struct err *err);
void curves__release(struct curves *l);
/* Are they of the same part of the same workload, to be compared? */
bool curve__is_same_part(const struct curve *a, const struct curve *b);
/* Bytes of the linear map in its smallest pages, of the granule that the curve has; POINT_VALUES: it says
 * nothing of them. */
enum point_value curve__pages(const struct curve *c);

#endif
