// SPDX-License-Identifier: GPL-2.0-only
/* show.c - print what is stored about a campaign and its boots. */
#include "lib/date.h"
#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/render/json.h"
#include "reports/render/show.h"
#include "reports/render/values_text.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/terminal.h"

enum {
	OPT_COMMAND = OPTION_TAKE_FIRST,
	OPT_CONSOLE,
	OPT_DMESG,
	OPT_FACTS,
	OPT_LOCK,
	OPT_PLAN,
	OPT_TEXT
};

struct show_opts {
	const char *campaign, *db;
	bool json, raw;
	int what; /* OPT_*; 0: the overview */
	const char *text; /* --text NAME */
	bool has_slot; /* a boot was given */
	uint64_t slot;
};

/* All of these select what to show, so there can be only one. */
static int take_show_option(void *opts, int key, const char *value, struct err *err)
{
	struct show_opts *o = opts;

	if (o->what && o->what != key)
		return err__set(err, -EINVAL,
				"--command, --console, --dmesg, --facts, --lock, --plan and --text "
				"exclude each other");
	o->what = key;
	if (key == OPT_TEXT)
		o->text = value;
	return 0;
}

/* Boots are numbered from 1 for users, slots from 0 in the database. */
static int check_show_options(void *opts, size_t n, char **args, struct err *err)
{
	struct show_opts *o = opts;

	o->campaign = n ? args[0] : "latest";
	o->has_slot = n > 1;
	if (n > 1 && (units__u64(args[1], &o->slot) || !o->slot--))
		return err__set(err, -EINVAL, "'%s' is not a boot number", args[1]);
	if (!o->has_slot && (o->what == OPT_CONSOLE || o->what == OPT_DMESG ||
			     o->what == OPT_FACTS || o->what == OPT_TEXT))
		return err__set(err, -EINVAL, "which boot? give its number");
	return 0;
}

static const struct options options = {
	.command = "show",
	.args = "[CAMPAIGN [BOOT]]",
	.doc = "Shows a campaign (its id, the beginning of it, or \"latest\"): variants with kernel "
	       "and command line, and every boot in the order of the schedule. With a boot number "
	       "(1, 2, ... in that order), that boot only.",
	.table = OPTION_TABLE(
		OPTION_TAKE("command", OPT_COMMAND, NULL,
			    "the exact command line of the boot (without a number: of all)"),
		OPTION_TAKE("console", OPT_CONSOLE, NULL, "the console log of the boot"),
		OPTION_TAKE("dmesg", OPT_DMESG, NULL, "its kernel log"),
		OPTION_TAKE("facts", OPT_FACTS, NULL, "what collectors found"),
		OPTION_TAKE("lock", OPT_LOCK, NULL, "the packages that the campaign used"),
		OPTION_TAKE("plan", OPT_PLAN, NULL, "the plan as it was run"),
		OPTION_TAKE("text", OPT_TEXT, "NAME",
			    "a text that a collector stored; \"list\": their names"),
		OPTION_FLAG("raw", struct show_opts, raw,
			    "print control characters that guests wrote even to a terminal")),
	.max_args = 2,
	.take = take_show_option,
	.check = check_show_options,
	.shared = { { &options__db, offsetof(struct show_opts, db) },
		    { &options__format, offsetof(struct show_opts, json) } },
};

/* In ns; 0 if the boot has not ended, or the clock was set back meanwhile. */
static uint64_t duration(const struct campaign_boot *b)
{
	return b->ended_ns > b->started_ns ? b->ended_ns - b->started_ns : 0;
}

/* Empty fields are left out: target fake has no kernels, target local no CPU and command line. */
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

/* Print a table of boots. The columns of exact mode are left out in other campaigns. */
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

/* Includes the seed and command line, to repeat the boot by hand. */
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

/* A parameter may be a script: its further lines are indented, so that none looks like a fact. */
static void print_fact(const struct boot_fact *f)
{
	printf("%s: ", f->key);
	for (const char *c = f->value; *c; c++) {
		putchar(*c);
		if (*c == '\n')
			fputs("  ", stdout);
	}
	putchar('\n');
}

/* Print the facts of a boot; with `whole`, print the boot itself first. */
static int show_facts(struct store *st, const struct campaign *c, const struct campaign_boot *b,
		      bool whole, bool json, struct err *err)
{
	struct boot_fact *facts;
	size_t n;
	int ret = store__facts(st, b->id, &facts, &n, err);

	if (ret)
		return ret;
	if (json) {
		json__print(whole ? show_json__boot(c, b, facts, n) :
				    json_pack("{s:i, s:s, s:i, s:o}", "schema", 1, "kind", "facts",
					      "slot", (int)b->slot, "facts",
					      show_json__facts(facts, n)),
			    stdout);
	} else {
		if (whole)
			print_boot(c, b);
		for (size_t i = 0; i < n; i++)
			print_fact(&facts[i]);
	}
	boot_fact__free(facts, n);
	return 0;
}

