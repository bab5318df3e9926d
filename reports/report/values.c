// SPDX-License-Identifier: GPL-2.0-only
/* values.c - loads one value for each variant and metric. */
#include "reports/report/values.h"
#include "reports/analysis/sessions.h"
#include "reports/stats/stats.h"
#include "reports/store/values.h"

#include <math.h>

/* The value of a boot: the median over its sessions that ended well. NAN if it does not count: it
 * failed or repeats another. `scratch` has room for n values. */
static double value_of(const struct boot_units *u, size_t unit, const struct boot_value *list,
		       size_t n, double *scratch)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct unit_of *of = boot_units__find(u, list[i].boot);

		if (list[i].n && isfinite(list[i].median) && of && of->unit == unit && of->ok)
			scratch[k++] = list[i].median;
	}
	return k && !u->boots[unit].repeat ? stats__median(scratch, k) : NAN;
}

/* Load the median and the range of the boots of a variant that count. */
static int read_value(struct store *st, const struct campaign *c, struct variant_value *v,
		      struct err *err)
{
	struct boot_value *list;
	_free_ double *medians = NULL, *scratch = NULL;
	struct boot_units u;
	size_t n;
	int ret = store__values_of(st, v->series->id, c->variants[v->variant].id, &list, &n, err);

	if (ret)
		return ret;
	boot_units__make(&u, &(struct unit_part){ c, v->variant }, 1);
	medians = xcalloc(n + 1, sizeof(*medians));
	scratch = xcalloc(n + 1, sizeof(*scratch));
	v->n = 0;
	v->median = v->lo = v->hi = NAN;
	for (size_t i = 0; i < u.n; i++) {
		double value = value_of(&u, i, list, n, scratch);

		if (isnan(value))
			continue;
		medians[v->n++] = value;
		stats__widen(&v->lo, &v->hi, value);
	}
	if (v->n)
		v->median = stats__median(medians, v->n);
	boot_units__release(&u);
	free(list);
	return 0;
}

int variant_values__load(struct store *st, const struct campaign *c, series_fn *wanted,
			 struct variant_values *out, struct err *err)
{
	int ret = 0;

	*out = (struct variant_values){ .n_variants = c->n_variants };
	out->of = xcalloc(c->n_variants + 1, sizeof(*out->of));
	for (size_t i = 0; !ret && i < c->n_variants; i++) {
		ret = store__series(st, c->variants[i].id, &out->of[i].list, &out->of[i].n, err);
		for (size_t k = 0; !ret && k < out->of[i].n; k++) {
			if (!wanted(&out->of[i].list[k]))
				continue;
			out->v = xrealloc(out->v, out->n + 1, sizeof(*out->v));
			out->v[out->n] = (struct variant_value){ .variant = i,
								 .series = &out->of[i].list[k] };
			ret = read_value(st, c, &out->v[out->n++], err);
		}
	}
	return ret;
}

void variant_values__release(struct variant_values *v)
{
	for (size_t i = 0; v->of && i < v->n_variants; i++)
		series__free(v->of[i].list, v->of[i].n);
	free(v->of);
	free(v->v);
	*v = (struct variant_values){ 0 };
}

const struct variant_value *variant_values__find(const struct variant_values *v, size_t variant,
						 const char *workload, const char *source,
						 const char *metric)
{
	for (size_t i = 0; i < v->n; i++) {
		const struct series *s = v->v[i].series;

		if (v->v[i].variant == variant && streq(s->workload, workload) &&
		    streq(s->source, source) && streq(s->metric.name, metric))
			return &v->v[i];
	}
	return NULL;
}

int report_expects__load(struct store *st, const struct campaign *c, struct report_expects *out,
			 struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < c->n_variants; i++) {
		struct variant_fact *facts = NULL;
		size_t n = 0;

		ret = store__variant_facts(st, c->variants[i].id, &facts, &n, err);
		if (!ret)
			report_expect__add(
				&(struct expect_source){
					.campaign = c,
					.label = c->variants[i].name,
					.facts = facts,
					.n_facts = n,
					.own = expect_tests__of(NULL, 0, NULL, 0),
					.base = expect_tests__of(NULL, 0, NULL, 0),
				},
				out);
		variant_fact__free(facts, n);
	}
	return ret;
}
