// SPDX-License-Identifier: GPL-2.0-only
/* values.c - one value per boot for the metrics of a campaign: data of the pages on the linear map,
 * the TLB and memory. */
#include "reports/store/values.h"
#include "reports/api/api.h"

#include <fnmatch.h>

enum { CAMPAIGN, VARIANT, BOOT, SERIES, VALUE, PARTS };

static const struct column columns[] = {
	COLUMN("campaign", CAMPAIGN, struct campaign, uuid, .only = COLUMN_CSV),
	COLUMN("variant", VARIANT, struct campaign_variant, name),
	COLUMN("boot", BOOT, struct campaign_boot, slot, .plus = 1),
	COLUMNS(SERIES, struct series, workload, source),
	COLUMN("metric", SERIES, struct series, metric.name),
	COLUMN("unit", SERIES, struct series, metric.unit),
	COLUMN_TEXT_BY("basis", SERIES, struct series, basis, column__basis),
	COLUMN("median", VALUE, struct boot_value, median),
	COLUMN("samples", VALUE, struct boot_value, n),
	{ 0 },
};

/* Does the shell pattern `glob` match METRIC or WORKLOAD/METRIC? */
static bool is_wanted(const struct series *s, const char *glob)
{
	_free_ char *full = xasprintf("%s/%s", s->workload, s->metric.name);

	return fnmatch(glob, s->metric.name, 0) == 0 || fnmatch(glob, full, 0) == 0;
}

/* The values of a series from boots that count in statistics. */
static void put_series(struct api_table *table, const struct campaign *c, const struct series *s,
		       const struct boot_value *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; list[i].n && k < c->n_boots; k++) {
			const struct campaign_boot *b = &c->boots[k];

			if (b->id == list[i].boot && b->status == BOOT_OK && !b->repeat)
				api_table__put(table, (const void *const[PARTS]){
							      [CAMPAIGN] = c,
							      [VARIANT] = &c->variants[b->variant],
							      [BOOT] = b,
							      [SERIES] = s,
							      [VALUE] = &list[i],
						      });
		}
	}
}

/* The matching series for all variants. The list has the series of the whole database, most of
 * which have no values in this campaign. */
static int put_all(struct store *st, struct api_table *table, const struct campaign *c,
		   const char *glob, struct err *err)
{
	struct series *series;
	size_t n;
	int ret = store__all_series(st, &series, &n, err);

	for (size_t i = 0; !ret && i < n; i++) {
		for (size_t k = 0; !ret && is_wanted(&series[i], glob) && k < c->n_variants; k++) {
			_free_ struct boot_value *list = NULL;
			size_t n_list;

			ret = store__values_of(st, series[i].id, c->variants[k].id, &list, &n_list,
					       err);
			if (ret)
				break;
			put_series(table, c, &series[i], list, n_list);
		}
	}
	series__free(series, n);
	return ret;
}

/* The values of metrics that match a shell pattern. */
static int put_values(struct store *st, const struct page_request *req, const char *glob, FILE *out,
		      struct page_reply *reply, struct err *err)
{
	struct api_table table;
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	int ret = store__load(st, req->args.v[0], &c, err);

	if (ret)
		return ret;
	api_table__begin(&table, columns, req, out, reply);
	ret = put_all(st, &table, c, glob, err);
	return api_table__end(&table, ret, "values", c->uuid, "values");
}

/* /campaign/ID/values?metric=GLOB */
int page_api_values(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	return put_values(st, req, query__get_or(req->query, "metric", "*"), out, reply, err);
}

/* /campaign/ID/layout: everything about the linear map, not only the bytes that the page draws. */
int page_api_layout(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	return put_values(st, req, "linear_map.*", out, reply, err);
}

/* /campaign/ID/tlb */
int page_api_tlb(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply, struct err *err)
{
	return put_values(st, req, "*_mpki", out, reply, err);
}
