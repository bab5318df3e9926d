// SPDX-License-Identifier: GPL-2.0-only
/* rm.c - remove campaigns from the database. */
#include "reports/store/refs.h"
#include "reports/store/upkeep.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

struct rm_opts {
	const char *db;
	bool dry_run;
	char **names;
	size_t n;
};

static int check_rm_options(void *opts, size_t n, char **args, struct err *err)
{
	struct rm_opts *o = opts;

	o->names = args;
	o->n = n;
	return n ? 0 : err__set(err, -EINVAL, "expected a campaign (`kduel list`)");
}

static const struct options options = {
	.command = "rm",
	.args = "CAMPAIGN...",
	.doc = "Removes campaigns with all their data. KEY=VALUE names all that have this tag. If one "
	       "of them is running, nothing is removed. `kduel db vacuum` shrinks the file afterwards; "
	       "`kduel export campaign` makes a copy first.",
	.table = OPTION_TABLE(
		OPTION_FLAG("dry-run", struct rm_opts, dry_run, "say what would be removed")),
	.max_args = OPTIONS_ANY,
	.check = check_rm_options,
	.shared = { { &options__db, offsetof(struct rm_opts, db) } },
};

/* Print a line about a removed campaign, as it was before. */
static void print_line(const struct campaign *c, bool dry_run)
{
	log__info("%s campaign %.8s, %s: %zu boot%s", dry_run ? "would remove" : "removed", c->uuid,
		  c->name, c->n_boots, plural_s(c->n_boots));
}

int cmd_rm(int argc, char **argv)
{
	struct rm_opts o = { 0 };
	_cleanup_(store__closep) struct store *st = NULL;
	_cleanup_(strvec__release) struct strvec uuids = { 0 };
	struct campaign **list = NULL;
	struct err err;
	size_t n = 0;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = results__open_there(o.db, o.dry_run ? STORE_READ : STORE_WRITE, &st, &err);
	for (size_t i = 0; !ret && i < o.n; i++)
		ret = store__refs(st, o.names[i], &uuids, &err);
	list = xcalloc(uuids.n + 1, sizeof(struct campaign *));
	for (; !ret && n < uuids.n; n += !ret)
		ret = store__load(st, uuids.v[n], &list[n], &err);
	if (!ret && !o.dry_run)
		ret = store__remove(st, &uuids, &err);
	for (size_t i = 0; i < n; i++) {
		if (!ret)
			print_line(list[i], o.dry_run);
		campaign__free(list[i]);
	}
	free(list);
	return cmd__fail(ret, &err);
}
