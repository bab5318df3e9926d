// SPDX-License-Identifier: GPL-2.0-only
/* load.c - builds streams, with one point per campaign, from the boots in the database. */
#include "lib/names.h"
#include "reports/history/load.h"
#include "reports/history/changes.h"
#include "reports/history/index.h"
#include "reports/history/sides.h"
#include "reports/stats/stats.h"
#include "reports/store/values.h"

#include <math.h>

/* The values of all boots for a series, sorted by variant. */
struct values {
	struct series *s;
	struct boot_value *v;
	size_t n;
};

/* The values of the boots of one side that count, in the order of the schedule. */
struct history_sample {
	double *v; /* owned */
	size_t n;
	const char *running; /* if all are sessions on the same system, its id; otherwise NULL */
	size_t sessions;
};

#define NO_STREAM UINT32_MAX

/* State of a stream while points are added. */
struct growing {
	/* Creation time of the campaign whose definition of the metric it has. */
	uint64_t defined_ns;
	size_t room; /* allocated points */
};

struct loader {
	struct store *st;
	struct history_filter *f;
	struct history *h;
	/* Stream index by the index of its key in history.texts; NO_STREAM: none. */
	uint32_t *of_key;
	size_t n_of_key;
	struct growing *growing; /* same indices as h->streams */
	struct names changed; /* kinds of sides that are new or differ from the earlier history */
	struct sides sides;
	/* Stream index for the current series, by kind of side; NO_STREAM: not looked up. */
	uint32_t *of_kind;
	struct value_boot *boots; /* boots that count, sorted by variant and id */
	size_t n_boots;
	struct series *series;
	size_t n_series;
	struct values *values; /* of the series that match the filter */
	size_t n_values;
};

static int check_stop(const struct loader *l, struct err *err)
{
	if (!l->f->stop || !atomic_load(l->f->stop))
		return 0;
	return err__set(err, -ECANCELED, "stopped while the history of all campaigns was read");
}

/* Does the filter match this metric? It names METRIC or WORKLOAD/METRIC. */
static bool wanted(const struct history_filter *f, const char *workload, const char *source,
		   const char *name)
{
	size_t head = strlen(workload);

	if ((f->workload && !streq(f->workload, workload)) ||
	    (f->source && !streq(f->source, source)))
		return false;
	if (!f->metric || streq(f->metric, name))
		return true;
	return str_starts(f->metric, workload) && f->metric[head] == '/' &&
	       streq(f->metric + head + 1, name);
}

/* Does the filter match this side? */
static bool wanted_from(const struct history_filter *f, const char *plan, const char *machine,
			const char *variant)
{
	return (!f->plan || streq(f->plan, plan)) && (!f->variant || streq(f->variant, variant)) &&
	       (!f->machine || tag__is_machine(machine, f->machine));
}

bool history_filter__fits(const struct history_filter *f, const struct history_stream *s)
{
	return wanted(f, s->workload, s->source, s->name) &&
	       wanted_from(f, s->plan, s->machine, s->variant);
}

bool history_filter__is_empty(const struct history_filter *f)
{
	return !f->metric && !f->workload && !f->source && !f->variant && !f->plan && !f->machine &&
	       !f->reference && !f->campaign;
}

/* Add an empty stream, with room for one point per side of its kind. `key` belongs to
 * history.texts. */
static void add_stream(struct loader *l, const char *key, const struct side *side,
		       const struct series *s, const char *unit)
{
	struct history_texts *texts = l->h->texts;
	size_t at = l->h->n_streams;

	GROW(l->h->streams, at);
	GROW(l->growing, at);
	l->h->n_streams++;
	l->growing[at] = (struct growing){ .room = l->sides.of_kind[side->kind] };
	l->h->streams[at] = (struct history_stream){
		.refs = xcalloc(1, sizeof(atomic_uint)),
		.key = key,
		.plan = side->plan,
		.machine = side->machine,
		.variant = side->name,
		.workload = history_texts__add(texts, s->workload),
		.source = history_texts__add(texts, s->source),
		.name = history_texts__add(texts, s->metric.name),
		.unit = history_texts__add(texts, unit),
		.basis = s->basis,
		.points = xcalloc(l->growing[at].room, sizeof(struct history_point)),
		.share = l->f->reference ? 0 : metric__points(s->metric.unit),
		.slope = NAN,
	};
	atomic_init(l->h->streams[at].refs, 1);
}

