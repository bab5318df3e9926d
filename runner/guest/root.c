// SPDX-License-Identifier: GPL-2.0-only
/*
 * root.c - makes the root image: resolves the package closure, unpacks it to a tree, makes an ext4
 * image.
 *
 * In the cache guest/KEY/ has root.ext4 and lock.txt; KEY is a hash over the lock. guest/latest/
 * records which image each set of packages gave last, so that changes can be reported.
 */
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/seal.h"
#include "runner/host/cross.h"
#include "runner/guest/root.h"
#include "runner/guest/files.h"
#include "runner/guest/program.h"
#include "runner/guest/root_tree.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"
#include "runner/host/tool.h"

#include <inttypes.h>
#include <unistd.h>

#define ROOT_FORMAT 2 /* increment when the same packages give a different image */
#define IMAGE_NAME "root.ext4"
#define IMAGE_STEP (2u << 20) /* bytes; exact mode maps the image as persistent memory */
#define SLACK (64u << 20) /* bytes left for what workloads write */
#define LOCK_MAX (4u << 20)

/* The file with the key of the image that the same request gave last. */
static char *latest_path(const struct strvec *packages, const struct strvec *suites,
			 const char *arch, const struct guest_files *files)
{
	_cleanup_(strvec__release) struct strvec all = { 0 };
	_free_ char *line = NULL;
	char hex[65];

	strvec__push_all(&all, arch, "from", NULL);
	for (size_t i = 0; i < suites->n; i++)
		strvec__push(&all, suites->v[i]);
	strvec__push(&all, "packages");
	for (size_t i = 0; i < packages->n; i++)
		strvec__push(&all, packages->v[i]);
	for (size_t i = 0; i < files->n; i++)
		strvec__push(&all, files->v[i].to);
	line = strvec__shell_line(&all);
	cache__sha256(line, strlen(line), hex);
	return cache__path("guest/latest/%s", hex);
}

/* What differs between the lock `text` and the image that was recorded last; "" if nothing. The
 * caller frees. */
static char *changes_since(const char *latest, const char *text)
{
	_free_ char *key = NULL, *path = NULL, *before = NULL;
	_cleanup_(lock__release) struct lock old = { 0 }, now = { 0 };
	char *diff;

	if (fs__read(latest, 64, &key, NULL) || strlen(key) != 64)
		return xstrdup("");
	path = cache__path("guest/%s/lock.txt", key);
	if (fs__read(path, LOCK_MAX, &before, NULL) || lock__parse(path, before, &old, NULL) ||
	    lock__parse(path, text, &now, NULL))
		diff = xstrdup("");
	else
		diff = lock__diff(&old, &now);
	return diff;
}

/* mke2fs copies the ownership that it sees: with fakeroot, everything belongs to root. Inode tables
 * are initialised here; otherwise the guest's kernel would do that in the background, during a
 * measurement. */
static int make_ext4(const char *tree, const char *image, struct err *err)
{
	static const char what[] = "make the guest's root image (packages e2fsprogs, fakeroot)";
	_free_ char *mke2fs = fs__find_program("mke2fs"), *size = NULL, *inodes = NULL;
	const char *argv[24], **a = argv;
	struct proc_opts o = { .argv = (char *const *)argv, .timeout_ms = 600 * 1000 };
	uint64_t bytes, files;
	int ret = root_tree__measure(tree, &bytes, &files);

	if (ret)
		return err__errno(err, ret, tree);
	if (fs__free_bytes(tree) < bytes + SLACK)
		return err__set(err, -ENOSPC,
				"%s: %" PRIu64 " MiB are needed for the guest's root image", tree,
				(bytes + SLACK) >> 20);
	inodes = xasprintf("%" PRIu64, files + files / 4 + 4096);
	bytes += bytes / 8 + (files * 2 + 8192) * 256 + SLACK;
	bytes = (bytes + IMAGE_STEP - 1) / IMAGE_STEP * IMAGE_STEP;
	size = xasprintf("%" PRIu64 "k", bytes / 1024);
	if (geteuid() != 0)
		*a++ = "fakeroot";
	*a++ = mke2fs ? mke2fs : "mke2fs";
	for (const char *const *p =
		     (const char *const[]){ "-q", "-F", "-t", "ext4", "-b", "4096", "-m", "0", "-O",
					    "^has_journal", "-E", "lazy_itable_init=0", "-L",
					    "kduel", "-N", NULL };
	     *p; p++)
		*a++ = *p;
	*a++ = inodes;
	*a++ = "-d";
	*a++ = tree;
	*a++ = image;
	*a++ = size;
	*a = NULL;
	return tool__exec(err, what, &o);
}

