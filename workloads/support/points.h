/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * points.h - how the kernel stood after so many operations: the points of a curve.
 *
 * A workload that churns chooses points within run(); what can be known of the kernel at each is added
 * by whoever can look: collectors in the guest, the plugin in QEMU on the host. As a text, which is
 * kept with the boot under "points/WORKLOAD", a point is a line:
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
	POINT_NS, /* of the part's operations so far; the time of looking is not in it */
	POINT_INSNS, /* kernel instructions so far */
	POINT_TLBI_ALL, /* TLB invalidations so far, by kind */
	POINT_TLBI_ASID,
	POINT_TLBI_VA,
	POINT_TLBI_RANGE,
	POINT_SPLITS, /* of the linear map since boot, as x86_64 counts them */
	POINT_TABLE_BYTES, /* of the kernel's page tables */
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
	uint64_t v[POINT_VALUES]; /* POINT_UNKNOWN: nobody can tell */
};

struct points {
	struct point *v;
	size_t n;
};

/* Append a point with nothing known. It is valid up to the next call. */
struct point *points__add(struct points *p, const char *part, uint64_t operations);
void points__release(struct points *p);

/* A value's name, as it is a column of the text and the end of a metric's name. */
const char *point__name(enum point_value value);
/* The value with that name; POINT_VALUES: none. */
enum point_value point__find(const char *name);

/* The value that is the bytes in leaves of a size, "4K"; POINT_VALUES: none. */
enum point_value point__of_leaf(const char *size);

/* The text: columns that no point knows are left out. The caller frees. */
char *points__format(const struct points *p);
/* The inverse, of any bytes: 0, or -EINVAL with "NAME:LINE: ..." in `err`. Release in any case. */
int points__parse(const char *name, const char *text, struct points *p, struct err *err);

/* The metrics of a part: PART.ns, PART.instructions, PART.bytes_4k ... */
void points__declare(const char *part, const char *what, struct metric_list *out);
/* What a value changed by between the first and the last point of a part: per operation of what is
 * counted or timed, per 1000 operations of what is a state. False: that is not known. */
bool points__rate(const struct points *p, const char *part, enum point_value value, double *rate);

#endif
