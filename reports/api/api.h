/* SPDX-License-Identifier: GPL-2.0-only */
/* api.h - shared by the endpoints below /api, which docs/API.md documents. */
#ifndef KDUEL_API_API_H
#define KDUEL_API_API_H

#include "reports/render/columns.h"
#include "reports/render/json.h"
#include "reports/web/page.h"
#include "reports/report/report.h"

/* The format of a reply. */
enum api_format {
	API_JSON,
	API_CSV,
	API_MARKDOWN,
	API_TEXT,
};

/* The format that the ending of the path asks for; also sets the reply's content type. */
enum api_format api__format(const struct page_request *req, struct page_reply *reply);

/* Records as CSV or as a list in a JSON object, depending on the ending of the path. */
struct api_table {
	const struct column *columns;
	FILE *out;
	json_t *rows; /* owned; NULL: CSV */
};

/* Sets the content type; for CSV, writes the header. Call api_table__end() in any case. */
void api_table__begin(struct api_table *t, const struct column *columns,
		      const struct page_request *req, FILE *out, struct page_reply *reply);
void api_table__put(struct api_table *t, const void *const *record);
/* Finish: for JSON, writes the object {"schema": 1, "kind": KIND, KEY: [records]}, with "campaign"
 * before the list unless it is NULL. Nothing is written if `ret` is an error; returns `ret`. */
int api_table__end(struct api_table *t, int ret, const char *kind, const char *campaign,
		   const char *key);

/* Write a report with the rows selected by the query (only, workload, basis, metric, primary,
 * sort). Formats for people fold unchanged secondary rows unless `all` is set; data formats never
 * do. */
int api__report(const struct report *r, const struct page_request *req, FILE *out,
		struct page_reply *reply, struct err *err);

#endif
