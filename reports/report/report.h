/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - the finished result of a comparison, which renderers only write out.
 *
 * A report is computed from a dataset alone, and nobody changes it once it is built: what is shown
 * of it, and in which order, is a view (view.h). Its strings live in the dataset, which must
 * outlive it. Numbers that do not apply are NAN.
 */
#ifndef KDUEL_REPORT_REPORT_H
#define KDUEL_REPORT_REPORT_H

#include "lib/strvec.h"
#include "reports/analysis/config_diff.h"
#include "reports/analysis/diagnosis.h"
#include "reports/analysis/expect.h"
#include "reports/analysis/failures.h"
#include "reports/analysis/sessions.h"
#include "reports/report/dataset.h"
#include "reports/report/gate.h"
#include "reports/stats/factorial.h"
#include "reports/stats/ranges.h"

/* What the boots of a variant say about the feature under test, from their facts. */
struct report_evidence {
	const char *key; /* "dmesg/bbm" */
	const char *label; /* what it is about, for people: "BBML2" */
	char *value;
	unsigned int boots; /* ok boots that say so */
};

/* A variant of one campaign. */
struct report_part {
	const struct campaign *campaign;
	const struct campaign_variant *v;
	const struct dataset_variant *data;
};

struct report_variant {
	/* Where it ran: the campaigns of a side are pooled, in the order of time; owned. */
	struct report_part *parts;
	size_t n_parts;
	const struct campaign *campaign; /* of the first part, as the two below */
	const struct campaign_variant *v;
	const struct dataset_variant *data; /* once the report is built, only its series are there */
	struct dataset_variant *joined; /* owned: what `data` is of several parts or sessions; NULL */
	struct boot_units units; /* its boots */
	/* Of boots that are sessions on running systems: how many there were, and ended well; else 0. */
	unsigned int sessions, sessions_ok;
	char *label; /* its name; with the campaign's id before it where names collide */
	/* Boots; interrupted ones count as not done. Of sessions a boot is ok when one of them is,
	 * and failed when one of them failed. */
	unsigned int planned, ok, failed;
	/* In exact mode, beside those: boots that repeat others with their seed. */
	unsigned int repeats;
	unsigned int by_status[BOOT_STATUS_MAX];
	struct report_evidence *evidence;
	size_t n_evidence;
};

/* What one side of a row had and what does not count. */
struct report_left {
	unsigned int failed; /* boots that did not end well and were to run the row's workload */
	unsigned int lost; /* boots that did, but none of whose samples count */
	unsigned int identical; /* boots that repeat another to the bit (identical.h) */
	unsigned int tainted, warmup; /* samples */
};

/* What a row has that no boot measured: it was computed from what both sides did (per_call.h). */
struct report_computed {
	struct series series; /* its strings are another row's */
	struct boot_stat *stats[SIDES]; /* owned; one a boot */
	size_t n[SIDES];
};

struct report_row {
	const char *workload, *source;
	const struct metric *metric;
	enum metric_basis basis;
	unsigned int version;
	struct judgement j;
	size_t n_a, n_b; /* boots that count; a: baseline, b: candidate */
	struct report_left left_a, left_b;
	/* Samples that count, but are estimates: their counters ran for a part of the time that they
	 * were on (multiplexing). */
	unsigned int muxed_a, muxed_b;
	/* Of a 2x2: the FACTORIAL_EFFECTS simple effects beside the headline, each with numbers
	 * and no verdict; owned. Else NULL. */
	struct judgement *simple;
	/* Owned; NULL in a 2x2, where nothing was measured on a side, and where only verdicts are wanted. */
	struct diag *diag;
	struct ranges ranges; /* of the boots that count; unknown in a 2x2 and of a computed row */
	size_t distinct; /* different values among the boots of both sides */
	/* Spread between boots of equal kernels, from A/A runs on this machine: 0.01 = 1 %. */
	double noise; /* between equal boots: % of their mean, of a share points; NAN: never measured */
	char *note; /* why there is no better verdict, what was left out; "" if nothing */
	struct report_computed *computed; /* owned; NULL: the store has its samples */
};

