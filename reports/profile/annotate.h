/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * annotate.h - a function on both sides of a row, instruction by instruction, with execution
 * counts. The caller, which has access to the kernels, adds the text of the instructions.
 */
#ifndef KDUEL_PROFILE_ANNOTATE_H
#define KDUEL_PROFILE_ANNOTATE_H

#include "reports/profile/blocks.h"
#include "reports/profile/explain.h"

struct annotate_side {
	const struct campaign_variant *variant;
	/* `runs` is the mean of the boots; name NULL: it did not run on this side */
	struct blocks_function f;
	size_t boots;
	struct strvec others; /* other functions of that name that ran, such as "vfs_read.cold" */
	struct strvec text; /* text of each instruction; set by the caller */
};

#define NO_INSN SIZE_MAX

/* The same instruction on both sides, or different ones next to each other (NO_INSN: nothing on
 * this side). */
struct annotate_line {
	size_t insn[EXPLAIN_SIDES];
	bool same; /* same text, except for addresses */
};

struct annotate {
	const struct explain *e;
	bool per_op; /* runs are per operation, otherwise per iteration */
	struct annotate_side side[EXPLAIN_SIDES];
	struct annotate_line *v; /* owned; set by annotate__align() */
	size_t n;
};

/* Align the instructions of both sides. Their texts must be set. */
void annotate__align(struct annotate *a);
void annotate__release(struct annotate *a);

#endif
