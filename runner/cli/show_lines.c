// SPDX-License-Identifier: GPL-2.0-only
#include "lib/date.h"
#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/render/show.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/show_lines.h"

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
	static const char *const head[] = { "boot",    "block",	 "variant", "workload",
					    "repeats", "status", "took",    "detail" };
	struct grid g = { .n_cols = ARRAY_SIZE(head),
			  .left = 1u << 2 | 1u << 3 | 1u << 5 | 1u << 7 };
	size_t row = grid__row(&g);
	bool exact = false;
	char took[32];

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < c->n_boots; i++) {
		const struct campaign_boot *b = &c->boots[i];

		row = grid__row(&g);
		grid__put(&g, row, 0, "%u", b->slot + 1);
		grid__put(&g, row, 1, "%u", b->block + 1);
		grid__put(&g, row, 2, "%s", c->variants[b->variant].name);
		grid__put(&g, row, 3, "%s", b->workload);
		if (b->repeat_of >= 0)
			grid__put(&g, row, 4, "%d", b->repeat_of + 1);
		grid__put(&g, row, 5, "%s", boot_status__name(b->status));
		grid__put(&g, row, 6, "%s", units__fmt_duration(duration(b), took, sizeof(took)));
		grid__put(&g, row, 7, "%s", b->detail);
		exact = exact || *b->workload;
	}
	g.skip = exact ? 0 : 1u << 3 | 1u << 4;
	grid__print(&g, false, stdout);
	grid__release(&g);
}

static void print_campaign(const struct campaign *c)
{
	char date[DATE_LEN];

	printf("Campaign %s\n  name          %s\n  created       %s UTC\n  state         %s\n"
	       "  target        %s on %s\n  kduel         %s\n  plan          %s\n"
	       "  seed          %llu\n  boots         %u planned\n\nVariants\n",
	       c->uuid, c->name, date__utc(c->created_ns, DATE_MINUTES, date), c->state, c->target,
	       c->host, c->version, c->plan_path, (unsigned long long)c->seed, c->n_slots);
	for (size_t i = 0; i < c->n_variants; i++)
		print_variant(&c->variants[i]);
	puts("\nBoots");
	print_boots(c);
}

void show__campaign(const struct campaign *c, bool json)
{
	if (json)
		json__print(show_json__campaign(c), stdout);
	else
		print_campaign(c);
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
		json__print(json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "kind", "facts", "slot",
				      (int)b->slot, "facts", show_json__facts(facts, n)),
			    stdout);
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
	       b->slot + 1, b->block + 1, c->variants[b->variant].name,
	       boot_status__name(b->status), *b->detail ? ", " : "", b->detail, b->uuid, c->uuid,
	       date__utc(b->started_ns, DATE_MINUTES, date),
	       units__fmt_duration(duration(b), took, sizeof(took)), (unsigned long long)b->seed,
	       b->command);
}

int show__boot(struct store *st, const struct campaign *c, const struct campaign_boot *b, bool json,
	       struct err *err)
{
	struct boot_fact *facts;
	size_t n;
	int ret = store__facts(st, b->id, &facts, &n, err);

	if (ret)
		return ret;
	if (json) {
		json__print(show_json__boot(c, b, facts, n), stdout);
	} else {
		print_boot(c, b);
		print_facts(facts, n);
	}
	boot_fact__free(facts, n);
	return 0;
}
