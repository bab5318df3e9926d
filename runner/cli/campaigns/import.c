// SPDX-License-Identifier: GPL-2.0-only
/* import.c - `kduel import`: import campaigns of other databases, or results of other tools. */
#include "reports/store/share.h"
#include "runner/cli/campaigns/foreign.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/host/rundir.h"

struct import_opts {
	bool foreign; /* --from was given */
	struct foreign_import how; /* without --from only .db, .files and .n are used */
	bool boot_given;
};

enum { OPT_FROM = OPTION_TAKE_FIRST, OPT_BOOT };

static int take_import_option(void *opts, int key, const char *value, struct err *err)
{
	struct import_opts *o = opts;
	int i;

	if (key == OPT_FROM) {
		i = options__word("from", value, foreign__formats, err);
		o->foreign = true;
		o->how.format = i < 0 ? 0 : (unsigned int)i;
	} else {
		i = options__word("boot", value, "one|file|run", err);
		o->boot_given = true;
		o->how.boot = i < 0 ? FOREIGN_ONE : (enum foreign_boot)i;
	}
	return i < 0 ? i : 0;
}

static int check_import_options(void *opts, size_t n, char **args, struct err *err)
{
	struct import_opts *o = opts;

	o->how.files = args;
	o->how.n = n;
	if (!o->foreign && (o->how.csv || o->how.name || o->boot_given))
		return err__set(err, -EINVAL, "--boot, --csv and --name go with --from");
	if (o->foreign && o->how.csv && o->how.name)
		return err__set(err, -EINVAL,
				"--name does not go with --csv, which stores no campaign");
	if (!n && o->foreign)
		return err__set(err, -EINVAL, "expected result files, as VARIANT=FILE or FILE");
	return n ? 0 :
		   err__set(err, -EINVAL,
			    "expected a file from `kduel export campaign`, or a database");
}

static const struct options options = {
	.command = "import",
	.args = "FILE...\n--from TOOL [VARIANT=]FILE...",
	.doc = "Imports the campaigns of files that `kduel export campaign` wrote, and of other "
	       "databases, which are only read. Existing data is not changed: importing twice adds "
	       "nothing, and of a campaign that was continued since, the new boots are added. Each FILE "
	       "is imported as a whole or not at all. With --from, makes a campaign from the results of "
	       "another tool, for `kduel compare`: the first variant is the baseline. Without VARIANT=, "
	       "the variants are those that the file names, or one with the name of the file.\v"
	       "TOOL is hyperfine (--export-json), gbench (Google Benchmark, --benchmark_format=json), "
	       "benchstat (output of Go's benchmarks), fastpath (the table of result show), mmtests "
	       "(extract-mmtests.pl --print-json), pts (composite.xml), lkp (matrix.json, stats.json) "
	       "or perf-stat (-x or -j). docs/IMPORT.md says what is read from each.",
	.table = OPTION_TABLE(
		OPTION_TAKE("from", OPT_FROM, "TOOL", "the tool that wrote the files"),
		OPTION_TAKE("boot", OPT_BOOT, "WHAT",
			    "what was measured on a boot of its own: one (default: at most each "
			    "variant), file, or run (each value: mmtests, pts, lkp)"),
		OPTION_TEXT("csv", "FILE", struct import_opts, how.csv,
			    "store nothing, write the samples for compare --csv (\"-\": standard "
			    "output)"),
		OPTION_TEXT("name", "NAME", struct import_opts, how.name,
			    "name of the campaign (default: the tool)")),
	.max_args = OPTIONS_ANY,
	.take = take_import_option,
	.check = check_import_options,
	.shared = { { &options__db, offsetof(struct import_opts, how.db) } },
};

/* Import the campaigns of an exported file or a database. */
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
		  plural_s(r.campaigns), (long long)r.boots, plural_s(r.boots));
	if (r.left)
		log__warn("%s: %lld boot%s not imported: another boot has the slot here", path,
			  (long long)r.left, plural_s(r.left));
	return 0;
}

/* Try all files; the first failure decides the exit code. */
int cmd_import(int argc, char **argv)
{
	struct import_opts o = { 0 };
	struct err err;
	int ret, code = 0;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	if (o.foreign)
		return foreign_import__run(&o.how);
	for (size_t i = 0; i < o.how.n; i++) {
		ret = cmd__fail(import(o.how.db, o.how.files[i], &err), &err);
		code = code ? code : ret;
	}
	return code;
}
