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

static void put_theirs(const struct published_figure *f, char *buf, size_t size)
{
	if (f->lo < f->hi)
		snprintf(buf, size, "%+.4g to %+.4g %%", f->lo, f->hi);
	else
		snprintf(buf, size, "%+.4g %%", f->lo);
}

static void put_ours(const struct report_row *row, char *buf, size_t size)
{
	const struct judgement *j = &row->j;

	if (isnan(j->pct))
		snprintf(buf, size, "nothing");
	else if (isnan(j->lo_pct) || isnan(j->hi_pct))
		snprintf(buf, size, "%+.4g %%", j->pct);
	else
		snprintf(buf, size, "%+.4g %% [%+.4g, %+.4g]", j->pct, j->lo_pct, j->hi_pct);
}

static void put_row(const struct report_row *row, const struct published_figure *f, bool markdown,
		    FILE *out)
{
	char theirs[64], ours[96];

	put_theirs(f, theirs, sizeof(theirs));
	put_ours(row, ours, sizeof(ours));
	fprintf(out,
		markdown ? "- %s/%s: published %s, here %s (%s).  \n" :
			   "  %s/%s: published %s, here %s (%s)\n",
		row->workload, row->metric->name, theirs, ours, metric__basis_name(row->basis));
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
