// SPDX-License-Identifier: GPL-2.0-only
#include "lib/units.h"
#include "reports/grid.h"
#include "runner/cmd-results.h"
#include "runner/show.h"

static uint64_t duration(const struct campaign_boot *b)
{
	return b->ended_ns > b->started_ns ? b->ended_ns - b->started_ns : 0;
}

static void print_variant(const struct campaign_variant *v)
{
	printf("  %s%s\n", v->name, v->baseline ? " (baseline)" : "");
	if (*v->kernel_hash)
		printf("    kernel        %s %s, %s\n    hash          %s\n", v->release, v->arch,
		       v->origin, v->kernel_hash);
	if (*v->config_hash)
		printf("    config        %s\n", v->config_hash);
	if (*v->cpu)
		printf("    cpu           %s\n", v->cpu);
	if (*v->cmdline)
		printf("    command line  %s\n", v->cmdline);
}

static void print_boots(const struct campaign *c)
{
	static const char *const head[] = { "boot",   "block", "variant",
					    "status", "took",  "detail" };
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 1u << 2 | 1u << 3 | 1u << 5 };
	size_t row = grid__row(&g);
	char took[32];

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		row = grid__row(&g);
		grid__put(&g, row, 0, "%u", b->slot + 1);
		grid__put(&g, row, 1, "%u", b->block + 1);
		grid__put(&g, row, 2, "%s", c->variants[b->variant].name);
		grid__put(&g, row, 3, "%s", boot_status__name(b->status));
		grid__put(&g, row, 4, "%s", units__fmt_duration(duration(b), took, sizeof(took)));
		grid__put(&g, row, 5, "%s", b->detail);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

static void print_campaign(const struct campaign *c)
{
	char date[DATE_LEN];

	printf("Campaign %s\n  name          %s\n  created       %s UTC\n  state         %s\n"
	       "  target        %s on %s\n  kduel         %s\n  plan          %s\n"
	       "  seed          %llu\n  boots         %u planned\n\nVariants\n",
	       c->uuid, c->name, results__date(c->created_ns, date), c->state, c->target, c->host,
	       c->version, c->plan_path, (unsigned long long)c->seed, c->n_slots);
	for (size_t i = 0; i < c->n_variants; i++)
		print_variant(&c->variants[i]);
	puts("\nBoots");
	print_boots(c);
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
			 results__text(v->name), "baseline", v->baseline, "cpu",
			 results__text(v->cpu), "cmdline", results__text(v->cmdline), "kernel_hash",
			 results__text(v->kernel_hash), "release", results__text(v->release),
			 "arch", results__text(v->arch), "origin", results__text(v->origin),
			 "config_hash", results__text(v->config_hash));
}

static json_t *boot_json(const struct campaign *c, const struct campaign_boot *b)
{
	return json_pack("{s:o, s:i, s:i, s:o, s:s, s:o, s:o, s:I, s:I, s:o}", "id",
			 results__text(b->uuid), "slot", (int)b->slot, "block", (int)b->block,
			 "variant", results__text(c->variants[b->variant].name), "status",
			 boot_status__name(b->status), "detail", results__text(b->detail), "seed",
			 u64_text(b->seed), "started_ns", (json_int_t)b->started_ns, "ended_ns",
			 (json_int_t)b->ended_ns, "command", results__text(b->command));
}

static json_t *campaign_json(const struct campaign *c)
{
	json_t *variants = json_array(), *boots = json_array();

	for (size_t i = 0; i < c->n_variants; i++)
		json_array_append_new(variants, variant_json(&c->variants[i]));
	for (size_t i = 0; i < c->n_boots; i++)
		json_array_append_new(boots, boot_json(c, &c->boots[i]));
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:i, s:o, s:o}",
			 "schema", 1, "kind", "campaign", "id", results__text(c->uuid), "name",
			 results__text(c->name), "state", results__text(c->state), "target",
			 results__text(c->target), "host", results__text(c->host), "kduel",
			 results__text(c->version), "plan", results__text(c->plan_path), "seed",
			 u64_text(c->seed), "created_ns", (json_int_t)c->created_ns,
			 "boots_planned", (int)c->n_slots, "variants", variants, "boots", boots);
}

void show__campaign(const struct campaign *c, bool json)
{
	if (json)
		results__print_json(campaign_json(c));
	else
		print_campaign(c);
}

static json_t *facts_json(const struct boot_fact *facts, size_t n)
{
	json_t *o = json_object();

	for (size_t i = 0; i < n; i++)
		json_object_set_new(o, facts[i].key, results__text(facts[i].value));
	return o;
}

static void print_facts(const struct boot_fact *facts, size_t n)
{
	for (size_t i = 0; i < n; i++)
		printf("%s: %s\n", facts[i].key, facts[i].value);
}

int show__facts(struct store *st, const struct campaign_boot *b, bool json, struct err *err)
{
	struct boot_fact *facts;
	size_t n;
	int ret = store__facts(st, b->id, &facts, &n, err);

	if (ret)
		return ret;
	if (json)
		results__print_json(json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "kind", "facts",
					      "slot", (int)b->slot, "facts", facts_json(facts, n)));
	else
		print_facts(facts, n);
	boot_fact__free(facts, n);
	return 0;
}

static void print_boot(const struct campaign *c, const struct campaign_boot *b)
{
	char took[32], date[DATE_LEN];

	printf("boot %u, block %u, variant %s: %s%s%s\nboot id %s of campaign %s\n"
	       "started %s UTC, took %s, seed %llu\ncommand: %s\n\n",
	       b->slot + 1, b->block + 1, c->variants[b->variant].name, boot_status__name(b->status),
	       *b->detail ? ", " : "", b->detail, b->uuid, c->uuid,
	       results__date(b->started_ns, date),
	       units__fmt_duration(duration(b), took, sizeof(took)), (unsigned long long)b->seed,
	       b->command);
}

int show__boot(struct store *st, const struct campaign *c, const struct campaign_boot *b,
	       bool json, struct err *err)
{
	struct boot_fact *facts;
	json_t *o;
	size_t n;
	int ret = store__facts(st, b->id, &facts, &n, err);

	if (ret)
		return ret;
	if (json) {
		o = boot_json(c, b);
		json_object_set_new(o, "schema", json_integer(1));
		json_object_set_new(o, "kind", json_string("boot"));
		json_object_set_new(o, "facts", facts_json(facts, n));
		results__print_json(o);
	} else {
		print_boot(c, b);
		print_facts(facts, n);
	}
	boot_fact__free(facts, n);
	return 0;
}
