// SPDX-License-Identifier: GPL-2.0-only
/* aa.c - run a kernel against itself, to measure how noisy this machine is. */
#include "reports/history/noise.h"
#include "reports/render/history/noise.h"
#include "runner/cli/common.h"
#include "runner/cli/execute.h"
#include "runner/cli/log.h"
#include "runner/plan/aa.h"

struct aa_opts {
	struct execute_opts execute;
	const char *show, *db;
	unsigned int boots;
	bool json;
};

/* The only OPTION_TAKE row is --boots. */
static int take_aa_option(void *opts, int key __unused, const char *value, struct err *err)
{
	struct aa_opts *o = opts;

	return options__count("boots", value, PLAN_MAX_BOOTS, &o->boots, err);
}

/* There must be exactly one of a plan, --resume and --show. */
static int check_aa_options(void *opts, size_t n, char **args, struct err *err)
{
	struct aa_opts *o = opts;
	struct execute_opts *x = &o->execute;

	x->plan_path = n ? args[0] : NULL;
	if (!!x->plan_path + !!x->resume + !!o->show != 1)
		return err__set(err, -EINVAL,
				"expected one plan, or a campaign with --resume or --show");
	if (!x->plan_path && (x->tags.n || o->boots))
		return err__set(err, -EINVAL, "--boots and --tag go with a plan");
	if (o->show && (x->dry_run || x->locked))
		return err__set(err, -EINVAL, "--show does not go with --dry-run or --locked");
	o->boots = o->boots ? o->boots : 10;
	return 0;
}

static const struct options options = {
	.command = "aa",
	.args = "PLAN\n--resume ID\n--show ID[,ID...]",
	.doc = "Runs the baseline of a plan against itself: one kernel under two labels, interleaved. "
	       "Prints for every metric how much boots and iterations differ, how often the "
	       "comparison would have called equal kernels different, and which effects can be "
	       "found. The result is stored for this machine and shown beside later verdicts. On a "
	       "running system (target local) all sessions are on one boot: run it once after each "
	       "of several reboots, and pool the campaigns with --show.\v"
	       "Exit codes: 0; 4 if fewer than three boots of a label succeeded, on a running "
	       "system fewer than three in all.",
	.table = OPTION_TABLE(OPTION_TAKE("boots", OPTION_TAKE_FIRST, "N",
					  "boots of each label (default 10)"),
			      OPTION_TEXT("show", "ID[,ID...]", struct aa_opts, show,
					  "print the report of a stored A/A campaign again; "
					  "several (also KEY=VALUE, by tag) are pooled, and the "
					  "result is stored")),
	.max_args = 1,
	.take = take_aa_option,
	.check = check_aa_options,
	.shared = { { &execute__options, offsetof(struct aa_opts, execute) },
		    { &options__db, offsetof(struct aa_opts, db) },
		    { &options__format, offsetof(struct aa_opts, json) },
		    { &options__quiet, 0 } },
};

/* For execute_opts.load: replace the plan's variants with its baseline, twice. */
static int load(const char *path, struct plan **plan, struct plan_diag *diag, void *arg)
{
	const struct aa_opts *o = arg;
	struct plan *old;
	int ret = plan__load(path, &old, diag);

	return ret ? ret : plan_aa__make(old, o->boots, plan, diag);
}

/* Print the report. With `keep`, store its result as the noise of this machine. Returns an exit
 * code. */
static int report(struct store *st, const char *key, const struct aa_opts *o, bool keep)
{
	struct aa_report *r = NULL;
	struct err err;
	bool enough;
	int ret = aa_report__build(st, key, &r, &err);

	if (!ret && keep)
		ret = aa_report__keep(st, r, &err);
	if (ret) {
		aa_report__free(r);
		return cmd__fail(ret, &err);
	}
	aa_report__print(r, o->json, stdout);
	/* On running systems the boots get the two labels in turn, so only their total counts. */
	enough = r->units.shared ? !r->few : r->label[0] >= 3 && r->label[1] >= 3;
	aa_report__free(r);
	return enough ? EXIT_NO_REGRESSION : EXIT_TOO_FEW;
}

/* Does --show pool several campaigns? Then the result is new, and is to be stored. */
static bool is_pooled(const struct aa_opts *o)
{
	return o->show && strpbrk(o->show, ",=");
}

static int finish(struct store *st, const struct campaign_run *c, void *arg)
{
	return report(st, c->uuid, arg, true);
}

/* A dry run of a plan needs no database, unless --locked may name a campaign. */
int cmd_aa(int argc, char **argv)
{
	struct aa_opts o = { .execute = {
				     .command = "aa", .load = load, .finish = finish, .arg = &o } };
	const struct execute_opts *x = &o.execute;
	struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		goto out;
	if (!x->dry_run || x->resume || x->locked)
		ret = results__open(o.db,
				    x->dry_run || (o.show && !is_pooled(&o)) ? STORE_READ :
									       STORE_WRITE,
				    &st, &err);
	if (ret)
		ret = cmd__fail(ret, &err);
	else
		ret = o.show ? report(st, o.show, &o, is_pooled(&o)) : execute__plan(st, x);
out:
	store__close(st);
	tags__release(&o.execute.tags);
	return ret;
}
