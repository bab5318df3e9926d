/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gate.h - which rows decide the exit status: those whose regression fails a run (--fail-on), and
 * those that must not stay undecided.
 *
 * All zero is the default: regressions of primary rows fail, undecided rows do not.
 */
#ifndef KDUEL_REPORT_GATE_H
#define KDUEL_REPORT_GATE_H

#include "lib/err.h"
#include "lib/strvec.h"

struct gate {
	/* "primary", "any", "none", or shell patterns for METRIC, WORKLOAD/METRIC or SOURCE/METRIC.
	 * A row that matches any of them is watched. Empty: "primary". */
	struct strvec fail_on;
	bool conclusive; /* exit status 6 if nothing got worse, but a watched row is undecided */
};

/* What a row is matched by. */
struct gate_row {
	const char *workload, *source, *metric;
	bool primary;
};

/* Does a regression of this row fail the run? */
bool gate__watches(const struct gate *g, const struct gate_row *row);
/* Does a pattern (not only a word such as "any") match the row? A metric that only describes is
 * never worse; if a pattern matches it, any difference fails the run. */
bool gate__names(const struct gate *g, const struct gate_row *row);
/* Is it one of the words "primary", "any" and "none", not a pattern? */
bool gate__is_word(const char *what);
/* Does a pattern match this row, as METRIC, WORKLOAD/METRIC or SOURCE/METRIC? */
bool gate__means(const char *pattern, const struct gate_row *row);
/* A hint for a pattern that matches none of the known metrics: ", did you mean 'NAME'?", or a list
 * of other metrics of its source or workload ("; there are ..."). "" if nothing is similar. Caller
 * frees. */
char *gate__hint(const char *pattern, const struct strvec *known);
/* -EINVAL if "none" is combined with anything else. */
int gate__check(const struct gate *g, struct err *err);
void gate__release(struct gate *g);

#endif
