/* SPDX-License-Identifier: GPL-2.0-only */
/* report.h - the lines of the plugin's output files; docs/TLB.md describes them. */
#ifndef KDUEL_TLBMODEL_REPORT_H
#define KDUEL_TLBMODEL_REPORT_H

#include "collectors/tlbmodel/census.h"
#include "collectors/tlbmodel/model.h"

#define STAGES_MAX 1024 /* per iteration */

/* A stage of an iteration, counted separately. */
struct stage {
	uint64_t metric; /* index of the workload's metric */
	uint64_t operations;
	uint64_t insns[MODES];
};

/* The output file: one JSON object per line, from "start" to "end". A file without "end" is not
 * complete. */
void report__start(FILE *out, const struct model *m, bool x86);
void report__bounds(FILE *out, const struct regions *r);
void report__begin(FILE *out, uint64_t iteration);
void report__iteration(FILE *out, const struct model *m, uint64_t iteration,
		       const uint64_t insns[MODES], const struct stage *stages, size_t n_stages);
/* report__iteration() where nothing is simulated. `why`: "boot" or TLB_X86. */
void report__counts(FILE *out, const char *why, uint64_t iteration, const uint64_t insns[MODES],
		    const struct stage *stages, size_t n_stages);
/* The profile is a text file of its own: the blocks that ran in an iteration, one per line. `insns`
 * is the number of kernel instructions, even of blocks that did not fit in the profile. */
void report__start_profile(FILE *out, bool x86);
void report__profile(FILE *out, const struct model *m, uint64_t iteration, uint64_t insns);
void report__end_profile(FILE *out);
/* `label` is an enum mark_census. */
void report__census(FILE *out, uint64_t label, const struct census *c);
/* The counts up to a point in an iteration. `counts` and `c` are NULL if nothing is simulated. */
void report__point(FILE *out, uint64_t iteration, uint64_t index, const uint64_t insns[MODES],
		   const struct counts *counts, const struct census *c);
/* An error: the host fails the boot with this text, which must not need escaping in JSON. */
void report__error(FILE *out, const char *text);
void report__end(FILE *out);

#endif
