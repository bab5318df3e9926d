// SPDX-License-Identifier: GPL-2.0-only
/* run.c - run a plan and compare its variants at the end. */
#include "lib/fs.h"
#include "reports/render/render.h"
#include "reports/report/report.h"
#include "runner/cli/cmd.h"
#include "runner/cli/execute.h"

#define USAGE "PLAN [OPTIONS] | --resume CAMPAIGN"

struct run_opts {
	const char *plan_path, *resume, *db, *format, *locked;
	bool dry_run, quiet;
	struct tags tags;
};

static int help(void)
{
	puts("usage: kduel run " USAGE "\n\n"
	     "Boots every variant of the plan, runs its workloads, stores the samples and\n"
	     "prints the comparison.\n\n"
	     "  --dry-run         print every boot in order and its exact command line; boot nothing\n"
	     "  --resume ID       go on with a campaign that was interrupted (`kduel list`)\n"
	     "  --locked FROM     use exactly the packages of a campaign (its id, or \"latest\"), or of\n"
	     "                    a lock file (`kduel show ID --lock`)\n"
	     "  --db FILE         database (default: $KDUEL_DB or the user's data directory)\n"
	     "  --format FORMAT   of the comparison: text, markdown, csv, json, mail\n"
	     "  --tag KEY=VALUE   keep branch, commit, date or else with the campaign (`kduel tag`)\n"
	     "  --quiet           no progress, no notes");
	return EXIT_NO_REGRESSION;
}

static int parse(int argc, char **argv, struct run_opts *o, struct err *err)
{
	static const struct option opts[] = {
		{ "dry-run", no_argument, NULL, 'n' },
		{ "resume", required_argument, NULL, 'r' },
		{ "locked", required_argument, NULL, 'l' },
		{ "db", required_argument, NULL, 'd' },
		{ "format", required_argument, NULL, 'f' },
		{ "quiet", no_argument, NULL, 'q' },
		{ "tag", required_argument, NULL, 't' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	*o = (struct run_opts){ .format = "text" };
	while ((c = getopt_long(argc, argv, "h", opts, NULL)) >= 0) {
		switch (c) {
		case 'n':
			o->dry_run = true;
			break;
		case 'r':
			o->resume = optarg;
			break;
		case 'l':
			o->locked = optarg;
			break;
		case 'd':
			o->db = optarg;
			break;
		case 'f':
			o->format = optarg;
			break;
		case 'q':
			o->quiet = true;
			break;
		case 't':
			if (tags__add(&o->tags, optarg, err))
				return -EINVAL;
			break;
		case 'h':
			return 1;
		default:
			return err__set(err, -EINVAL, "see `kduel run --help`");
		}
	}
	if (optind < argc)
		o->plan_path = argv[optind++];
	if (optind < argc || !o->plan_path == !o->resume)
		return err__set(err, -EINVAL, "run takes one plan, or --resume and a campaign");
	if (o->tags.n && o->resume)
		return err__set(err, -EINVAL,
				"--tag is for new campaigns; `kduel tag` is for others");
	return 0;
}

/* The comparison, when all boots are done. */
static int compare(struct store *st, const struct campaign_run *c, void *arg)
{
	const struct run_opts *o = arg;
	struct err err;
	int ret;

	if (!c->plan->n_compares) {
		log__info("campaign %.8s has one variant: nothing to compare", c->uuid);
		return c->failed ? EXIT_TOO_FEW : EXIT_NO_REGRESSION;
	}
	ret = render__campaign(st, c->uuid, stdout, o->format, &err);
	return ret < 0 ? execute__fail(ret, &err) : ret;
}

int cmd_run(int argc, char **argv)
{
	struct store *st = NULL;
	struct run_opts o;
	struct err err;
	int ret = parse(argc, argv, &o, &err);

	if (ret > 0)
		return help();
	if (ret < 0)
		return cmd__usage("run", USAGE, "%s", err.msg);
	/* Better now than after a night of boots. */
	if (render__check_format(o.format, &err) < 0)
		return cmd__usage("run", USAGE, "%s", err.msg);
	log__set_quiet(o.quiet);
	if (!o.dry_run || o.resume || (o.locked && !fs__exists(o.locked))) {
		_free_ char *path = o.db ? xstrdup(o.db) : store__default_path();

		ret = store__open(path, o.dry_run ? STORE_READ : STORE_WRITE, &st, &err);
	}
	ret = ret ? execute__fail(ret, &err) :
		    execute__plan(st, &(struct execute_opts){
					      .command = "run",
					      .plan_path = o.plan_path,
					      .resume = o.resume,
					      .locked = o.locked,
					      .tags = &o.tags,
					      .dry_run = o.dry_run,
					      .finish = compare,
					      .arg = &o,
				      });
	store__close(st);
	tags__release(&o.tags);
	return ret;
}
