// SPDX-License-Identifier: GPL-2.0-only
/* words.c - formats numbers and verdicts for display. */
#include "reports/report/words.h"

#include "lib/utf8.h"
#include "lib/date.h"

#include <math.h>

const char *words__verdict(enum verdict v)
{
	static const char *const words[VERDICT_MAX] = {
		[VERDICT_NONE] = "-",
		[VERDICT_IMPROVEMENT] = "better (I)",
		[VERDICT_REGRESSION] = "worse (R)",
		[VERDICT_NO_CHANGE] = "no change",
		[VERDICT_DIFFERS] = "differs",
		[VERDICT_SMALL] = "small: below margin",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_INSUFFICIENT] = "insufficient",
		[VERDICT_TOO_FEW] = "too few events",
	};

	return words[v];
}

/* A relative margin of a share, converted to points. A margin on the logarithmic scale is symmetric
 * around the geometric mean of both sides; on the linear scale it is a difference already. */
static char *margin_in_points(const struct judgement *j)
{
	double size = j->linear ? j->margin : 2 * sqrt(j->a) * sqrt(j->b) * sinh(j->margin / 2);
	_free_ char *points = words__round(j->points * size);

	return xasprintf("%s point%s", points, streq(points, "1") ? "" : "s");
}

char *words__margin_used(const struct report_row *r)
{
	struct metric m = *r->metric;
	double rel = r->j.linear ? m.margin_rel * (fabs(r->j.median_a) + fabs(r->j.median_b)) / 2 :
				   log1p(m.margin_rel);

	if (m.margin_abs > 0 && m.margin_rel > 0 && r->j.margin > rel)
		m.margin_rel = 0;
	else if (m.margin_rel > 0)
		m.margin_abs = 0;
	if (r->j.points > 0 && !(m.margin_abs > 0) && r->j.margin > 0)
		return margin_in_points(&r->j);
	return words__margin(&m);
}

/* Give the bound: "no change" alone would claim that nothing changed at all. */
char *words__judged(const struct report_row *r)
{
	_free_ char *margin = words__margin_used(r);

	if (r->j.verdict == VERDICT_NO_CHANGE)
		return xasprintf("%s (< %s)", words__verdict(r->j.verdict), margin);
	return xstrdup(words__verdict(r->j.verdict));
}

/* Decimals for five significant digits of a value of this size. */
static int decimals_for(double size)
{
	int d = size > 0 && isfinite(size) ? 4 - (int)floor(log10(size)) : 0;

	return d < 0 ? 0 : d > 9 ? 9 : d;
}

/* NAN counts as whole. Values from 1e12 on are printed with an exponent anyway. */
static bool is_whole(double v)
{
	return isnan(v) || (v == floor(v) && fabs(v) < 1e12);
}

/* All values of a row have the same number of decimals, so that they can be compared at a glance:
 * none for integers, otherwise enough to give the larger value five digits. */
char *words__value(const struct judgement *j, double v, bool sign)
{
	bool whole = is_whole(j->a) && is_whole(j->b) && is_whole(j->change);
	/* fmax() ignores NAN, a side without a value. */
	int d = whole ? 0 : decimals_for(fmax(fabs(j->a), fabs(j->b)));

	if (isnan(v))
		return xstrdup("-");
	if (fabs(v) >= 1e12)
		return xasprintf(sign ? "%+.4e" : "%.4e", v);
	return xasprintf(sign ? "%+.*f" : "%.*f", d, v);
}

/* Likewise for a change and its limits. */
static int effect_decimals(const struct judgement *j)
{
	struct effect e = judgement__effect(j);
	double size = fmax(fabs(e.at), fmax(fabs(e.lo), fabs(e.hi)));

	if (size < 0.01 && size > 0)
		return 4;
	if (j->points > 0)
		return size < 1 ? 2 : 1;
	return size < 100 ? 2 : size < 1000 ? 1 : 0;
}

/* The limits of a count that hardly repeats may have twenty digits. */
static char *signed_effect(double v, int decimals)
{
	return fabs(v) >= 1e6 ? xasprintf("%+.3g", v) : xasprintf("%+.*f", decimals, v);
}

