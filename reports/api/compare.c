// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - comparisons of any two variants, and the samples of a row. */
#include "reports/api/api.h"
#include "lib/csv.h"
#include "reports/report/samples.h"
#include "reports/web/find.h"
#include "reports/web/cache.h"

/* /compare?candidate=&baseline=, or both as parts of the path. */
int page_api_compare(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	bool in_path = req->args.n >= 2;
	const char *cand = in_path ? req->args.v[0] : query__get_or(req->query, "candidate", "");
	const char *base = in_path ? req->args.v[1] : query__get_or(req->query, "baseline", "");
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	int ret;

	if (!*cand || !*base)
		return err__set(err, -EINVAL,
				"compare what? candidate=ID.VARIANT and baseline=ID.VARIANT");
	ret = page__report(st, req, cand, base, &k, err);
	return ret ? ret : api__report(k->r, req, out, reply, err);
}

/* One record per sample, ordered by boot and iteration. */
static void put_csv(const struct row_samples *s, const struct report_row *row, FILE *out)
{
	struct csv_record r = { .out = out };

	fputs("campaign,variant,boot,workload,source,metric,unit,value,left_out\n", out);
	for (size_t i = 0; i < s->n_sides; i++) {
		const struct strip_side *side = &s->sides[i];
		_free_ char *campaigns = report_variant__campaigns(s->variants[i]);

		for (size_t k = 0; k < side->n; k++) {
			const struct strip_boot *b = &side->boots[k];

			for (size_t m = 0; m < b->n; m++) {
				csv_record__text(&r, campaigns);
				csv_record__text(&r, s->variants[i]->v->name);
				csv_record__u64(&r, b->slot + 1);
				csv_record__text(&r, row->workload);
				csv_record__text(&r, row->source);
				csv_record__text(&r, row->metric->name);
				csv_record__text(&r, row->metric->unit);
				csv_record__number(&r, b->v[m]);
				csv_record__u64(&r, b->left_out[m]);
				csv_record__end(&r);
			}
		}
	}
}

/* Counted samples, and those left out, as two lists. */
static json_t *boot_json(const struct strip_boot *b)
{
	json_t *values = json_array(), *left = json_array();

	for (size_t i = 0; i < b->n; i++)
		json_array_append_new(b->left_out[i] ? left : values, json__number(b->v[i]));
	return json_pack("{s:I, s:o, s:o, s:o}", "boot", (json_int_t)b->slot + 1, "median",
			 json__number(b->median), "values", values, "left_out", left);
}

/* Fields that are equal in all records of the CSV are in the top-level object. */
static json_t *samples_json(const struct row_samples *s, const struct report_row *row)
{
	json_t *sides = json_array();

	for (size_t i = 0; i < s->n_sides; i++) {
		_free_ char *campaigns = report_variant__campaigns(s->variants[i]);
		json_t *boots = json_array();

		for (size_t k = 0; k < s->sides[i].n; k++)
			json_array_append_new(boots, boot_json(&s->sides[i].boots[k]));
		json_array_append_new(sides, json_pack("{s:o, s:o, s:o}", "campaign",
						       json__text(campaigns), "variant",
						       json__text(s->variants[i]->v->name), "boots",
						       boots));
	}
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:s, s:o}", "schema", 1, "kind", "samples",
			 "workload", json__text(row->workload), "source", json__text(row->source),
			 "metric", json__text(row->metric->name), "unit",
			 json__text(row->metric->unit), "basis", metric__basis_name(row->basis),
			 "sides", sides);
}

/* The samples of a metric's row (WORKLOAD.SOURCE.METRIC). */
static int put_row(struct store *st, const struct page_request *req, const struct report *r,
		   size_t block, const char *key, FILE *out, struct page_reply *reply,
		   struct err *err)
{
	const struct report_row *row = find__row(&r->blocks[block], key, err);
	_cleanup_(row_samples__release) struct row_samples s = { 0 };
	int ret = row ? row_samples__load(st, r, &r->blocks[block], row, &s, err) : -ENOENT;

	if (!ret && api__format(req, reply) == API_CSV)
		put_csv(&s, row, out);
	else if (!ret)
		json__print(samples_json(&s, row), out);
	return ret;
}

/* /campaign/ID/row/TABLE/METRIC */
int page_api_row(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	size_t block;
	int ret = find__block(st, req, &k, &block, err);

	return ret ? ret : put_row(st, req, k->r, block, req->args.v[2], out, reply, err);
}

/* /compare/CANDIDATE/BASELINE/METRIC */
int page_api_compare_row(struct store *st, const struct page_request *req, FILE *out,
			 struct page_reply *reply, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	int ret = page__report(st, req, req->args.v[0], req->args.v[1], &k, err);

	return ret ? ret : put_row(st, req, k->r, 0, req->args.v[2], out, reply, err);
}