/* Find or add a stream by its key, which notes refer to as well. Returns its index. */
static uint32_t find_stream(struct loader *l, const struct side *side, const struct series *s)
{
	const char *unit = l->f->reference ? "ratio" : s->metric.unit;
	_free_ char *key = xasprintf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s", side->v.plan, side->machine,
				     side->v.name, s->workload, s->source, s->metric.name, unit,
				     metric__basis_name(s->basis));
	uint32_t text = names__add(&l->h->texts->names, key);

	for (; l->n_of_key <= text; l->n_of_key++) {
		GROW(l->of_key, l->n_of_key);
		l->of_key[l->n_of_key] = NO_STREAM;
	}
	if (l->of_key[text] == NO_STREAM) {
		l->of_key[text] = (uint32_t)l->h->n_streams;
		add_stream(l, l->h->texts->names.v[text], side, s, unit);
	}
	return l->of_key[text];
}

/* The stream for a side and series. Cached per kind of side, of which a series has few, though it
 * has thousands of sides. The definition of the metric is that of the newest campaign. */
static struct history_stream *stream_of(struct loader *l, const struct side *side,
					const struct series *s)
{
	uint32_t *at = &l->of_kind[side->kind];
	struct history_stream *out;

	if (*at == NO_STREAM)
		*at = find_stream(l, side, s);
	out = &l->h->streams[*at];
	if (side->v.created_ns >= l->growing[*at].defined_ns) {
		l->growing[*at].defined_ns = side->v.created_ns;
		out->metric = s->metric;
	}
	return out;
}

/* Append the point of a campaign; points are sorted later. */
static void add_point(struct loader *l, const struct side *side, const struct series *s,
		      const struct history_point *value, const char *running)
{
	struct history_stream *stream = stream_of(l, side, s);
	size_t *room = &l->growing[stream - l->h->streams].room;
	struct history_point *p;

	/* A side can have several points if its campaign mixes definitions of the metric. */
	if (stream->n_points == *room) {
		*room *= 2;
		stream->points = xrealloc(stream->points, *room, sizeof(*stream->points));
	}
	p = &stream->points[stream->n_points++];
	*p = *value;
	p->running = running ? xstrdup(running) : NULL;
	p->campaign = side->uuid;
	p->commit = side->commit;
	p->branch = side->branch;
	p->created_ns = side->v.created_ns;
	p->date_ns = side->date_ns;
	p->version = s->version;
	if (*side->expected)
		p->restart = xasprintf("expected: %s", side->expected);
}

struct slotted {
	unsigned int slot;
	const char *running;
	double v;
};

static int compare_slot(const void *a, const void *b)
{
	const struct slotted *x = a, *y = b;

	return (x->slot > y->slot) - (x->slot < y->slot);
}

/* Merge the sessions on each boot of a running system: their median replaces the first. Returns how
 * many values are left. */
static size_t fold_sessions(struct slotted *list, size_t n)
{
	_free_ double *same = xcalloc(n + 1, sizeof(*same));
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		size_t count = 0, k = *list[i].running ? 0 : left;

		while (k < left && !streq(list[k].running, list[i].running))
			k++;
		if (k < left)
			continue; /* already merged */
		for (k = i; *list[i].running && k < n; k++)
			if (streq(list[k].running, list[i].running))
				same[count++] = list[k].v;
		list[left] = list[i];
		if (count)
			list[left].v = stats__median(same, count);
		left++;
	}
	return left;
}

/* The medians of the boots that count, in the order of the schedule; the caller frees s.v. Values
 * and boots are both sorted by boot id, which is usually the order of the schedule already. A database
 * from elsewhere may hold infinity. */
