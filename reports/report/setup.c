// SPDX-License-Identifier: GPL-2.0-only
/* setup.c - how workloads were run, from the facts and samples of boots. */
#include "reports/report/setup.h"

/* The largest number of iterations that a boot of this variant has for a workload. */
static void count_iterations(const struct dataset_variant *d, struct report_workload *w)
{
	for (size_t i = 0; i < d->n_series; i++) {
		const struct series *s = &d->series[i];

		if (s->metric.per_boot || !streq(s->workload, w->name) ||
		    !streq(s->source, w->name))
			continue;
		for (size_t k = 0; k < d->n_stats; k++) {
			const struct boot_stat *b = &d->stats[k];
			unsigned int n = (unsigned int)b->spread.n + b->n_tainted;

			if (b->series != s->id)
				continue;
			w->iterations = n > w->iterations ? n : w->iterations;
			w->warmup = b->n_warmup > w->warmup ? b->n_warmup : w->warmup;
		}
	}
}

static bool is_noted(const struct report *r, const char *name)
{
	for (size_t i = 0; i < r->n_workloads; i++)
		if (streq(r->workloads[i].name, name))
			return true;
	return false;
}

/* Taken from the first variant that ran a workload: report__check_env() reports parameters that
 * differ. */
void report__note_setup(struct report *r)
{
	for (size_t i = 0; i < r->n_variants; i++) {
		const struct dataset_variant *d = r->variants[i].parts[0].data;

		for (size_t k = 0; k < d->n_facts; k++) {
			const struct variant_fact *fact = &d->facts[k];
			const char *name = fact->key + strlen(FACT_PARAMS);
			struct report_workload *w;

			if (!str_starts(fact->key, FACT_PARAMS) || is_noted(r, name))
				continue;
			w = APPEND(r->workloads, r->n_workloads);
			*w = (struct report_workload){ .name = xstrdup(name),
						       .params = xstrdup(fact->value) };
			count_iterations(d, w);
		}
	}
}
