// SPDX-License-Identifier: GPL-2.0-only
/* show.c - what is kept of a campaign and of its boots. */
#include "lib/units.h"
#include "reports/render/grid.h"
#include "runner/cli/common.h"
#include "runner/cli/show_lines.h"

#define USAGE                                                                                 \
	"[CAMPAIGN [BOOT]] [--console|--dmesg|--facts|--text NAME|--command|--lock|--plan]\n" \
	"                  [--db FILE] [--format text|json]"

struct show_opts {
	const char *campaign, *db;
	bool json;
	int what; /* an option letter; 0: the overview */
	const char *text; /* of --text */
	bool has_slot;
	uint64_t slot;
};

static int help(void)
{
	printf("usage: kduel show %s\n\n"
	       "Shows a campaign (its id, the beginning of it, or \"latest\"): variants with\n"
	       "kernel and command line, and every boot in the order of the schedule. With a\n"
	       "boot number (1, 2, ... in the order of the schedule), that boot only.\n\n"
	       "  --console   the console log of the boot\n"
	       "  --dmesg     its kernel log\n"
	       "  --facts     what collectors found\n"
	       "  --text NAME a text that a collector kept; \"list\": which there are\n"
	       "  --command   the exact command line of the boot (without a number: of all)\n"
	       "  --lock      the packages the campaign was made of\n"
	       "  --plan      the plan as it was run\n"
	       "  --db FILE   the database (default: $KDUEL_DB, else\n"
	       "              $XDG_DATA_HOME/kduel/kduel.db)\n"
	       "  --format F  text (default) or json\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

static int parse_operands(int argc, char **argv, struct show_opts *o)
{
	o->campaign = optind < argc ? argv[optind++] : "latest";
	if (optind < argc) {
		if (units__u64(argv[optind], &o->slot) || !o->slot)
			return cmd__usage("show", USAGE, "'%s' is no boot number", argv[optind]);
		o->slot--;
		o->has_slot = true;
		optind++;
	}
	if (optind < argc)
		return cmd__usage("show", USAGE, "unexpected argument '%s'", argv[optind]);
	if (!o->has_slot && o->what && strchr("CDFT", o->what))
		return cmd__usage("show", USAGE, "of which boot? give its number");
	return 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int parse(int argc, char **argv, struct show_opts *o)
{
	static const struct option options[] = {
		{ "command", no_argument, NULL, 'X' },
		{ "console", no_argument, NULL, 'C' },
		{ "db", required_argument, NULL, 'd' },
		{ "dmesg", no_argument, NULL, 'D' },
		{ "facts", no_argument, NULL, 'F' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "lock", no_argument, NULL, 'L' },
		{ "plan", no_argument, NULL, 'P' },
		{ "text", required_argument, NULL, 'T' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == 'h')
			return -1;
		if (c == '?')
			return cmd__usage("show", USAGE, "see `kduel show --help`");
		if (c == 'd')
			o->db = optarg;
		else if (c != 'f' && o->what && o->what != c)
			return cmd__usage("show", USAGE, "one thing at a time, please");
		else if (c != 'f')
			o->what = c;
		else if (results__is_json("show", USAGE, optarg, &o->json))
			return EXIT_USAGE;
		if (c == 'T')
			o->text = optarg;
	}
	return parse_operands(argc, argv, o);
}

/* The boot of a slot that counts: the last one, since only interrupted ones are repeated.
 * NULL, with `err` set, when there is none. */
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

static int print_text(struct store *st, const struct campaign_boot *b, const char *name,
		      struct err *err)
{
	struct strvec names = { 0 };
	_free_ char *text = NULL;
	size_t len;
	int ret = store__text_names(st, b->id, &names, err);

	if (!ret && streq(name, "list"))
		for (size_t i = 0; i < names.n; i++)
			puts(names.v[i]);
	else if (!ret && !strvec__has(&names, name))
		ret = err__set(err, -ENOENT,
			       "no text %s was kept of boot %u; --text list names "
			       "those that were",
			       name, b->slot + 1);
	else if (!ret)
		ret = store__text(st, b->id, name, &text, &len, err);
	if (text)
		fwrite(text, 1, len, stdout);
	strvec__release(&names);
	return ret;
}

static int show_boot(struct store *st, const struct campaign *c, const struct show_opts *o,
		     struct err *err)
{
	const struct campaign_boot *b = find_boot(c, o->slot, err);

	if (!b)
		return -ENOENT;
	switch (o->what) {
	case 'C':
		return print_log(st, b, "console", err);
	case 'D':
		return print_log(st, b, "dmesg", err);
	case 'T':
		return print_text(st, b, o->text, err);
	case 'F':
		return show__facts(st, b, o->json, err);
	case 'X':
		puts(b->command);
		return 0;
	default:
		return show__boot(st, c, b, o->json, err);
	}
}

static int show_campaign(const struct campaign *c, const struct show_opts *o)
{
	switch (o->what) {
	case 'L':
		fputs(c->lock_text, stdout);
		break;
	case 'P':
		fputs(c->plan_text, stdout);
		break;
	case 'X':
		for (size_t i = 0; i < c->n_boots; i++)
			printf("# boot %u, %s\n%s\n", c->boots[i].slot + 1,
			       c->variants[c->boots[i].variant].name, c->boots[i].command);
		break;
	default:
		show__campaign(c, o->json);
	}
	return 0;
}

int cmd_show(int argc, char **argv)
{
	struct show_opts o = { .campaign = NULL };
	struct campaign *c = NULL;
	struct store *st = NULL;
	struct err err;
	int ret = parse(argc, argv, &o);

	if (ret)
		return ret < 0 ? help() : ret;
	ret = results__load(o.db, o.campaign, &st, &c, &err);
	if (!ret)
		ret = o.has_slot && !(o.what && strchr("LP", o.what)) ? show_boot(st, c, &o, &err) :
									show_campaign(c, &o);
	if (ret)
		log__error("%s", err.msg);
	campaign__free(c);
	store__close(st);
	return cmd__exit_code(ret);
}
