// SPDX-License-Identifier: GPL-2.0-only
/*
 * noise.c - the noise of each metric in A/A campaigns, also as rows of the noise table.
 */
#include "reports/history/noise.h"

#include "reports/stats/stats.h"
#include "reports/store/refs.h"

#include <math.h>

#define LABELS 2 /* variants of an A/A campaign */

struct builder {
	struct store *st;
	struct aa_report *r;
	struct workload_cost *costs;
	size_t n_costs;
	struct err *err;
};

/* The values of one metric that count, boot by boot. */
struct samples {
	struct aa_boot *boots; /* boots with values; aa_boot.v points into `values` */
	double *values;
	size_t n_boots;
	unsigned int tainted;
	bool bad; /* a value is not finite */
};

/* Are the boots of a campaign sessions on running systems? */
static bool is_running(const struct campaign *c)
{
	return c->n_boots && *c->boots[0].running;
}

/* An A/A campaign has two labels for the same kernel, CPU and command line; otherwise a real
 * difference would count as noise. On a running system it has only one variant. */
static int check_equal(const struct campaign *c, struct err *err)
{
	const struct campaign_variant *a = c->variants, *b = c->variants + 1;

	if (c->n_variants == 1 && is_running(c))
		return 0;
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

/* Facts that must be equal in pooled campaigns. */
static const char *const same_facts[] = { "identity/version", "identity/cmdline",
					  "target/machine" };

/* The values of a fact in all boots of a campaign. The caller frees. */
static int fact_text(struct builder *bl, const struct campaign *c, const char *key, char **text)
{
	struct strvec values = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < c->n_variants; i++)
		ret = store__fact_values(bl->st, c->variants[i].id, key, &values, bl->err);
	strvec__sort_unique(&values);
	*text = strvec__join(&values, " | ");
	strvec__release(&values);
	return ret;
}

/* -EINVAL unless all are A/A campaigns of the same kernel on the same machine. */
static int check_pool(struct builder *bl)
{
	const struct campaign *a = bl->r->campaigns[0];
	int ret = check_equal(a, bl->err);

	for (size_t i = 1; !ret && i < bl->r->n_campaigns; i++) {
		const struct campaign *b = bl->r->campaigns[i];
		const char *differs = NULL;

		ret = check_equal(b, bl->err);
		if (ret)
			break;
		if (!streq(a->variants->kernel_hash, b->variants->kernel_hash))
			differs = "kernels";
		else if (!streq(a->variants->cpu, b->variants->cpu))
			differs = "CPUs";
		else if (!streq(a->target, b->target))
			differs = "targets";
		for (size_t k = 0; !ret && !differs && k < ARRAY_SIZE(same_facts); k++) {
			_free_ char *x = NULL, *y = NULL;

			ret = fact_text(bl, a, same_facts[k], &x);
			if (!ret)
				ret = fact_text(bl, b, same_facts[k], &y);
			if (!ret && !streq(x, y))
				differs = same_facts[k];
		}
		if (!ret && differs)
			ret = err__set(bl->err, -EINVAL,
				       "campaigns %.8s and %.8s cannot be pooled: they differ in %s",
				       a->uuid, b->uuid, differs);
	}
	return ret;
}

/* Load the campaigns in chronological order. */
static int load_campaigns(struct builder *bl, const char *text)
{
	struct aa_report *r = bl->r;
	struct strvec uuids = { 0 };
	int ret = store__refs(bl->st, text, &uuids, bl->err);

	r->campaigns = xcalloc(uuids.n + 1, sizeof(struct campaign *));
	for (size_t i = 0; !ret && i < uuids.n; i++) {
		struct campaign *c;
		size_t k = r->n_campaigns;

		ret = store__load(bl->st, uuids.v[i], &c, bl->err);
		if (ret)
			break;
		for (; k && r->campaigns[k - 1]->created_ns > c->created_ns; k--)
			r->campaigns[k] = r->campaigns[k - 1];
		r->campaigns[k] = c;
		r->n_campaigns++;
	}
	strvec__release(&uuids);
	if (r->n_campaigns)
		r->campaign = r->campaigns[r->n_campaigns - 1];
	return ret;
}

/* Collect the boots of all campaigns. Boots of running systems get the two labels alternately. */
static void make_units(struct aa_report *r)
{
	_free_ struct unit_part *parts = xcalloc(r->n_campaigns, sizeof(*parts));
	struct boot_units *u = &r->units;

	for (size_t i = 0; i < r->n_campaigns; i++)
		parts[i] = (struct unit_part){ r->campaigns[i], UNIT_ALL };
	boot_units__make(u, parts, r->n_campaigns);
	for (size_t i = 0; i < u->n; i++) {
		struct campaign_boot *b = &u->boots[i];

		if (*b->running)
			b->variant = i % LABELS;
		r->label[b->variant] += b->status == BOOT_OK && !b->repeat;
	}
	r->n_boots = r->label[0] + r->label[1];
	if (!u->shared || r->n_boots >= STATS_MIN_BOOTS)
		return;
	r->few = xasprintf("%u boot%s: not enough for a verdict on the noise between boots, which "
			   "takes %d, and better 10. Reboot, run `kduel aa PLAN` again, and pool: "
			   "kduel aa --show %.8s,...",
			   r->n_boots, plural_s(r->n_boots), STATS_MIN_BOOTS, r->campaign->uuid);
}

