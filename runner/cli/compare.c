// SPDX-License-Identifier: GPL-2.0-only
/* compare.c - stored variants set against each other. */
#include "lib/fs.h"
#include "reports/render/render.h"
#include "reports/report/open.h"
#include "runner/cli/common.h"
#include "runner/cli/compare_csv.h"
#include "runner/cli/compare_options.h"
#include "runner/cli/published.h"

static int open_report(struct store *st, const struct compare_opts *o, struct report **r,
		       struct err *err)
{
	const struct report_side cand = { o->candidate.campaign, o->candidate.variant };
	const struct report_side base = { o->baseline.campaign, o->baseline.variant };

	if (!o->candidate.variant)
		return report__open(st, o->campaign, r, NULL, err);
	return report__open_sides(st, &cand, &base, r, err);
}

/* A file gets the whole report or is left as it was; devices and pipes are written to. */
static int write_file(const struct report *r, const struct compare_opts *o, struct err *err)
{
	_free_ char *text = NULL;
	size_t len = 0;
	FILE *mem = open_memstream(&text, &len);
	int ret;

	if (!mem)
		return err__set(err, -errno, "no memory for the report: %s", strerror(errno));
	ret = render__report(r, o->format, mem, err);
	if (fclose(mem) && !ret)
		ret = err__set(err, -errno, "no memory for the report: %s", strerror(errno));
	if (ret)
		return ret;
	ret = fs__write_output(o->output, text, len);
	return ret ? err__set(err, ret, "%s: %s", o->output, strerror(-ret)) : 0;
}

/* What differs beside the kernels would pass for their doing. -ENOTUNIQ: it does. */
static int check_env(struct report *r, const struct compare_opts *o, struct err *err)
{
	_free_ char *list = strvec__join(&r->outside, "\n  ");

	if (!r->outside.n)
		return 0;
	if (o->force) {
		report__force(r);
		return 0;
	}
	return err__set(err, -ENOTUNIQ,
			"more differs than what is compared:\n  %s\nmake both sides "
			"alike and measure again, or compare all the same with --force",
			list);
}

static int compare(const struct compare_opts *o)
{
	struct published published = { 0 };
	struct report *r = NULL;
	struct store *st = NULL;
	struct err err;
	int ret = results__open(o->db, &st, &err);

	if (!ret && o->published)
		ret = published__load(&published, &err);
	if (!ret)
		ret = open_report(st, o, &r, &err);
	if (!ret)
		ret = check_env(r, o, &err);
	if (!ret)
		ret = report_view__apply(r, &o->filter, &err);
	if (!ret && o->published) {
		published__place(&published, r->campaign);
		if (r->other)
			published__place(&published, r->other);
		r->published = &published;
	}
	if (!ret)
		ret = o->output ? write_file(r, o, &err) :
				  render__report(r, o->format, stdout, &err);
	if (ret)
		log__error("%s", err.msg);
	ret = ret == -ENOTUNIQ ? EXIT_UNFIT : ret ? cmd__exit_code(ret) : report__exit_code(r);
	report__free(r);
	published__release(&published);
	store__close(st);
	return ret;
}

int cmd_compare(int argc, char **argv)
{
	struct compare_opts o;
	int ret;

	if (compare_csv__wanted(argc, argv))
		return compare_csv__run(argc, argv);
	ret = compare_opts__parse(&o, argc, argv);
	if (ret < 0)
		compare_opts__help();
	if (!ret)
		ret = compare(&o);
	compare_opts__release(&o);
	return ret < 0 ? EXIT_NO_REGRESSION : ret;
}
