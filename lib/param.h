/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * param.h - typed parameters of workloads and collectors.
 *
 * One table per plug-in declares name, type, default, range and help. The host checks the plan
 * against it and sends the accepted text to the agent.
 */
#ifndef KDUEL_PARAM_H
#define KDUEL_PARAM_H

#include "lib/err.h"

enum param_type {
	PARAM_INT, /* unsigned integer */
	PARAM_SIZE, /* bytes, units__size() */
	PARAM_DURATION, /* nanoseconds, units__duration() */
	PARAM_NUMBER, /* double */
	PARAM_BOOL, /* true or false */
	PARAM_ENUM, /* one of `choices`, separated by '|' */
	PARAM_CPUS, /* units__cpu_list(); "" means any */
	PARAM_TEXT, /* anything */
};

struct param {
	const char *name;
	enum param_type type;
	const char *def; /* default, in the syntax of a plan */
	const char *full; /* default at the published size; NULL: as `def` */
	/* Inclusive, for INT, SIZE, DURATION (in ns) and NUMBER; both 0: unbounded. */
	double min, max;
	const char *choices; /* for PARAM_ENUM: "a|b|c" */
	bool words; /* PARAM_TEXT: words separated by blanks; a plan may give them as a list */
	const char *help;
};

/* A row of a table of parameters. A macro, since clang-format would give each field a line. */
// clang-format off
#define PARAM(...) { __VA_ARGS__ }
// clang-format on

struct param_value {
	const struct param *param;
	char *text;
	uint64_t u; /* INT, SIZE, DURATION; BOOL: 0 or 1; ENUM: index of the choice */
	double d; /* NUMBER */
	bool given; /* set with param_set__put(), not the default */
};

/* All parameters of one plug-in, in the order of its table. */
struct param_set {
	struct param_value *v;
	size_t n;
};

/* Fill with the defaults of `table`, which ends in .name == NULL; NULL is an empty table. */
void param_set__init(struct param_set *set, const struct param *table);
/* Likewise with the defaults of the published size. */
void param_set__init_full(struct param_set *set, const struct param *table);
/* Set one value from text. -ENOENT: no such parameter; -EINVAL: wrong type or out of range. `err`
 * says what was expected. */
int param_set__put(struct param_set *set, const char *name, const char *text, struct err *err);
/* Check a text against a parameter's type and range; *u and *d as in struct param_value (may be
 * NULL). -EINVAL with `err`. */
int param__check(const struct param *p, const char *text, uint64_t *u, double *d, struct err *err);
/* Look up a parameter by name. A name that the table lacks is a bug and aborts. */
const struct param_value *param_set__get(const struct param_set *set, const char *name);
void param_set__release(struct param_set *set);

#endif