char *words__pct(const struct judgement *j)
{
	struct effect e = judgement__effect(j);
	_free_ char *at = signed_effect(e.at, effect_decimals(j));

	if (isnan(e.at))
		return xstrdup("-");
	return xasprintf(j->points > 0 ? "%s points" : "%s", at);
}

char *words__change(const struct judgement *j)
{
	_free_ char *pct = words__pct(j);

	return xasprintf(j->points > 0 || streq(pct, "-") ? "%s" : "%s %%", pct);
}

char *words__ci(const struct judgement *j)
{
	struct effect e = judgement__effect(j);
	_free_ char *lo = signed_effect(e.lo, effect_decimals(j));
	_free_ char *hi = signed_effect(e.hi, effect_decimals(j));

	if (isnan(e.lo))
		return xstrdup("-");
	if (j->deterministic)
		return xstrdup("deterministic");
	if (j->exact && j->change == 0)
		return xstrdup("all equal");
	return xasprintf("[%s,%s]", lo, hi);
}

char *words__mde(const struct judgement *j)
{
	struct effect e = judgement__effect(j);
	_free_ char *mde = words__round(e.mde);

	return xasprintf("%s %s", mde, e.unit);
}

char *words__boots_seen(const struct judgement *j)
{
	_free_ char *change = words__change(j);

	if (!j->boots_needed_seen)
		return xasprintf("%s as seen takes more than %d", change, STATS_MAX_BOOTS);
	return xasprintf("%s as seen takes %u", change, j->boots_needed_seen);
}

char *words__step(double share, const struct change *c)
{
	if (share > 0)
		return xasprintf("%+.3g points", share * (c->after - c->before));
	return isnan(c->pct) ? xstrdup("from 0") : xasprintf("%+.3g %%", c->pct);
}

char *words__drift(double share, double slope, size_t n)
{
	return xasprintf("drifts by %+.2g %s a campaign over the last %zu campaigns (Theil-Sen; a "
			 "straight line fits better than a step)",
			 slope, share > 0 ? "points" : "%", n);
}

char *words__size(double share, double size)
{
	if (!isfinite(size))
		return xstrdup("-");
	return xasprintf(share > 0 ? "%.2f pt" : "%.2f", size);
}

char *words__noise(const struct report_row *r)
{
	if (!isfinite(r->noise))
		return xstrdup("-");
	return xasprintf("%.2g %s", r->noise, r->j.points > 0 ? "points" : "%");
}

char *words__p(double p)
{
	if (isnan(p))
		return xstrdup("-");
	return p < 0.001 ? xstrdup("<.001") : xasprintf("%.3f", p);
}

char *words__margin(const struct metric *m)
{
	if (m->margin_abs > 0 && m->margin_rel > 0)
		return xasprintf("%.4g %%, at least %.10g %s", 100 * m->margin_rel, m->margin_abs,
				 m->unit);
	if (m->margin_abs > 0 && metric__points(m->unit) > 0)
		return xasprintf("%.10g point%s", m->margin_abs * metric__points(m->unit),
				 m->margin_abs * metric__points(m->unit) == 1 ? "" : "s");
	if (m->margin_abs > 0)
		return xasprintf("%.10g %s", m->margin_abs, m->unit);
	return xasprintf(metric__points(m->unit) > 0 ? "%.4g %% of its value" : "%.4g %%",
			 100 * m->margin_rel);
}

char *words__date(uint64_t ns)
{
	char buf[DATE_LEN];

	return xstrdup(date__utc(ns, DATE_MINUTES " UTC", buf));
}

char *words__boots(const struct report_variant *v)
{
	/* The plan schedules sessions; how many boots they make depends on when the system is
	 * rebooted. */
	char *s = v->units.shared ? xasprintf("%u of %u sessions ok, %zu boot%s", v->sessions_ok,
					      v->planned, v->units.n, plural_s(v->units.n)) :
				    xasprintf("%u of %u boots ok", v->ok, v->planned);
	const char *sep = "; failed:";

	for (int i = BOOT_OK + 1; i < BOOT_STATUS_MAX; i++) {
		_free_ char *old = NULL;

		if (i == BOOT_INTERRUPTED || !v->by_status[i])
			continue;
		old = s;
		s = xasprintf("%s%s %u %s", old, sep, v->by_status[i],
			      boot_status__name((enum boot_status)i));
		sep = ",";
	}
	if (v->repeats) {
		_free_ char *old = s;

		s = xasprintf("%s; %u repeated", old, v->repeats);
	}
	return s;
}