/* What an image is made from. */
struct parts {
	struct lock debs, sources, own; /* `own` has one line, for the user's files */
	struct strvec deb_files, source_files; /* in the order of the locks */
	const struct guest_files *files;
	struct tmpdir copies; /* of the user's files */
	char *text; /* all locks together */
};

/* Unpack, compile, make the file system, and move the result to its place in the cache. */
static int build(const struct parts *p, const char *arch, const char *key, struct err *err)
{
	_free_ char *tree = NULL, *dir = NULL, *image = NULL, *lock = NULL;
	_free_ char *to = cache__path("guest/%s", key);
	struct tmpdir tmp;
	int ret = cache__tmpdir(&tmp, err);

	if (ret)
		return ret;
	tree = xasprintf("%s/tree", tmp.path);
	dir = xasprintf("%s/image", tmp.path);
	image = xasprintf("%s/" IMAGE_NAME, dir);
	lock = xasprintf("%s/lock.txt", dir);
	ret = fs__mkdir_p(dir);
	if (ret)
		err__errno(err, ret, dir);
	if (!ret)
		ret = root_tree__build(tree, &p->deb_files, err);
	for (size_t i = 0; !ret && i < p->sources.n; i++)
		ret = program__build(p->sources.v[i].name, p->source_files.v[i], arch, tree, err);
	if (!ret && p->files->n)
		ret = guest_files__install(p->files, p->copies.path, tree, err);
	if (!ret)
		ret = make_ext4(tree, image, err);
	if (!ret)
		ret = fs__write_text(lock, p->text, err);
	if (!ret)
		ret = seal__put(dir, to, err);
	tmpdir__remove(&tmp);
	return ret;
}

/* What guest__root_image() was asked for. */
struct request {
	struct strvec packages, sources;
	const struct strvec *suites;
	const char *arch;
	struct apt *apt, *source_apt; /* opened on first use */
	bool stale; /* package lists could not be updated */
};

/* Opened once, and only if needed: a host that repeats a locked campaign may have no network. */
static int open_apt(struct request *r, const char *arch, struct apt **apt, struct err *err)
{
	bool stale = false;
	int ret = *apt ? 0 : apt__open(arch, r->suites, &stale, apt, err);

	r->stale |= stale;
	return ret;
}

/* Copy the user's files, and add a line for them to the lock. With `want` they must be the same as
 * in that lock. */
static int take_files(struct parts *p, const struct lock *want, struct err *err)
{
	const struct lock_entry *e;
	char hex[65], version[13];
	int ret = cache__tmpdir(&p->copies, err);

	if (!ret)
		ret = guest_files__copy(p->files, p->copies.path, hex, err);
	if (ret)
		return ret;
	e = want ? lock__find(want, GUEST_FILES_NAME, GUEST_FILES_ARCH) : NULL;
	if (want && !(e && streq(e->sha256, hex)))
		return err__set(err, -EINVAL,
				"%s: 'files': they differ from those that the lock was made from (%.12s, "
				"the lock has %.12s): restore them, or begin a new campaign",
				p->files->v[0].where, hex, e ? e->sha256 : "none");
	/* A short string that changes with the content, shown like a version. */
	snprintf(version, sizeof(version), "%.12s", hex);
	lock__add(&p->own, GUEST_FILES_NAME, version, GUEST_FILES_ARCH, hex);
	return 0;
}

