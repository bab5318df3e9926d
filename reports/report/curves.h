/* SPDX-License-Identifier: GPL-2.0-only */
/* curves.h - state of the kernel over the operations of a workload, for each variant: curves of the
 * points that the workload recorded (workloads/support/points.h). */
#ifndef KDUEL_REPORT_CURVES_H
#define KDUEL_REPORT_CURVES_H

#include "reports/store/read.h"
#include "workloads/support/points.h"

struct curve_point {
	uint64_t operations;
	double v[POINT_VALUES]; /* mean over boots; NAN: no boot recorded it */
	size_t n[POINT_VALUES]; /* boots that recorded it */
};

/* One part of a workload, averaged over the boots of a variant. */
struct curve {
	size_t variant; /* index into campaign->variants */
	char *workload;
	char part[POINT_PART_MAX];
	struct curve_point *v; /* owned, sorted by operations */
	size_t n;
};

struct curves {
	struct campaign *campaign; /* owned */
	struct curve *v; /* owned: by workload and part in the order they ran, then by variant */
	size_t n;
};

/* Load a campaign (a key of store__load()) and the recorded points of its boots that ended well and
 * are no repeats. Call curves__release() even on error. Returns 0, or -errno with `err` set. */
int curves__load(struct store *st, const char *campaign, struct curves *out, struct err *err);
void curves__release(struct curves *l);
/* Do both curves show the same part of the same workload? */
bool curve__is_same_part(const struct curve *a, const struct curve *b);
/* The value that holds the bytes of the linear map mapped by base pages (POINT_4K to POINT_64K,
 * depending on the kernel's page size). POINT_VALUES: the curve has none. */
enum point_value curve__pages(const struct curve *c);

#endif
