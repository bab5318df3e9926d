// SPDX-License-Identifier: GPL-2.0-only
/*
 * noise.c - what an A/A campaign says about each of its metrics, and that as rows of the noise table.
 */
#include "reports/history/noise.h"

#include "reports/stats/stats.h"

#include <math.h>

#define LABELS 2 /* variants of an A/A campaign */

struct builder {
	struct store *st;
	struct aa_report *r;
	struct workload_cost *costs;
	size_t n_costs;
	struct err *err;
};

/* The counted values of one metric, boot after boot. */
struct samples {
	struct aa_boot *boots; /* those with values; v points into values */
	double *values;
	size_t n_boots;
	unsigned int tainted;
	bool bad; /* a value is not finite */
};

/* Only two labels of one kernel, CPU and command line make an A/A campaign: of others the noise
 * would be a difference. */
static int check_equal(const struct campaign *c, struct err *err)
{
	const struct campaign_variant *a = c->variants, *b = c->variants + 1;

	if (c->n_variants != LABELS)
		return err__set(err, -EINVAL,
				"campaign %.8s has %zu variants: an A/A campaign has "
				"two that are equal (`kduel aa PLAN` makes one)",
				c->uuid, c->n_variants);
	if (!streq(a->kernel_hash, b->kernel_hash) || !streq(a->cpu, b->cpu) ||
	    !streq(a->cmdline, b->cmdline))
		return err__set(err, -EINVAL,
				"campaign %.8s is no A/A campaign: '%s' and '%s' differ "
				"in %s (`kduel aa PLAN` makes one)",
				c->uuid, a->name, b->name,
				!streq(a->kernel_hash, b->kernel_hash) ? "their kernels" :
				!streq(a->cpu, b->cpu)		       ? "their CPUs" :
									 "their command lines");
	return 0;
}

/* Append the values of one boot; *used is how many of s->values are taken. */
static void add_boot(struct samples *s, size_t *used, const struct campaign_boot *boot,
		     const struct reading *r, size_t n, bool second)
{
	double *v = s->values + *used;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		if (r[i].boot != boot->id || r[i].warmup)
			continue;
		if (r[i].tainted) {
			s->tainted++;
			continue;
		}
		s->bad |= !isfinite(r[i].value);
		v[k++] = r[i].value;
	}
	*used += k;
	if (k)
		s->boots[s->n_boots++] = (struct aa_boot){ .v = v, .n = k, .b = second };
}

/* The values of one metric in the order of the schedule, both labels together. */
static int load_samples(struct builder *bl, int64_t series, struct samples *s)
{
	const struct campaign *c = bl->r->campaign;
	struct reading *r[LABELS] = { NULL, NULL };
	size_t n[LABELS] = { 0, 0 }, used = 0;
	int ret = 0;

	*s = (struct samples){ 0 };
	for (size_t i = 0; !ret && i < LABELS; i++)
		ret = store__readings(bl->st, c->variants[i].id, series, &r[i], &n[i], bl->err);
	s->boots = xcalloc(c->n_boots, sizeof(*s->boots));
	s->values = xcalloc(n[0] + n[1], sizeof(*s->values));
	for (size_t i = 0; !ret && i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		if (b->status == BOOT_OK && !b->repeat)
			add_boot(s, &used, b, r[b->variant], n[b->variant], b->variant == 1);
	}
	free(r[0]);
	free(r[1]);
	return ret;
}

/* Seconds of one timed part on the guest's clock; NAN for metrics that belong to a boot. */
static double iteration_cost(const struct builder *bl, const struct series *s)
{
	for (size_t i = 0; !s->metric.per_boot && i < bl->n_costs; i++)
		if (streq(bl->costs[i].workload, s->workload) && bl->costs[i].n)
			return bl->costs[i].total_s / (double)bl->costs[i].n;
	return NAN;
}

/* Analyse one metric. Those without a value that counts get no row. */
static int add_row(struct builder *bl, const struct series *series)
{
	struct aa_report *r = bl->r;
	struct aa_row *row = &r->rows[r->n_rows];
	struct samples s;
	int ret = load_samples(bl, series->id, &s);

	if (!ret && s.bad) {
		r->n_bad++;
	} else if (!ret && s.n_boots) {
		*row = (struct aa_row){ .series = series,
					.n_boots = s.n_boots,
					.padj = NAN,
					.tainted = s.tainted,
					.iter_s = iteration_cost(bl, series) };
		aa__analyse(&(struct aa_input){ .boots = s.boots,
						.n = s.n_boots,
						.resolution = series->metric.resolution,
						.boot_s = r->boot_s,
						.iter_s = row->iter_s,
						.seed = r->campaign->seed },
			    &row->noise);
		r->n_rows++;
	}
	free(s.boots);
	free(s.values);
	return ret;
}

