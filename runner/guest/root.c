// SPDX-License-Identifier: GPL-2.0-only
/*
 * The root image: package closure -> tree -> ext4, cached by what it is made of.
 *
 * guest/KEY/ holds root.ext4 and lock.txt, where KEY is the hash of the lock; "latest"
 * pointers remember which image a set of packages last gave, to tell what changed.
 */
#include "lib/fs.h"
#include "runner/cache.h"
#include "runner/guest/guest.h"
#include "runner/guest/root-tree.h"
#include "runner/kernels/apt.h"
#include "runner/tool.h"

#include <inttypes.h>
#include <unistd.h>

#define ROOT_FORMAT 2 /* to be raised whenever the same packages give another image */
#define IMAGE_NAME "root.ext4"
#define IMAGE_STEP (2u << 20) /* exact mode maps the file as persistent memory */
#define SLACK (64u << 20) /* room for what workloads write */
#define LOCK_MAX (4u << 20)

static char *key_of(const char *lock_text)
{
	_free_ char *text = xasprintf("kduel root image %d\n%s", ROOT_FORMAT, lock_text);
	char hex[65];

	cache__sha256(text, strlen(text), hex);
	return xstrdup(hex);
}

static char *latest_path(const struct strvec *packages, const struct strvec *suites,
			 const char *arch)
{
	struct strvec all = { 0 };
	_free_ char *line = NULL;
	char hex[65];

	strvec__push_all(&all, arch, "from", NULL);
	for (size_t i = 0; i < suites->n; i++)
		strvec__push(&all, suites->v[i]);
	strvec__push(&all, "packages");
	for (size_t i = 0; i < packages->n; i++)
		strvec__push(&all, packages->v[i]);
	line = strvec__shell_line(&all);
	strvec__release(&all);
	cache__sha256(line, strlen(line), hex);
	return cache__path("guest/latest/%s", hex);
}

/* What differs between `now` and the image that the pointer names; "" if there is none. */
static char *changes_since(const char *latest, const struct lock *now)
{
	_free_ char *key = NULL, *path = NULL, *text = NULL;
	struct lock old = { 0 };
	char *diff;

	if (fs__read(latest, 64, &key, NULL) || strlen(key) != 64)
		return xstrdup("");
	path = cache__path("guest/%s/lock.txt", key);
	if (fs__read(path, LOCK_MAX, &text, NULL) || lock__parse(path, text, &old, NULL))
		diff = xstrdup("");
	else
		diff = lock__diff(&old, now);
	lock__release(&old);
	return diff;
}

/* mke2fs takes the owners that it sees: under fakeroot, everything is root's. Inode tables
 * are written now, or the guest's kernel would do it in the background of a measurement. */
static int make_ext4(const char *tree, const char *image, struct err *err)
{
	static const char what[] = "make the guest's root image (packages e2fsprogs, fakeroot)";
	_free_ char *mke2fs = fs__find_program("mke2fs"), *size = NULL, *inodes = NULL;
	const char *argv[24], **a = argv;
	struct proc_opts o = { .argv = (char *const *)argv, .timeout_ms = 600 * 1000 };
	uint64_t bytes, files;
	int e = root_tree__measure(tree, &bytes, &files);

	if (e)
		return err__set(err, e, "%s: %s", tree, strerror(-e));
	if (fs__free_bytes(tree) < bytes + SLACK)
		return err__set(err, -ENOSPC, "%s: %" PRIu64 " MiB are needed for the guest's root "
				"image", tree, (bytes + SLACK) >> 20);
	inodes = xasprintf("%" PRIu64, files + files / 4 + 4096);
	bytes += bytes / 8 + (files * 2 + 8192) * 256 + SLACK;
	bytes = (bytes + IMAGE_STEP - 1) / IMAGE_STEP * IMAGE_STEP;
	size = xasprintf("%" PRIu64 "k", bytes / 1024);
	if (geteuid() != 0)
		*a++ = "fakeroot";
	*a++ = mke2fs ? mke2fs : "mke2fs";
	for (const char *const *p = (const char *const[]){ "-q", "-F", "-t", "ext4", "-b", "4096",
	     "-m", "0", "-O", "^has_journal", "-E", "lazy_itable_init=0", "-L", "kduel", "-N",
	     NULL }; *p; p++)
		*a++ = *p;
	*a++ = inodes;
	*a++ = "-d";
	*a++ = tree;
	*a++ = image;
	*a++ = size;
	*a = NULL;
	return tool__exec(err, what, &o);
}

