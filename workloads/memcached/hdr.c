// SPDX-License-Identifier: GPL-2.0-only
/* hdr.c - buckets are linear within each power of two, as in HdrHistogram. */
#include "workloads/memcached/hdr.h"

#include <math.h>

#define SUB (1u << HDR_SUB_BITS)

/* Values below 2 * SUB have a bucket each; for larger ones, the low `shift` bits are dropped. */
static unsigned int bucket_of(uint64_t v)
{
	unsigned int shift;

	if (v < 2 * SUB)
		return (unsigned int)v;
	shift = 63 - (unsigned int)__builtin_clzll(v) - HDR_SUB_BITS;
	return (shift << HDR_SUB_BITS) + (unsigned int)(v >> shift);
}

/* The middle of a bucket. */
static uint64_t value_of(unsigned int bucket)
{
	unsigned int shift;

	if (bucket < 2 * SUB)
		return bucket;
	shift = (bucket >> HDR_SUB_BITS) - 1;
	return ((uint64_t)(bucket - (shift << HDR_SUB_BITS)) << shift) + (1ull << shift) / 2;
}

struct hdr *hdr__new(void)
{
	struct hdr *h = xcalloc(1, sizeof(*h));

	h->min = UINT64_MAX;
	return h;
}

void hdr__reset(struct hdr *h)
{
	*h = (struct hdr){ .min = UINT64_MAX };
}

void hdr__add(struct hdr *h, uint64_t ns)
{
	if (ns > HDR_MAX_NS) {
		ns = HDR_MAX_NS;
		h->clamped++;
	}
	h->count[bucket_of(ns)]++;
	h->n++;
	h->sum += (double)ns;
	if (ns < h->min)
		h->min = ns;
	if (ns > h->max)
		h->max = ns;
}

void hdr__merge(struct hdr *into, const struct hdr *from)
{
	for (unsigned int i = 0; i < HDR_BUCKETS; i++)
		into->count[i] += from->count[i];
	into->n += from->n;
	into->clamped += from->clamped;
	into->sum += from->sum;
	if (from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
}

/* The smallest value that at least a share q of the values do not exceed, to bucket resolution. */
uint64_t hdr__quantile(const struct hdr *h, double q)
{
	uint64_t rank = (uint64_t)ceil(q * (double)h->n), seen = 0, v;

	if (!h->n)
		return 0;
	if (rank < 1)
		rank = 1;
	if (rank >= h->n)
		return h->max;
	for (unsigned int i = 0; i < HDR_BUCKETS; i++) {
		seen += h->count[i];
		if (seen < rank)
			continue;
		v = value_of(i);
		if (v < h->min)
			return h->min;
		return v > h->max ? h->max : v;
	}
	return h->max;
}

double hdr__mean(const struct hdr *h)
{
	return h->n ? h->sum / (double)h->n : 0;
}