static struct history_sample sample_of(const struct side *side, const struct boot_value *v,
				       size_t n)
{
	struct slotted few[16];
	_free_ struct slotted *many = n > ARRAY_SIZE(few) ? xcalloc(n, sizeof(*many)) : NULL;
	struct slotted *list = many ? many : few;
	struct history_sample s = { .v = xcalloc(n + 1, sizeof(*s.v)) };
	const struct value_boot *b = side->boots, *end = b + side->n_boots;
	bool in_order = true;

	for (size_t i = 0; i < n; i++) {
		while (b < end && b->id < v[i].boot)
			b++;
		if (b == end || b->id != v[i].boot || !v[i].n || !isfinite(v[i].median))
			continue;
		in_order = in_order && (!s.n || list[s.n - 1].slot <= b->slot);
		list[s.n++] = (struct slotted){ b->slot, b->running, v[i].median };
	}
	if (!in_order)
		qsort(list, s.n, sizeof(*list), compare_slot);
	s.sessions = s.n;
	if (side->has_sessions)
		s.n = fold_sessions(list, s.n);
	if (side->has_sessions && s.n == 1 && *list[0].running)
		s.running = list[0].running;
	for (size_t i = 0; i < s.n; i++)
		s.v[i] = list[i].v;
	return s;
}

/* Find the values of a variant by binary search: sets *first and returns their number. */
static size_t find_run(const struct values *v, int64_t variant, size_t *first)
{
	size_t lo = 0, hi = v->n, end;

	while (lo < hi) {
		size_t mid = (lo + hi) / 2;

		if (v->v[mid].variant < variant)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < v->n && v->v[end].variant == variant;)
		end++;
	*first = lo;
	return end - lo;
}

/* Do two series measure the same metric? Margins may differ. */
static bool is_same_metric(const struct series *a, const struct series *b)
{
	return streq(a->workload, b->workload) && streq(a->source, b->source) &&
	       streq(a->metric.name, b->metric.name) && streq(a->metric.unit, b->metric.unit) &&
	       a->version == b->version && a->basis == b->basis;
}

/* Find the values of the reference for the same metric. The series may differ, since margins
 * may. */
static bool find_reference(const struct loader *l, const struct series *s, const struct side *ref,
			   struct history_sample *out)
{
	for (size_t i = 0; i < l->n_values; i++) {
		const struct values *v = &l->values[i];
		size_t first, n;

		if (!is_same_metric(v->s, s))
			continue;
		n = find_run(v, ref->v.variant, &first);
		if (!n)
			continue;
		*out = sample_of(ref, v->v + first, n);
		return true;
	}
	return false;
}

/* The variant of the same campaign to which the values of a side are relative, or NULL. */
static const struct side *reference_of(const struct loader *l, const struct side *side)
{
	for (size_t i = 0; i < l->sides.n; i++)
		if (l->sides.v[i].v.campaign == side->v.campaign &&
		    streq(l->sides.v[i].v.name, l->f->reference))
			return &l->sides.v[i];
	return NULL;
}

static bool has_nonpositive(const struct history_sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		if (!(s->v[i] > 0))
			return true;
	return false;
}

static void take_logs(struct history_sample *s)
{
	for (size_t i = 0; i < s->n; i++)
		s->v[i] = log(s->v[i]);
}

/* The mean over the boots and its limits, or its ratio to that of `ref` if not NULL. False if there
 * is no result. Leaves logarithms in the samples. */
static bool summarise_boots(struct history_sample *s, struct history_sample *ref,
			    struct history_point *p)
{
	bool linear = has_nonpositive(s) || (ref && has_nonpositive(ref));
	struct stats_test t;
	struct stats_sample samples[2];

	if (!s->n || (ref && (!ref->n || linear)))
		return false;
	if (!linear)
		take_logs(s);
	if (ref)
		take_logs(ref);
	samples[0] = (struct stats_sample){ .v = s->v, .n = s->n };
	if (ref)
		samples[1] = (struct stats_sample){ ref->v, ref->n, .minus = true };
	/* A single boot has a value but no interval. */
	if (stats__interval(samples, ref ? 2 : 1, &t)) {
		t.lo95 = t.hi95 = NAN;
		t.d = stats__mean(s->v, s->n) - (ref ? stats__mean(ref->v, ref->n) : 0);
	}
	*p = (struct history_point){ .value = linear ? t.d : exp(t.d),
				     .lo = linear ? t.lo95 : exp(t.lo95),
				     .hi = linear ? t.hi95 : exp(t.hi95),
				     .n = (unsigned int)s->n,
				     .sessions = s->sessions };
	return true;
}

