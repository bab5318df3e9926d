/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - the finished result of a comparison, ready for output.
 *
 * A report is computed from a dataset alone and does not change once it is built; which rows are
 * shown, and in which order, is up to a view (view.h). Its strings belong to the dataset, which
 * must outlive it. Numbers that do not apply are NAN.
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

/* A value of a fact that shows whether boots had the feature under test. */
struct report_evidence {
	const char *key; /* "dmesg/bbm" */
	const char *label; /* the feature, for display: "BBML2" */
	char *value;
	unsigned int boots; /* boots that ended well and have this value */
};

/* A variant in one campaign. */
struct report_part {
	const struct campaign *campaign;
	const struct campaign_variant *v;
	const struct dataset_variant *data;
};

struct report_variant {
	/* The campaigns pooled on this side, in chronological order; owned. */
	struct report_part *parts;
	size_t n_parts;
	const struct campaign *campaign; /* of the first part, like the next two */
	const struct campaign_variant *v;
	const struct dataset_variant *data; /* after report__build() only its series are left */
	/* Owned: the merged data if there are several parts or sessions; else NULL. */
	struct dataset_variant *joined;
	struct boot_units units; /* its boots, with sessions merged */
	/* Sessions on running systems: total, and those that ended well. 0 if boots are not
	 * sessions. */
	unsigned int sessions, sessions_ok;
	char *label; /* its name, prefixed with the campaign's id if names collide */
	/* Boots; interrupted ones count as not run. A boot of several sessions is ok if any of them
	 * is, and failed if any of them failed. */
	unsigned int planned, ok, failed;
	/* In exact mode, not included above: boots that repeat another with the same seed. */
	unsigned int repeats;
	unsigned int by_status[BOOT_STATUS_MAX];
	struct report_evidence *evidence;
	size_t n_evidence;
};

/* What a side of a row leaves out. */
struct report_left {
	unsigned int failed; /* failed boots that were to run the row's workload */
	unsigned int lost; /* boots that ended well, but without a sample that counts */
	unsigned int identical; /* boots identical to another bit for bit (identical.h) */
	unsigned int tainted, warmup; /* samples */
};

/* Data of a row that was computed from the profiles of both sides, not measured (per_call.h). */
struct report_computed {
	struct series series; /* its strings belong to another row */
	struct boot_stat *stats[SIDES]; /* owned; one per boot */
	size_t n[SIDES];
};

#define REPORT_FUNCTIONS 3

/* The functions with the largest parts of a row's change, largest first (per_call.h). */
struct report_functions {
	double all; /* the change itself, in the unit of the row */
	size_t n; /* at least 1 */
	struct {
		char *label; /* owned: explain__label() */
		double diff;
	} v[REPORT_FUNCTIONS];
};

struct report_row {
	const char *workload, *source;
	const struct metric *metric;
	enum metric_basis basis;
	unsigned int version;
	struct judgement j;
	size_t n_a, n_b; /* boots that count; a: baseline, b: candidate */
	struct report_left left_a, left_b;
	/* Samples that count but are estimates: their counters were multiplexed, and ran only part
	 * of the time they were enabled. */
	unsigned int muxed_a, muxed_b;
	/* Owned: the FACTORIAL_EFFECTS simple effects of a 2x2, each with numbers and no verdict.
	 * NULL for a pair. */
	struct judgement *simple;
	/* Owned. NULL in a 2x2, if the sides cannot be compared or one has no data, and with
	 * verdicts_only. */
	struct diag *diag;
	struct ranges ranges; /* of boots that count; unknown in a 2x2 */
	size_t distinct; /* distinct values among the boots of all sides */
	bool apart; /* the sides cannot be compared; the note says why */
	/* Spread between boots of the same kernel, from A/A runs on this machine: in % of the
	 * typical value, of a share in points (aa__size()). NAN: never measured. */
	double noise;
	char *note; /* owned: reasons for the verdict and what was left out; "" if nothing */
	/* Owned; NULL: a measured row, whose samples are in the store. */
	struct report_computed *computed;
	/* owned; NULL: no profiles, or no function stands out */
	struct report_functions *functions;
};

