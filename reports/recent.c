// SPDX-License-Identifier: GPL-2.0-only
#include "reports/recent.h"
#include "reports/row-samples.h"
#include "reports/stats.h"
#include "reports/store-values.h"

static int compare_series(const void *a, const void *b)
{
	const struct recent_series *x = a, *y = b;

	return (x->series > y->series) - (x->series < y->series);
}

static struct recent_series *find(const struct recent *r, int64_t series)
{
	struct recent_series key = { .series = series };

	return r->n ? bsearch(&key, r->list, r->n, sizeof(key), compare_series) : NULL;
}

/* A campaign's value of each series; the oldest campaign comes first. */
static void take_campaign(struct recent *r, const struct boot_median *v, size_t n)
{
	_free_ double *scratch = xcalloc(n + 1, sizeof(*scratch));

	for (size_t i = 0, end; i < n; i = end) {
		struct recent_series *s = find(r, v[i].series);

		for (end = i; end < n && v[end].series == v[i].series; end++)
			scratch[end - i] = v[end].median;
		if (!s || s->n == RECENT_CAMPAIGNS)
			continue;
		s->v[s->n++] = stats__median(scratch, end - i);
		r->points = s->n > r->points ? s->n : r->points;
	}
}

int recent__load(struct store *st, const struct report *r, const struct report_block *b,
		 struct recent *out, struct err *err)
{
	const struct report_variant *v = &r->variants[b->candidate];
	struct boot_median *list;
	size_t n, n_series = b->n_series[0];
	int ret = store__recent(st, v->v->id, RECENT_CAMPAIGNS, &list, &n, err);

	*out = (struct recent){ .list = xcalloc(n_series + 1, sizeof(*out->list)), .n = n_series };
	for (size_t i = 0; i < n_series; i++)
		out->list[i].series = b->series[0][i].id;
	if (n_series)
		qsort(out->list, n_series, sizeof(*out->list), compare_series);
	for (size_t i = 0, end; !ret && i < n; i = end) {
		for (end = i; end < n && list[end].variant == list[i].variant;)
			end++;
		take_campaign(out, list + i, end - i);
	}
	free(list);
	return ret;
}

void recent__release(struct recent *r)
{
	free(r->list);
	*r = (struct recent){ 0 };
}

const struct recent_series *recent__find(const struct recent *r, const struct report_block *b,
					 const struct report_row *row)
{
	const struct series *s = report_block__series(b, 0, row);
	const struct recent_series *found = s ? find(r, s->id) : NULL;

	return found && found->n > 1 ? found : NULL;
}
