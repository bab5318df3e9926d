/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - the lines that the plugin writes; docs/TLB.md has their meaning. */
#ifndef KDUEL_TLBMODEL_REPORT_H
#define KDUEL_TLBMODEL_REPORT_H

#include "collectors/tlbmodel/census.h"
#include "collectors/tlbmodel/model.h"

#define STAGES_MAX 1024 /* of one iteration */

/* A stage of an iteration, counted on its own. */
struct stage {
	uint64_t metric, operations; /* as the workload has them */
	uint64_t insns[MODES];
};

/* One JSON object a line. Only the last line of a file that is complete is "end". */
void report__start(FILE *out, const struct model *m, bool x86);
void report__bounds(FILE *out, const struct regions *r);
void report__begin(FILE *out, uint64_t iteration);
void report__iteration(FILE *out, const struct model *m, uint64_t iteration,
		       const uint64_t insns[MODES], const struct stage *stages, size_t n_stages);
/* The same where nothing is simulated; `why`: "boot", or TLB_X86. */
void report__counts(FILE *out, const char *why, uint64_t iteration, const uint64_t insns[MODES],
		    const struct stage *stages, size_t n_stages);
/* The blocks that ran in an iteration, in a file of its own: a line of text each. `insns` are the
 * kernel's instructions, those outside of the profile included. */
void report__start_profile(FILE *out, bool x86);
void report__profile(FILE *out, const struct model *m, uint64_t iteration, uint64_t insns);
void report__end_profile(FILE *out);
void report__census(FILE *out, uint64_t label, const struct census *c);
/* What is counted up to a point of an iteration; `counts` and `c` NULL: nothing is simulated. */
void report__point(FILE *out, uint64_t iteration, uint64_t index, const uint64_t insns[MODES],
		   const struct counts *counts, const struct census *c);
/* What went wrong; the host fails the boot with this text. `text` has no quotes. */
void report__error(FILE *out, const char *text);
void report__end(FILE *out);

#endif