/* Compute and add the point of a side from its boots. */
static void add_side_point(struct loader *l, const struct series *s, const struct side *side,
			   const struct boot_value *v, size_t n)
{
	const struct side *ref = l->f->reference ? reference_of(l, side) : NULL;
	struct history_sample own, other = { 0 };
	struct history_point p;
	bool fit;

	/* Not wanted, the reference itself, or a campaign without it. */
	if (!wanted_from(l->f, side->v.plan, side->machine, side->v.name) ||
	    (l->f->reference && (!ref || ref == side)))
		return;
	own = sample_of(side, v, n);
	fit = !ref || find_reference(l, s, ref, &other);
	if (fit && summarise_boots(&own, ref ? &other : NULL, &p))
		add_point(l, side, s, &p, own.running);
	else
		l->h->n_empty++;
	free(own.v);
	free(other.v);
}

/* Add the points of one series. Values and sides are both sorted by variant; each run of values
 * with the same variant is one side. */
static void add_series_points(struct loader *l, const struct values *v)
{
	size_t at = 0;

	memset(l->of_kind, 0xff, l->sides.kinds.n * sizeof(*l->of_kind));
	for (size_t i = 0, end; i < v->n; i = end) {
		const int64_t variant = v->v[i].variant;

		for (end = i; end < v->n && v->v[end].variant == variant;)
			end++;
		while (at < l->sides.n && l->sides.v[at].v.variant < variant)
			at++;
		if (at < l->sides.n && l->sides.v[at].v.variant == variant)
			add_side_point(l, v->s, &l->sides.v[at], v->v + i, end - i);
	}
}

/* Load the values of all series that match, and add their points. For ratios, load everything
 * first: the reference may be in a later series. */
static int load_points(struct loader *l, struct err *err)
{
	const bool at_once = l->f->reference;
	int ret = store__all_series(l->st, &l->series, &l->n_series, err);

	l->values = xcalloc(l->n_series ? l->n_series : 1, sizeof(*l->values));
	for (size_t i = 0; !ret && i < l->n_series; i++) {
		struct values *v = &l->values[l->n_values];

		if (!wanted(l->f, l->series[i].workload, l->series[i].source,
			    l->series[i].metric.name))
			continue;
		v->s = &l->series[i];
		l->n_values++;
		ret = check_stop(l, err);
		if (!ret)
			ret = store__values(l->st, v->s->id, &v->v, &v->n, err);
		if (at_once || ret)
			continue;
		add_series_points(l, v);
		free(v->v);
		*v = (struct values){ 0 };
		l->n_values = 0;
	}
	for (size_t i = 0; !ret && at_once && i < l->n_values; i++)
		add_series_points(l, &l->values[i]);
	return ret;
}

