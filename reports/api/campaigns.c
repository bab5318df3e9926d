// SPDX-License-Identifier: GPL-2.0-only
/* campaigns.c - campaigns and their boots. */
#include "reports/api/api.h"
#include "reports/render/show.h"
#include "reports/web/find.h"
#include "reports/web/cache.h"

/* /campaigns, like `kduel list`. */
int page_api_campaigns(struct store *st, const struct page_request *req, FILE *out,
		       struct page_reply *reply, struct err *err)
{
	_cleanup_(campaign_list__release) struct campaign_list list = { 0 };
	_free_ struct show_campaign *shown = NULL;
	struct campaign_filter f;
	size_t n = 0;
	int ret = page__campaign_filter(req->query, &f, err);

	if (!ret)
		ret = page__campaigns(st, req, &f, &list, err);
	shown = xcalloc(list.n + 1, sizeof(*shown));
	for (; !ret && n < list.n; n++) {
		shown[n].l = &list.v[n];
		ret = page__headline(st, req, list.v[n].c, &shown[n].h, err);
		if (ret)
			break;
	}
	if (!ret && api__format(req, reply) == API_CSV)
		show__campaigns_csv(shown, n, out);
	else if (!ret)
		json__print(show_json__campaigns(shown, n), out);
	for (size_t i = 0; i < n; i++)
		headline__release(&shown[i].h);
	return ret;
}

enum { CAMPAIGN, BOOT, VARIANT, FACT, PARTS };

static const struct column boot_columns[] = {
	COLUMN("campaign", CAMPAIGN, struct campaign, uuid),
	COLUMN("boot", BOOT, struct campaign_boot, slot, .plus = 1),
	COLUMN("block", BOOT, struct campaign_boot, block, .plus = 1),
	COLUMN("variant", VARIANT, struct campaign_variant, name),
	COLUMN_TEXT_BY("status", BOOT, struct campaign_boot, status, column__boot_status),
	COLUMNS(BOOT, struct campaign_boot, detail, started_ns, ended_ns, seed),
	COLUMN("id", BOOT, struct campaign_boot, uuid),
	{ 0 },
};

/* /campaign/ID/boots, like `kduel show`. */
int page_api_boots(struct store *st, const struct page_request *req, FILE *out,
		   struct page_reply *reply, struct err *err)
{
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	int ret = store__load(st, req->args.v[0], &c, err);

	if (ret)
		return ret;
	if (api__format(req, reply) == API_CSV) {
		/* CSV has only the boots; JSON has variants and schedule as well. */
		columns__csv_header(boot_columns, out);
		for (size_t i = 0; i < c->n_boots; i++)
			columns__csv(boot_columns,
				     (const void *const[PARTS]){
					     [CAMPAIGN] = c,
					     [BOOT] = &c->boots[i],
					     [VARIANT] = &c->variants[c->boots[i].variant] },
				     out);
	} else {
		json__print(show_json__campaign(c), out);
	}
	return 0;
}

/* /campaign/ID, like `kduel compare`: the comparisons declared in the plan. */
int page_api_campaign(struct store *st, const struct page_request *req, FILE *out,
		      struct page_reply *reply, struct err *err)
{
	_cleanup_(cached_report__putp) const struct cached_report *k = NULL;
	int ret = page__report(st, req, req->args.v[0], NULL, &k, err);

	if (ret)
		return ret;
	if (k->r)
		ret = api__report(k->r, req, out, reply, err);
	else
		ret = err__set(err, -ENOENT,
			       "the plan of campaign %.8s compares nothing; its boots "
			       "are in boots.json",
			       k->c->uuid);
	return ret;
}

static const struct column fact_columns[] = {
	COLUMN("campaign", CAMPAIGN, struct campaign, uuid),
	COLUMN("boot", BOOT, struct campaign_boot, slot, .plus = 1),
	COLUMNS(FACT, struct boot_fact, key, value),
	{ 0 },
};

/* /campaign/ID/boot/N, like `kduel show ID N`. */
int page_api_boot(struct store *st, const struct page_request *req, FILE *out,
		  struct page_reply *reply, struct err *err)
{
	const struct campaign_boot *b;
	struct boot_fact *facts;
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	size_t n;
	int ret = find__boot(st, req, &c, &b, err);

	if (ret)
		return ret;
	ret = store__facts(st, b->id, &facts, &n, err);
	if (!ret && api__format(req, reply) == API_CSV) {
		/* CSV has only the facts; JSON has the boot as well. */
		columns__csv_header(fact_columns, out);
		for (size_t i = 0; i < n; i++)
			columns__csv(fact_columns,
				     (const void *const[PARTS]){
					     [CAMPAIGN] = c, [BOOT] = b, [FACT] = &facts[i] },
				     out);
	} else if (!ret) {
		json__print(show_json__boot(c, b, facts, n), out);
	}
	boot_fact__free(facts, ret ? 0 : n);
	return ret;
}

/* console.txt and dmesg.txt, unmodified. */
int page_api_log(struct store *st, const struct page_request *req, FILE *out,
		 struct page_reply *reply, struct err *err)
{
	const struct campaign_boot *b;
	_free_ char *text = NULL;
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	size_t len;
	int ret = find__boot(st, req, &c, &b, err);

	if (ret)
		return ret;
	api__format(req, reply);
	ret = store__log(st, b->id, str_ends(req->path, "/console.txt") ? "console" : "dmesg",
			 &text, &len, err);
	if (!ret)
		fwrite(text, 1, len, out);
	return ret;
}
