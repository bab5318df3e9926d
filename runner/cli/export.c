// SPDX-License-Identifier: GPL-2.0-only
/* export.c - write the contents of the database to files: a static site, samples, campaigns, or a
 * copy. */
#include "lib/fs.h"
#include "reports/render/samples.h"
#include "reports/site/export.h"
#include "reports/store/refs.h"
#include "reports/store/share.h"
#include "reports/store/snapshot.h"
#include "reports/web/link.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/published.h"
#include "runner/host/rundir.h"

#include <unistd.h>

struct export_opts {
	const char *db, *output, *commit_url;
	unsigned int last; /* how many of the newest campaigns; 0: all */
	const char *what; /* first operand: "site", "sqlite", "campaign", "json" or "csv" */
	const char *const *rest; /* the other operands */
	size_t n;
};

enum { OPT_LAST = OPTION_TAKE_FIRST };

static int take_export_option(void *opts, int key, const char *value, struct err *err)
{
	struct export_opts *o = opts;

	if (key == OPT_LAST)
		return options__count("last", value, UINT_MAX, &o->last, err);
	o->output = value;
	return 0;
}

/* The first operand decides which others and which options are valid. */
static int check_export_options(void *opts, size_t n, char **args, struct err *err)
{
	struct export_opts *o = opts;
	bool data;

	if (!n)
		return err__set(err, -EINVAL, "expected campaign, site, json, csv or sqlite");
	o->what = args[0];
	o->rest = (const char *const *)args + 1;
	o->n = n - 1;
	data = streq(o->what, "json") || streq(o->what, "csv");
	if (streq(o->what, "campaign"))
		return o->n >= 2 && !o->output ?
			       0 :
			       err__set(err, -EINVAL,
					"campaign takes campaigns (`kduel list`), then the name of a "
					"new file");
	if (!data && !streq(o->what, "site") && !streq(o->what, "sqlite"))
		return err__set(err, -EINVAL,
				"unknown kind '%s': expected campaign, site, json, csv or sqlite",
				o->what);
	if ((o->last || o->commit_url) && !streq(o->what, "site"))
		return err__set(err, -EINVAL, "--last and --commit-url go with site");
	if (o->commit_url && link__check_commit_url(o->commit_url, err))
		return err__prefix(err, -EINVAL, "--commit-url: ");
	if (!data && o->output)
		return err__set(err, -EINVAL, "--output goes with json and csv");
	if (streq(o->what, "site"))
		return !o->n ? err__set(err, -EINVAL, "site takes a directory") :
		       o->n > 1 && o->last ?
			       err__set(err, -EINVAL,
					"--last and named campaigns exclude each other") :
			       0;
	if (!data && o->n != 1)
		return err__set(err, -EINVAL, "%s takes one operand, a file", o->what);
	return 0;
}

static const struct options options = {
	.command = "export",
	.args = "site DIR [CAMPAIGN...]\nsqlite FILE\ncampaign CAMPAIGN... FILE\njson|csv [CAMPAIGN...]",
	.table = OPTION_TABLE(
		OPTION_TAKE("output", 'o', "FILE",
			    "write json or csv to FILE, which is replaced once all is written"),
		OPTION_TAKE("last", OPT_LAST, "N", "for a site: only the N newest campaigns"),
		OPTION_TEXT("commit-url", "URL", struct export_opts, commit_url,
			    "for a site: address of a commit, with {} in place of its id"),
		OPTION_OPERAND(
			"site DIR",
			"the dashboard as files that open without a server: all pages, and their data "
			"as JSON, CSV and Markdown. DIR is new, empty, or an earlier export, which "
			"is replaced. With campaigns, or --last, only these are exported"),
		OPTION_OPERAND("sqlite FILE", "a snapshot of the database as a new file"),
		OPTION_OPERAND("campaign CAMPAIGN... FILE",
			       "campaigns with all their data as one compressed file, for `kduel "
			       "import`. KEY=VALUE names all that have this tag"),
		OPTION_OPERAND("json, csv",
			       "every sample of the campaigns (default: all), to standard output")),
	.doc = "Exports the database, or parts of it, for a web server, a mail or another program.",
	.max_args = OPTIONS_ANY,
	.take = take_export_option,
	.check = check_export_options,
	.shared = { { &options__db, offsetof(struct export_opts, db) } },
};

/* `known` grows meanwhile, as pages link to further pages. */
static void show_progress(size_t done, size_t known)
{
	log__progress("%zu of %zu files", done, known);
}

/* Append the UUIDs of the campaigns to put into a site, from the operands after DIR or --last. If
 * there are none, all campaigns are meant. */
