// SPDX-License-Identifier: GPL-2.0-only
/* metrics.c - what metrics there are, and how noisy they are on a machine. */
#include "reports/api/api.h"
#include "reports/web/link.h"
#include "reports/store/values.h"

static json_t *metric_json(const struct series *s)
{
	return json_pack("{s:o, s:o, s:I, s:o, s:o, s:s, s:s, s:b, s:b, s:o, s:o, s:o}", "workload",
			 json__text(s->workload), "source", json__text(s->source), "version",
			 (json_int_t)s->version, "metric", json__text(s->name), "unit",
			 json__text(s->unit), "better", metric__better_name(s->metric.better),
			 "basis", metric__basis_name(s->basis), "primary", s->metric.primary,
			 "per_boot", s->metric.per_boot, "margin_abs",
			 s->metric.margin_abs > 0 ? json_real(s->metric.margin_abs) : json_null(),
			 "margin_rel",
			 s->metric.margin_abs > 0 ? json_null() : json_real(s->metric.margin_rel),
			 "resolution", json__number(s->metric.resolution));
}

static void put_metric(struct csv_record *r, const struct series *s)
{
	csv_record__text(r, s->workload);
	csv_record__text(r, s->source);
	csv_record__u64(r, s->version);
	csv_record__text(r, s->name);
	csv_record__text(r, s->unit);
	csv_record__text(r, metric__better_name(s->metric.better));
	csv_record__text(r, metric__basis_name(s->basis));
	csv_record__u64(r, s->metric.primary);
	csv_record__u64(r, s->metric.per_boot);
	csv_record__number(r, s->metric.margin_abs);
	csv_record__number(r, s->metric.margin_rel);
	csv_record__number(r, s->metric.resolution);
	csv_record__end(r);
}

/* All definitions, or those of one metric (WORKLOAD.SOURCE.METRIC). */
int page_api_metrics(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	bool csv = api__format(req, reply) == API_CSV;
	struct csv_record r = { .out = out };
	json_t *all = json_array();
	struct series *list;
	size_t n, hits = 0;
	int ret = store__all_series(st, &list, &n, err);

	if (csv)
		fputs("workload,source,version,metric,unit,better,basis,primary,per_boot,"
		      "margin_abs,margin_rel,resolution\n",
		      out);
	for (size_t i = 0; i < n; i++) {
		_free_ char *key = link__metric(list[i].workload, list[i].source, list[i].name);

		if (req->args.n && !streq(req->args.v[0], key))
			continue;
		hits++;
		if (csv)
			put_metric(&r, &list[i]);
		else
			json_array_append_new(all, metric_json(&list[i]));
	}
	if (!ret && req->args.n && !hits)
		ret = err__set(err, -ENOENT, "there is no metric %.200s", req->args.v[0]);
	if (!csv && !ret)
		json__print(json_pack("{s:i, s:s, s:O}", "schema", 1, "kind", "metrics", "metrics",
				      all),
			    out);
	json_decref(all);
	series__free(list, n);
	return ret;
}

static json_t *noise_json(const struct noise *v)
{
	return json_pack("{s:o, s:s, s:o, s:o, s:I, s:o, s:o, s:s, s:b, s:o, s:o, s:o, s:o, s:o,"
			 " s:I, s:o, s:o, s:o, s:I}",
			 "machine", json__text(v->machine), "campaign", v->campaign, "workload",
			 json__text(v->workload), "source", json__text(v->source), "version",
			 (json_int_t)v->version, "metric", json__text(v->metric), "unit",
			 json__text(v->unit), "basis", metric__basis_name(v->basis), "linear",
			 v->linear, "typical", json__number(v->typical), "sd_boot",
			 json__number(v->sd_boot), "sd_iter", json__number(v->sd_iter), "lag1",
			 json__number(v->lag1), "false_rate", json__number(v->false_rate), "boots",
			 (json_int_t)v->n_boots, "iterations", json__number(v->n_iter), "boot_s",
			 json__number(v->boot_s), "iter_s", json__number(v->iter_s), "created_ns",
			 (json_int_t)v->created_ns);
}

static void put_noise(struct csv_record *r, const struct noise *v)
{
	const double numbers[] = { v->typical, v->sd_boot, v->sd_iter, v->lag1,	 v->false_rate,
				   v->n_boots, v->n_iter,  v->boot_s,  v->iter_s };

	csv_record__text(r, v->machine);
	csv_record__text(r, v->campaign);
	csv_record__text(r, v->workload);
	csv_record__text(r, v->source);
	csv_record__u64(r, v->version);
	csv_record__text(r, v->metric);
	csv_record__text(r, v->unit);
	csv_record__text(r, metric__basis_name(v->basis));
	csv_record__u64(r, v->linear);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		csv_record__number(r, numbers[i]);
	csv_record__u64(r, v->created_ns);
	csv_record__end(r);
}

int page_api_noise(struct store *st, const struct page_request *req, FILE *out,
		   struct page_reply *reply, struct err *err)
{
	struct csv_record r = { .out = out };
	json_t *all = json_array();
	struct noise *list;
	size_t n;
	int ret = store__noise(st, query__get_or(req->query, "machine", ""), &list, &n, err);
	bool csv = api__format(req, reply) == API_CSV;

	if (csv)
		fputs("machine,campaign,workload,source,version,metric,unit,basis,linear,typical,"
		      "sd_boot,sd_iter,lag1,false_rate,boots,iterations,boot_s,iter_s,"
		      "created_ns\n",
		      out);
	for (size_t i = 0; !ret && i < n; i++) {
		if (csv)
			put_noise(&r, &list[i]);
		else
			json_array_append_new(all, noise_json(&list[i]));
	}
	if (!csv && !ret)
		json__print(json_pack("{s:i, s:s, s:O}", "schema", 1, "kind", "noise", "noise",
				      all),
			    out);
	json_decref(all);
	if (!ret)
		noise__free(list, n);
	return ret;
}