static int compare_series(const void *a, const void *b)
{
	const struct series *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static const struct series *series_of(const struct loader *l, int64_t id)
{
	const struct series key = { .id = id };

	return l->n_series ? bsearch(&key, l->series, l->n_series, sizeof(key), compare_series) :
			     NULL;
}

/* Add all points of one side. */
static int add_side_points(struct loader *l, const struct side *side, struct err *err)
{
	struct boot_stat *rows = NULL;
	_free_ struct boot_value *v = NULL;
	size_t n = 0, end;
	int ret = store__boot_stats(l->st, side->v.variant, &rows, &n, err);

	v = xcalloc(n + 1, sizeof(*v));
	for (size_t i = 0; i < n; i++)
		v[i] = (struct boot_value){ side->v.variant, rows[i].boot, rows[i].median,
					    rows[i].spread.n };
	for (size_t i = 0; !ret && i < n; i = end) {
		const struct series *s = series_of(l, rows[i].series);

		for (end = i; end < n && rows[end].series == rows[i].series;)
			end++;
		l->of_kind[side->kind] = NO_STREAM;
		if (s)
			add_side_point(l, s, side, v + i, end - i);
	}
	free(rows);
	return ret;
}

/* Replace the campaign of the filter by its plan and machine. An unknown campaign matches
 * nothing. */
static void choose_campaign(struct loader *l)
{
	l->f->plan = l->f->machine = "";
	for (size_t i = 0; i < l->sides.n; i++)
		if (streq(l->sides.v[i].uuid, l->f->campaign)) {
			l->f->plan = l->sides.v[i].plan;
			l->f->machine = l->sides.v[i].machine;
		}
}

/* Load only the kinds that changed; share_unchanged() adds the streams of the others. */
static int load_changed(struct loader *l, const struct history *before, struct err *err)
{
	int ret = store__all_series(l->st, &l->series, &l->n_series, err);

	if (!ret && l->n_series)
		qsort(l->series, l->n_series, sizeof(*l->series), compare_series);
	sides__changed(&l->sides, l->h, before, &l->changed);
	for (size_t i = 0; !ret && i < l->sides.n; i++) {
		if (names__find(&l->changed, l->sides.v[i].kind_name) == NAMES_NONE)
			continue;
		ret = check_stop(l, err);
		if (!ret)
			ret = add_side_points(l, &l->sides.v[i], err);
	}
	return ret;
}

static void release(struct loader *l)
{
	names__release(&l->changed);
	for (size_t i = 0; i < l->n_values; i++)
		free(l->values[i].v);
	sides__release(&l->sides);
	series__free(l->series, l->n_series);
	free(l->of_key);
	free(l->of_kind);
	free(l->values);
	value_boot__free(l->boots, l->n_boots);
	free(l->growing);
}

/* By date, then by the time the campaign was run. */
static int compare_points(const void *a, const void *b)
{
	const struct history_point *x = a, *y = b;

	if (x->date_ns != y->date_ns)
		return x->date_ns < y->date_ns ? -1 : 1;
	if (x->created_ns != y->created_ns)
		return x->created_ns < y->created_ns ? -1 : 1;
	return strcmp(x->campaign, y->campaign);
}

/* Merge another campaign on the same boot into `to`: it is no second observation. */
static void merge_point(struct history_point *to, const struct history_point *from)
{
	double a = (double)to->sessions, b = (double)from->sessions;

	to->value = to->value > 0 && from->value > 0 ?
			    exp((a * log(to->value) + b * log(from->value)) / (a + b)) :
			    (a * to->value + b * from->value) / (a + b);
	to->sessions += from->sessions;
}

/* Merge campaigns on the same boot of a running system into one point: otherwise a night of
 * sessions on one kernel would look like as many independent nights. Points are sorted, and stay
 * so. */
static void merge_boots(struct history_stream *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n_points; i++) {
		struct history_point *p = &s->points[i];
		size_t k = p->running ? 0 : n;

		while (k < n && !(s->points[k].running && s->points[k].version == p->version &&
				  streq(s->points[k].running, p->running)))
			k++;
		if (k == n) {
			s->points[n++] = *p;
			continue;
		}
		merge_point(&s->points[k], p);
		history_point__release(p);
	}
	s->n_points = n;
}

static int compare_streams(const void *a, const void *b)
{
	return strcmp(((const struct history_stream *)a)->key,
		      ((const struct history_stream *)b)->key);
}

/* Sort and merge the points, then find changes. */
static void finish_stream(struct history *h, struct history_stream *s)
{
	qsort(s->points, s->n_points, sizeof(*s->points), compare_points);
	merge_boots(s);
	s->points = xrealloc(s->points, s->n_points,
			     sizeof(*s->points)); /* shrink: some campaigns had no value */
	/* The series that the metric was copied from is freed: use the shared strings. */
	s->metric.name = s->name;
	s->metric.unit = s->unit;
	s->metric.per = NULL;
	history_changes__find(h, s);
}

/* Share the streams of an earlier history whose kinds have not changed. Streams of a kind are
 * adjacent. */