/* Resolve the packages: to the versions in `want` if given, else to the newest. */
static int resolve(struct request *r, const struct lock *want, struct parts *p, struct err *err)
{
	_cleanup_(lock__release) struct lock all = { 0 };
	int ret;

	if (!r->packages.n) {
		ret = 0;
	} else if (want) {
		ret = apt__resolve_locked(r->arch, &r->packages, true, want, &p->debs, err);
	} else {
		ret = open_apt(r, r->arch, &r->apt, err);
		if (!ret)
			ret = apt__resolve(r->apt, &r->packages, true, NULL, &p->debs, err);
	}
	if (!ret && r->sources.n && want) {
		ret = apt__resolve_locked(LOCK_SOURCE, &r->sources, false, want, &p->sources, err);
	} else if (!ret && r->sources.n) {
		ret = open_apt(r, LOCK_SOURCE, &r->source_apt, err);
		if (!ret)
			ret = apt__resolve(r->source_apt, &r->sources, false, NULL, &p->sources,
					   err);
	}
	lock__merge(&all, &p->debs);
	if (!ret && p->files->n)
		ret = take_files(p, want, err);
	lock__merge(&all, &p->sources);
	lock__merge(&all, &p->own);
	p->text = lock__format(&all);
	return ret;
}

/* Get the package files, opening apt only if some are not in the cache. */
static int get_files(struct request *r, const struct lock *lock, const char *arch, struct apt **apt,
		     struct strvec *files, struct err *err)
{
	int ret;

	if (apt__cached(lock, files))
		return 0;
	strvec__release(files);
	ret = open_apt(r, arch, apt, err);
	return ret ? ret : apt__fetch(*apt, lock, files, err);
}

/* Build the image unless it is in the cache. */
static int make_image(struct request *r, struct parts *p, const char *key, struct err *err)
{
	_free_ char *dir = cache__path("guest/%s", key);
	/* A second kduel waits here, and then finds the image. */
	_close_ int lock = cache__lock("guest/build", err);
	int ret;

	if (lock < 0)
		return lock;
	if (!seal__check(dir, NULL))
		return 0;
	ret = get_files(r, &p->debs, r->arch, &r->apt, &p->deb_files, err);
	if (!ret)
		ret = get_files(r, &p->sources, LOCK_SOURCE, &r->source_apt, &p->source_files, err);
	return ret ? ret : build(p, r->arch, key, err);
}

/* Packages are resolved each time, unless locked: an image is reused only if the archive would give
 * the same one now. */
int guest__root_image(const struct strvec *packages, const struct strvec *suites, const char *arch,
		      const struct guest_files *files, const struct lock *want, struct lock *lock,
		      char **image, char **changes, struct err *err)
{
	struct request r = { .suites = suites, .arch = arch };
	_free_ char *latest = NULL, *identity = NULL, *path = NULL, *compiler = NULL;
	char key[65];
	struct parts p = { .files = files, .copies = { .fd = -1 } };
	int ret;

	*image = NULL;
	if (changes)
		*changes = NULL;
	if (!packages->n && !files->n) {
		if (changes)
			*changes = xstrdup("");
		return 0;
	}
	program__split(packages, &r.packages, &r.sources);
	ret = r.sources.n ? cross__compiler(arch, &compiler, err) : 0;
	if (!ret)
		ret = resolve(&r, want, &p, err);
	if (ret)
		goto out;
	/* The compiler matters only if something is compiled. */
	identity = xasprintf("kduel root image %d\n%s%s", ROOT_FORMAT, p.text,
			     compiler ? compiler : "");
	cache__sha256(identity, strlen(identity), key);
	path = cache__path("guest/%s/" IMAGE_NAME, key);
	ret = make_image(&r, &p, key, err);
	if (ret)
		goto out;
	latest = latest_path(packages, suites, arch, files);
	if (changes)
		*changes = changes_since(latest, p.text);
	/* An image from a lock says nothing about what the archive has now. */
	if (!want)
		(void)fs__write_atomic(latest, key, strlen(key));
	lock__merge(lock, &p.debs);
	lock__merge(lock, &p.sources);
	lock__merge(lock, &p.own);
	lock->stale |= r.stale;
	*image = xstrdup(path);
out:
	apt__close(r.apt);
	apt__close(r.source_apt);
	strvec__release(&r.packages);
	strvec__release(&r.sources);
	lock__release(&p.debs);
	lock__release(&p.sources);
	lock__release(&p.own);
	tmpdir__remove(&p.copies);
	strvec__release(&p.deb_files);
	strvec__release(&p.source_files);
	free(p.text);
	return ret;
}
