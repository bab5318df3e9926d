/* SPDX-License-Identifier: GPL-2.0-only */
/* steps.h - the steps of building a report; only for the files of this folder. */
#ifndef KDUEL_REPORT_STEPS_H
#define KDUEL_REPORT_STEPS_H

#include "reports/report/report.h"
#include "reports/analysis/summary.h"

/* One side of a row: the series under one key (more than one: definitions are mixed). */
struct report_source {
	const struct report_variant *variant;
	const bool *identical; /* boots of its campaign that repeat another; NULL: none */
	const struct series *series;
	size_t n_series;
	const struct boot_stat *stats; /* of the first series */
	size_t n_stats;
	struct summary sum;
};

/* Make a row of 2 sides (candidate, baseline) or of the FACTORIAL_CELLS of a 2x2: all but what
 * its family decides. The first side with a series says what the row is called. */
void report_row__fill(const struct report *r, const struct report_block *b, struct report_source *s,
		      size_t n, struct report_row *row);
/* Append to the notes of a row, which are separated by semicolons. */
void report_row__note(struct report_row *row, const char *fmt, ...) __printf(2, 3);

/* Fill the rows of a block whose candidate and baseline are set, and judge them. */
void report_block__fill(const struct report *r, struct report_block *b);
/* Fill what is about kernel configurations. */
void report_block__add_config(const struct dataset *d, const struct report *r,
			      struct report_block *b);
/* Geometric means and what the whole of a judged block says. */
void report_block__describe(struct report_block *b);
/* Fill noise_cv of all rows from the newest A/A campaign of the machine; leaves NAN without one. */
void report__add_noise(const struct dataset *d, struct report *r);
/* How many events a value stands for: a plain count as it is, a rate such as "/1000 insns" times
 * what it is out of; NAN when the unit does not say. */
double report_per__events(const char *unit, double value, double out_of);
/* Note where nothing was counted, out of how much, and where fewer than 1000 events were. */
void report_block__note_counts(const struct report *r, struct report_block *b);
/* Compare boots of exact mode with those that they repeat: cautions, and report.unfit. */
void report__check_repeats(const struct dataset *d, struct report *r);
/* Compare the environments of the sides of all blocks: report.outside, and cautions. */
void report__check_env(struct report *r);
/* The order of rows as report.h states it. */
void report_block__sort(struct report_block *b);

#endif
