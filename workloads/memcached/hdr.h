/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hdr.h - a histogram of durations with bounded relative error.
 *
 * Buckets are linear within each power of two: values from 1 ns to 100 s are reported to within
 * HDR_MAX_ERROR, in 32 kB of memory regardless of their number. Adding a value takes a few
 * instructions and never allocates.
 */
#ifndef KDUEL_WORKLOADS_MEMCACHED_HDR_H
#define KDUEL_WORKLOADS_MEMCACHED_HDR_H

#include "lib/base.h"

#define HDR_SUB_BITS 7 /* 128 buckets per power of two */
#define HDR_MAX_NS 100000000000ull /* larger values count as this, and as clamped */
#define HDR_MAX_ERROR (1.0 / (1 << HDR_SUB_BITS))
#define HDR_BUCKETS (((37 - HDR_SUB_BITS) << HDR_SUB_BITS) + (1 << HDR_SUB_BITS))

struct hdr {
	uint64_t count[HDR_BUCKETS];
	uint64_t n, clamped;
	uint64_t min, max; /* exact; min is UINT64_MAX while n == 0 */
	double sum;
};

/* Allocates an empty histogram; the caller frees it with free(). */
struct hdr *hdr__new(void);
void hdr__reset(struct hdr *h);
void hdr__add(struct hdr *h, uint64_t ns);
/* Add everything in `from` to `into`. */
void hdr__merge(struct hdr *into, const struct hdr *from);
/* The smallest value that at least q * n of the values do not exceed, 0 < q <= 1, to within
 * HDR_MAX_ERROR; 0 if empty. */
uint64_t hdr__quantile(const struct hdr *h, double q);
/* Arithmetic mean; 0 when empty. */
double hdr__mean(const struct hdr *h);

#endif
