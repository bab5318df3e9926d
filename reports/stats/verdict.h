/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * verdict.h - what a test came to, in numbers and in a word. Tests are in contrast.h.
 */
#ifndef KDUEL_STATS_VERDICT_H
#define KDUEL_STATS_VERDICT_H

#include "lib/metric.h"
#include "reports/stats/stats.h"

enum verdict {
	VERDICT_NONE, /* the basis does not allow one */
	VERDICT_IMPROVEMENT,
	VERDICT_REGRESSION,
	VERDICT_NO_CHANGE, /* a claim: the difference is below the margin */
	VERDICT_INCONCLUSIVE,
	VERDICT_INSUFFICIENT,
	VERDICT_DIFFERS, /* a change beyond chance of a metric that only describes */
	VERDICT_TOO_FEW, /* both sides have fewer events than the metric's floor */
	VERDICT_SMALL, /* beyond chance, but shown to be below the margin */
	VERDICT_MAX,
};

/* What made p and interval wider than the spread of the boots does. */
enum widened {
	WIDENED_NOT,
	WIDENED_RESOLUTION, /* values cannot be known better than the step they move in */
	WIDENED_PERMUTATION, /* values repeat: p is that of all ways to split the boots */
	WIDENED_COUNT, /* values repeat: n events vary by sqrt(n) at least */
	WIDENED_MAX,
};

const char *verdict__name(enum verdict v); /* "none", "improvement", ..., "no-change" */

/* Numbers that do not apply are NAN. */
struct judgement {
	enum verdict verdict;
	double a, b; /* typical value: geometric mean of the boots (linear: mean) */
	double median_a, median_b; /* of the boots: for people; a and b are what is compared */
	double change, lo, hi; /* b - a in the metric's unit, with its 95 % interval */
	double pct, lo_pct, hi_pct; /* the same relative to a (linear: to |median_a|) */
	double p, padj;
	double se, df; /* of the difference on the scale that was tested */
	double points; /* of a share: points that its unit has, 1 or 100; else 0 */
	bool linear; /* tested as a difference, not as a ratio: values <= 0 occur */
	bool exact; /* every boot of a side gave the same value, on all sides */
	bool deterministic; /* exact, of a metric that is so by construction: no chance is left */
	bool certain; /* deterministic, and the difference is more than one step of the resolution */
	enum widened widened;
	bool tested; /* belongs to the family that p is adjusted over */
	double margin; /* on the scale that was tested */
	double mde_pct, mde; /* smallest difference that 80 % of such campaigns would find */
	unsigned int boots_needed; /* per side, to find one of the margin's size; 0: too many */
	unsigned int boots_needed_seen; /* the same for one as large as was seen */
	size_t n_pairs; /* paired: complete blocks, the unit of the test; else 0 */
};

/* "resolution", "permutation", "count"; NULL for WIDENED_NOT. */
const char *verdict__widened(enum widened w);

/* The change as people read it. */
struct effect {
	double at, lo, hi, mde;
	const char *unit; /* "%" of the baseline, or of a share "points" */
};

struct effect judgement__effect(const struct judgement *j);
/* The word, given j->padj. Leaves alone what was not tested. */
void verdict__decide(const struct metric *metric, struct judgement *j);

#endif
