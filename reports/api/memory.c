// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - what the page on memory after boot is drawn from. */
#include "reports/api/api.h"
#include "reports/history/memory.h"

static void put_csv(const struct memory_points *list, FILE *out)
{
	struct csv_record r = { .out = out };

	fputs("campaign,name,candidate,baseline,ram_bytes,mem_total_kb,lo_kb,hi_kb,ram_512_kb,"
	      "basis,n_a,n_b\n",
	      out);
	for (size_t i = 0; i < list->n; i++) {
		const struct memory_point *p = &list->v[i];

		csv_record__text(&r, p->campaign);
		csv_record__text(&r, p->name);
		csv_record__text(&r, p->candidate);
		csv_record__text(&r, p->baseline);
		csv_record__u64(&r, (uint64_t)p->ram);
		csv_record__number(&r, p->d);
		csv_record__number(&r, p->lo);
		csv_record__number(&r, p->hi);
		csv_record__number(&r, memory_point__spared(p));
		csv_record__text(&r, metric__basis_name(p->basis));
		csv_record__u64(&r, p->n_a);
		csv_record__u64(&r, p->n_b);
		csv_record__end(&r);
	}
}

static json_t *point_json(const struct memory_point *p)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:s, s:I, s:I}", "campaign",
			 p->campaign, "name", json__text(p->name), "candidate",
			 json__text(p->candidate), "baseline", json__text(p->baseline), "ram_bytes",
			 (json_int_t)p->ram, "mem_total_kb", json__number(p->d), "lo_kb",
			 json__number(p->lo), "hi_kb", json__number(p->hi), "ram_512_kb",
			 json__number(memory_point__spared(p)), "basis",
			 metric__basis_name(p->basis), "n_a", (json_int_t)p->n_a, "n_b",
			 (json_int_t)p->n_b);
}

int page_api_memory(struct store *st, const struct page_request *req, FILE *out,
		    struct page_reply *reply, struct err *err)
{
	bool csv = api__format(req, reply) == API_CSV;
	json_t *all = csv ? NULL : json_array();
	struct memory_points list;
	int ret = memory_points__load(st, &list, err);

	for (size_t i = 0; all && i < list.n; i++)
		json_array_append_new(all, point_json(&list.v[i]));
	if (!ret && csv)
		put_csv(&list, out);
	else if (!ret)
		json__print(json_pack("{s:i, s:s, s:O}", "schema", 1, "kind", "memory",
				      "comparisons", all),
			    out);
	json_decref(all);
	memory_points__release(&list);
	return ret;
}
