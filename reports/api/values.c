// SPDX-License-Identifier: GPL-2.0-only
/* values.c - one value per boot of the metrics of a campaign: what the pages on the linear
 * map, the TLB and memory are drawn from. */
#include "reports/api/api.h"
#include "reports/store/values.h"

#include <fnmatch.h>

struct values {
	struct csv_record csv;
	json_t *list; /* NULL: CSV */
	const struct campaign *c;
	const char *const *globs; /* of metric names; ends in NULL */
};

static bool is_wanted(const struct values *v, const struct series *s)
{
	_free_ char *full = xasprintf("%s/%s", s->workload, s->name);

	for (const char *const *g = v->globs; *g; g++)
		if (fnmatch(*g, s->name, 0) == 0 || fnmatch(*g, full, 0) == 0)
			return true;
	return false;
}

static void put(struct values *v, const struct series *s, const struct campaign_boot *b,
		const struct boot_value *value)
{
	const char *variant = v->c->variants[b->variant].name;
	struct csv_record *r = &v->csv;

	if (v->list) {
		json_array_append_new(v->list,
				      json_pack("{s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:f,"
						" s:I}",
						"variant", json__text(variant), "boot",
						(json_int_t)b->slot + 1, "workload",
						json__text(s->workload), "source",
						json__text(s->source), "metric",
						json__text(s->name), "unit", json__text(s->unit),
						"basis", metric__basis_name(s->basis), "median",
						value->median, "samples", (json_int_t)value->n));
		return;
	}
	csv_record__text(r, v->c->uuid);
	csv_record__text(r, variant);
	csv_record__u64(r, b->slot + 1);
	csv_record__text(r, s->workload);
	csv_record__text(r, s->source);
	csv_record__text(r, s->name);
	csv_record__text(r, s->unit);
	csv_record__text(r, metric__basis_name(s->basis));
	csv_record__number(r, value->median);
	csv_record__u64(r, value->n);
	csv_record__end(r);
}

/* Only boots that count, as in every statistic. */
static void put_series(struct values *v, const struct series *s, const struct boot_value *list,
		       size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; list[i].n && k < v->c->n_boots; k++) {
			const struct campaign_boot *b = &v->c->boots[k];

			if (b->id == list[i].boot && b->status == BOOT_OK && !b->repeat)
				put(v, s, b, &list[i]);
		}
	}
}

static int put_all(struct store *st, struct values *v, struct err *err)
{
	struct series *series;
	size_t n;
	int ret = store__all_series(st, &series, &n, err);

	for (size_t i = 0; !ret && i < n; i++) {
		for (size_t k = 0; !ret && is_wanted(v, &series[i]) && k < v->c->n_variants; k++) {
			struct boot_value *list;
			size_t n_list;

			ret = store__values_of(st, series[i].id, v->c->variants[k].id, &list,
					       &n_list, err);
			if (ret)
				break;
			put_series(v, &series[i], list, n_list);
			free(list);
		}
	}
	series__free(series, n);
	return ret;
}

static int put_values(struct store *st, const struct page_request *req, const char *const *globs,
		      FILE *out, struct page_reply *reply, struct err *err)
{
	bool csv = api__format(req, reply) == API_CSV;
	struct values v = { .csv = { .out = out }, .globs = globs };
	struct campaign *c;
	int ret = store__load(st, req->args.v[0], &c, err);

	if (ret)
		return ret;
	v.c = c;
	v.list = csv ? NULL : json_array();
	if (csv)
		fputs("campaign,variant,boot,workload,source,metric,unit,basis,median,samples\n",
		      out);
	ret = put_all(st, &v, err);
	if (!ret && !csv)
		json__print(json_pack("{s:i, s:s, s:s, s:O}", "schema", 1, "kind", "values",
				      "campaign", c->uuid, "values", v.list),
			    out);
	json_decref(v.list);
	campaign__free(c);
	return ret;
}

/* /campaign/ID/values?metric=GLOB */
int page_api_values(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	const char *const globs[] = { query__get_or(req->query, "metric", "*"), NULL };

	return put_values(st, req, globs, out, reply, err);
}

int page_api_layout(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	static const char *const globs[] = { "linear_map.*", NULL };

	return put_values(st, req, globs, out, reply, err);
}

int page_api_tlb(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply, struct err *err)
{
	static const char *const globs[] = { "*_mpki", NULL };

	return put_values(st, req, globs, out, reply, err);
}
