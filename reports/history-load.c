// SPDX-License-Identifier: GPL-2.0-only
/* history-load.c - from the campaigns of a database to one point per stream and campaign. */
#include "lib/names.h"
#include "reports/history-priv.h"
#include "reports/stats.h"
#include "reports/store-read.h"
#include "reports/summary.h"

#include <math.h>

struct loader {
	struct store *st;
	const struct history_filter *f;
	struct history *h;
	struct names keys; /* number of a stream: its place in h->streams */
	struct err *err;
	/* The campaign at hand. */
	struct campaign *c;
	struct campaign_tag *tags;
	size_t n_tags;
	const char *machine;
};

static const char *tag(const struct loader *l, const char *key)
{
	const char *value = campaign_tag__find(l->tags, l->n_tags, key);

	return value ? value : "";
}

/* Is this series asked for? */
static bool wanted(const struct history_filter *f, const struct series *s)
{
	size_t head = strlen(s->workload);

	if (f->workload && !streq(f->workload, s->workload))
		return false;
	if (!f->metric || streq(f->metric, s->name))
		return true;
	return str_starts(f->metric, s->workload) && f->metric[head] == '/' &&
	       streq(f->metric + head + 1, s->name);
}

static struct history_stream *stream_of(struct loader *l, const char *variant,
					const struct series *s)
{
	const char *unit = l->f->reference ? "ratio" : s->unit;
	_free_ char *key = xasprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", l->c->name, l->machine,
				     variant, s->workload, s->source, s->name, unit,
				     metric__basis_name(s->basis));
	uint32_t at = names__add(&l->keys, key);
	struct history_stream *out;

	if (at == l->h->n_streams) {
		l->h->streams = xrealloc(l->h->streams, at + 1, sizeof(*l->h->streams));
		l->h->streams[l->h->n_streams++] = (struct history_stream){
			.key = xstrdup(key),
			.plan = xstrdup(l->c->name),
			.machine = xstrdup(l->machine),
			.variant = xstrdup(variant),
			.workload = xstrdup(s->workload),
			.source = xstrdup(s->source),
			.name = xstrdup(s->name),
			.unit = xstrdup(unit),
			.basis = s->basis,
			.slope_pct = NAN,
		};
	}
	out = &l->h->streams[at];
	out->metric = s->metric;
	out->metric.name = out->name;
	out->metric.unit = out->unit;
	return out;
}

static void add_point(struct loader *l, const char *variant, const struct series *s,
		      const struct history_point *value)
{
	struct history_stream *stream = stream_of(l, variant, s);
	struct history_point *p;
	const char *date = tag(l, "date");

	stream->points = xrealloc(stream->points, stream->n_points + 1, sizeof(*p));
	p = &stream->points[stream->n_points++];
	*p = *value;
	p->campaign = xstrdup(l->c->uuid);
	p->commit = xstrdup(tag(l, "commit"));
	p->branch = xstrdup(tag(l, "branch"));
	p->created_ns = p->date_ns = l->c->created_ns;
	p->version = s->version;
	if (*date)
		tag__date(date, &p->date_ns); /* was checked when it was set */
	if (*tag(l, "expected"))
		p->restart = xasprintf("expected: %s", tag(l, "expected"));
}

static int summarise(struct loader *l, const struct campaign_variant *v, const struct series *s,
		     struct summary *sum)
{
	struct reading *r;
	size_t n;
	int ret = store__readings(l->st, v->id, s->id, &r, &n, l->err);

	*sum = (struct summary){ 0 };
	if (ret)
		return ret;
	summary__init(sum, r, n, l->c->boots, l->c->n_boots);
	free(r);
	return 0;
}

static bool has_nonpositive(const struct summary *sum)
{
	for (size_t i = 0; i < sum->n; i++)
		if (!(sum->boots[i] > 0))
			return true;
	return false;
}

static void take_logs(struct summary *sum)
{
	for (size_t i = 0; i < sum->n; i++)
		sum->boots[i] = log(sum->boots[i]);
}

/* Mean of the boots and its limits; against those of `ref` unless that is NULL. */
static bool evaluate(struct summary *sum, struct summary *ref, struct history_point *p)
{
	bool linear = has_nonpositive(sum) || (ref && has_nonpositive(ref));
	struct stats_test t;
	struct stats_sample samples[2];

	if (!sum->n || sum->bad || (ref && (!ref->n || ref->bad || linear)))
		return false;
	if (!linear)
		take_logs(sum);
	if (ref)
		take_logs(ref);
	samples[0] = (struct stats_sample){ .v = sum->boots, .n = sum->n };
	if (ref)
		samples[1] = (struct stats_sample){ ref->boots, ref->n, .minus = true };
	/* With a single boot there is a value, but no interval. */
	if (stats__contrast(samples, ref ? 2 : 1, 0, &t)) {
		t.lo95 = t.hi95 = NAN;
		t.d = stats__mean(sum->boots, sum->n) -
		      (ref ? stats__mean(ref->boots, ref->n) : 0);
	}
	*p = (struct history_point){ .value = linear ? t.d : exp(t.d),
				     .lo = linear ? t.lo95 : exp(t.lo95),
				     .hi = linear ? t.hi95 : exp(t.hi95),
				     .n = sum->n };
	return true;
}

