// SPDX-License-Identifier: GPL-2.0-only
/* db.c - `kduel db`: check, back up, prune and shrink the database. */
#include "reports/store/snapshot.h"
#include "reports/store/upkeep.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/nightly/config.h"
#include "runner/cli/options.h"

struct db_opts {
	const char *db, *file;
};

static const struct options check_options = {
	.command = "db check",
	.doc = "Reads the whole database, and says whether it is sound: pages, indices, references "
	       "between rows, that each campaign can be loaded, and that each log and profile can be "
	       "unpacked. Exit code 3 if it is not.",
	.shared = { { &options__db, offsetof(struct db_opts, db) } },
};

static int db_check(int argc, char **argv)
{
	struct db_opts o = { 0 };
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	size_t n = 0;
	int ret;

	if (!options__parse(&check_options, argc, argv, &o, &ret))
		return ret;
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = store__check(st, &n, &err);
	if (!ret)
		log__info("sound: %zu campaign%s", n, plural_s(n));
	return cmd__fail(ret, &err);
}

static int check_backup_options(void *opts, size_t n, char **args, struct err *err)
{
	struct db_opts *o = opts;

	o->file = n ? args[0] : NULL;
	return n ? 0 : err__set(err, -EINVAL, "expected the name of a new file");
}

static const struct options backup_options = {
	.command = "db backup",
	.args = "FILE",
	.doc = "Writes the state of the database to a new file, while others may write to it.",
	.max_args = 1,
	.check = check_backup_options,
	.shared = { { &options__db, offsetof(struct db_opts, db) } },
};

static int db_backup(int argc, char **argv)
{
	struct db_opts o = { 0 };
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&backup_options, argc, argv, &o, &ret))
		return ret;
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = store__copy(st, o.file, &err);
	return cmd__fail(ret, &err);
}

struct prune_opts {
	const char *db, *config;
	struct prune_policy policy;
	bool dry_run;
};

static int take_prune_option(void *opts, int key, const char *value, struct err *err)
{
	struct prune_opts *o = opts;

	return prune__set(&o->policy, (unsigned int)(key - OPTION_TAKE_FIRST), value, err);
}

static int check_prune_options(void *opts, size_t n, char **args, struct err *err)
{
	struct prune_opts *o = opts;

	o->config = n ? args[0] : NULL;
	return n || !prune__is_empty(&o->policy) ?
		       0 :
		       err__set(err, -EINVAL,
				"expected the file of a nightly run, or what to drop, such as "
				"--logs 30d");
}

static const struct options prune_options = {
	.command = "db prune",
	.args = "CONFIG\n--logs AGE",
	.doc = "Drops what is older than an age, which is given by an option, or by 'keep' in the file of "
	       "a nightly run. Anything else is kept. Samples are only dropped with their campaign, so "
	       "that no verdict changes. Running campaigns, the last good night of each name, and "
	       "campaigns with a tag 'keep' are not removed. AGE is 90m, 12h, 30d, 8w or 0.\v"
	       "`kduel db vacuum` gives the space back to the file system.",
	/* Keys are OPTION_TAKE_FIRST plus the index in struct prune_policy. */
	.table = OPTION_TABLE(OPTION_TAKE("logs", OPTION_TAKE_FIRST, "AGE",
					  "consoles and dmesg of boots that ended well"),
			      OPTION_TAKE("failed-logs", OPTION_TAKE_FIRST + 1, "AGE",
					  "consoles and dmesg of boots that failed"),
			      OPTION_TAKE("dumps", OPTION_TAKE_FIRST + 2, "AGE",
					  "page-table dumps, and block counts of exact mode"),
			      OPTION_TAKE("campaigns", OPTION_TAKE_FIRST + 3, "AGE",
					  "whole campaigns, with their samples"),
			      OPTION_FLAG("dry-run", struct prune_opts, dry_run,
					  "say what would be dropped")),
	.max_args = 1,
	.take = take_prune_option,
	.check = check_prune_options,
	.shared = { { &options__db, offsetof(struct prune_opts, db) }, { &options__quiet, 0 } },
};

/* Fill in from the file of a nightly run what no option has set. */
static int read_policy(struct prune_opts *o, struct err *err)
{
	struct nightly n = { 0 };
	int ret = o->config ? nightly__load(o->config, &n, err) : 0;

	for (size_t k = 0; !ret && k < PRUNE_KINDS; k++)
		if (!o->policy.of[k].given)
			o->policy.of[k] = n.keep.of[k];
	nightly__release(&n);
	return !ret && prune__is_empty(&o->policy) ?
		       err__set(err, -EINVAL, "%s: there is no 'keep' in it", o->config) :
		       ret;
}

static int db_prune(int argc, char **argv)
{
	struct prune_opts o = { 0 };
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&prune_options, argc, argv, &o, &ret))
		return ret;
	ret = read_policy(&o, &err);
	if (!ret)
		ret = results__open_there(o.db, STORE_WRITE, &st, &err);
	if (!ret)
		ret = prune__run(st, &o.policy, o.dry_run, &err);
	return cmd__fail(ret, &err);
}

static const struct options vacuum_options = {
	.command = "db vacuum",
	.doc = "Gives the space of what was removed back to the file system. While this runs, it takes as "
	       "much space as the database, and others wait for it.",
	.shared = { { &options__db, offsetof(struct db_opts, db) } },
};

static int db_vacuum(int argc, char **argv)
{
	struct db_opts o = { 0 };
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	uint64_t before = 0, after = 0;
	int ret;

	if (!options__parse(&vacuum_options, argc, argv, &o, &ret))
		return ret;
	ret = results__open_there(o.db, STORE_WRITE, &st, &err);
	if (!ret)
		ret = store__vacuum(st, &before, &after, &err);
	if (!ret)
		log__info("%.1f MB, was %.1f MB", (double)after / 1e6, (double)before / 1e6);
	return cmd__fail(ret, &err);
}

static const struct cmd commands[] = {
	{ "backup", "copy the database while it may be in use", db_backup, false },
	{ "check", "read all of it, and say whether it is sound", db_check, false },
	{ "prune", "drop what is old: logs, dumps, campaigns", db_prune, false },
	{ "vacuum", "give the space of what was removed back", db_vacuum, false },
	{ 0 },
};

int cmd_db(int argc, char **argv)
{
	return cmd__run_below(commands, " db", "", argc, argv);
}
