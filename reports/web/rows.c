// SPDX-License-Identifier: GPL-2.0-only
/* rows.c - makes the view of a report that a query asks for. */
#include "reports/web/rows.h"

/* Set the filter from the query parameters about rows; others concern the rest of the page. Orders
 * "change" and "p" exist only in the dashboard. */
static int read_row_filter(const struct query *q, struct report_filter *f, struct err *err)
{
	const char *sort = query__get_or(q, "sort", "severity");
	int ret = 0;

	if (streq(sort, "change"))
		f->sort = SORT_CHANGE;
	else if (streq(sort, "p"))
		f->sort = SORT_P;
	else
		ret = report_filter__sort(f, sort, err);
	f->primary = *query__get_or(q, "primary", "");
	for (size_t i = 0; !ret && i < q->n; i++) {
		const char *key = q->items[i].key, *value = q->items[i].value;

		if (!*value)
			continue;
		if (streq(key, "only"))
			ret = report_filter__only(f, value, err);
		else if (streq(key, "basis"))
			ret = report_filter__basis(f, value, err);
		else if (streq(key, "workload"))
			strvec__push(&f->workloads, value);
		else if (streq(key, "metric"))
			strvec__push(&f->metrics, value);
	}
	/* As in the text formats: rows selected by name or verdict are not folded. */
	f->fold = !*query__get_or(q, "all", "") && !f->only && !f->bases && !f->metrics.n;
	return ret;
}

int rows__view(const struct report *r, const struct query *q, bool may_fold, struct report_view *v,
	       struct err *err)
{
	/* Unlike on the command line, a filter without matches is no error: the form is submitted
	 * while its text is being typed. */
	_cleanup_(report_filter__release) struct report_filter f = { .may_miss = true };
	int ret = read_row_filter(q, &f, err);

	f.fold &= may_fold;
	*v = (struct report_view){ 0 };
	return ret ? ret : report_view__make(r, &f, v, err);
}
