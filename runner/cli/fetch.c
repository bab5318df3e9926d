// SPDX-License-Identifier: GPL-2.0-only
/* fetch.c - packages of another architecture or suite, unpacked below a directory: how the build
 * gets the static libraries of the arm64 agent. */
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"

struct request {
	const char *arch, *into;
	struct strvec suites, packages;
};

/* Nothing has a default: the command is for scripts. */
static int check_fetch_options(void *opts, size_t n, char **args, struct err *err)
{
	struct request *r = opts;

	for (size_t i = 0; i < n; i++)
		strvec__push(&r->packages, args[i]);
	if (!r->arch || !r->into || !r->suites.n || !n)
		return err__set(err, -EINVAL,
				"--arch, --suite, --into and at least one package are needed");
	return 0;
}

static const struct options options = {
	.command = "fetch",
	.args = "PACKAGE[=VERSION]...",
	.doc = "Downloads packages of any architecture and suite and unpacks them.",
	.table = OPTION_TABLE(OPTION_TEXT("arch", "ARCH", struct request, arch,
					  "Debian's name: arm64, amd64"),
			      OPTION_TEXT("into", "DIR", struct request, into,
					  "where to unpack them"),
			      OPTION_LIST("suite", "SUITE", struct request, suites,
					  "where to look for them; may be repeated")),
	.max_args = OPTIONS_ANY,
	.check = check_fetch_options,
};

/* Resolve, download what the cache lacks, unpack. */
static int fetch(const struct request *r, struct err *err)
{
	_cleanup_(strvec__release) struct strvec debs = { 0 };
	_cleanup_(lock__release) struct lock lock = { 0 };
	_cleanup_(apt__closep) struct apt *apt = NULL;
	bool stale = false;
	int ret = apt__open(r->arch, &r->suites, &stale, &apt, err);

	if (stale)
		log__warn("package lists cannot be refreshed; using those from before");
	if (!ret)
		ret = apt__resolve(apt, &r->packages, false, NULL, &lock, err);
	if (!ret)
		ret = apt__fetch(apt, &lock, &debs, err);
	for (size_t i = 0; !ret && i < debs.n; i++)
		ret = apt__unpack(debs.v[i], r->into, err);
	for (size_t i = 0; !ret && i < lock.n; i++)
		log__info("%s %s (%s)", lock.v[i].name, lock.v[i].version, lock.v[i].arch);
	return ret;
}

/* Not listed in the help: `make` uses it. */
int cmd_fetch(int argc, char **argv)
{
	struct request r = { 0 };
	struct err err;
	int ret;

	if (options__parse(&options, argc, argv, &r, &ret)) {
		ret = fetch(&r, &err);
		ret = cmd__fail(ret, &err);
	}
	strvec__release(&r.suites);
	strvec__release(&r.packages);
	return ret;
}
