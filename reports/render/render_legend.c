// SPDX-License-Identifier: GPL-2.0-only
/* render_legend.c - signs and words explained, once, and only those that occur. */
#include "reports/render/notes.h"

#include <math.h>

struct seen {
	bool verdict[VERDICT_MAX];
	bool judged, secondary, multiplexed, exact, noise, paired;
};

static void look_at(const struct report_row *r, struct seen *s)
{
	if (r->shown != ROW_SHOWN)
		return;
	s->verdict[r->j.verdict] = true;
	if (!words__in_table(r))
		return;
	s->judged = true;
	s->secondary |= !r->metric->primary;
	s->multiplexed |= r->muxed_a || r->muxed_b;
	s->exact |= r->j.exact && !isnan(r->j.lo_pct);
	s->noise |= !isnan(r->noise_cv);
}

static void explain_words(const struct seen *s, size_t width, FILE *out)
{
	if (s->judged)
		notes__line(out, width, 0,
			    "+ more is better, - less is better; the %% and its limits "
			    "are relative to the baseline.");
	if (s->secondary)
		notes__line(out, width, 0, "* secondary metric: adjusted in a family of its own.");
	if (s->multiplexed)
		notes__line(out, width, 0,
			    "~ multiplexed: not counted all the time, but scaled up by the "
			    "time the counter was on over the time it ran.");
	if (s->exact)
		notes__line(out, width, 0,
			    "deterministic: the same value on every boot of a side.");
	if (s->noise)
		notes__line(out, width, 0,
			    "noise: spread between boots of equal kernels (A/A runs).");
}

static void explain_verdicts(const struct seen *s, size_t width, FILE *out)
{
	const bool *v = s->verdict;

	if (v[VERDICT_IMPROVEMENT] || v[VERDICT_REGRESSION])
		notes__line(out, width, 0,
			    "better (I), worse (R): beyond chance (%s t test on the "
			    "logarithms of boot medians, p <= 0.05 after Benjamini-Hochberg) and not "
			    "shown to be within the margin.",
			    s->paired ? "block by block, a paired" : "Welch's");
	if (v[VERDICT_DIFFERS])
		notes__line(out, width, 0,
			    "differs: a change beyond chance of a metric that tells how "
			    "things are, not how well.");
	if (v[VERDICT_NO_CHANGE])
		notes__line(out, width, 0,
			    "no change: the difference is shown to be within the margin.");
	if (v[VERDICT_INCONCLUSIVE])
		notes__line(out, width, 0,
			    "inconclusive: neither a change nor its absence is shown.");
	if (v[VERDICT_INSUFFICIENT])
		notes__line(out, width, 0,
			    "insufficient: too few boots, or sides that cannot be "
			    "compared.");
	if (v[VERDICT_NONE])
		notes__line(out, width, 0,
			    "emulated: time under emulation says that the workload ran, "
			    "never how fast.");
}

void notes__legend(const struct report *r, size_t width, bool noise, FILE *out)
{
	struct seen s = { 0 };

	for (size_t i = 0; i < r->n_blocks; i++) {
		s.paired |= r->blocks[i].paired;
		for (size_t k = 0; k < r->blocks[i].n_rows; k++)
			look_at(&r->blocks[i].rows[k], &s);
	}
	s.noise &= noise;
	explain_words(&s, width, out);
	explain_verdicts(&s, width, out);
}
