// SPDX-License-Identifier: GPL-2.0-only
/* import.c - take in what other databases have. */
#include "reports/store/share.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/host/rundir.h"

struct import_opts {
	const char *db;
	char **files;
	size_t n;
};

static int check_import_options(void *opts, size_t n, char **args, struct err *err)
{
	struct import_opts *o = opts;

	o->files = args;
	o->n = n;
	return n ? 0 :
		   err__set(err, -EINVAL,
			    "expected a file from `kduel export campaign`, or a database");
}

static const struct options options = {
	.command = "import",
	.args = "FILE...",
	.doc = "Takes in the campaigns of files that `kduel export campaign` wrote, and of other "
	       "databases, which are only read. What is there already stays as it is: importing twice "
	       "adds nothing, and a campaign that went on since brings its new boots. Each FILE is "
	       "taken in whole or not at all.",
	.max_args = OPTIONS_ANY,
	.check = check_import_options,
	.shared = { { &options__db, offsetof(struct import_opts, db) } },
};

static int import(const char *db, const char *path, struct err *err)
{
	_cleanup_(store__closep) struct store *st = NULL;
	_cleanup_(tmpdir__remove) struct tmpdir dir = { .fd = -1 };
	struct merge_result r;
	int ret = rundir__make(&dir, err);

	if (!ret)
		ret = results__open(db, STORE_WRITE, &st, err);
	if (!ret)
		ret = share__import(st, path, dir.path, &r, err);
	if (ret)
		return ret;
	log__info("%s: %lld new campaign%s, %lld new boot%s", path, (long long)r.campaigns,
		  r.campaigns == 1 ? "" : "s", (long long)r.boots, r.boots == 1 ? "" : "s");
	if (r.left)
		log__warn("%s: %lld boot%s not taken: here another boot has the slot", path,
			  (long long)r.left, r.left == 1 ? "" : "s");
	return 0;
}

/* All files are tried; the first failure decides the exit code. */
int cmd_import(int argc, char **argv)
{
	struct import_opts o = { 0 };
	struct err err;
	int ret, code = 0;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	for (size_t i = 0; i < o.n; i++) {
		ret = cmd__fail(import(o.db, o.files[i], &err), &err);
		code = code ? code : ret;
	}
	return code;
}
