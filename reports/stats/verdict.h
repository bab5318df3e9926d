/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h - the result of a test, in numbers and as a verdict. The tests are in contrast.h.
 */
#ifndef KDUEL_STATS_VERDICT_H
#define KDUEL_STATS_VERDICT_H

#include "lib/metric.h"
#include "reports/stats/stats.h"

enum verdict {
	VERDICT_NONE, /* the basis does not allow one */
	VERDICT_IMPROVEMENT,
	VERDICT_REGRESSION,
	VERDICT_NO_CHANGE, /* shown: the difference is below the margin */
	VERDICT_INCONCLUSIVE,
	VERDICT_INSUFFICIENT,
	VERDICT_DIFFERS, /* significant change of a metric that only describes */
	VERDICT_TOO_FEW, /* both sides have fewer events than the metric's floor */
	VERDICT_SMALL, /* significant, but shown to be below the margin */
	VERDICT_MAX,
};

/* Why p and intervals are wider than the spread of the boots suggests. */
enum widened {
	WIDENED_NOT,
	WIDENED_RESOLUTION, /* the resolution of the metric limits the standard error */
	WIDENED_PERMUTATION, /* values repeat: p is that of a permutation test */
	WIDENED_COUNT, /* values repeat: n events vary by sqrt(n) at least */
	WIDENED_MAX,
};

const char *verdict__name(enum verdict v); /* "none", "improvement", ..., "no-change" */

/* Numbers that do not apply are NAN. */
struct judgement {
	enum verdict verdict;
	double a, b; /* typical value: geometric mean of the boots (linear: mean) */
	double median_a, median_b; /* medians of the boots, for display; a and b are compared */
	double change, lo, hi; /* b - a in the metric's unit, and its 95 % interval */
	double pct, lo_pct, hi_pct; /* the same relative to a (linear: to |median_a|) */
	double p, padj;
	double se, df; /* of the difference on the scale that was tested */
	double points; /* metric__points(): points per unit of a share; 0: not a share */
	bool linear; /* tested as a difference, not a ratio, because of values <= 0 */
	bool exact; /* every boot of a side gave the same value, on all sides */
	bool deterministic; /* exact, and the metric cannot vary by construction */
	bool certain; /* deterministic, and the difference exceeds the resolution */
	enum widened widened;
	bool tested; /* member of the family over which p is adjusted */
	double margin; /* on the scale that was tested */
	double mde_pct, mde; /* smallest difference that 80 % of such campaigns would detect */
	/* Per side, to detect a difference as large as the margin; 0: too many. */
	unsigned int boots_needed;
	unsigned int boots_needed_seen; /* the same for a difference as large as observed */
	size_t n_pairs; /* paired: complete blocks, the unit of the test; else 0 */
};

/* "resolution", "permutation", "count"; NULL for WIDENED_NOT. */
const char *verdict__widened(enum widened w);

/* The change in its display unit. */
struct effect {
	double at, lo, hi, mde;
	const char *unit; /* "%" of the baseline; "points" for a share */
};

/* The change in per cent or, for a share, in points. */
struct effect judgement__effect(const struct judgement *j);
/* Set the final verdict from j->padj. Rows that were not tested keep theirs. */
void verdict__decide(const struct metric *metric, struct judgement *j);

#endif
