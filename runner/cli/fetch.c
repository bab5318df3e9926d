// SPDX-License-Identifier: GPL-2.0-only
/* fetch.c - unpack packages of another architecture or suite below a directory. The build gets the
 * static libraries for the arm64 agent this way, and the tests a root file system for a stand-in
 * server. */
#include "lib/fs.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"
#include "runner/targets/qemu_find.h"

struct request {
	const char *arch, *into, *qemu;
	struct strvec suites, packages;
	bool closure, debs;
};

/* There are no defaults, as this command is for scripts. */
static int check_fetch_options(void *opts, size_t n, char **args, struct err *err)
{
	struct request *r = opts;

	for (size_t i = 0; i < n; i++)
		strvec__push(&r->packages, args[i]);
	if (r->qemu && !n)
		return 0;
	if (!r->arch || !r->into || !r->suites.n || !n || r->qemu)
		return err__set(err, -EINVAL,
				"--arch, --suite, --into and at least one package are needed, "
				"or --qemu, perhaps with --arch");
	return 0;
}

static const struct options options = {
	.command = "fetch",
	.args = "PACKAGE[=VERSION]...",
	.doc = "Downloads packages of any architecture and suite and unpacks them.",
	.table = OPTION_TABLE(OPTION_TEXT("arch", "ARCH", struct request, arch,
					  "Debian's name: arm64, amd64"),
			      OPTION_FLAG("debs", struct request, debs,
					  "put the packages there as files, do not unpack them"),
			      OPTION_TEXT("into", "DIR", struct request, into,
					  "where to unpack them"),
			      OPTION_LIST("suite", "SUITE", struct request, suites,
					  "where to look for them; may be repeated"),
			      OPTION_FLAG("closure", struct request, closure,
					  "what the packages depend on as well"),
			      OPTION_TEXT("qemu", "VERSION", struct request, qemu,
					  "make sure that there is such a QEMU or a newer one, and "
					  "print the words before its arguments")),
	.max_args = OPTIONS_ANY,
	.check = check_fetch_options,
};

/* Replace each pattern with the newest package whose name matches. */
static int pick_names(struct apt *apt, const struct strvec *packages, struct strvec *names,
		      struct err *err)
{
	for (size_t i = 0; i < packages->n; i++) {
		const char *name = packages->v[i];
		_cleanup_(strvec__release) struct strvec found = { 0 };
		int ret = strpbrk(name, "*?[") ? apt__match(apt, name, &found, err) : 0;

		if (ret)
			return ret;
		if (strpbrk(name, "*?[") && !found.n)
			return err__set(err, -ENOENT, "no package matches '%.80s' in %s", name,
					apt->suites);
		strvec__push(names, found.n ? found.v[found.n - 1] : name);
	}
	return 0;
}

/* Unpack a package into the directory or, with --debs, copy it there. */
static int put(const struct request *r, const char *deb, struct err *err)
{
	_free_ char *to = NULL;
	int ret;

	if (!r->debs)
		return apt__unpack(deb, r->into, err);
	to = xasprintf("%s/%s", r->into, strrchr(deb, '/') + 1);
	ret = fs__mkdir_p(r->into);
	return ret ? err__errno(err, ret, r->into) : fs__copy(deb, to, 0644, err);
}

/* Resolve the packages, download those that the cache lacks, and unpack or copy them. */
static int fetch(const struct request *r, struct err *err)
{
	_cleanup_(strvec__release) struct strvec debs = { 0 }, names = { 0 };
	_cleanup_(lock__release) struct lock lock = { 0 };
	_cleanup_(apt__closep) struct apt *apt = NULL;
	bool stale = false;
	int ret = apt__open(r->arch, &r->suites, &stale, &apt, err);

	if (stale)
		log__warn("package lists cannot be refreshed; using those from before");
	if (!ret)
		ret = pick_names(apt, &r->packages, &names, err);
	if (!ret)
		ret = apt__resolve(apt, &names, r->closure, NULL, &lock, err);
	if (!ret)
		ret = apt__fetch(apt, &lock, &debs, err);
	for (size_t i = 0; !ret && i < debs.n; i++)
		ret = put(r, debs.v[i], err);
	for (size_t i = 0; !ret && i < lock.n; i++)
		log__info("%s %s (%s)", lock.v[i].name, lock.v[i].version, lock.v[i].arch);
	return ret;
}

/* Print how to run QEMU, as words for a shell: a QEMU in the cache needs the library path and data
 * directories (-L) of its own packages. */
static int print_qemu(const struct request *r, struct err *err)
{
	const struct arch *arch = arch__find(r->arch ? r->arch : ARCH_ARM64);
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_free_ char *line = NULL;
	struct qemu *qemu = NULL;
	int ret;

	if (!arch)
		return err__set(err, -EINVAL, "--arch must be " ARCH_NAMES);
	ret = qemu__find(&(struct qemu_want){ .arch = arch,
					      .min_version = r->qemu,
					      .note = log__info },
			 &qemu, err);
	if (ret)
		return ret;
	strvec__push(&words, "env");
	for (size_t i = 0; i < qemu->env.n; i++)
		strvec__push(&words, qemu->env.v[i]);
	strvec__push(&words, qemu->program);
	for (size_t i = 0; i < qemu->data.n; i++)
		strvec__push_all(&words, "-L", qemu->data.v[i], NULL);
	line = strvec__shell_line(&words);
	puts(line);
	qemu__free(qemu);
	return 0;
}

/* A hidden command, for make and the tests. */
int cmd_fetch(int argc, char **argv)
{
	struct request r = { 0 };
	struct err err;
	int ret;

	if (options__parse(&options, argc, argv, &r, &ret)) {
		ret = r.qemu ? print_qemu(&r, &err) : fetch(&r, &err);
		ret = cmd__fail(ret, &err);
	}
	strvec__release(&r.suites);
	strvec__release(&r.packages);
	return ret;
}
