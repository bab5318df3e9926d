// SPDX-License-Identifier: GPL-2.0-only
/* db.c - look after the database itself: check it, copy it, make it smaller. */
#include "reports/store/snapshot.h"
#include "reports/store/upkeep.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct db_opts {
	const char *db, *file;
};

static const struct options check_options = {
	.command = "db check",
	.doc = "Reads all of the database, and says whether it is sound: pages, indices, that what "
	       "refers to a row has it, and that each campaign can be loaded. Exit code 3: it is not.",
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
		log__info("sound: %zu campaign%s", n, n == 1 ? "" : "s");
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

static const struct options vacuum_options = {
	.command = "db vacuum",
	.doc = "Gives the room of removed campaigns back to the file system. It takes as much room as the "
	       "database while it runs, and others wait for it.",
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
	{ "vacuum", "give the room of removed campaigns back", db_vacuum, false },
	{ 0 },
};

int cmd_db(int argc, char **argv)
{
	return cmd__run_below(commands, " db", "", argc, argv);
}
