// SPDX-License-Identifier: GPL-2.0-only
/* aa.c - a kernel against itself: how noisy is this machine? */
#include "lib/units.h"
#include "reports/history/noise.h"
#include "runner/cli/common.h"
#include "runner/cli/execute.h"
#include "runner/plan/aa.h"

#define USAGE "PLAN [OPTIONS] | --resume CAMPAIGN | --show CAMPAIGN"
#define DEFAULT_BOOTS 10

struct aa_opts {
	const char *plan_path, *resume, *show, *db, *locked;
	unsigned int boots;
	bool dry_run, quiet, json;
	struct tags tags;
};

static int help(void)
{
	puts("usage: kduel aa " USAGE "\n\n"
	     "Runs the baseline of a plan against itself: one kernel under two labels, interleaved.\n"
	     "Says for every metric how much boots and iterations differ, how often the comparison\n"
	     "would have called equal kernels different, and which effects can be found. What it\n"
	     "finds is kept for this machine and shown beside later verdicts.\n\n"
	     "  --boots N         boots of each label (default 10)\n"
	     "  --dry-run         print every boot in order and its exact command line; boot nothing\n"
	     "  --resume ID       go on with an A/A campaign that was interrupted\n"
	     "  --show ID         the report of a stored A/A campaign once more\n"
	     "  --locked FROM     use exactly the packages of a campaign or of a lock file\n"
	     "  --tag KEY=VALUE   keep something with the campaign (`kduel tag`)\n"
	     "  --db FILE         database (default: $KDUEL_DB or the user's data directory)\n"
	     "  --format FORMAT   text (default) or json\n"
	     "  --quiet           no progress, no notes\n\n"
	     "Exit codes: 0, 4 when fewer than three boots of a label ended well.");
	return EXIT_NO_REGRESSION;
}

static int read_boots(const char *text, unsigned int *boots)
{
	uint64_t n;

	if (units__u64(text, &n) || n < 1 || n > PLAN_MAX_BOOTS)
		return cmd__usage("aa", USAGE, "--boots: expected 1 to %d, found '%s'",
				  PLAN_MAX_BOOTS, text);
	*boots = (unsigned int)n;
	return 0;
}

static int read_tag(const char *text, struct tags *tags)
{
	struct err err;

	return tags__add(tags, text, &err) ? cmd__usage("aa", USAGE, "%s", err.msg) : 0;
}

/* 0, an exit code, or -1 when help was asked for. */
static int take(void *arg, int c)
{
	struct aa_opts *o = arg;

	switch (c) {
	case 'b':
		return read_boots(optarg, &o->boots);
	case 'd':
		o->db = optarg;
		return 0;
	case 'f':
		return results__is_json("aa", USAGE, optarg, &o->json);
	case 'l':
		o->locked = optarg;
		return 0;
	case 'n':
		o->dry_run = true;
		return 0;
	case 'q':
		o->quiet = true;
		return 0;
	case 'r':
		o->resume = optarg;
		return 0;
	case 's':
		o->show = optarg;
		return 0;
	case 't':
		return read_tag(optarg, &o->tags);
	case 'h':
		return -1;
	default:
		return cmd__usage("aa", USAGE, "see `kduel aa --help`");
	}
}

static int parse(int argc, char **argv, struct aa_opts *o)
{
	static const struct option options[] = {
		{ "boots", required_argument, NULL, 'b' },
		{ "db", required_argument, NULL, 'd' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "format", required_argument, NULL, 'f' },
		{ "help", no_argument, NULL, 'h' },
		{ "locked", required_argument, NULL, 'l' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "resume", required_argument, NULL, 'r' },
		{ "show", required_argument, NULL, 's' },
		{ "tag", required_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	int ret = cmd__options(argc, argv, options, take, o);

	if (ret)
		return ret;
	if (optind < argc)
		o->plan_path = argv[optind++];
	if (optind < argc || !!o->plan_path + !!o->resume + !!o->show != 1)
		return cmd__usage("aa", USAGE,
				  "aa takes one plan, or a campaign with --resume or "
				  "--show");
	if (!o->plan_path && (o->tags.n || o->boots))
		return cmd__usage("aa", USAGE, "--boots and --tag go with a plan");
	if (o->show && (o->dry_run || o->locked))
		return cmd__usage("aa", USAGE, "--show only shows");
	o->boots = o->boots ? o->boots : DEFAULT_BOOTS;
	return 0;
}

static int load(const char *path, struct plan **plan, struct plan_diag *diag, void *arg)
{
	const struct aa_opts *o = arg;
	struct plan *old;
	int ret = plan__load(path, &old, diag);

	return ret ? ret : plan_aa__make(old, o->boots, plan, diag);
}

static bool enough(const struct campaign *c)
{
	unsigned int ok[2] = { 0, 0 };

	for (size_t i = 0; i < c->n_boots; i++)
		ok[c->boots[i].variant] += c->boots[i].status == BOOT_OK && !c->boots[i].repeat;
	return ok[0] >= 3 && ok[1] >= 3;
}

static int report(struct store *st, const char *key, const struct aa_opts *o, bool keep)
{
	struct aa_report *r = NULL;
	struct campaign *c;
	struct err err;
	int ret = store__load(st, key, &c, &err);

	if (!ret)
		ret = aa_report__build(st, c, &r, &err);
	if (!ret && keep)
		ret = aa_report__keep(st, r, &err);
	if (ret) {
		aa_report__free(r);
		return execute__fail(ret, &err);
	}
	aa_report__print(r, o->json, stdout);
	ret = enough(r->campaign) ? EXIT_NO_REGRESSION : EXIT_TOO_FEW;
	aa_report__free(r);
	return ret;
}

static int finish(struct store *st, const struct campaign_run *c, void *arg)
{
	return report(st, c->uuid, arg, true);
}

static int go(struct aa_opts *o)
{
	_free_ char *path = o->db ? xstrdup(o->db) : store__default_path();
	struct store *st = NULL;
	struct err err;
	int ret = 0;

	if (!o->dry_run || o->resume || o->locked)
		ret = store__open(path, o->dry_run || o->show ? STORE_READ : STORE_WRITE, &st,
				  &err);
	if (ret)
		ret = execute__fail(ret, &err);
	else if (o->show)
		ret = report(st, o->show, o, false);
	else
		ret = execute__plan(st, &(struct execute_opts){
						.command = "aa",
						.plan_path = o->plan_path,
						.resume = o->resume,
						.locked = o->locked,
						.tags = &o->tags,
						.dry_run = o->dry_run,
						.load = load,
						.finish = finish,
						.arg = o,
					});
	store__close(st);
	return ret;
}

int cmd_aa(int argc, char **argv)
{
	struct aa_opts o = { 0 };
	int ret = parse(argc, argv, &o);

	if (!ret) {
		log__set_quiet(o.quiet);
		ret = go(&o);
	} else if (ret < 0) {
		ret = help();
	}
	tags__release(&o.tags);
	return ret;
}