static int put_in_place(const char *dir, const char *key, struct err *err)
{
	_free_ char *to = cache__path("guest/%s", key);

	(void)fs__rm_rf(to);
	if (rename(dir, to) < 0)
		return err__set(err, -errno, "%s: %s", to, strerror(errno));
	return 0;
}

static int build(const struct strvec *debs, const char *lock_text, const char *key,
		 struct err *err)
{
	_free_ char *tree = NULL, *dir = NULL, *image = NULL, *lock = NULL;
	struct cache_tmp tmp;
	int e = cache__tmp_begin(&tmp);

	if (e)
		return err__set(err, e, "no directory can be made in the cache: %s", strerror(-e));
	tree = xasprintf("%s/tree", tmp.path);
	dir = xasprintf("%s/image", tmp.path);
	image = xasprintf("%s/" IMAGE_NAME, dir);
	lock = xasprintf("%s/lock.txt", dir);
	e = fs__mkdir_p(dir);
	if (e)
		err__set(err, e, "%s: %s", dir, strerror(-e));
	if (!e)
		e = root_tree__build(tree, debs, err);
	if (!e)
		e = make_ext4(tree, image, err);
	if (!e) {
		e = fs__write_atomic(lock, lock_text, strlen(lock_text));
		if (e)
			err__set(err, e, "%s: %s", lock, strerror(-e));
	}
	if (!e)
		e = put_in_place(dir, key, err);
	cache__tmp_end(&tmp);
	return e;
}

struct request {
	const struct strvec *packages, *suites;
	const char *arch;
	struct apt *apt; /* opened when it turns out to be needed */
	bool stale; /* its lists are old */
};

static int open_apt(struct request *r, struct err *err)
{
	return r->apt ? 0 : apt__open(r->arch, r->suites, &r->stale, &r->apt, err);
}

static int resolve(struct request *r, const struct lock *want, struct lock *parts, struct err *err)
{
	int e;

	if (want)
		return apt__resolve_locked(r->arch, r->packages, true, want, parts, err);
	e = open_apt(r, err);
	return e ? e : apt__resolve(r->apt, r->packages, true, NULL, parts, err);
}

static int make_image(struct request *r, const struct lock *parts, const char *text,
		      const char *key, const char *image, struct err *err)
{
	_close_ int lock = cache__lock("guest/build");
	struct strvec debs = { 0 };
	int e = 0;

	if (lock < 0)
		return err__set(err, lock, "the cache cannot be locked: %s", strerror(-lock));
	if (fs__exists(image))
		return 0;
	if (!apt__cached(parts, &debs)) {
		strvec__release(&debs);
		e = open_apt(r, err);
		if (!e)
			e = apt__fetch(r->apt, parts, &debs, err);
	}
	if (!e)
		e = build(&debs, text, key, err);
	strvec__release(&debs);
	return e;
}

int guest__root_image(const struct strvec *packages, const struct strvec *suites, const char *arch,
		      const struct lock *want, struct lock *lock, char **image, char **changes,
		      struct err *err)
{
	struct request r = { packages, suites, arch, NULL, false };
	_free_ char *latest = NULL, *text = NULL, *key = NULL, *path = NULL;
	struct lock parts = { 0 };
	int e;

	*image = NULL;
	if (changes)
		*changes = NULL;
	if (!packages->n) {
		if (changes)
			*changes = xstrdup("");
		return 0;
	}
	e = resolve(&r, want, &parts, err);
	if (e)
		goto out;
	text = lock__format(&parts);
	key = key_of(text);
	path = cache__path("guest/%s/" IMAGE_NAME, key);
	e = make_image(&r, &parts, text, key, path, err);
	if (e)
		goto out;
	latest = latest_path(packages, suites, arch);
	if (changes)
		*changes = changes_since(latest, &parts);
	/* A locked image is asked for by name; it is not what the archive has now. */
	if (!want)
		(void)fs__write_atomic(latest, key, strlen(key));
	parts.stale |= r.stale;
	lock__merge(lock, &parts);
	*image = xstrdup(path);
out:
	apt__close(r.apt);
	lock__release(&parts);
	return e;
}