char *words__clean(const char *s)
{
	char *copy = xstrdup(s);

	utf8__clean(copy, strlen(copy), false);
	return copy;
}

char *words__one_line(const char *s)
{
	char *copy = xstrdup(s);

	str__one_line(copy);
	return copy;
}

const char *words__command(const char *text, size_t *len)
{
	const char *at = strstr(text, "`kduel ");

	*len = at ? strcspn(at + 1, "`") : 0;
	return at && at[1 + *len] ? at + 1 : NULL;
}

/* The metric alone; with its workload if another row has the same metric, and with its source if
 * that is a row of the same workload. */
char *words__row(const struct report_block *b, const struct report_row *r)
{
	bool elsewhere = false;

	for (size_t i = 0; i < b->n_rows; i++) {
		const struct report_row *o = &b->rows[i];

		if (o == r || !streq(o->metric->name, r->metric->name))
			continue;
		if (streq(o->workload, r->workload))
			return xasprintf("%s(%s)/%s", r->workload, r->source, r->metric->name);
		elsewhere = true;
	}
	return elsewhere ? xasprintf("%s/%s", r->workload, r->metric->name) :
			   xstrdup(r->metric->name);
}

const char *words__marks(const struct report_row *r)
{
	bool multiplexed = r->muxed_a || r->muxed_b;

	return r->metric->primary ? (multiplexed ? "~" : "") : multiplexed ? "*~" : "*";
}

bool words__in_table(const struct report_row *r)
{
	return r->j.verdict != VERDICT_NONE;
}

char *words__counts(const unsigned int count[VERDICT_MAX])
{
	char *s = xasprintf("%u better, %u worse", count[VERDICT_IMPROVEMENT],
			    count[VERDICT_REGRESSION]);
	static const enum verdict rest[] = { VERDICT_NO_CHANGE,	   VERDICT_SMALL,
					     VERDICT_DIFFERS,	   VERDICT_INCONCLUSIVE,
					     VERDICT_INSUFFICIENT, VERDICT_TOO_FEW };

	for (size_t i = 0; i < ARRAY_SIZE(rest); i++) {
		_free_ char *old = NULL;

		if (!count[rest[i]])
			continue;
		old = s;
		s = xasprintf("%s, %u %s", old, count[rest[i]],
			      rest[i] == VERDICT_DIFFERS ? "differ" : words__verdict(rest[i]));
	}
	return s;
}

char *words__round(double v)
{
	if (isnan(v))
		return xstrdup("-");
	return fabs(v) >= 100 && fabs(v) < 1e6 ? xasprintf("%.0f", v) : xasprintf("%.2g", v);
}

char *words__rough(double v)
{
	if (isnan(v))
		return xstrdup("-");
	return fabs(v) >= 100 && fabs(v) < 1e9 ? xasprintf("%.0f", v) : xasprintf("%.3g", v);
}

char *words__ranges(const struct report_row *row)
{
	const struct ranges *g = &row->ranges;
	const char *unit = row->metric->unit;
	bool above = g->gap > 0;
	_free_ char *pct = NULL;

	if (!ranges__known(g))
		return NULL;
	if (!g->gap)
		return xasprintf(
			"overlap: baseline %.6g to %.6g, candidate %.6g to %.6g %s; %zu of %zu "
			"boots of the candidate are within the baseline's range, %zu of %zu the "
			"other way round",
			g->lo_a, g->hi_a, g->lo_b, g->hi_b, unit, g->in_a, g->n_b, g->in_b, g->n_a);
	pct = isnan(g->gap_pct) ? xasprintf("%.6g %s", fabs(g->gap), unit) :
				  xasprintf("%.3g %%", fabs(g->gap_pct));
	return xasprintf("apart: baseline %.6g to %.6g, candidate %.6g to %.6g %s; the candidate's %s "
			 "boot is %s %s the baseline's %s",
			 g->lo_a, g->hi_a, g->lo_b, g->hi_b, unit, above ? "lowest" : "highest",
			 pct, above ? "above" : "below", above ? "highest" : "lowest");
}
