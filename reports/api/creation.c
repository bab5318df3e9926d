// SPDX-License-Identifier: GPL-2.0-only
/* creation.c - data of the page on the creation of the linear map. */
#include "reports/report/creation.h"
#include "reports/api/api.h"

#include <math.h>

/* NAN if the guest's size is unknown. */
static double ram_bytes(const void *point)
{
	const double ram = ((const struct creation_point *)point)->ram;

	return ram > 0 ? ram : NAN;
}

static const struct column columns[] = {
	COLUMNS(0, struct creation_point, release, variant, line, cpu),
	COLUMN_NUMBER_BY("ram_bytes", 0, ram_bytes),
	COLUMNS(0, struct creation_point, instructions, lo, hi),
	COLUMN_TEXT_BY("basis", 0, struct creation_point, basis, column__basis),
	COLUMNS(0, struct creation_point, n),
	{ 0 },
};

/* /campaign/ID/creation */
int page_api_creation(struct store *st, const struct page_request *req, FILE *out,
		      struct page_reply *reply, struct err *err)
{
	_cleanup_(creation__release) struct creation c = { 0 };
	struct api_table table;
	int ret = creation__load(st, req->args.v[0], &c, err);

	api_table__begin(&table, columns, req, out, reply);
	for (size_t i = 0; !ret && i < c.n; i++)
		api_table__put(&table, (const void *const[]){ &c.v[i] });
	return api_table__end(&table, ret, "creation", ret ? NULL : c.campaign->uuid, "variants");
}
