/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * report.h - the finished result of a comparison, which renderers only write out.
 *
 * All strings of a report are owned by it (mostly through its campaign and its series)
 * and valid until report__free(). Numbers that do not apply are NAN.
 */
#ifndef KDUEL_REPORT_H
#define KDUEL_REPORT_H

#include "reports/store-read.h"
#include "reports/verdict.h"

/* What the boots of a variant say about the feature under test, from their facts. */
struct report_evidence {
	const char *key; /* "dmesg/bbm" */
	char *value;
	unsigned int boots; /* ok boots that say so */
};

struct report_variant {
	const struct campaign_variant *v;
	unsigned int planned, ok, failed; /* boots; interrupted ones count as not done */
	unsigned int by_status[BOOT_STATUS_MAX];
	struct report_evidence *evidence;
	size_t n_evidence;
};

struct report_row {
	const char *workload, *source;
	const struct metric *metric;
	enum metric_basis basis;
	unsigned int version;
	struct judgement j;
	size_t n_a, n_b; /* boots that count; a: baseline, b: candidate */
	unsigned int tainted, warmup; /* samples left out, both sides */
	char *note; /* why there is no better verdict, what was left out; "" if nothing */
};

struct report_block {
	const char *title; /* "" when the plan gave none */
	size_t candidate, baseline; /* indices into variants */
	struct report_row *rows; /* by workload and source, primary metrics first, name */
	size_t n_rows;
	unsigned int count[VERDICT_MAX];
	struct series *series_a, *series_b; /* what the rows' strings live in */
	size_t n_series_a, n_series_b;
};

struct report {
	struct campaign *campaign;
	struct report_variant *variants; /* as campaign->variants */
	size_t n_variants;
	struct report_block *blocks;
	size_t n_blocks;
};

struct report_pair {
	const char *candidate, *baseline; /* variant names */
};

/* Compare within a campaign: all comparisons its plan declares, or only `pair` if not NULL.
 * Takes over `c` in any case. 0; -ENOENT: no such variant; -EINVAL: nothing to compare. */
int report__build(struct store *st, struct campaign *c, const struct report_pair *pair,
		  struct report **out, struct err *err);
void report__free(struct report *r);

/* 1 if any row is a regression; 4 if no row got a verdict for lack of data; else 0. */
int report__exit_code(const struct report *r);

/* Formats by name: "text", "json". -EINVAL with the names there are. */
int report__check_format(const char *format, struct err *err);
/* Write a report in a format. 0 or -errno of the stream. */
int report__render(const struct report *r, const char *format, FILE *out, struct err *err);

/* Load, build and write in one go: all comparisons of campaign `uuid`. Returns the exit code
 * as report__exit_code(), or -errno. */
int report__print_campaign(struct store *st, const char *uuid, FILE *out, const char *format,
			   struct err *err);

#endif
