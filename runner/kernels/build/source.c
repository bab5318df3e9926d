// SPDX-License-Identifier: GPL-2.0-only
/*
 * source.c - the source of a build: its identity for the key, and its export into the build
 * directory. A user's tree or repository is only read.
 */
#include "runner/kernels/build/source.h"

#include "lib/fs.h"
#include "runner/host/arch.h"
#include "runner/host/cache.h"
#include "runner/host/git.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"
#include "runner/kernels/build/tree.h"
#include "runner/host/tool.h"
#include "runner/host/untar.h"
#include "runner/host/use.h"
#include "runner/kernels/build/kconfig.h"

#include <fnmatch.h>
#include <unistd.h>

#define IDENTIFY_MS (60u * 1000)
#define EXTRACT_MS (3600u * 1000)
#define LIST_MAX (4u << 20) /* bytes of a list of symbols; a kernel has 20,000 */

/* Take the source package that a lock names. */
static int from_lock(struct build *b, const struct lock *want, struct err *err)
{
	const struct lock_entry *best = NULL;

	for (size_t i = 0; i < want->n; i++)
		if (str_starts(want->v[i].name, "linux-source-") &&
		    !fnmatch(b->spec->source, want->v[i].name, 0))
			best = &want->v[i];
	if (!best)
		return err__set(err, -ENOENT,
				"the lock holds no source package that matches \"%s\"",
				b->spec->source);
	lock__add(&b->parts, best->name, best->version, best->arch, best->sha256);
	return 0;
}

/* Take the newest version of the last name that matches. */
static int from_apt(struct build *b, struct err *err)
{
	const struct build_spec *spec = b->spec;
	struct strvec names = { 0 }, one = { 0 };
	_free_ char *version = NULL;
	struct apt *apt = NULL;
	int ret = apt__open(spec->arch, &spec->suites, &b->parts.stale, &apt, err);

	if (!ret)
		ret = apt__match(apt, spec->source, &names, err);
	if (!ret && !names.n)
		ret = err__set(err, -ENOENT, "no source package matches \"%s\" in the suites named",
			       spec->source);
	if (!ret)
		ret = apt__newest(apt, names.v[names.n - 1], &version, err);
	if (!ret) {
		strvec__pushf(&one, "%s=%s", names.v[names.n - 1], version);
		ret = apt__resolve(apt, &one, false, NULL, &b->parts, err);
	}
	apt__close(apt);
	strvec__release(&names);
	strvec__release(&one);
	return ret;
}

/* The hash of a commit stands for its content, whatever branch or tag it was found by. */
static int identify_git(struct build *b, struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	strvec__push_all(&words, "rev-parse", "--verify", "--end-of-options", NULL);
	strvec__pushf(&words, "%s^{commit}", b->spec->ref);
	ret = git__ask(b->spec->git, &words, IDENTIFY_MS, 0, &res, err);
	if (ret)
		return ret;
	if (res.status)
		return err__set(err, -ENOENT, "%s: no commit '%s': %.300s", b->spec->git,
				b->spec->ref, res.err);
	res.out[strcspn(res.out, "\n")] = '\0';
	b->identity = xasprintf("git %s", res.out);
	b->origin = xasprintf("git %s (%.12s)", b->spec->ref, res.out);
	return 0;
}

/* The identity is the package's sha256, the hash of the commit, or a hash over all files of the
 * directory. */
int build_source__identify(struct build *b, const struct lock *want, struct err *err)
{
	char hash[65];
	int ret;

	if (b->spec->git)
		return identify_git(b, err);
	if (b->spec->source) {
		ret = want ? from_lock(b, want, err) : from_apt(b, err);
		if (ret)
			return ret;
		b->identity = xasprintf("package %s", b->parts.v[0].sha256);
		b->origin = xasprintf("%s %s", b->parts.v[0].name, b->parts.v[0].version);
		return 0;
	}
	b->hooks->note("source  %s: reading all of it", b->spec->dir);
	ret = build_tree__list(b->spec->dir, &b->files, err);
	if (!ret)
		ret = build_tree__hash(b->spec->dir, &b->files, hash, err);
	if (ret)
		return ret;
	b->identity = xasprintf("tree %s", hash);
	b->origin = xasprintf("%s (%.12s)", b->spec->dir, hash);
	return 0;
}

