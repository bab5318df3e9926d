// SPDX-License-Identifier: GPL-2.0-only
/*
 * kduel fetch: packages of another architecture or suite, unpacked below a directory. The
 * build uses it for the static libraries of the agent.
 */
#include "runner/cli/cmd.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"

static const char usage[] = "--arch ARCH --suite SUITE [--suite SUITE ...] "
			    "--into DIR PACKAGE[=VERSION] ...";

struct request {
	const char *arch, *into;
	struct strvec suites, packages;
};

static int fetch(const struct request *r, struct err *err)
{
	struct strvec debs = { 0 };
	struct lock lock = { 0 };
	struct apt *apt = NULL;
	bool stale = false;
	int e = apt__open(r->arch, &r->suites, &stale, &apt, err);

	if (stale)
		log__warn("package lists cannot be refreshed; those from before are used");
	if (!e)
		e = apt__resolve(apt, &r->packages, false, NULL, &lock, err);
	if (!e)
		e = apt__fetch(apt, &lock, &debs, err);
	for (size_t i = 0; !e && i < debs.n; i++)
		e = apt__unpack(debs.v[i], r->into, err);
	for (size_t i = 0; !e && i < lock.n; i++)
		log__info("%s %s (%s)", lock.v[i].name, lock.v[i].version, lock.v[i].arch);
	apt__close(apt);
	lock__release(&lock);
	strvec__release(&debs);
	return e;
}

static int parse(int argc, char **argv, struct request *r)
{
	static const struct option options[] = {
		{ "arch", required_argument, NULL, 'a' },
		{ "suite", required_argument, NULL, 's' },
		{ "into", required_argument, NULL, 'i' },
		{ 0 },
	};
	int c;

	optind = 0;
	while ((c = getopt_long(argc, argv, "+:", options, NULL)) != -1) {
		if (c == 'a')
			r->arch = optarg;
		else if (c == 's')
			strvec__push(&r->suites, optarg);
		else if (c == 'i')
			r->into = optarg;
		else
			return cmd__usage("fetch", usage,
					  c == ':' ? "%s needs a value" : "unknown option %s",
					  argv[optind - 1]);
	}
	for (; optind < argc; optind++)
		strvec__push(&r->packages, argv[optind]);
	if (!r->arch || !r->into || !r->suites.n || !r->packages.n)
		return cmd__usage("fetch", usage,
				  "--arch, --suite, --into and at least one "
				  "package are needed");
	return 0;
}

int cmd_fetch(int argc, char **argv)
{
	struct request r = { 0 };
	struct err err = { 0 };
	int code = parse(argc, argv, &r), e;

	if (!code) {
		e = fetch(&r, &err);
		if (e)
			log__error("%s", err.msg);
		code = e ? cmd__exit_code(e) : EXIT_NO_REGRESSION;
	}
	strvec__release(&r.suites);
	strvec__release(&r.packages);
	return code;
}
