// SPDX-License-Identifier: GPL-2.0-only
/* export.c - what is in the database, for a web server, a mail, or another program. */
#include "lib/fs.h"
#include "reports/render/samples.h"
#include "reports/site/export.h"
#include "reports/store/snapshot.h"
#include "runner/cli/common.h"
#include "runner/cli/published.h"

#include <unistd.h>

#define USAGE                                  \
	"site DIR | sqlite FILE [--db FILE]\n" \
	"       kduel export json|csv [CAMPAIGN]... [--output FILE] [--db FILE]"

struct export_opts {
	const char *db, *output;
	const char *what;
	const char *const *rest; /* operands behind it */
	size_t n;
};

static int help(void)
{
	printf("usage: kduel export %s\n\n"
	       "  site DIR     the dashboard as files that open without a server: all pages, and\n"
	       "               their data as JSON, CSV and Markdown. DIR is new, empty, or an earlier\n"
	       "               export, which is renewed\n"
	       "  sqlite FILE  one state of the database as a new file\n"
	       "  json, csv    every sample of the campaigns (default: all), to standard output\n\n"
	       "  --output F   write to a file, whole or not at all (json, csv)\n"
	       "  --db FILE    the database (default: $KDUEL_DB, else\n"
	       "               $XDG_DATA_HOME/kduel/kduel.db)\n",
	       USAGE);
	return EXIT_NO_REGRESSION;
}

static int check(const struct export_opts *o)
{
	bool data = streq(o->what, "json") || streq(o->what, "csv");

	if (!data && !streq(o->what, "site") && !streq(o->what, "sqlite"))
		return cmd__usage("export", USAGE,
				  "unknown kind '%s': expected site, json, csv or "
				  "sqlite",
				  o->what);
	if (!data && o->n != 1)
		return cmd__usage("export", USAGE, "%s takes one operand, %s", o->what,
				  streq(o->what, "site") ? "a directory" : "a file");
	if (!data && o->output)
		return cmd__usage("export", USAGE, "--output goes with json and csv");
	return 0;
}

static int parse(int argc, char **argv, struct export_opts *o)
{
	static const struct option options[] = {
		{ "db", required_argument, NULL, 'd' },
		{ "help", no_argument, NULL, 'h' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "ho:", options, NULL)) != -1) {
		if (c == 'd')
			o->db = optarg;
		else if (c == 'o')
			o->output = optarg;
		else
			return c == 'h' ? -1 :
					  cmd__usage("export", USAGE, "see `kduel export --help`");
	}
	if (optind == argc)
		return cmd__usage("export", USAGE, "expected site, json, csv or sqlite");
	o->what = argv[optind++];
	o->rest = (const char *const *)argv + optind;
	o->n = (size_t)(argc - optind);
	return check(o);
}

static void say_progress(size_t done, size_t known)
{
	log__progress("%zu of %zu files", done, known);
}

static int export_site(struct store *st, const struct export_opts *o, struct err *err)
{
	struct published published = { 0 };
	struct export_site x = { .dir = o->rest[0],
				 .progress = say_progress,
				 .published = &published };
	int ret;

	published__try(&published);
	ret = export_site__write(st, &x, err);
	published__release(&published);
	log__progress_end();
	if (!ret && x.n_without)
		log__warn("%zu links lead nowhere: what they are to has \"..\" in its name",
			  x.n_without);
	if (!ret)
		log__info("%zu files; open %s/index.html", x.n_files, x.dir);
	return ret;
}

static int export_copy(struct store *st, const struct export_opts *o, struct err *err)
{
	if (fs__exists(o->rest[0]))
		return err__set(err, -EEXIST, "%s is there already: name a new file", o->rest[0]);
	return store__copy(st, o->rest[0], err);
}

static int write_data(struct store *st, const struct export_opts *o, FILE *out, struct err *err)
{
	int ret = streq(o->what, "csv") ? export_data__csv(st, o->rest, o->n, out, err) :
					  export_data__json(st, o->rest, o->n, out, err);

	if (!ret && (fflush(out) || ferror(out)))
		ret = err__set(err, -EIO, "%s: not all could be written",
			       o->output ? o->output : "standard output");
	return ret;
}

/* Into a neighbour that takes the place of `output` when all is there. */
static int write_file(struct store *st, const struct export_opts *o, struct err *err)
{
	bool replace = fs__is_replaceable(o->output);
	_free_ char *part = replace ? xasprintf("%s.part-%d", o->output, (int)getpid()) :
				      xstrdup(o->output);
	FILE *out = fopen(part, replace ? "wxe" : "we");
	int ret;

	if (!out)
		return err__set(err, -errno, "%s: %s", o->output, strerror(errno));
	ret = write_data(st, o, out, err);
	if (fclose(out) && !ret)
		ret = err__set(err, -errno, "%s: %s", o->output, strerror(errno));
	if (!ret && replace && rename(part, o->output))
		ret = err__set(err, -errno, "%s: %s", o->output, strerror(errno));
	if (ret && replace)
		unlink(part);
	return ret;
}

static int export_data(struct store *st, const struct export_opts *o, struct err *err)
{
	int ret = store_snapshot__begin(st, err);

	if (ret)
		return ret;
	ret = o->output ? write_file(st, o, err) : write_data(st, o, stdout, err);
	store_snapshot__end(st);
	return ret;
}

int cmd_export(int argc, char **argv)
{
	struct export_opts o = { .what = "" };
	struct store *st = NULL;
	struct err err;
	int ret = parse(argc, argv, &o);

	if (ret)
		return ret < 0 ? help() : ret;
	ret = results__open(o.db, &st, &err);
	if (!ret)
		ret = streq(o.what, "site")   ? export_site(st, &o, &err) :
		      streq(o.what, "sqlite") ? export_copy(st, &o, &err) :
						export_data(st, &o, &err);
	if (ret)
		log__error("%s", err.msg);
	store__close(st);
	return cmd__exit_code(ret);
}