/* Append the values of one unit; *used counts the values in s->values. */
static void add_boot(struct samples *s, size_t *used, const struct boot_units *u, size_t unit,
		     const struct reading *r, size_t n)
{
	double *v = s->values + *used;
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		const struct unit_of *of = boot_units__find(u, r[i].boot);

		if (!of || of->unit != unit || !of->ok || r[i].warmup)
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
		s->boots[s->n_boots++] =
			(struct aa_boot){ .v = v, .n = k, .b = u->boots[unit].variant == 1 };
}

/* Load the readings of a series from all campaigns and labels. */
static int load_readings(struct builder *bl, int64_t series, struct reading **out, size_t *n_out)
{
	int ret = 0;

	*out = NULL;
	*n_out = 0;
	for (size_t i = 0; !ret && i < bl->r->n_campaigns; i++) {
		const struct campaign *c = bl->r->campaigns[i];

		for (size_t k = 0; !ret && k < c->n_variants; k++) {
			struct reading *r;
			size_t n;

			ret = store__readings(bl->st, c->variants[k].id, series, &r, &n, bl->err);
			if (ret)
				break;
			*out = xrealloc(*out, *n_out + n + 1, sizeof(**out));
			if (n)
				memcpy(*out + *n_out, r, n * sizeof(*r));
			*n_out += n;
			free(r);
		}
	}
	return ret;
}

/* Load the values of one metric in the order of the schedule, for both labels. */
static int load_samples(struct builder *bl, int64_t series, struct samples *s)
{
	const struct boot_units *u = &bl->r->units;
	struct reading *r;
	size_t n, used = 0;
	int ret = load_readings(bl, series, &r, &n);

	*s = (struct samples){ 0 };
	s->boots = xcalloc(u->n + 1, sizeof(*s->boots));
	s->values = xcalloc(n + 1, sizeof(*s->values));
	for (size_t i = 0; !ret && i < u->n; i++)
		if (u->boots[i].status == BOOT_OK && !u->boots[i].repeat)
			add_boot(s, &used, u, i, r, n);
	free(r);
	return ret;
}

/* Seconds per iteration, by the guest's clock; NAN for metrics measured once per boot. */
static double iteration_cost(const struct builder *bl, const struct series *s)
{
	for (size_t i = 0; !s->metric.per_boot && i < bl->n_costs; i++)
		if (streq(bl->costs[i].workload, s->workload) && bl->costs[i].n)
			return bl->costs[i].total_s / (double)bl->costs[i].n;
	return NAN;
}

/* Analyse one metric and add a row, unless it has no value that counts. */
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

/* The cost of a boot without its iterations, from the last campaign. Unknown if nothing is left, as
 * under emulation the guest's clock may run ahead of the host's; also for sessions, as the cost of
 * a reboot is not known. */
static int load_costs(struct builder *bl)
{
	struct aa_report *r = bl->r;
	unsigned int boots = 0;
	double boots_s;
	int ret = store__costs(bl->st, r->campaign->id, &bl->costs, &bl->n_costs, &boots_s,
			       bl->err);

	for (size_t i = 0; i < r->campaign->n_boots; i++)
		boots += r->campaign->boots[i].status == BOOT_OK && !r->campaign->boots[i].repeat;
	for (size_t i = 0; i < bl->n_costs; i++)
		boots_s -= bl->costs[i].total_s;
	r->boot_s = !ret && boots && boots_s > 0 && !r->units.shared ? boots_s / boots : NAN;
	return ret;
}

/* The key of the machine; "" if the campaign has no such tag. */
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

/* Count the rows that a comparison would call different. Families are as in a report: primary
 * metrics, and all others. */
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

/* Units first: the cost of a boot is unknown if they are sessions. */
static int fill(struct builder *bl)
{
	struct aa_report *r = bl->r;
	int ret;

	make_units(r);
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

int aa_report__build(struct store *st, const char *text, struct aa_report **out, struct err *err)
{
	struct builder bl = { .st = st, .r = xcalloc(1, sizeof(*bl.r)), .err = err };
	int ret = load_campaigns(&bl, text);

	*out = NULL;
	if (!ret)
		ret = check_pool(&bl);
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
	for (size_t i = 0; i < r->n_campaigns; i++)
		campaign__free(r->campaigns[i]);
	free(r->campaigns);
	boot_units__release(&r->units);
	series__free(r->series, r->n_series);
	free(r->rows);
	free(r->machine);
	free(r->few);
	free(r);
}

/* With too few boots (r->few) the noise between boots is unknown: store nothing. */
int aa_report__keep(struct store *st, const struct aa_report *r, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && !r->few && i < r->n_rows; i++) {
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
