/* SPDX-License-Identifier: GPL-2.0-only */
/* api.h - what the data behind pages share; only for reports/api-*.c. docs/API.md is the manual. */
#ifndef KDUEL_API_API_H
#define KDUEL_API_API_H

#include "lib/csv.h"
#include "reports/render/json.h"
#include "reports/web/page.h"
#include "reports/report/report.h"

/* Which of the endings the path has; sets the reply's type. */
enum api_format {
	API_JSON,
	API_CSV,
	API_MARKDOWN,
	API_TEXT,
};

enum api_format api__format(const struct page_request *req, struct page_reply *reply);

/* Write a report with the rows that the query asks for (only, workload, basis, metric, primary,
 * sort). A table for people folds unchanged secondary rows unless `all` is set; data never do. */
int api__report(struct report *r, const struct page_request *req, FILE *out,
		struct page_reply *reply, struct err *err);

#endif
