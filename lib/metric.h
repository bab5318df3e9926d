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

/* How emulation affects the value; together with the platform it determines the basis. */
enum metric_kind {
	METRIC_STATE, /* memory and page-table facts: exact under any emulation */
	METRIC_COUNT, /* instruction and event counts: exact in exact mode only */
	METRIC_TIME, /* any time or rate: meaningless under emulation */
	METRIC_MODEL, /* computed by the TLB model */
};

enum metric_platform {
	PLATFORM_HARDWARE,
	PLATFORM_KVM,
	PLATFORM_TCG, /* QEMU's emulator, wall clock */
	PLATFORM_ICOUNT, /* QEMU's emulator in exact mode (icount) */
	PLATFORM_FAKE, /* seeded numbers of the fake target */
};

/* How a value came about; reports show it next to the number. */
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
	bool primary; /* in the family of hypotheses that a report tests */
	bool per_boot; /* one value per boot: no iterations, no warm-up */
	bool describes; /* states how things are: may differ, but is never better or worse */
	/* The same in every boot by construction, so that any difference is real: judged without a
	 * test. */
	bool deterministic;
	/* A difference matters if it reaches both margins. At least one of the two is > 0. */
	double margin_abs; /* in `unit` */
	double margin_rel; /* 0.02 = 2 % */
	double resolution; /* smallest step of the value in `unit`; 0: unknown */
	/* For a count or rate of events: no verdict if both sides have fewer events than this. 0:
	 * not about events. */
	double floor;
	/* The metric that is the denominator, for "0 of N": one of the same source, or NULL. */
	const char *per;
	/* Metrics of the same source that count the events, such as "walks-walks_cold"; a name
	 * after "-" may be missing. NULL: the value itself is the count, or a rate per `per`. */
	const char *events;
	const char *help;
};

/* A row of a table of metrics. A macro, since clang-format would give each field a line. */
// clang-format off
#define METRIC(...) { __VA_ARGS__ }
// clang-format on

/* A table built at run time that owns its strings. All zeros is an empty one. */
struct metric_list {
	struct metric *v; /* terminated by .name == NULL once anything was added, else NULL */
	size_t n;
};

/* Append a copy of `m`, including its strings. */
void metric_list__add(struct metric_list *l, const struct metric *m);
void metric_list__release(struct metric_list *l);

/* The basis of a metric of this kind on this platform. */
enum metric_basis metric__basis(enum metric_kind kind, enum metric_platform platform);
const char *metric__basis_name(enum metric_basis basis); /* "measured (guest)", ... */
const char *metric__better_name(enum metric_better better); /* "lower" or "higher" */
/* For units that are a share of a whole, how many percentage points one unit is: 1 for "%", 100 for
 * "ratio"; 0 for any other unit. */
double metric__points(const char *unit);
/* The inverse of metric__basis_name(); -EINVAL if unknown. */
int metric__basis_parse(const char *name);
const char *metric__kind_name(enum metric_kind kind); /* "state", "count", "time", "model" */
/* The inverse of metric__kind_name(); -EINVAL if unknown. */
int metric__kind_parse(const char *name);
/* Find a metric by name in a table that ends in .name == NULL; NULL if there is none, or no
 * table. */
const struct metric *metric__find(const struct metric *table, const char *name);

#endif