/* The cost of a boot without what its iterations took. Under emulation the guest's clock may run
 * ahead of the host's: when nothing is left, the cost is unknown. */
static int load_costs(struct builder *bl)
{
	struct aa_report *r = bl->r;
	double boots_s;
	int ret = store__costs(bl->st, r->campaign->id, &bl->costs, &bl->n_costs, &boots_s,
			       bl->err);

	for (size_t i = 0; i < bl->n_costs; i++)
		boots_s -= bl->costs[i].total_s;
	r->boot_s = !ret && r->n_boots && boots_s > 0 ? boots_s / r->n_boots : NAN;
	return ret;
}

/* The key of the machine, "" when the campaign has no such tag. */
static int load_machine(struct builder *bl)
{
	struct aa_report *r = bl->r;
	struct campaign_tag *tags;
	const char *key;
	size_t n;
	int ret = store__tags(bl->st, r->campaign->id, &tags, &n, bl->err);

	if (ret)
		return ret;
	key = campaign_tag__find(tags, n, "machine");
	r->machine = xstrdup(key ? key : "");
	campaign_tag__free(tags, n);
	return 0;
}

/* Would a comparison have raised an alarm? Families are those of a report: primary metrics, then
 * all others. */
static void count_alarms(struct aa_report *r)
{
	_free_ double *p = xcalloc(r->n_rows, sizeof(*p));
	_free_ double *padj = xcalloc(r->n_rows, sizeof(*padj));

	for (int primary = 0; primary < 2; primary++) {
		for (size_t i = 0; i < r->n_rows; i++) {
			const struct series *s = r->rows[i].series;

			p[i] = s->metric.primary == primary && s->basis != BASIS_EMULATED ?
				       r->rows[i].noise.p :
				       NAN;
		}
		stats__bh(p, r->n_rows, padj);
		for (size_t i = 0; i < r->n_rows; i++) {
			if (isnan(p[i]))
				continue;
			r->rows[i].padj = padj[i];
			r->tested++;
			r->alarms += p[i] <= STATS_ALPHA;
			r->adjusted_alarms += padj[i] <= STATS_ALPHA;
		}
	}
}

/* Boots that ended well are counted first: the cost of a boot is a mean over them. */
static int fill(struct builder *bl)
{
	struct aa_report *r = bl->r;
	int ret;

	for (size_t i = 0; i < r->campaign->n_boots; i++)
		r->n_boots += r->campaign->boots[i].status == BOOT_OK &&
			      !r->campaign->boots[i].repeat;
	ret = load_machine(bl);
	if (!ret)
		ret = load_costs(bl);
	if (!ret)
		ret = store__series(bl->st, r->campaign->variants[0].id, &r->series, &r->n_series,
				    bl->err);
	r->rows = xcalloc(r->n_series, sizeof(*r->rows));
	for (size_t i = 0; !ret && i < r->n_series; i++)
		ret = add_row(bl, &r->series[i]);
	count_alarms(r);
	return ret;
}

/* The report owns the campaign from here on, and frees it on error as well. */
int aa_report__build(struct store *st, struct campaign *c, struct aa_report **out, struct err *err)
{
	struct builder bl = { .st = st, .r = xcalloc(1, sizeof(*bl.r)), .err = err };
	int ret = check_equal(c, err);

	bl.r->campaign = c;
	*out = NULL;
	if (!ret)
		ret = fill(&bl);
	workload_cost__free(bl.costs, bl.n_costs);
	if (ret)
		aa_report__free(bl.r);
	else
		*out = bl.r;
	return ret;
}

void aa_report__free(struct aa_report *r)
{
	if (!r)
		return;
	campaign__free(r->campaign);
	series__free(r->series, r->n_series);
	free(r->rows);
	free(r->machine);
	free(r);
}

int aa_report__keep(struct store *st, const struct aa_report *r, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < r->n_rows; i++) {
		const struct aa_row *row = &r->rows[i];

		ret = store__add_noise(st, r->campaign->uuid, row->series->id,
				       &(struct noise){
					       .machine = r->machine,
					       .linear = row->noise.linear,
					       .typical = row->noise.typical,
					       .sd_boot = row->noise.sd_boot,
					       .sd_iter = row->noise.sd_iter,
					       .lag1 = row->noise.lag1,
					       .false_rate = row->noise.false_rate,
					       .n_boots = (unsigned int)row->n_boots,
					       .n_iter = row->noise.n_iter,
					       .boot_s = r->boot_s,
					       .iter_s = row->iter_s,
				       },
				       err);
	}
	return ret;
}