static int select_campaigns(struct store *st, const struct export_opts *o, struct strvec *uuids,
			    struct err *err)
{
	struct campaign_brief *list = NULL;
	size_t n = 0;
	int ret = 0;

	for (size_t i = 1; !ret && i < o->n; i++)
		ret = store__refs(st, o->rest[i], uuids, err);
	if (!ret && o->last)
		ret = store__list(st, &list, &n, err);
	for (size_t i = 0; i < n && i < o->last; i++)
		strvec__push(uuids, list[i].uuid);
	campaign_brief__free(list, n);
	return ret;
}

/* Write all pages as files. With a selection, that is done from a temporary database with only
 * these campaigns. */
static int export_site(struct store *st, const struct export_opts *o, struct err *err)
{
	_cleanup_(published__release) struct published published = { 0 };
	_cleanup_(strvec__release) struct strvec uuids = { 0 };
	_cleanup_(tmpdir__remove) struct tmpdir dir = { .fd = -1 };
	_cleanup_(store__closep) struct store *part = NULL;
	struct export_site x = { .dir = o->rest[0],
				 .progress = show_progress,
				 .published = &published };
	int ret;

	x.commit_url = o->commit_url;
	published__try(&published);
	ret = select_campaigns(st, o, &uuids, err);
	if (!ret && uuids.n) {
		ret = rundir__make(&dir, err);
		if (!ret)
			ret = share__select(st, &uuids, dir.path, &part, err);
	}
	if (!ret)
		ret = export_site__write(part ? part : st, &x, err);
	log__progress_end();
	if (!ret && x.n_without)
		log__warn("%zu links lead nowhere: their targets have \"..\" in the name",
			  x.n_without);
	if (!ret)
		log__info("%zu files; open %s/index.html", x.n_files, x.dir);
	return ret;
}

/* The operands are campaigns and, last, the file. */
static int export_campaigns(struct store *st, const struct export_opts *o, struct err *err)
{
	_cleanup_(strvec__release) struct strvec uuids = { 0 };
	_cleanup_(tmpdir__remove) struct tmpdir dir = { .fd = -1 };
	int ret = rundir__make(&dir, err);

	for (size_t i = 0; !ret && i + 1 < o->n; i++)
		ret = store__refs(st, o->rest[i], &uuids, err);
	return ret ? ret : share__export(st, &uuids, dir.path, o->rest[o->n - 1], err);
}

/* Flush here, so that a full disk is an error and not a short file. */
static int write_data(struct store *st, const struct export_opts *o, FILE *out, struct err *err)
{
	int ret = streq(o->what, "csv") ? export_data__csv(st, o->rest, o->n, out, err) :
					  export_data__json(st, o->rest, o->n, out, err);

	if (!ret && fs__is_short(out))
		ret = err__set(err, errno ? -errno : -EIO, "%s: not all could be written: %s",
			       o->output ? o->output : "standard output",
			       strerror(errno ? errno : EIO));
	return ret;
}

/* Write to a temporary file beside `output` and rename it once it is complete. A device or pipe is
 * written directly. */
static int write_file(struct store *st, const struct export_opts *o, struct err *err)
{
	bool replace = fs__is_replaceable(o->output);
	_free_ char *part = replace ? xasprintf("%s.part-%d", o->output, (int)getpid()) :
				      xstrdup(o->output);
	FILE *out;
	int ret;

	if (replace)
		unlink(part); /* left by a killed process with the same PID, likely in containers */
	out = fopen(part, replace ? "wxe" : "we");
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

/* Read all campaigns from one snapshot, so that boots stored meanwhile do not appear in some of
 * them only. */
static int export_data(struct store *st, const struct export_opts *o, struct err *err)
{
	int ret = store_snapshot__begin(st, err);

	if (ret)
		return ret;
	ret = o->output ? write_file(st, o, err) : write_data(st, o, stdout, err);
	store_snapshot__end(st);
	return ret;
}

/* check_export_options() has made sure that o.what is one of the known kinds. */
int cmd_export(int argc, char **argv)
{
	struct export_opts o = { .what = "" };
	_cleanup_(store__closep) struct store *st = NULL;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = results__open(o.db, STORE_READ, &st, &err);
	if (!ret)
		ret = streq(o.what, "site")	? export_site(st, &o, &err) :
		      streq(o.what, "campaign") ? export_campaigns(st, &o, &err) :
		      streq(o.what, "sqlite")	? store__copy(st, o.rest[0], &err) :
						  export_data(st, &o, &err);
	return cmd__fail(ret, &err);
}
