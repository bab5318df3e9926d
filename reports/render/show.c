// SPDX-License-Identifier: GPL-2.0-only
#include "reports/render/json.h"
#include "reports/render/show.h"

json_t *show_json__campaigns(const struct campaign_brief *list, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(all,
				      json_pack("{s:s, s:o, s:o, s:s, s:I, s:i, s:i, s:i}", "id",
						list[i].uuid, "name", json__text(list[i].name),
						"target", json__text(list[i].target), "state",
						list[i].state, "created_ns",
						(json_int_t)list[i].created_ns, "boots_planned",
						(int)list[i].n_slots, "boots_done",
						(int)list[i].n_done, "boots_failed",
						(int)list[i].n_failed));
	return json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "campaigns", "campaigns", all);
}

static json_t *u64_text(uint64_t v)
{
	char buf[24];

	/* As text: 64 bits are more than a JSON number carries safely. */
	snprintf(buf, sizeof(buf), "%llu", (unsigned long long)v);
	return json_string(buf);
}

static json_t *variant_json(const struct campaign_variant *v)
{
	return json_pack("{s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name",
			 json__text(v->name), "baseline", v->baseline, "cpu", json__text(v->cpu),
			 "cmdline", json__text(v->cmdline), "kernel_hash",
			 json__text(v->kernel_hash), "release", json__text(v->release), "arch",
			 json__text(v->arch), "origin", json__text(v->origin), "config_hash",
			 json__text(v->config_hash));
}

static json_t *boot_json(const struct campaign *c, const struct campaign_boot *b)
{
	json_t *o = json_pack("{s:o, s:i, s:i, s:o, s:s, s:o, s:o, s:I, s:I, s:o}", "id",
			      json__text(b->uuid), "slot", (int)b->slot, "block", (int)b->block,
			      "variant", json__text(c->variants[b->variant].name), "status",
			      boot_status__name(b->status), "detail", json__text(b->detail), "seed",
			      u64_text(b->seed), "started_ns", (json_int_t)b->started_ns,
			      "ended_ns", (json_int_t)b->ended_ns, "command",
			      json__text(b->command));

	/* In exact mode only. */
	if (*b->workload)
		json_object_set_new(o, "workload", json__text(b->workload));
	if (b->repeat_of >= 0)
		json_object_set_new(o, "repeat_of", json_integer(b->repeat_of));
	return o;
}

json_t *show_json__campaign(const struct campaign *c)
{
	json_t *variants = json_array(), *boots = json_array();

	for (size_t i = 0; i < c->n_variants; i++)
		json_array_append_new(variants, variant_json(&c->variants[i]));
	for (size_t i = 0; i < c->n_boots; i++)
		json_array_append_new(boots, boot_json(c, &c->boots[i]));
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:i, s:o, s:o}",
			 "schema", 1, "kind", "campaign", "id", json__text(c->uuid), "name",
			 json__text(c->name), "state", json__text(c->state), "target",
			 json__text(c->target), "host", json__text(c->host), "kduel",
			 json__text(c->version), "plan", json__text(c->plan_path), "seed",
			 u64_text(c->seed), "created_ns", (json_int_t)c->created_ns,
			 "boots_planned", (int)c->n_slots, "variants", variants, "boots", boots);
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
