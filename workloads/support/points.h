/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * points.h - the state of the kernel after so many operations: the points of a curve.
 *
 * A churning workload defines points within run(). Whoever can observe the kernel at a point adds
 * values to it: collectors in the guest, the QEMU plugin on the host. The points are stored with
 * the boot as the text "points/WORKLOAD", one line per point:
 *
 *   part      operations          ns  instructions ...   bytes_4k  bytes_2m
 *   module             0           0             0          57344   4194304
 *
 * Pure: no I/O, no globals.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_POINTS_H
#define KDUEL_WORKLOADS_SUPPORT_POINTS_H

#include "lib/err.h"
#include "lib/metric.h"

#define POINTS_PREFIX "points/"
#define POINTS_MAX 4096
#define POINTS_TEXT_MAX (2u << 20)
#define POINT_PART_MAX 24
#define POINT_UNKNOWN UINT64_MAX

enum point_value {
	POINT_NS, /* duration of the part's operations so far, without the time for observing */
	POINT_INSNS, /* kernel instructions so far */
	POINT_TLBI_ALL, /* TLB invalidations so far, by kind */
	POINT_TLBI_ASID,
	POINT_TLBI_VA,
	POINT_TLBI_RANGE,
	POINT_SPLITS, /* of the linear map since boot; only x86_64 counts them */
	POINT_TABLE_BYTES, /* size of the kernel's page tables */
	POINT_4K, /* bytes of the linear map by leaf size */
	POINT_16K,
	POINT_64K,
	POINT_2M,
	POINT_32M,
	POINT_512M,
	POINT_1G,
	POINT_16G,
	POINT_VALUES,
};

struct point {
	char part[POINT_PART_MAX]; /* [a-z0-9-]+ */
	uint64_t operations; /* of this part so far */
	uint64_t v[POINT_VALUES]; /* POINT_UNKNOWN: not observed */
};

struct points {
	struct point *v;
	size_t n;
};

/* Append a point whose values are all unknown. The result is valid until the next call. */
struct point *points__add(struct points *p, const char *part, uint64_t operations);
void points__release(struct points *p);

/* The name of a value, which is its column in the text and the suffix of its metric. */
const char *point__name(enum point_value value);
/* The value with that name; POINT_VALUES if there is none. */
enum point_value point__find(const char *name);

/* The value for the bytes mapped with leaves of this size, such as "4K"; POINT_VALUES if there is
 * none. */
enum point_value point__of_leaf(const char *size);

/* Convert to text, leaving out columns that no point knows. The caller frees. */
char *points__format(const struct points *p);
/* The inverse, for any bytes: 0, or -EINVAL with "NAME:LINE: ..." in `err`. Release in any case. */
int points__parse(const char *name, const char *text, struct points *p, struct err *err);

/* Append the metrics of a part: PART.ns, PART.instructions, PART.bytes_4k ... */
void points__declare(const char *part, const char *what, struct metric_list *out);
/* The change of a value from the first to the last point of a part: per operation for counts and
 * times, per 1000 operations for states. False if it is unknown. */
bool points__rate(const struct points *p, const char *part, enum point_value value, double *rate);

#endif
