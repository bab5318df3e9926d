// SPDX-License-Identifier: GPL-2.0-only
/* metrics.c - definitions of metrics, and their noise on machines. */
#include "reports/api/api.h"
#include "reports/store/values.h"
#include "reports/web/link.h"

#include <math.h>

/* JSON has null for a margin that does not apply; CSV has both numbers as stored. */
static double margin_abs(const void *series)
{
	const struct metric *m = &((const struct series *)series)->metric;

	return m->margin_abs > 0 ? m->margin_abs : NAN;
}

static double margin_rel(const void *series)
{
	const struct metric *m = &((const struct series *)series)->metric;

	return m->margin_rel > 0 ? m->margin_rel : NAN;
}

static const struct column metric_columns[] = {
	COLUMNS(0, struct series, workload, source, version),
	COLUMN("metric", 0, struct series, metric.name),
	COLUMN("unit", 0, struct series, metric.unit),
	COLUMN_TEXT_BY("better", 0, struct series, metric.better, column__better),
	COLUMN_TEXT_BY("basis", 0, struct series, basis, column__basis),
	COLUMN("primary", 0, struct series, metric.primary),
	COLUMN("per_boot", 0, struct series, metric.per_boot),
	COLUMN("margin_abs", 0, struct series, metric.margin_abs, .only = COLUMN_CSV),
	COLUMN("margin_rel", 0, struct series, metric.margin_rel, .only = COLUMN_CSV),
	COLUMN_NUMBER_BY("margin_abs", 0, margin_abs, .only = COLUMN_JSON),
	COLUMN_NUMBER_BY("margin_rel", 0, margin_rel, .only = COLUMN_JSON),
	COLUMN("resolution", 0, struct series, metric.resolution),
	{ 0 },
};

/* All definitions, or those of one metric (WORKLOAD.SOURCE.METRIC). */
int page_api_metrics(struct store *st, const struct page_request *req, FILE *out,
		     struct page_reply *reply, struct err *err)
{
	struct api_table table;
	struct series *list;
	size_t n, hits = 0;
	int ret = store__all_series(st, &list, &n, err);

	api_table__begin(&table, metric_columns, req, out, reply);
	for (size_t i = 0; i < n; i++) {
		_free_ char *key = link__metric(list[i].workload, list[i].source,
						list[i].metric.name);

		if (req->args.n && !streq(req->args.v[0], key))
			continue;
		hits++;
		api_table__put(&table, (const void *const[]){ &list[i] });
	}
	if (!ret && req->args.n && !hits)
		ret = err__set(err, -ENOENT, "there is no metric %.200s", req->args.v[0]);
	series__free(list, n);
	return api_table__end(&table, ret, "metrics", NULL, "metrics");
}

static const struct column noise_columns[] = {
	COLUMNS(0, struct noise, machine, campaign, workload, source, version, metric, unit),
	COLUMN_TEXT_BY("basis", 0, struct noise, basis, column__basis),
	COLUMNS(0, struct noise, linear, typical, sd_boot, sd_iter, lag1, false_rate),
	COLUMN("boots", 0, struct noise, n_boots),
	COLUMN("iterations", 0, struct noise, n_iter),
	COLUMNS(0, struct noise, boot_s, iter_s, created_ns),
	{ 0 },
};

/* /noise: on all machines, or on the one that the parameter "machine" matches. */
int page_api_noise(struct store *st, const struct page_request *req, FILE *out,
		   struct page_reply *reply, struct err *err)
{
	struct api_table table;
	struct noise *list;
	size_t n;
	int ret = store__noise(st, query__get_or(req->query, "machine", ""), &list, &n, err);

	if (ret)
		return ret;
	api_table__begin(&table, noise_columns, req, out, reply);
	for (size_t i = 0; i < n; i++)
		api_table__put(&table, (const void *const[]){ &list[i] });
	noise__free(list, n);
	return api_table__end(&table, 0, "noise", NULL, "noise");
}
