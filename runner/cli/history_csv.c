// SPDX-License-Identifier: GPL-2.0-only
#include "runner/cli/history_csv.h"

#include "reports/csv/nights.h"
#include "runner/cli/cmd.h"

/* Too few nights must not look like nothing found. */
static void tell_short(const struct nights_table *t, size_t least)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->v[i].n < least;
	if (n)
		log__info("%zu of %zu metrics have fewer than %zu nights: nothing can be said of "
			  "them",
			  n, t->n, least);
}

int history_csv__run(const struct history_csv_opts *o)
{
	struct changepoint_params params = changepoint__defaults;
	struct nights_table t = { 0 };
	struct csv *csv;
	struct err err;
	int ret = csv__open(o->path, &csv, &err);

	if (!ret)
		ret = nights_table__read(csv, &t, &err);
	if (!ret) {
		params.guard_rel = o->guard;
		nights_table__find(&t, &params, o->online);
		ret = nights_table__print_csv(&t, stdout, &err);
	}
	if (ret)
		log__error("%s", err.msg);
	else
		tell_short(&t, params.min_nights);
	nights_table__release(&t);
	csv__close(csv);
	return cmd__exit_code(ret);
}
