/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * finding.h - the conclusion of a report in words: what was compared and where, what got worse or
 * better and by how much, what was ruled out, what is undecided, and what to do next.
 */
#ifndef KDUEL_REPORT_FINDING_H
#define KDUEL_REPORT_FINDING_H

#include "reports/report/report.h"

#define FINDING_MAX 7 /* most lines, including one about expectations */

/* What a line is about; some formats mark it. */
enum finding_kind {
	FINDING_SCOPE, /* what was compared, on what, with how many boots */
	FINDING_WORSE,
	FINDING_BETTER,
	FINDING_MIXED, /* one of several comparisons: some worse, some better */
	FINDING_SAME, /* what was ruled out */
	FINDING_OPEN, /* what is undecided, and what it takes to decide it */
	FINDING_NEXT, /* the command to run next */
};

struct finding {
	struct finding_line {
		enum finding_kind kind;
		size_t block; /* the comparison it is about, counted from 1; 0: all */
		char *text; /* owned: one line. Names in it are not escaped. */
	} line[FINDING_MAX];
	size_t n; /* at least 1 */
};

/* Write the conclusion of a report, the same for every output format. Pure function. The caller
 * releases it. */
void finding__make(const struct report *r, struct finding *f);
void finding__release(struct finding *f);
const char *finding__kind_name(enum finding_kind kind); /* "scope", "worse", ... */

#endif