/* The mean change over the metrics of a workload. For information: no verdict depends on it. */
struct report_mean {
	const char *workload;
	enum metric_better better;
	enum metric_basis basis;
	size_t n; /* metrics included: primary, tested as a ratio, with a relative margin */
	double pct; /* geometric mean of their changes, in % */
};

/* How a workload was run. */
struct report_workload {
	char *name; /* owned */
	char *params; /* owned: "groups=2 loops=25", from the first variant that ran it */
	/* Per boot: those that count, and those before them that do not. */
	unsigned int iterations, warmup;
};

struct report_block {
	const char *title; /* "" if the plan gives none */
	size_t candidate, baseline; /* indices into variants */
	/* A 2x2: cell[] are indices into variants. `candidate` is the variant with both factors and
	 * `baseline` the one with neither, but each row compares the candidate with the sum of what
	 * the other three predict (factorial.h). */
	bool factorial;
	size_t cell[FACTORIAL_CELLS];
	/* Owned: what the candidate is compared with, for display: "new + old2 - old"; NULL: the
	 * baseline's label. */
	char *against;
	char *effects[FACTORIAL_EFFECTS]; /* owned: the simple effects, for display: "new/old" */
	bool paired; /* boots are compared within their block of the schedule */
	size_t common; /* running systems that both sides ran on; if any, there is no verdict */
	struct report_row *rows; /* primary first, then by workload, source and name */
	size_t n_rows;
	unsigned int count[VERDICT_MAX]; /* of all rows, shown or not */
	unsigned int primary[VERDICT_MAX]; /* of all primary rows */
	struct failures failures; /* failed boots, compared between the sides */
	struct report_mean *means; /* of two or more metrics */
	size_t n_means;
	/* Configuration options that differ between the two kernels
	 * (reports/analysis/config_diff.h); in a 2x2, between the kernels with both factors and
	 * with neither. */
	struct config_change *config;
	size_t n_config;
	/* The configurations differ, but the text of one is not in the store. */
	bool config_unstored;
	/* If all tested primary metrics (or all others, if none is primary) are "no change": the
	 * largest of their 95 % limits, in per cent. Otherwise NAN. */
	double within_pct;
};

struct report {
	struct dataset *data; /* owned; NULL: the caller owns the dataset */
	/* The campaign of the candidate; the first if several are pooled (report_variant.parts). */
	const struct campaign *campaign;
	/* The same for the baseline; NULL if both sides come from the same campaigns. */
	const struct campaign *other;
	/* Warnings, one sentence each: differences between the sides, too few boots, boots that
	 * failed to repeat. */
	struct strvec cautions;
	/* Undeclared differences between the sides of a comparison (docs/ENVIRONMENT.md), one
	 * sentence each. They are among the cautions as well. */
	struct strvec outside;
	bool verdicts_only; /* as in struct dataset */
	bool forced; /* compared despite `outside` (--force) */
	bool unfit; /* boots in exact mode did not repeat: no figure can be relied on */
	struct report_expects expects; /* what the plans expect of the variants, and the results */
	/* What decides the exit status; the caller of report__build() may set it. */
	struct gate gate;
	/* Same order as campaign->variants, or just the two of a pair. */
	struct report_variant *variants;
	size_t n_variants;
	struct report_block *blocks;
	size_t n_blocks;
	struct report_workload *workloads; /* those whose parameters boots recorded */
	size_t n_workloads;
};

/* Compare the two sides of the dataset or, if it has none, what the plan of its campaign declares.
 * Pure: no I/O, no clock. 0 with *out for the caller to free; -EINVAL: nothing to compare;
 * -ENODATA: the campaign has only sessions on running systems and declares no comparison. */
int report__build(const struct dataset *d, struct report **out, struct err *err);
void report__free(struct report *r);
/* The UUIDs of the campaigns of a side, comma-separated. The caller frees. */
char *report_variant__campaigns(const struct report_variant *v);
/* Is a campaign unfinished, so that verdicts may change? */
bool report__is_provisional(const struct report *r);
/* What the candidate of a block is compared with, for display. */
const char *report_block__against(const struct report *r, const struct report_block *b);

#endif