/* A linux-source package contains one tar file in usr/src. `dir` is a temporary directory. */
static int unpack_package(const struct build *b, const char *dir, const char *to, struct err *err)
{
	const struct build_spec *spec = b->spec;
	_free_ char *deb = xasprintf("%s/deb", dir), *name = NULL, *tar = NULL;
	struct strvec debs = { 0 };
	struct apt *apt = NULL;
	int ret = 0;

	if (!apt__cached(&b->parts, &debs)) {
		strvec__release(&debs);
		b->hooks->note("source  %s: downloading", b->origin);
		ret = apt__open(spec->arch, &spec->suites, NULL, &apt, err);
		if (!ret)
			ret = apt__fetch(apt, &b->parts, &debs, err);
		apt__close(apt);
	}
	b->hooks->note("source  %s: unpacking", b->origin);
	if (!ret)
		ret = apt__unpack(debs.v[0], deb, err);
	name = xasprintf("usr/src/%s.tar.xz", b->parts.v[0].name);
	tar = ret ? NULL : fs__in_tree(deb, name, true);
	if (!ret && !tar)
		ret = err__set(err, -errno, "%s: %s", name, strerror(errno));
	if (!ret)
		ret = untar__tree(tar, to, true, err);
	fs__rm_rf(deb);
	strvec__release(&debs);
	return ret;
}

/* sources/HASH/tree: the unpacked package, shared by all builds from it. The caller frees. */
static char *shared_path(const struct build *b)
{
	_free_ char *entry = cache__path("sources/%s", b->parts.v[0].sha256);

	return xasprintf("%s/tree", entry);
}

/* Unpack the package, unless that has been done. It is renamed to its final name only when it is
 * complete and on disk, as its files are never checked again. */
static int share_package(const struct build *b, struct err *err)
{
	_free_ char *entry = cache__path("sources/%s", b->parts.v[0].sha256);
	_free_ char *lock_name = xasprintf("sources/%s", b->parts.v[0].sha256), *to = NULL;
	_free_ char *tree = shared_path(b);
	struct tmpdir tmp = { 0 };
	_close_ int lock = -1;
	int ret = 0;

	use__hold(entry);
	lock = cache__lock(lock_name, err);
	if (lock < 0)
		return lock;
	if (fs__exists(tree))
		return 0;
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		return ret;
	to = xasprintf("%s/source/tree", tmp.path);
	ret = fs__mkdir_p(to);
	if (ret)
		err__errno(err, ret, to);
	else
		ret = unpack_package(b, tmp.path, to, err);
	if (!ret) {
		to[strlen(to) - strlen("/tree")] = '\0';
		if (syncfs(tmp.fd) < 0 || rename(to, entry) < 0)
			ret = err__errno(err, -errno, entry);
	}
	tmpdir__remove(&tmp);
	return ret;
}

/* Hard links are safe: git replaces the files that it patches, and build output goes elsewhere. */
static int export_package(const struct build *b, const char *to, struct err *err)
{
	_free_ char *tree = shared_path(b);
	int ret = share_package(b, err);

	return ret ? ret : build_tree__link(tree, to, err);
}

/* `git archive` exports the commit: changes in the working tree do not matter. */
static int export_git(struct build *b, const char *to, struct err *err)
{
	_free_ char *tar = xasprintf("%s/src.tar", b->dir);
	const char *commit = b->identity + strlen("git ");
	const char *argv[] = { "git",	       "-C", b->spec->git, GIT_PLAIN, "archive",
			       "--format=tar", "-o", tar,	   commit,    NULL };
	int ret;

	b->hooks->note("source  %s: unpacking", b->origin);
	ret = tool__exec(err, "export the source",
			 &(struct proc_opts){ .argv = (char *const *)argv,
					      .env = (char *const *)git__env,
					      .timeout_ms = EXTRACT_MS });
	/* The tar of a source package has a top-level directory, that of git has none. */
	if (!ret)
		ret = untar__tree(tar, to, false, err);
	unlink(tar);
	return ret;
}

