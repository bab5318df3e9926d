// SPDX-License-Identifier: GPL-2.0-only
/* show.c - campaigns, their boots and facts as JSON, and lists of campaigns as CSV. */
#include "reports/render/show.h"
#include "reports/render/json.h"

/* Tags as one column: "branch=next commit=1234". */
struct tag_words {
	char *text;
};

enum { BRIEF, LINE, HEADLINE, TAGS };

static const struct column line_columns[] = {
	COLUMN("campaign", BRIEF, struct campaign_brief, uuid, .only = COLUMN_CSV),
	COLUMN("id", BRIEF, struct campaign_brief, uuid, .only = COLUMN_JSON),
	COLUMNS(BRIEF, struct campaign_brief, name, target, state, created_ns),
	COLUMN("boots_planned", BRIEF, struct campaign_brief, n_slots),
	COLUMN("boots_done", BRIEF, struct campaign_brief, n_done),
	COLUMN("boots_failed", BRIEF, struct campaign_brief, n_failed),
	COLUMNS(BRIEF, struct campaign_brief, plan, host, variants, kernels),
	COLUMNS(LINE, struct campaign_line, machine, date_ns),
	COLUMN("verdict", HEADLINE, struct headline, word),
	COLUMN("headline", HEADLINE, struct headline, text),
	COLUMNS(HEADLINE, struct headline, better, worse),
	COLUMN("tags", TAGS, struct tag_words, text, .only = COLUMN_CSV),
	{ 0 },
};

static char *tags_text(const struct campaign_line *l)
{
	struct strvec list = { 0 };
	char *text;

	for (size_t i = 0; i < l->n_tags; i++)
		strvec__pushf(&list, "%s=%s", l->tags[i].key, l->tags[i].value);
	text = strvec__join(&list, " ");
	strvec__release(&list);
	return text;
}

json_t *show_json__campaigns(const struct show_campaign *list, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++) {
		const struct campaign_line *l = list[i].l;
		json_t *tags = json_object();
		json_t *o = columns__json(line_columns,
					  (const void *const[]){ l->c, l, &list[i].h, NULL });

		for (size_t k = 0; k < l->n_tags; k++)
			json_object_set_new(tags, l->tags[k].key, json__text(l->tags[k].value));
		json_object_set_new(o, "tags", tags);
		json_array_append_new(all, o);
	}
	return json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "campaigns", "campaigns", all);
}

void show__campaigns_csv(const struct show_campaign *list, size_t n, FILE *out)
{
	columns__csv_header(line_columns, out);
	for (size_t i = 0; i < n; i++) {
		_free_ char *text = tags_text(list[i].l);
		const struct tag_words tags = { text };

		columns__csv(line_columns,
			     (const void *const[]){ list[i].l->c, list[i].l, &list[i].h, &tags },
			     out);
	}
}

static const struct column variant_columns[] = {
	COLUMNS(0, struct campaign_variant, name, baseline, cpu, cmdline, kernel_hash, release,
		arch, origin, config_hash),
	{ 0 },
};

enum { BOOT, VARIANT };

static const struct column boot_columns[] = {
	COLUMN("id", BOOT, struct campaign_boot, uuid),
	COLUMNS(BOOT, struct campaign_boot, slot, block),
	COLUMN("variant", VARIANT, struct campaign_variant, name),
	COLUMN_TEXT_BY("status", BOOT, struct campaign_boot, status, column__boot_status),
	COLUMN("detail", BOOT, struct campaign_boot, detail),
	COLUMN("seed", BOOT, struct campaign_boot, seed, .quoted = true),
	COLUMNS(BOOT, struct campaign_boot, started_ns, ended_ns, command),
	{ 0 },
};

static json_t *boot_json(const struct campaign *c, const struct campaign_boot *b)
{
	json_t *o = columns__json(boot_columns,
				  (const void *const[]){ b, &c->variants[b->variant] });

	/* Only in exact mode. */
	if (*b->workload)
		json_object_set_new(o, "workload", json__text(b->workload));
	if (b->repeat_of >= 0)
		json_object_set_new(o, "repeat_of", json_integer(b->repeat_of));
	return o;
}

static const struct column campaign_columns[] = {
	COLUMN("id", 0, struct campaign, uuid),
	COLUMNS(0, struct campaign, name, state, target, host),
	COLUMN("kduel", 0, struct campaign, version),
	COLUMN("plan", 0, struct campaign, plan_path),
	COLUMN("seed", 0, struct campaign, seed, .quoted = true),
	COLUMN("created_ns", 0, struct campaign, created_ns),
	COLUMN("boots_planned", 0, struct campaign, n_slots),
	{ 0 },
};

json_t *show_json__campaign(const struct campaign *c)
{
	json_t *o = json_pack("{s:i, s:s}", "schema", 1, "kind", "campaign");
	json_t *variants = json_array(), *boots = json_array();

	json_object_update_new(o, columns__json(campaign_columns, (const void *const[]){ c }));
	for (size_t i = 0; i < c->n_variants; i++)
		json_array_append_new(variants,
				      columns__json(variant_columns,
						    (const void *const[]){ &c->variants[i] }));
	for (size_t i = 0; i < c->n_boots; i++)
		json_array_append_new(boots, boot_json(c, &c->boots[i]));
	json_object_set_new(o, "variants", variants);
	json_object_set_new(o, "boots", boots);
	return o;
}

json_t *show_json__facts(const struct boot_fact *facts, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, facts[i].key, json__text(facts[i].value));
	return o;
}

json_t *show_json__boot(const struct campaign *c, const struct campaign_boot *b,
			const struct boot_fact *facts, size_t n)
{
	json_t *o = boot_json(c, b);

	json_object_set_new(o, "schema", json_integer(1));
	json_object_set_new(o, "kind", json_string("boot"));
	json_object_set_new(o, "facts", show_json__facts(facts, n));
	return o;
}