static void share_unchanged(struct history *h, const struct history *before,
			    const struct names *changed)
{
	_free_ char *kind = NULL;
	bool take = false;

	h->streams = xrealloc(h->streams, h->n_streams + before->n_streams, sizeof(*h->streams));
	for (size_t i = 0; i < before->n_streams; i++) {
		const struct history_stream *s = &before->streams[i];
		size_t len = kind ? strlen(kind) : 0;

		if (!kind || strncmp(kind, s->key, len) != 0 || s->key[len] != '\t') {
			free(kind);
			kind = history_kind__of(s->key);
			take = names__find(changed, kind) == NAMES_NONE;
		}
		if (!take)
			continue;
		h->streams[h->n_streams++] = history_stream__ref(s);
		h->n_orphans += s->n_orphans;
	}
}

static int load_notes(struct loader *l, struct err *err)
{
	struct history *h = l->h;
	struct change_note *list;
	size_t n;
	int ret = store__change_notes(l->st, &list, &n, err);

	if (ret)
		return ret;
	h->notes = xcalloc(n + 1, sizeof(*h->notes));
	for (size_t i = 0; i < n; i++)
		h->notes[h->n_notes++] = (struct change_note){
			.stream = history_texts__add(h->texts, list[i].stream),
			.campaign = history_texts__add(h->texts, list[i].campaign),
			.state = history_texts__add(h->texts, list[i].state),
			.text = history_texts__add(h->texts, list[i].text),
			.author = history_texts__add(h->texts, list[i].author),
			.assignee = history_texts__add(h->texts, list[i].assignee),
			.bug = history_texts__add(h->texts, list[i].bug),
			.made_ns = list[i].made_ns,
		};
	change_note__free(list, n);
	return 0;
}

/* Load everything. `before`: an earlier history whose unchanged streams to share, or NULL. Streams
 * are sorted, so that lists do not depend on the order in the database. */
static int load(struct loader *l, const struct history *before, struct err *err)
{
	struct history *h = l->h;
	int ret = load_notes(l, err);

	if (!ret)
		ret = store__sides(l->st, &l->sides.raw, &l->sides.n, err);
	if (!ret)
		ret = store__all_tags(l->st, &l->sides.tags, &l->sides.n_tags, err);
	if (!ret)
		ret = store__counting_boots(l->st, &l->boots, &l->n_boots, err);
	if (ret)
		return ret;
	sides__fill(&l->sides, h->texts);
	l->of_kind = xcalloc(l->sides.kinds.n + 1, sizeof(*l->of_kind));
	if (l->f->campaign)
		choose_campaign(l);
	sides__take_boots(&l->sides, l->boots, l->n_boots);
	sides__keep(&l->sides, h);
	ret = before ? load_changed(l, before, err) : load_points(l, err);
	for (size_t i = 0; !ret && i < h->n_streams; i++) {
		finish_stream(h, &h->streams[i]);
		ret = check_stop(l, err);
	}
	if (!ret && before)
		share_unchanged(h, before, &l->changed);
	if (!ret && h->n_streams)
		qsort(h->streams, h->n_streams, sizeof(*h->streams), compare_streams);
	return ret;
}

static int build(struct store *st, const struct history_filter *f, const struct history *before,
		 struct history **out, struct err *err)
{
	struct history_filter own = *f;
	struct loader l = { .st = st, .f = &own, .h = history__new() };
	int ret;

	l.h->texts = before ? before->texts : xcalloc(1, sizeof(*l.h->texts));
	atomic_fetch_add(&l.h->texts->refs, 1);
	ret = load(&l, before, err);
	release(&l);
	if (ret) {
		history__free(l.h);
		l.h = NULL;
	} else {
		l.h->index = history_index__make(l.h);
	}
	*out = l.h;
	return ret;
}

int history__build(struct store *st, const struct history_filter *f, struct history **out,
		   struct err *err)
{
	return build(st, f, NULL, out, err);
}

int history__update(struct store *st, const struct history *before, const atomic_bool *stop,
		    struct history **out, struct err *err)
{
	return build(st, &(struct history_filter){ .stop = stop }, before, out, err);
}