/* How the metrics of a workload went together: description, no verdict rests on it. */
struct report_mean {
	const char *workload;
	enum metric_better better;
	enum metric_basis basis;
	size_t n; /* metrics: primary, tested as a ratio, with a relative margin */
	double pct; /* geometric mean of their changes */
};

/* A workload as it was run. */
struct report_workload {
	char *name,
		*params; /* owned; params: "groups=2 loops=25", of the first variant that ran it */
	unsigned int iterations, warmup; /* of a boot: that count, and before them that do not */
};

struct report_block {
	const char *title; /* "" when the plan gave none */
	size_t candidate, baseline; /* indices into variants */
	/* A 2x2: cell[] are the indices of its variants. Candidate is the one with both factors,
	 * baseline the one with neither; but what the candidate is set against, in every row,
	 * is what the other three add up to (factorial.h). */
	bool factorial;
	size_t cell[FACTORIAL_CELLS];
	char *against; /* owned; that, for people: "new + old2 - old"; NULL: the baseline's label */
	char *effects[FACTORIAL_EFFECTS]; /* owned; simple effects, for people: "new/old" */
	bool paired; /* boots are compared within their block */
	size_t common; /* running systems that both sides were measured on: with any, no verdict */
	struct report_row *rows; /* primary first, then by workload, source and name */
	size_t n_rows;
	unsigned int count[VERDICT_MAX]; /* of all rows, shown or not */
	unsigned int primary[VERDICT_MAX]; /* of all primary rows */
	struct failures failures; /* boots that failed, side against side */
	struct report_mean *means; /* of two or more metrics */
	size_t n_means;
	/* Symbols that the two kernels configure differently (reports/analysis/config_diff.h); of a
	 * 2x2, the kernel with both factors and the one with neither. */
	struct config_change *config;
	size_t n_config;
	/* The configurations differ, but the store lacks the text of one: which symbols is unknown. */
	bool config_unstored;
	/* All tested primary metrics (without any: all others) are "no change": the largest of
	 * their 95 % limits in per cent. Else NAN. */
	double within_pct;
};

struct report {
	struct dataset *data; /* owned; NULL: what it was built from is the caller's */
	/* The candidate's, or the first of several that are pooled (report_variant.parts). */
	const struct campaign *campaign;
	/* The same of the baseline, unless both sides are of the same campaigns; then NULL. */
	const struct campaign *other;
	/* What differs between the two, what boots are too few for, and what is wrong with boots that were to repeat others;
	 * one sentence each. */
	struct strvec cautions;
	/* What differs between the sides of a comparison beside what was declared to differ, one
	 * sentence each (docs/ENVIRONMENT.md); they are among the cautions as well. */
	struct strvec outside;
	bool verdicts_only; /* as in struct dataset */
	bool forced; /* compared in spite of that, because the user said --force */
	bool unfit; /* boots of exact mode did not repeat: no figure can be relied on */
	struct report_expects
		expects; /* what the plans expect of the variants, and whether it is so */
	struct gate gate; /* what its exit code answers for; whoever opens it may set it */
	struct report_variant *variants; /* as campaign->variants, or just the two of a pair */
	size_t n_variants;
	struct report_block *blocks;
	size_t n_blocks;
	struct report_workload *workloads; /* as far as boots recorded them */
	size_t n_workloads;
};

/* Compare the sides of the dataset, or without any what the plan of its campaign declares. Pure: no
 * I/O, no clock. 0; -EINVAL: nothing to compare; -ENODATA: nothing but sessions on one system. */
int report__build(const struct dataset *d, struct report **out, struct err *err);
void report__free(struct report *r);
/* The UUIDs of the campaigns of a side, with commas between them. The caller frees. */
char *report_variant__campaigns(const struct report_variant *v);
/* Are boots of a campaign still to be done? Then verdicts may change. */
bool report__is_provisional(const struct report *r);
/* What the candidate of a block is set against, for people. */
const char *report_block__against(const struct report *r, const struct report_block *b);

#endif
