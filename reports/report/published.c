// SPDX-License-Identifier: GPL-2.0-only
/* published.c - figures of others beside ours. */
#include "reports/report/published.h"

#include <math.h>

const struct published_figure *published__find(const struct published *p,
					       const struct report_row *row)
{
	for (size_t i = 0; p && i < p->n; i++)
		if (streq(p->v[i].workload, row->workload) && streq(p->v[i].source, row->source) &&
		    streq(p->v[i].metric, row->metric->name))
			return &p->v[i];
	return NULL;
}

/* "WORKLOAD/METRIC: published LO to HI %, here PCT % [LO, HI] (BASIS)", then how theirs was
 * measured. Two blanks at the end of a line break it in Markdown. */
static void put_row(const struct report_row *row, const struct published_figure *f, bool markdown,
		    FILE *out)
{
	const struct judgement *j = &row->j;

	fprintf(out, "%s%s/%s: published %+.4g", markdown ? "- " : "  ", row->workload,
		row->metric->name, f->lo);
	if (f->lo < f->hi)
		fprintf(out, " to %+.4g", f->hi);
	if (isnan(j->pct))
		fprintf(out, " %%, here nothing");
	else
		fprintf(out, " %%, here %+.4g %%", j->pct);
	if (!isnan(j->pct) && !isnan(j->lo_pct) && !isnan(j->hi_pct))
		fprintf(out, " [%+.4g, %+.4g]", j->lo_pct, j->hi_pct);
	fprintf(out, " (%s)%s\n", metric__basis_name(row->basis), markdown ? ".  " : "");
	if (f->elsewhere)
		fprintf(out,
			markdown ? "    At another size: here %s.  \n" :
				   "    at another size: here %s\n",
			f->elsewhere);
	fprintf(out, "    %s; %s\n", f->how, f->from);
}

void published__print(const struct published *p, const struct view_block *v, bool markdown,
		      FILE *out)
{
	size_t n = 0;

	for (size_t i = 0; p && i < v->b->n_rows; i++) {
		const struct published_figure *f = published__find(p, v->all[i]);

		if (f && !n++)
			fprintf(out,
				"\nPublished, with a candidate, a baseline and a machine of "
				"their own:\n%s",
				markdown ? "\n" : "");
		if (f)
			put_row(v->all[i], f, markdown, out);
	}
	if (p && !n)
		fprintf(out, "\nNo figure was published for any of these rows.\n");
}
