// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - data of the page on memory after boot. */
#include "reports/history/memory.h"
#include "reports/api/api.h"

static double spared_kb(const void *point)
{
	return memory_point__spared(point);
}

static double share(const void *point)
{
	return memory_point__share(point);
}

static const struct column columns[] = {
	COLUMNS(0, struct memory_point, campaign, name, candidate, baseline),
	COLUMN_AS(WHOLE, "ram_bytes", 0, struct memory_point, ram),
	COLUMN("mem_total_kb", 0, struct memory_point, d),
	COLUMN("lo_kb", 0, struct memory_point, lo),
	COLUMN("hi_kb", 0, struct memory_point, hi),
	COLUMN_NUMBER_BY("ram_512_kb", 0, spared_kb),
	COLUMN_TEXT_BY("basis", 0, struct memory_point, basis, column__basis),
	COLUMNS(0, struct memory_point, n_a, n_b),
	COLUMN_NUMBER_BY("of_ram_512_percent", 0, share),
	{ 0 },
};

/* /memory, /campaign/ID/memory */
int page_api_memory(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	_cleanup_(memory_points__release) struct memory_points list = { 0 };
	struct api_table table;
	int ret = memory_points__load(st, req->args.n ? req->args.v[0] : NULL, &list, err);

	api_table__begin(&table, columns, req, out, reply);
	for (size_t i = 0; !ret && i < list.n; i++)
		api_table__put(&table, (const void *const[]){ &list.v[i] });
	return api_table__end(&table, ret, "memory", NULL, "comparisons");
}
