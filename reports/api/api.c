// SPDX-License-Identifier: GPL-2.0-only
/* api.c - reply formats, tables of records, and reports as data. */
#include "reports/api/api.h"
#include "reports/render/render.h"
#include "reports/web/rows.h"

/* No pattern in list.h has any other ending, so the last one is the default. */
enum api_format api__format(const struct page_request *req, struct page_reply *reply)
{
	static const struct {
		const char *ending, *type;
	} formats[] = {
		[API_JSON] = { ".json", PAGE_JSON },
		[API_CSV] = { ".csv", PAGE_CSV },
		[API_MARKDOWN] = { ".md", PAGE_MARKDOWN },
		[API_TEXT] = { ".txt", PAGE_TEXT },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(formats) - 1; i++)
		if (str_ends(req->path, formats[i].ending))
			break;
	reply->type = formats[i].type;
	return (enum api_format)i;
}

void api_table__begin(struct api_table *t, const struct column *columns,
		      const struct page_request *req, FILE *out, struct page_reply *reply)
{
	bool csv = api__format(req, reply) == API_CSV;

	*t = (struct api_table){ columns, out, csv ? NULL : json_array() };
	if (csv)
		columns__csv_header(columns, out);
}

void api_table__put(struct api_table *t, const void *const *record)
{
	if (t->rows)
		json_array_append_new(t->rows, columns__json(t->columns, record));
	else
		columns__csv(t->columns, record, t->out);
}

int api_table__end(struct api_table *t, int ret, const char *kind, const char *campaign,
		   const char *key)
{
	json_t *all;

	if (ret || !t->rows) {
		json_decref(t->rows);
		return ret;
	}
	all = json_pack("{s:i, s:s}", "schema", 1, "kind", kind);
	if (campaign)
		json_object_set_new(all, "campaign", json__text(campaign));
	json_object_set_new(all, key, t->rows);
	json__print(all, t->out);
	return 0;
}

int api__report(const struct report *r, const struct page_request *req, FILE *out,
		struct page_reply *reply, struct err *err)
{
	enum api_format format = api__format(req, reply);
	const char *name = format == API_MARKDOWN ? "markdown" : format == API_CSV ? "csv" : "json";
	_cleanup_(report_view__release) struct report_view v = { 0 };
	int ret = rows__view(r, req->query, format == API_MARKDOWN, &v, err);

	return ret ? ret : render__report(&v, name, out, err);
}