/* The reference's series of the same metric, or NULL. */
static const struct series *partner(const struct series *list, size_t n, const struct series *s)
{
	for (size_t i = 0; i < n; i++)
		if (streq(list[i].workload, s->workload) && streq(list[i].source, s->source) &&
		    streq(list[i].name, s->name) && streq(list[i].unit, s->unit) &&
		    list[i].version == s->version && list[i].basis == s->basis)
			return &list[i];
	return NULL;
}

struct reference {
	const struct campaign_variant *v; /* NULL: none is asked for */
	struct series *series;
	size_t n;
};

static int load_series(struct loader *l, const struct campaign_variant *v, const struct series *s,
		       const struct reference *ref)
{
	const struct series *other = ref->v ? partner(ref->series, ref->n, s) : NULL;
	struct summary sum = { 0 }, ref_sum = { 0 };
	struct history_point p;
	int ret = summarise(l, v, s, &sum);

	if (!ret && other)
		ret = summarise(l, ref->v, other, &ref_sum);
	if (!ret) {
		if ((!ref->v || other) && evaluate(&sum, other ? &ref_sum : NULL, &p))
			add_point(l, v->name, s, &p);
		else
			l->h->n_empty++;
	}
	summary__release(&sum);
	summary__release(&ref_sum);
	return ret;
}

static int load_variant(struct loader *l, const struct campaign_variant *v,
			const struct reference *ref)
{
	struct series *list;
	size_t n;
	int ret = store__series(l->st, v->id, &list, &n, l->err);

	for (size_t i = 0; !ret && i < n; i++)
		if (wanted(l->f, &list[i]))
			ret = load_series(l, v, &list[i], ref);
	series__free(list, n);
	return ret;
}

static int load_variants(struct loader *l)
{
	const struct history_filter *f = l->f;
	struct reference ref = { 0 };
	int ret = 0;

	for (size_t i = 0; f->reference && i < l->c->n_variants; i++)
		if (streq(l->c->variants[i].name, f->reference))
			ref.v = &l->c->variants[i];
	if (f->reference && !ref.v)
		return 0; /* another plan's campaign */
	if (ref.v)
		ret = store__series(l->st, ref.v->id, &ref.series, &ref.n, l->err);
	for (size_t i = 0; !ret && i < l->c->n_variants; i++) {
		const struct campaign_variant *v = &l->c->variants[i];

		if (v != ref.v && (!f->variant || streq(f->variant, v->name)))
			ret = load_variant(l, v, &ref);
	}
	series__free(ref.series, ref.n);
	return ret;
}

/* Campaigns of a kduel that did not tag machines are told apart by the host's name. */
static char *machine_of(const struct loader *l)
{
	const char *key = tag(l, "machine");

	return *key ? xstrdup(key) : xstrndup(l->c->host, strcspn(l->c->host, ":"));
}

static int load_campaign(struct loader *l, const char *uuid)
{
	_free_ char *machine = NULL;
	int ret = store__load(l->st, uuid, &l->c, l->err);

	if (!ret)
		ret = store__tags(l->st, l->c->id, &l->tags, &l->n_tags, l->err);
	if (!ret) {
		l->machine = machine = machine_of(l);
		if (!l->f->machine || str_starts(machine, l->f->machine))
			ret = load_variants(l);
	}
	campaign_tag__free(l->tags, l->n_tags);
	campaign__free(l->c);
	l->tags = NULL;
	l->n_tags = 0;
	l->c = NULL;
	return ret;
}

int history_load__points(struct store *st, const struct history_filter *f, struct history *h,
			 struct err *err)
{
	struct loader l = { .st = st, .f = f, .h = h, .err = err };
	struct campaign_brief *list;
	size_t n;
	int ret = store__list(st, &list, &n, err);

	/* Oldest first: the newest definition of a metric is then the last one seen. */
	for (size_t i = n; !ret && i-- > 0;)
		if (!f->plan || streq(f->plan, list[i].name))
			ret = load_campaign(&l, list[i].uuid);
	campaign_brief__free(list, n);
	names__release(&l.keys);
	return ret;
}
