// SPDX-License-Identifier: GPL-2.0-only
/* dataset.c - loads everything that a comparison is computed from. */
#include "reports/report/dataset.h"
#include "reports/profile/load.h"
#include "reports/store/history.h"
#include "reports/store/refs.h"

/* Override the margins of the metrics with those of the plan. */
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

/* Only campaigns in exact mode repeat boots, and only for those is it worth loading all exact
 * counts. */
static bool has_repeats(const struct campaign *c)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].repeat_of >= 0)
			return true;
	return false;
}

struct dataset_profiles *dataset_variant__profiles(const struct dataset_variant *v,
						   const char *workload)
{
	for (size_t i = 0; i < v->n_profiles; i++)
		if (streq(v->profiles[i].workload, workload))
			return &v->profiles[i];
	return NULL;
}

/* Load the profiles of workloads whose instructions per operation were counted. */
static int load_profiles(struct store *st, int64_t variant, struct dataset_variant *v,
			 struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < v->n_series; i++) {
		struct dataset_profiles p = { .workload = v->series[i].workload };

		if (!explain__has_companion(v->series[i].source, v->series[i].metric.name))
			continue;
		ret = store__profiles(st, variant, p.workload, &p.v, &p.n, err);
		if (!ret && p.n)
			*APPEND(v->profiles, v->n_profiles) = p;
	}
	return ret;
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
		ret = load_profiles(st, id, v, err);
	if (!ret)
		set_margins(c, v);
	return ret;
}

/* Are boots of the campaign sessions on a running system? */
static bool has_sessions(const struct campaign *c)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (*c->boots[i].running)
			return true;
	return false;
}

/* Load a campaign unless the dataset has it already; *at is its index. */
static int load_campaign(struct store *st, const char *key, struct dataset *d, size_t *at,
			 struct err *err)
{
	struct dataset_campaign *dc;
	struct campaign *c;
	int ret = store__load(st, key, &c, err);

	if (ret)
		return ret;
	for (*at = 0; *at < d->n; ++*at) {
		if (d->of[*at].c->id != c->id)
			continue;
		campaign__free(c);
		return 0;
	}
	d->of = xrealloc(d->of, d->n + 1, sizeof(*d->of));
	dc = &d->of[d->n++];
	*dc = (struct dataset_campaign){ c, xcalloc(c->n_variants + 1, sizeof(*dc->variants)) };
	for (size_t i = 0; !ret && i < c->n_variants; i++) {
		ret = load_variant(st, c, i, &dc->variants[i], err);
		if (!ret && has_sessions(c))
			ret = store__all_readings(st, c->variants[i].id, &dc->variants[i].readings,
						  &dc->variants[i].n_readings, err);
	}
	return ret;
}

static bool has_config(const struct dataset *d, const char *hash)
{
	for (size_t i = 0; i < d->n_configs; i++)
		if (streq(d->configs[i].hash, hash))
			return true;
	return false;
}

/* Load the kernel configurations of all variants if there are at least two different ones. */
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
	/* A configuration is hundreds of kilobytes; do not unpack it if there is no other to
	 * compare it with. */
	for (size_t i = 0; !ret && d->n_configs > 1 && i < d->n_configs; i++)
		ret = store__config(st, d->configs[i].hash, &d->configs[i].text, err);
	return ret;
}

/* Load the noise of the machine; none if campaigns ran on different machines or one lacks a machine
 * tag. */
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

/* Load what is not part of a campaign. `ret` is the result so far. On error, free `d` and set *out
 * to NULL. */
static int finish(struct store *st, struct dataset *d, int ret, struct dataset **out,
		  struct err *err)
{
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

int dataset__load(struct store *st, const char *campaign, struct dataset **out, struct err *err)
{
	struct dataset *d = xcalloc(1, sizeof(*d));
	size_t at;

	return finish(st, d, load_campaign(st, campaign, d, &at, err), out, err);
}

/* Resolve the variant that a side names in one of its campaigns; without a name, the campaign must
 * have exactly one. */
static int find_variant(const struct campaign *c, const char *name, size_t *variant,
			struct err *err)
{
	int at = 0;

