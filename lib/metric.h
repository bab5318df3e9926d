/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * metric.h - what a measured number means: name, unit, direction, margin, basis.
 */
#ifndef KDUEL_METRIC_H
#define KDUEL_METRIC_H

#include "lib/base.h"

enum metric_better {
	BETTER_LOWER,
	BETTER_HIGHER,
};

/* How emulation affects the number; kind and platform together give the basis. */
enum metric_kind {
	METRIC_STATE, /* memory and page-table facts: exact under any emulation */
	METRIC_COUNT, /* instruction and event counts: exact in exact mode only */
	METRIC_TIME, /* any time or rate: meaningless under emulation */
	METRIC_MODEL, /* computed by the TLB model */
};

enum metric_platform {
	PLATFORM_HARDWARE,
	PLATFORM_KVM,
	PLATFORM_TCG, /* QEMU's emulator, ordinary clock */
	PLATFORM_ICOUNT, /* QEMU's emulator in exact mode */
	PLATFORM_FAKE, /* seeded numbers of the fake target */
};

enum metric_basis {
	BASIS_MEASURED,
	BASIS_MEASURED_GUEST,
	BASIS_EXACT,
	BASIS_MODELLED,
	BASIS_EMULATED, /* shows that the workload ran; never gets a verdict */
	BASIS_SIMULATED, /* fake target: tests only */
	BASIS_MAX,
};

struct metric {
	const char *name; /* [a-z0-9_.-]+, unique within its source */
	const char *unit; /* "kB", "s", "op/s", ... */
	enum metric_better better;
	enum metric_kind kind;
	bool primary; /* belongs to the tested family of a report */
	bool per_boot; /* one value a boot: no iterations, no warm-up */
	bool describes; /* states how things are, not how well: may differ, is never better or worse */
	/* The same in every boot by construction: what does not vary is judged without a test. */
	bool deterministic;
	/* A difference matters that is not below either margin. At least one of the two is > 0. */
	double margin_abs; /* in `unit` */
	double margin_rel; /* 0.02 = 2 % */
	double resolution; /* smallest step of the value in `unit`; 0: unknown */
	/* It counts events, or is a rate of them: with fewer than this on both sides there is no
	 * verdict. 0: no events. */
	double floor;
	/* What it is counted out of, for "0 of N": a metric of the same source, or NULL. */
	const char *per;
	/* Where its events are counted: metrics of the same source, such as "walks-walks_cold". A name
	 * behind "-" may be missing. NULL: they are in its value, a count or a rate of `per`. */
	const char *events;
	const char *help;
};

/* A row of a table of metrics. A macro, since clang-format would give each field a line. */
// clang-format off
#define METRIC(...) { __VA_ARGS__ }
// clang-format on

/* A table that is made at run time and owns its strings. All zeros is an empty one. */
struct metric_list {
	struct metric *v; /* terminated by .name == NULL once anything was added, else NULL */
	size_t n;
};

/* Append a copy of `m`, its strings included. */
void metric_list__add(struct metric_list *l, const struct metric *m);
void metric_list__release(struct metric_list *l);

enum metric_basis metric__basis(enum metric_kind kind, enum metric_platform platform);
const char *metric__basis_name(enum metric_basis basis); /* "measured (guest)", ... */
const char *metric__better_name(enum metric_better better); /* "lower" or "higher" */
/* Of a share of a whole: how many points its unit has (1 of "%", 100 of "ratio"); else 0. */
double metric__points(const char *unit);
/* The inverse of metric__basis_name(); -EINVAL if unknown. */
int metric__basis_parse(const char *name);
const char *metric__kind_name(enum metric_kind kind); /* "state", "count", "time", "model" */
/* The inverse of metric__kind_name(); -EINVAL if unknown. */
int metric__kind_parse(const char *name);
/* The metric of that name in a table that ends in .name == NULL; NULL if there is none. */
const struct metric *metric__find(const struct metric *table, const char *name);

#endif
