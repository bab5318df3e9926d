// SPDX-License-Identifier: GPL-2.0-only
/*
 * planner.c - loads noise for the planner: from A/A campaigns on a machine, or from the boots of an
 * ordinary campaign.
 */
#include "reports/history/planner.h"
#include "reports/analysis/components.h"

#include <math.h>

int planner__load_noise(struct store *st, const char *machine, struct planner_row **rows, size_t *n,
			struct err *err)
{
	struct noise *list;
	int ret = store__noise(st, machine, &list, n, err);

	*rows = NULL;
	if (ret)
		return ret;
	*rows = xcalloc(*n + 1, sizeof(**rows));
	for (size_t i = 0; i < *n; i++)
		(*rows)[i] = (struct planner_row){
			.workload = xstrdup(list[i].workload),
			.source = xstrdup(list[i].source),
			.metric = xstrdup(list[i].metric),
			.unit = xstrdup(list[i].unit),
			.machine = xstrdup(list[i].machine),
			.basis = list[i].basis,
			.n_boots = list[i].n_boots,
			.noise = {
				.linear = list[i].linear,
				.typical = list[i].typical,
				.share = metric__points(list[i].unit),
				.sd_boot = list[i].sd_boot,
				.sd_iter = list[i].sd_iter,
				.n_iter = list[i].n_iter,
				.boot_s = list[i].boot_s,
				.iter_s = list[i].iter_s,
			},
		};
	noise__free(list, *n);
	return 0;
}

/* State while the noise of a campaign is loaded, one series at a time. */
struct loader {
	struct store *st;
	const struct campaign *c;
	struct summary *sums; /* one per variant */
	struct planner_row *rows;
	size_t n;
	struct err *err;
};

/* Does an earlier variant have the series, so that its row exists? */
static bool is_known(const struct loader *l, const struct series *s, const int64_t *ids)
{
	for (size_t i = 0; i < l->n; i++)
		if (ids[i] == s->id)
			return true;
	return false;
}

/* Summarise the boots of all variants for one series. */
static int summarise(struct loader *l, int64_t series)
{
	for (size_t v = 0; v < l->c->n_variants; v++) {
		_free_ struct reading *r = NULL;
		size_t n;
		int ret = store__readings(l->st, l->c->variants[v].id, series, &r, &n, l->err);

		if (ret)
			return ret;
		summary__init(&l->sums[v], r, n, l->c->boots, l->c->n_boots);
	}
	return 0;
}

/* Add a row with the spreads around the mean of each variant. No row if no variant has two boots,
 * as the spread between boots is unknown then. */
static void add_row(struct loader *l, const struct series *s)
{
	_free_ const struct summary **sides = xcalloc(l->c->n_variants, sizeof(struct summary *));
	struct components noise;

	for (size_t v = 0; v < l->c->n_variants; v++)
		sides[v] = &l->sums[v];
	components__of(sides, l->c->n_variants, &noise);
	if (isnan(noise.between))
		return;
	l->rows[l->n++] = (struct planner_row){
		.workload = xstrdup(s->workload),
		.source = xstrdup(s->source),
		.metric = xstrdup(s->metric.name),
		.unit = xstrdup(s->metric.unit),
		.machine = xstrdup(""),
		.basis = s->basis,
		.n_boots = (unsigned int)noise.n_boots,
		.noise = {
			.linear = noise.linear,
			.typical = noise.typical,
			.share = metric__points(s->metric.unit),
			.sd_boot = sqrt(noise.between),
			.sd_iter = sqrt(noise.within),
			.n_iter = noise.n_iter,
			.boot_s = NAN,
			.iter_s = NAN,
		},
	};
}

/* Add rows for the series of a variant, unless an earlier variant has them: a row covers all
 * variants. */
static int load_variant(struct loader *l, size_t variant, int64_t **ids)
{
	struct series *list;
	size_t n;
	int ret = store__series(l->st, l->c->variants[variant].id, &list, &n, l->err);

	if (ret)
		return ret;
	l->rows = xrealloc(l->rows, l->n + n + 1, sizeof(*l->rows));
	*ids = xrealloc(*ids, l->n + n + 1, sizeof(**ids));
	for (size_t i = 0; !ret && i < n; i++) {
		if (list[i].basis == BASIS_EMULATED || is_known(l, &list[i], *ids))
			continue;
		(*ids)[l->n] = list[i].id;
		ret = summarise(l, list[i].id);
		if (!ret)
			add_row(l, &list[i]);
		for (size_t v = 0; v < l->c->n_variants; v++)
			summary__release(&l->sums[v]);
	}
	series__free(list, n);
	return ret;
}

/* ids[i] is the series of l.rows[i]. */
int planner__load_campaign(struct store *st, const struct campaign *c, struct planner_row **rows,
			   size_t *n, struct err *err)
{
	struct loader l = { .st = st, .c = c, .err = err };
	_free_ struct summary *sums = xcalloc(c->n_variants + 1, sizeof(*sums));
	_free_ int64_t *ids = NULL;
	int ret = 0;

	l.sums = sums;
	for (size_t v = 0; !ret && v < c->n_variants; v++)
		ret = load_variant(&l, v, &ids);
	if (ret) {
		planner_row__free(l.rows, l.n);
		l.rows = NULL;
		l.n = 0;
	}
	*rows = l.rows;
	*n = l.n;
	return ret;
}

void planner_row__free(struct planner_row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(rows[i].workload);
		free(rows[i].source);
		free(rows[i].metric);
		free(rows[i].unit);
		free(rows[i].machine);
	}
	free(rows);
}
