// SPDX-License-Identifier: GPL-2.0-only
/* campaigns.c - campaigns and their boots. */
#include "reports/api/api.h"
#include "reports/pages/compare.h"
#include "reports/render/show.h"
#include "reports/report/open.h"
#include "reports/web/find.h"

static void put_csv(const struct campaign_brief *list, size_t n, FILE *out)
{
	struct csv_record r = { .out = out };

	fputs("campaign,name,target,state,created_ns,boots_planned,boots_done,boots_failed\n", out);
	for (size_t i = 0; i < n; i++) {
		csv_record__text(&r, list[i].uuid);
		csv_record__text(&r, list[i].name);
		csv_record__text(&r, list[i].target);
		csv_record__text(&r, list[i].state);
		csv_record__u64(&r, list[i].created_ns);
		csv_record__u64(&r, list[i].n_slots);
		csv_record__u64(&r, list[i].n_done);
		csv_record__u64(&r, list[i].n_failed);
		csv_record__end(&r);
	}
}

int page_api_campaigns(struct store *st, const struct page_request *req, FILE *out,
		       struct page_reply *reply, struct err *err)
{
	struct campaign_brief *list;
	size_t n;
	int ret = store__list(st, &list, &n, err);

	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV)
		put_csv(list, n, out);
	else
		json__print(show_json__campaigns(list, n), out);
	campaign_brief__free(list, n);
	return 0;
}

static void put_boots(const struct campaign *c, FILE *out)
{
	struct csv_record r = { .out = out };

	fputs("campaign,boot,block,variant,status,detail,started_ns,ended_ns,seed,id\n", out);
	for (size_t i = 0; i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		csv_record__text(&r, c->uuid);
		csv_record__u64(&r, b->slot + 1);
		csv_record__u64(&r, b->block + 1);
		csv_record__text(&r, c->variants[b->variant].name);
		csv_record__text(&r, boot_status__name(b->status));
		csv_record__text(&r, b->detail);
		csv_record__u64(&r, b->started_ns);
		csv_record__u64(&r, b->ended_ns);
		csv_record__u64(&r, b->seed);
		csv_record__text(&r, b->uuid);
		csv_record__end(&r);
	}
}

/* As `kduel show`. */
int page_api_boots(struct store *st, const struct page_request *req, FILE *out,
		   struct page_reply *reply, struct err *err)
{
	struct campaign *c;
	int ret = store__load(st, req->args.v[0], &c, err);

	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV)
		put_boots(c, out);
	else
		json__print(show_json__campaign(c), out);
	campaign__free(c);
	return 0;
}

/* As `kduel compare`: what the campaign's plan declares. */
int page_api_campaign(struct store *st, const struct page_request *req, FILE *out,
		      struct page_reply *reply, struct err *err)
{
	struct dataset *none;
	struct report *r;
	int ret = report__open(st, req->args.v[0], &r, &none, err);

	if (ret)
		return ret;
	if (!r) {
		ret = err__set(err, -ENOENT,
			       "the plan of campaign %.8s compares nothing; its boots "
			       "are below boots.json",
			       none->of[0].c->uuid);
		dataset__free(none);
		return ret;
	}
	ret = api__report(r, req, out, reply, err);
	report__free(r);
	return ret;
}

static void put_facts(const struct campaign *c, const struct campaign_boot *b,
		      const struct boot_fact *facts, size_t n, FILE *out)
{
	struct csv_record r = { .out = out };

	fputs("campaign,boot,key,value\n", out);
	for (size_t i = 0; i < n; i++) {
		csv_record__text(&r, c->uuid);
		csv_record__u64(&r, b->slot + 1);
		csv_record__text(&r, facts[i].key);
		csv_record__text(&r, facts[i].value);
		csv_record__end(&r);
	}
}

int page_api_boot(struct store *st, const struct page_request *req, FILE *out,
		  struct page_reply *reply, struct err *err)
{
	const struct campaign_boot *b;
	struct boot_fact *facts;
	struct campaign *c;
	size_t n;
	int ret = find__boot(st, req, &c, &b, err);

	if (ret)
		return ret;
	ret = store__facts(st, b->id, &facts, &n, err);
	if (!ret && api__format(req, reply) == API_CSV)
		put_facts(c, b, facts, n, out);
	else if (!ret)
		json__print(show_json__boot(c, b, facts, n), out);
	boot_fact__free(facts, ret ? 0 : n);
	campaign__free(c);
	return ret;
}

/* console.txt and dmesg.txt, as they were. */
int page_api_log(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply, struct err *err)
{
	const struct campaign_boot *b;
	_free_ char *text = NULL;
	struct campaign *c;
	size_t len;
	int ret = find__boot(st, req, &c, &b, err);

	if (ret)
		return ret;
	api__format(req, reply);
	ret = store__log(st, b->id, str_ends(req->path, "/console.txt") ? "console" : "dmesg",
			 &text, &len, err);
	if (!ret)
		fwrite(text, 1, len, out);
	campaign__free(c);
	return ret;
}