	if (name)
		at = campaign__variant(c, name, err);
	else if (c->n_variants != 1)
		return err__set(err, -EINVAL,
				"campaign %.8s has %zu variants: say which one, as %.8s:VARIANT",
				c->uuid, c->n_variants, c->uuid);
	*variant = at < 0 ? 0 : (size_t)at;
	return at < 0 ? at : 0;
}

static int add_part(struct store *st, const char *uuid, const char *variant, struct dataset *d,
		    struct dataset_side *side, struct err *err)
{
	struct dataset_part part;
	int ret = load_campaign(st, uuid, d, &part.campaign, err);

	if (!ret)
		ret = find_variant(d->of[part.campaign].c, variant, &part.variant, err);
	if (ret)
		return ret;
	side->parts = xrealloc(side->parts, side->n + 1, sizeof(*side->parts));
	side->parts[side->n++] = part;
	return 0;
}

/* Sort by start time, so that slots and blocks of pooled campaigns are numbered chronologically. */
static void sort_parts(const struct dataset *d, struct dataset_side *s)
{
	for (size_t i = 1; i < s->n; i++) {
		const struct dataset_part part = s->parts[i];
		const struct campaign *c = d->of[part.campaign].c;
		size_t k = i;

		for (; k && d->of[s->parts[k - 1].campaign].c->created_ns > c->created_ns; k--)
			s->parts[k] = s->parts[k - 1];
		s->parts[k] = part;
	}
}

/* A variant's name has no colon, so the last colon ends the list of campaigns. */
static int load_side(struct store *st, const char *text, struct dataset *d,
		     struct dataset_side *side, struct err *err)
{
	/* After plain ids take the first colon: a variant's name in an imported database may
	 * contain more. */
	const size_t ids = strspn(text, STORE_UUIDS);
	const char *colon = text[ids] == ':' ? text + ids : strrchr(text, ':');
	_free_ char *names = colon ? xstrndup(text, (size_t)(colon - text)) : xstrdup(text);
	const char *variant = colon && colon[1] ? colon + 1 : NULL;
	struct strvec uuids = { 0 };
	int ret = store__refs(st, names, &uuids, err);

	for (size_t i = 0; !ret && i < uuids.n; i++)
		ret = add_part(st, uuids.v[i], variant, d, side, err);
	if (!ret)
		sort_parts(d, side);
	strvec__release(&uuids);
	return ret;
}

/* Fail if both sides have a variant in common, which would be compared with itself. */
static int check_apart(const struct dataset *d, struct err *err)
{
	const struct dataset_side *a = &d->side[SIDE_BASELINE], *b = &d->side[SIDE_CANDIDATE];

	for (size_t i = 0; i < a->n; i++) {
		const struct campaign *c = d->of[a->parts[i].campaign].c;

		for (size_t k = 0; k < b->n; k++)
			if (a->parts[i].campaign == b->parts[k].campaign &&
			    a->parts[i].variant == b->parts[k].variant)
				return err__set(err, -EINVAL,
						"\"%s\" of campaign %.8s is on both sides: it "
						"cannot be compared with itself",
						c->variants[a->parts[i].variant].name, c->uuid);
	}
	return 0;
}

int dataset__load_sides(struct store *st, const char *candidate, const char *baseline,
			struct dataset **out, struct err *err)
{
	struct dataset *d = xcalloc(1, sizeof(*d));
	int ret = load_side(st, candidate, d, &d->side[SIDE_CANDIDATE], err);

	if (!ret)
		ret = load_side(st, baseline, d, &d->side[SIDE_BASELINE], err);
	if (!ret)
		ret = check_apart(d, err);
	return finish(st, d, ret, out, err);
}

/* Keep series and campaigns: the report refers to their strings. */
void dataset__drop_samples(struct dataset *d)
{
	for (size_t i = 0; i < d->n; i++) {
		for (size_t k = 0; k < d->of[i].c->n_variants; k++) {
			struct dataset_variant *v = &d->of[i].variants[k];

			free(v->stats);
			free(v->counts);
			free(v->readings);
			variant_fact__free(v->facts, v->n_facts);
			for (size_t p = 0; p < v->n_profiles; p++)
				profile__free(v->profiles[p].v, v->profiles[p].n);
			free(v->profiles);
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
	for (size_t i = 0; i < SIDES; i++)
		free(d->side[i].parts);
	free(d->of);
	free(d);
}
