/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * finding.h - what a report found, in words: what was compared on what, what got worse and better
 * by how much and how sure, what was ruled out, what is undecided, and what to do next.
 */
#ifndef KDUEL_REPORT_FINDING_H
#define KDUEL_REPORT_FINDING_H

#include "reports/report/report.h"

#define FINDING_MAX 7 /* lines, one of them about expectations */

/* What a line is about, for formats that have more than words to show it by. */
enum finding_kind {
	FINDING_SCOPE, /* what was compared, on what, with how many boots */
	FINDING_WORSE,
	FINDING_BETTER,
	FINDING_MIXED, /* of one comparison among several: some of both */
	FINDING_SAME, /* what was ruled out */
	FINDING_OPEN, /* what is undecided, and what it takes to decide it */
	FINDING_NEXT, /* the command that takes it further */
};

struct finding {
	struct finding_line {
		enum finding_kind kind;
		size_t block; /* that it is about, from 1; 0: all of them */
		char *text; /* owned: one line, without a line break; names in it may hold anything */
	} line[FINDING_MAX];
	size_t n; /* at least 1 */
};

/* A pure function of the report, the same in every format; the caller releases it. */
void finding__make(const struct report *r, struct finding *f);
void finding__release(struct finding *f);
const char *finding__kind_name(enum finding_kind kind); /* "scope", "worse", ... */

#endif
