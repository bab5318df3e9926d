// SPDX-License-Identifier: GPL-2.0-only
/* dataset.c - reads what a comparison is computed from. */
#include "reports/report/dataset.h"
#include "reports/store/history.h"

/* Put the plan's margins in place of the metrics' own. */
static void set_margins(const struct campaign *c, struct dataset_variant *v)
{
	for (size_t i = 0; i < c->n_margins; i++) {
		const struct campaign_margin *m = &c->margins[i];

		for (size_t k = 0; k < v->n_series; k++) {
			struct series *s = &v->series[k];

			if (!streq(s->source, m->source) || !streq(s->metric.name, m->metric))
				continue;
			s->metric.margin_abs = m->abs;
			s->metric.margin_rel = m->rel;
		}
	}
}

/* Only a campaign of exact mode has them, and only then are all exact counts worth reading. */
static bool has_repeats(const struct campaign *c)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].repeat_of >= 0)
			return true;
	return false;
}

/* Read everything that the boots of one variant measured. */
static int load_variant(struct store *st, const struct campaign *c, size_t index,
			struct dataset_variant *v, struct err *err)
{
	int64_t id = c->variants[index].id;
	int ret = store__series(st, id, &v->series, &v->n_series, err);

	if (!ret)
		ret = store__boot_stats(st, id, &v->stats, &v->n_stats, err);
	if (!ret)
		ret = store__counts(st, id, has_repeats(c), &v->counts, &v->n_counts, err);
	if (!ret)
		ret = store__variant_facts(st, id, &v->facts, &v->n_facts, err);
	if (!ret)
		set_margins(c, v);
	return ret;
}

/* Read the next campaign of the dataset. When it is the one that is there already, one copy
 * serves both sides. */
static int load_campaign(struct store *st, const char *key, struct dataset *d, struct err *err)
{
	struct dataset_campaign *dc = &d->of[d->n];
	int ret = store__load(st, key, &dc->c, err);

	if (ret)
		return ret;
	if (d->n && streq(dc->c->uuid, d->of[0].c->uuid)) {
		campaign__free(dc->c);
		return 0;
	}
	d->n++;
	dc->variants = xcalloc(dc->c->n_variants + 1, sizeof(*dc->variants));
	for (size_t i = 0; !ret && i < dc->c->n_variants; i++)
		ret = load_variant(st, dc->c, i, &dc->variants[i], err);
	return ret;
}

static bool has_config(const struct dataset *d, const char *hash)
{
	for (size_t i = 0; i < d->n_configs; i++)
		if (streq(d->configs[i].hash, hash))
			return true;
	return false;
}

/* The configurations of all variants, when there is more than one. */
static int load_configs(struct store *st, struct dataset *d, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct campaign *c = d->of[i].c;

		for (size_t k = 0; k < c->n_variants; k++) {
			const char *hash = c->variants[k].config_hash;

			if (!*hash || has_config(d, hash))
				continue;
			d->configs = xrealloc(d->configs, d->n_configs + 1, sizeof(*d->configs));
			d->configs[d->n_configs++] = (struct dataset_config){ xstrdup(hash), NULL };
		}
	}
	/* Hundreds of kilobytes each: a single one is not unpacked, there is nothing to compare. */
	for (size_t i = 0; !ret && d->n_configs > 1 && i < d->n_configs; i++)
		ret = store__config(st, d->configs[i].hash, &d->configs[i].text, err);
	return ret;
}

/* The noise of the machine that all campaigns ran on; none when they ran on two, or one has no
 * machine tag. */
static int load_machine(struct store *st, struct dataset *d, struct err *err)
{
	for (size_t i = 0; i < d->n; i++) {
		struct campaign_tag *tags;
		const char *found;
		bool same;
		size_t n;
		int ret = store__tags(st, d->of[i].c->id, &tags, &n, err);

		if (ret)
			return ret;
		found = campaign_tag__find(tags, n, "machine");
		same = found && (!i || streq(d->machine, found));
		free(d->machine);
		d->machine = same ? xstrdup(found) : NULL;
		campaign_tag__free(tags, n);
		if (!same)
			return 0;
	}
	return store__noise(st, d->machine, &d->noise, &d->n_noise, err);
}

int dataset__load(struct store *st, const char *candidate, const char *baseline,
		  struct dataset **out, struct err *err)
{
	struct dataset *d = xcalloc(1, sizeof(*d));
	int ret = load_campaign(st, candidate, d, err);

	if (!ret && baseline)
		ret = load_campaign(st, baseline, d, err);
	if (!ret)
		ret = load_configs(st, d, err);
	if (!ret)
		ret = load_machine(st, d, err);
	if (ret) {
		dataset__free(d);
		d = NULL;
	}
	*out = d;
	return ret;
}

/* Series and campaigns stay, since the strings of the report live in them. */
void dataset__drop_samples(struct dataset *d)
{
	for (size_t i = 0; i < d->n; i++) {
		for (size_t k = 0; k < d->of[i].c->n_variants; k++) {
			struct dataset_variant *v = &d->of[i].variants[k];

			free(v->stats);
			free(v->counts);
			variant_fact__free(v->facts, v->n_facts);
			*v = (struct dataset_variant){ .series = v->series,
						       .n_series = v->n_series };
		}
	}
	for (size_t i = 0; i < d->n_configs; i++) {
		free(d->configs[i].hash);
		free(d->configs[i].text);
	}
	free(d->configs);
	free(d->machine);
	noise__free(d->noise, d->n_noise);
	d->configs = NULL;
	d->machine = NULL;
	d->noise = NULL;
	d->n_configs = d->n_noise = 0;
}

void dataset__free(struct dataset *d)
{
	if (!d)
		return;
	dataset__drop_samples(d);
	for (size_t i = 0; i < d->n; i++) {
		for (size_t k = 0; k < d->of[i].c->n_variants; k++)
			series__free(d->of[i].variants[k].series, d->of[i].variants[k].n_series);
		free(d->of[i].variants);
		campaign__free(d->of[i].c);
	}
	free(d);
}
