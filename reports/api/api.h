/* SPDX-License-Identifier: GPL-2.0-only */
/* api.h - what the endpoints below /api share. docs/API.md is the manual. */
#ifndef KDUEL_API_API_H
#define KDUEL_API_API_H

#include "reports/render/columns.h"
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

/* Records as CSV, or as a list in a JSON object, as the ending of the path asks for. */
struct api_table {
	const struct column *columns;
	FILE *out;
	json_t *rows; /* owned; NULL: CSV */
};

/* Sets the reply's type; writes the header of a CSV. api_table__end() in any case. */
void api_table__begin(struct api_table *t, const struct column *columns,
		      const struct page_request *req, FILE *out, struct page_reply *reply);
void api_table__put(struct api_table *t, const void *const *record);
/* The end: of JSON, the object {"schema": 1, "kind": KIND, KEY: [records]}, with "campaign" before
 * the list unless it is NULL. Nothing is written if `ret` is an error; returns `ret`. */
int api_table__end(struct api_table *t, int ret, const char *kind, const char *campaign,
		   const char *key);

/* Write a report with the rows that the query asks for (only, workload, basis, metric, primary,
 * sort). A table for people folds unchanged secondary rows unless `all` is set; data never do. */
int api__report(const struct report *r, const struct page_request *req, FILE *out,
		struct page_reply *reply, struct err *err);

#endif
