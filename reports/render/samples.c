// SPDX-License-Identifier: GPL-2.0-only
#include "reports/render/samples.h"
#include "lib/csv.h"
#include "reports/render/json.h"
#include "reports/render/show.h"

#include <math.h>

struct sample_of {
	const struct campaign *c;
	size_t variant;
	const struct series *series;
};

typedef void sample_fn(void *arg, const struct sample_of *of, const struct campaign_boot *b,
		       const struct reading *r);
typedef void campaign_fn(void *arg, const struct campaign *c);

struct writer {
	campaign_fn *begin, *end; /* around a campaign's samples; may be NULL */
	sample_fn *sample;
	void *arg;
};

static const struct campaign_boot *boot_of(const struct campaign *c, int64_t id)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].id == id)
			return &c->boots[i];
	return NULL;
}

static int put_series(struct store *st, const struct sample_of *of, const struct writer *w,
		      struct err *err)
{
	struct reading *list;
	size_t n;
	int ret = store__readings(st, of->c->variants[of->variant].id, of->series->id, &list, &n,
				  err);

	for (size_t i = 0; !ret && i < n; i++) {
		const struct campaign_boot *b = boot_of(of->c, list[i].boot);

		if (b)
			w->sample(w->arg, of, b, &list[i]);
	}
	if (!ret)
		free(list);
	return ret;
}

static int put_campaign(struct store *st, const char *key, const struct writer *w, struct err *err)
{
	struct campaign *c;
	int ret = store__load(st, key, &c, err);

	if (ret)
		return ret;
	if (w->begin)
		w->begin(w->arg, c);
	for (size_t i = 0; !ret && i < c->n_variants; i++) {
		struct series *list;
		size_t n;

		ret = store__series(st, c->variants[i].id, &list, &n, err);
		for (size_t k = 0; !ret && k < n; k++)
			ret = put_series(st, &(struct sample_of){ c, i, &list[k] }, w, err);
		series__free(list, n);
	}
	if (w->end)
		w->end(w->arg, c);
	campaign__free(c);
	return ret;
}

static int put_all(struct store *st, const char *const *keys, size_t n, const struct writer *w,
		   struct err *err)
{
	struct campaign_brief *list;
	size_t n_list;
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i++)
		ret = put_campaign(st, keys[i], w, err);
	if (n)
		return ret;
	ret = store__list(st, &list, &n_list, err);
	for (size_t i = n_list; !ret && i-- > 0;)
		ret = put_campaign(st, list[i].uuid, w, err);
	campaign_brief__free(list, n_list);
	return ret;
}

static void csv_sample(void *arg, const struct sample_of *of, const struct campaign_boot *b,
		       const struct reading *r)
{
	const struct series *s = of->series;
	struct csv_record *rec = arg;
	char iter[16];

	snprintf(iter, sizeof(iter), "%d", r->iter);
	csv_record__text(rec, of->c->uuid);
	csv_record__text(rec, of->c->name);
	csv_record__text(rec, of->c->variants[of->variant].name);
	csv_record__u64(rec, b->slot + 1);
	csv_record__text(rec, boot_status__name(b->status));
	csv_record__text(rec, s->workload);
	csv_record__text(rec, s->source);
	csv_record__u64(rec, s->version);
	csv_record__text(rec, s->name);
	csv_record__text(rec, s->unit);
	csv_record__text(rec, metric__better_name(s->metric.better));
	csv_record__text(rec, metric__basis_name(s->basis));
	csv_record__text(rec, r->iter < 0 ? "" : iter);
	csv_record__number(rec, r->value);
	csv_record__u64(rec, r->warmup);
	csv_record__u64(rec, r->tainted);
	csv_record__u64(rec, r->enabled_ns);
	csv_record__u64(rec, r->running_ns);
	csv_record__end(rec);
}

int export_data__csv(struct store *st, const char *const *keys, size_t n, FILE *out,
		     struct err *err)
{
	struct csv_record rec = { .out = out };
	const struct writer w = { .sample = csv_sample, .arg = &rec };

	fputs("campaign,name,variant,boot,status,workload,source,version,metric,unit,better,basis,"
	      "iteration,value,warmup,tainted,enabled_ns,running_ns\n",
	      out);
	return put_all(st, keys, n, &w, err);
}

struct json_writer {
	FILE *out;
	bool first_campaign, first_sample;
};

/* The object of a campaign without its last brace, and the list of its samples. */
static void json_begin(void *arg, const struct campaign *c)
{
	struct json_writer *w = arg;
	json_t *o = show_json__campaign(c);
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(17));

	if (!text)
		abort(); /* as every allocation */
	text[strlen(text) - 1] = '\0';
	fprintf(w->out, "%s\n%s,\"samples\":[", w->first_campaign ? "" : ",", text);
	free(text);
	json_decref(o);
	w->first_campaign = false;
	w->first_sample = true;
}

static void json_end(void *arg, const struct campaign *c __unused)
{
	const struct json_writer *w = arg;

	fputs("]}", w->out);
}

static void json_sample(void *arg, const struct sample_of *of, const struct campaign_boot *b,
			const struct reading *r)
{
	const struct series *s = of->series;
	struct json_writer *w = arg;
	json_t *o = json_pack("{s:o, s:I, s:o, s:o, s:I, s:o, s:o, s:s, s:s, s:o, s:o, s:b, s:b}",
			      "variant", json__text(of->c->variants[of->variant].name), "boot",
			      (json_int_t)b->slot + 1, "workload", json__text(s->workload),
			      "source", json__text(s->source), "version", (json_int_t)s->version,
			      "metric", json__text(s->name), "unit", json__text(s->unit), "better",
			      metric__better_name(s->metric.better), "basis",
			      metric__basis_name(s->basis), "iteration",
			      r->iter < 0 ? json_null() : json_integer(r->iter), "value",
			      json__number(r->value), "warmup", r->warmup, "tainted", r->tainted);

	fputs(w->first_sample ? "\n" : ",\n", w->out);
	w->first_sample = false;
	json_dumpf(o, w->out, JSON_COMPACT | JSON_REAL_PRECISION(17));
	json_decref(o);
}

int export_data__json(struct store *st, const char *const *keys, size_t n, FILE *out,
		      struct err *err)
{
	struct json_writer jw = { .out = out, .first_campaign = true };
	const struct writer w = { json_begin, json_end, json_sample, &jw };
	int ret;

	fputs("{\"schema\":1,\"kind\":\"export\",\"campaigns\":[", out);
	ret = put_all(st, keys, n, &w, err);
	fputs("\n]}\n", out);
	return ret;
}
