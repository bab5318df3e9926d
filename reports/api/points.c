// SPDX-License-Identifier: GPL-2.0-only
/* points.c - a campaign's curves over operations, one record per point. */
#include "reports/api/api.h"
#include "reports/report/curves.h"

enum { VARIANT, CURVE, POINT };

static const struct column columns[] = {
	COLUMN("variant", VARIANT, struct campaign_variant, name),
	COLUMN("workload", CURVE, struct curve, workload),
	COLUMN_AS(ARRAY, "part", CURVE, struct curve, part),
	COLUMN("operations", POINT, struct curve_point, operations),
	COLUMN("ns", POINT, struct curve_point, v[POINT_NS]),
	COLUMN("instructions", POINT, struct curve_point, v[POINT_INSNS]),
	COLUMN("tlbi_all", POINT, struct curve_point, v[POINT_TLBI_ALL]),
	COLUMN("tlbi_asid", POINT, struct curve_point, v[POINT_TLBI_ASID]),
	COLUMN("tlbi_va", POINT, struct curve_point, v[POINT_TLBI_VA]),
	COLUMN("tlbi_range", POINT, struct curve_point, v[POINT_TLBI_RANGE]),
	COLUMN("splits", POINT, struct curve_point, v[POINT_SPLITS]),
	COLUMN("table_bytes", POINT, struct curve_point, v[POINT_TABLE_BYTES]),
	COLUMN("bytes_4k", POINT, struct curve_point, v[POINT_4K]),
	COLUMN("bytes_16k", POINT, struct curve_point, v[POINT_16K]),
	COLUMN("bytes_64k", POINT, struct curve_point, v[POINT_64K]),
	COLUMN("bytes_2m", POINT, struct curve_point, v[POINT_2M]),
	COLUMN("bytes_32m", POINT, struct curve_point, v[POINT_32M]),
	COLUMN("bytes_512m", POINT, struct curve_point, v[POINT_512M]),
	COLUMN("bytes_1g", POINT, struct curve_point, v[POINT_1G]),
	COLUMN("bytes_16g", POINT, struct curve_point, v[POINT_16G]),
	{ 0 },
};

/* /campaign/ID/points */
int page_api_points(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	_cleanup_(curves__release) struct curves l = { 0 };
	struct api_table table;
	int ret = curves__load(st, req->args.v[0], &l, err);

	if (ret)
		return ret;
	api_table__begin(&table, columns, req, out, reply);
	for (size_t i = 0; i < l.n; i++)
		for (size_t k = 0; k < l.v[i].n; k++) {
			const void *record[] = {
				[VARIANT] = &l.campaign->variants[l.v[i].variant],
				[CURVE] = &l.v[i],
				[POINT] = &l.v[i].v[k],
			};

			api_table__put(&table, record);
		}
	return api_table__end(&table, 0, "points", l.campaign->uuid, "points");
}
