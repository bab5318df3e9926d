/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * annotate.h - a function of both sides of a row, instruction by instruction, with how often each was
 * executed. Who has the kernels adds the text of the instructions.
 */
#ifndef KDUEL_PROFILE_ANNOTATE_H
#define KDUEL_PROFILE_ANNOTATE_H

#include "reports/profile/blocks.h"
#include "reports/profile/explain.h"

struct annotate_side {
	const struct campaign_variant *variant;
	struct blocks_function f; /* of `runs` the mean of the boots; no name: it did not run here */
	size_t boots;
	struct strvec others; /* further pieces of it that ran: "vfs_read.cold" */
	struct strvec text; /* of each instruction; from the caller */
};

#define NO_INSN SIZE_MAX

/* The same instruction on both sides, or what one has in place of the other's (NO_INSN: nothing). */
struct annotate_line {
	size_t insn[EXPLAIN_SIDES];
	bool same; /* in the text, but for addresses */
};

struct annotate {
	const struct explain *e;
	bool per_op; /* runs are per operation, else of the iteration */
	struct annotate_side side[EXPLAIN_SIDES];
	struct annotate_line *v; /* from annotate__align() */
	size_t n;
};

/* Put the instructions of both sides, whose texts are there, beside each other. */
void annotate__align(struct annotate *a);
void annotate__release(struct annotate *a);

#endif