/* Find the boot of a slot; NULL, with `err` set, if there is none. A slot has several boots if
 * earlier ones were interrupted, so take the last. */
static const struct campaign_boot *find_boot(const struct campaign *c, uint64_t slot,
					     struct err *err)
{
	const struct campaign_boot *boot = NULL;

	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].slot == slot)
			boot = &c->boots[i];
	if (!boot)
		err__set(err, -ENOENT,
			 slot < c->n_slots ? "campaign %.8s: boot %llu of %u has not run yet" :
					     "campaign %.8s has no boot %llu: they are 1 to %u",
			 c->uuid, (unsigned long long)slot + 1, c->n_slots);
	return boot;
}

/* With fwrite(), as a log may contain NUL bytes. */
static int print_log(struct store *st, const struct campaign_boot *b, const char *name,
		     struct err *err)
{
	_free_ char *text = NULL;
	size_t len;
	int ret = store__log(st, b->id, name, &text, &len, err);

	if (ret)
		return err__prefix(err, ret, "boot %u: ", b->slot + 1);
	fwrite(text, 1, len, stdout);
	return 0;
}

/* Print a text that a collector stored for the boot; "list" prints the names of all. */
static int print_text(struct store *st, const struct campaign_boot *b, const char *name,
		      struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_free_ char *text = NULL;
	size_t len;
	int ret = store__text_names(st, b->id, &names, err);

	if (!ret && streq(name, "list"))
		for (size_t i = 0; i < names.n; i++)
			puts(names.v[i]);
	else if (!ret && !strvec__has(&names, name))
		ret = err__set(err, -ENOENT,
			       "boot %u has no text %s; --text list names those it has",
			       b->slot + 1, name);
	else if (!ret)
		ret = store__text(st, b->id, name, &text, &len, err);
	if (text)
		fwrite(text, 1, len, stdout);
	return ret;
}

static int show_boot(struct store *st, const struct campaign *c, const struct show_opts *o,
		     struct err *err)
{
	const struct campaign_boot *b = find_boot(c, o->slot, err);

	if (!b)
		return -ENOENT;
	switch (o->what) {
	case OPT_CONSOLE:
		return print_log(st, b, "console", err);
	case OPT_DMESG:
		return print_log(st, b, "dmesg", err);
	case OPT_TEXT:
		return print_text(st, b, o->text, err);
	case OPT_FACTS:
		return show_facts(st, c, b, false, o->json, err);
	case OPT_COMMAND:
		puts(b->command);
		return 0;
	default:
		return show_facts(st, c, b, true, o->json, err);
	}
}

/* Print the campaign and its boots; also the values if the campaign compares nothing, as then
 * `kduel compare` does not show them. */
static int show_overview(struct store *st, const struct campaign *c, bool json, struct err *err)
{
	_cleanup_(report_expects__release) struct report_expects expects = { 0 };
	_cleanup_(variant_values__release) struct variant_values values = { 0 };
	int ret = c->n_compares ? 0 : variant_values__load(st, c, values__any, &values, err);
	json_t *o;

	if (!ret && !c->n_compares)
		ret = report_expects__load(st, c, &expects, err);
	if (ret)
		return ret;
	if (json) {
		o = show_json__campaign(c);
		if (!c->n_compares)
			json_object_set_new(o, "values", values__json(c, &values));
		json__print(o, stdout);
		return 0;
	}
	print_campaign(c);
	if (values.n) {
		puts("\nValues");
		values__print(c, &values, &expects, "text", stdout);
	}
	return 0;
}

static int show_campaign(struct store *st, const struct campaign *c, const struct show_opts *o,
			 struct err *err)
{
	switch (o->what) {
	case OPT_LOCK:
		fputs(c->lock_text, stdout);
		break;
	case OPT_PLAN:
		fputs(c->plan_text, stdout);
		break;
	case OPT_COMMAND:
		for (size_t i = 0; i < c->n_boots; i++)
			printf("# boot %u, %s\n%s\n", c->boots[i].slot + 1,
			       c->variants[c->boots[i].variant].name, c->boots[i].command);
		break;
	default:
		return show_overview(st, c, o->json, err);
	}
	return 0;
}

/* --lock and --plan show the campaign's even if a boot is given. */
int cmd_show(int argc, char **argv)
{
	struct show_opts o = { .campaign = NULL };
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	if (o.raw)
		terminal__unguard();
	ret = results__load(o.db, o.campaign, &st, &c, &err);
	if (!ret)
		ret = o.has_slot && o.what != OPT_LOCK && o.what != OPT_PLAN ?
			      show_boot(st, c, &o, &err) :
			      show_campaign(st, c, &o, &err);
	return cmd__fail(ret, &err);
}