/* The copy must match the key, even if somebody changes the tree meanwhile. */
static int export_dir(struct build *b, const char *to, struct err *err)
{
	char hash[65];
	int ret;

	b->hooks->note("source  %s: copying", b->spec->dir);
	ret = build_tree__copy(b->spec->dir, &b->files, to, err);
	if (!ret)
		ret = build_tree__hash(to, &b->files, hash, err);
	if (!ret && !streq(hash, b->identity + strlen("tree ")))
		ret = err__set(err, -EINVAL,
			       "%s: files changed while they were copied: start the build again",
			       b->spec->dir);
	return ret;
}

/* Renamed at the end, so that src/ is either complete or absent. */
int build_source__export(struct build *b, struct err *err)
{
	_free_ char *tmp = xasprintf("%s/src.tmp", b->dir);
	int ret = fs__rm_rf(tmp);

	if (!ret)
		ret = fs__mkdir_p(tmp);
	if (ret)
		return err__errno(err, ret, tmp);
	if (b->spec->source)
		ret = export_package(b, tmp, err);
	else if (b->spec->git)
		ret = export_git(b, tmp, err);
	else
		ret = export_dir(b, tmp, err);
	if (!ret && rename(tmp, b->src) < 0)
		ret = err__errno(err, -errno, b->src);
	return ret;
}

/* Grep a commit, without exporting it, for all lines that may define a symbol. */
static int symbols_of_commit(const struct build *b, struct strvec *symbols, struct err *err)
{
	const char *arch = arch__find(b->spec->arch)->kbuild;
	_free_ char *own = xasprintf(":(glob)arch/%s/**/Kconfig*", arch);
	_free_ char *top = xasprintf(":(glob)arch/%s/Kconfig*", arch);
	const char *argv[] = { "git",
			       "-C",
			       b->spec->git,
			       GIT_PLAIN,
			       "grep",
			       "-h",
			       "-E",
			       "^[[:space:]]*(menu)?config[[:space:]]",
			       b->identity + strlen("git "),
			       "--",
			       ":(glob)Kconfig*",
			       ":(glob)[!a]*/**/Kconfig*",
			       ":(glob)arch/Kconfig*",
			       own,
			       top,
			       NULL };
	struct proc_result res;
	int ret = proc__run(&(struct proc_opts){ .argv = (char *const *)argv,
						 .env = (char *const *)git__env,
						 .timeout_ms = EXTRACT_MS },
			    &res);

	if (ret)
		err__set(err, ret, "git cannot be run: %s", strerror(-ret));
	else
		kconfig__scan(res.out, symbols);
	proc_result__release(&res);
	return ret;
}

int build_source__symbols(const struct build *b, struct strvec *symbols, struct err *err)
{
	const char *arch = arch__find(b->spec->arch)->kbuild;
	_free_ char *dir = b->spec->source ? shared_path(b) : NULL;
	_free_ char *list = dir ? xasprintf("%s.%s", dir, arch) : NULL, *text = NULL;
	int ret;

	if (b->spec->git)
		return symbols_of_commit(b, symbols, err);
	if (!dir)
		return kconfig__symbols(b->spec->dir, arch, symbols);
	if (!fs__exists(dir))
		return 0;
	/* For a package the list is stored: to find and read a thousand files takes seconds. */
	if (!fs__read(list, LIST_MAX, &text, NULL)) {
		for (char *save = NULL, *s = strtok_r(text, "\n", &save); s;
		     s = strtok_r(NULL, "\n", &save))
			strvec__push(symbols, s);
		return 0;
	}
	ret = kconfig__symbols(dir, arch, symbols);
	if (ret)
		return err__errno(err, ret, dir);
	text = strvec__join(symbols, "\n");
	return fs__write_text(list, text, err);
}
