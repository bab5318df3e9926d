// SPDX-License-Identifier: GPL-2.0-only
/* workload.c - the list of workloads, and the validation of their tables. */
#include "workloads/workload.h"

#define X(name) extern const struct workload wl_##name;
#include "workloads/list.h"
#undef X

const struct workload *const workload__all[] = {
#define X(name) &wl_##name,
#include "workloads/list.h"
#undef X
	NULL,
};

const size_t workload__count = ARRAY_SIZE(workload__all) - 1;

const struct workload *workload__find(const char *name)
{
	for (size_t i = 0; i < workload__count; i++)
		if (streq(workload__all[i]->name, name))
			return workload__all[i];
	return NULL;
}

/* The metrics of the table, or those that declare() derives from the parameters, which `list`
 * owns. */
int workload__metrics(const struct workload *wl, const struct param_set *params,
		      struct metric_list *list, const struct metric **out, struct err *err)
{
	int ret = wl->declare ? wl->declare(params, list, err) : 0;

	*out = wl->declare ? list->v : wl->metrics;
	return ret;
}

/* A mistake in a table is a bug: abort at startup, whatever was asked for. */
static void bad(const char *who, const char *what)
{
	fprintf(stderr, "kduel: workload '%s': %s\n", who, what);
	abort();
}

static void check_metrics(const char *who, const struct metric *m)
{
	for (; m && m->name; m++) {
		if (!m->unit || !m->help)
			bad(who, "a metric lacks unit or help");
		if (!(m->margin_abs > 0) && !(m->margin_rel > 0))
			bad(who, "a metric needs an absolute or a relative margin");
	}
}

void workload__validate_all(void)
{
	for (size_t i = 0; i < workload__count; i++) {
		const struct workload *w = workload__all[i];
		struct param_set set;

		if (!w->run || !w->metrics == !w->declare || !w->summary || !w->version)
			bad(w->name,
			    "lacks run, metrics (or declare, not both), summary or version");
		if (i && strcmp(workload__all[i - 1]->name, w->name) >= 0)
			bad(w->name, "list.h is not sorted");
		check_metrics(w->name, w->metrics);
		param_set__init(&set, w->params);
		param_set__release(&set);
		param_set__init_full(&set, w->params);
		param_set__release(&set);
	}
}
