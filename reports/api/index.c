// SPDX-License-Identifier: GPL-2.0-only
/* index.c - the list of all data below /api. */
#include "reports/api/api.h"
#include "reports/render/json.h"
#include "reports/web/link.h"

/* Split `keys`, separated by blanks, into an array. */
static json_t *words(const char *keys)
{
	json_t *list = json_array();

	while (*keys) {
		size_t len = strcspn(keys, " ");

		json_array_append_new(list, json_stringn(keys, len));
		keys += len;
		keys += *keys == ' ';
	}
	return list;
}

/* /api/v1/: the patterns of reports/web/list.h, where ":id" is what the manual calls ID. */
int page_api_index(struct store *st __unused, const struct page_request *req __unused, FILE *out,
		   struct page_reply *reply, struct err *err __unused)
{
	json_t *all = json_array();

	reply->type = PAGE_JSON;
	for (const struct link_data *d = link__all_data; d->pattern; d++)
		json_array_append_new(all, json_pack("{s:s, s:o}", "path", d->pattern, "parameters",
						     words(d->keys)));
	json__print(json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "index", "data", all), out);
	return 0;
}
