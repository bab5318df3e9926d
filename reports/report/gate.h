/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * gate.h - which rows an exit code answers for: what fails a run, and what must not stay open.
 *
 * All zero is the default: regressions of primary rows fail, and open questions do not.
 */
#ifndef KDUEL_REPORT_GATE_H
#define KDUEL_REPORT_GATE_H

#include "lib/err.h"
#include "lib/strvec.h"

struct gate {
	/* "primary", "any", "none", or shell patterns for METRIC, WORKLOAD/METRIC or SOURCE/METRIC,
	 * which add up; empty: primary. */
	struct strvec fail_on;
	bool conclusive; /* exit code 6 when nothing got worse, but a watched row is undecided */
};

/* What a gate has to know of a row. */
struct gate_row {
	const char *workload, *source, *metric;
	bool primary;
};

/* Does a regression of this row fail the run? */
bool gate__watches(const struct gate *g, const struct gate_row *row);
/* Does a pattern mean it, not only a word? Of a metric that is never worse, since it only describes, any
 * difference fails the run then. */
bool gate__names(const struct gate *g, const struct gate_row *row);
/* Is it a word of its own, not a pattern? */
bool gate__is_word(const char *what);
/* Does a pattern of a gate mean this row? */
bool gate__means(const char *pattern, const struct gate_row *row);
/* ", did you mean 'NAME'?" for a pattern that means none of the known metrics, or what else there is below
 * its source or workload; "" when nothing is near. Caller frees. */
char *gate__hint(const char *pattern, const struct strvec *known);
/* -EINVAL: "none" beside anything else. */
int gate__check(const struct gate *g, struct err *err);
void gate__release(struct gate *g);

#endif
