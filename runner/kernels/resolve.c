// SPDX-License-Identifier: GPL-2.0-only
#include "runner/kernels/resolve.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/kernels/files/import.h"
#include "runner/kernels/names.h"
#include "runner/kernels/pick.h"
#include "runner/packages/fetch.h"

#include <unistd.h>

/* Packages use /lib/modules or /usr/lib/modules: one link makes them the same. */
static int merged_tree(const char *tree)
{
	_free_ char *usr = xasprintf("%s/usr/lib", tree), *lib = xasprintf("%s/lib", tree);
	int e = fs__mkdir_p(usr);

	return e ? e : symlink("usr/lib", lib) < 0 ? -errno : 0;
}

static int from_debs(const struct strvec *debs, const char *arch, const char *origin, char hash[65],
		     struct err *err)
{
	_free_ char *tree = NULL, *dir = NULL;
	struct cache_tmp tmp;
	int e = cache__tmp_begin(&tmp);

	if (e)
		return err__set(err, e, "no directory can be made in the cache: %s", strerror(-e));
	tree = xasprintf("%s/tree", tmp.path);
	dir = xasprintf("%s/kernel", tmp.path);
	e = merged_tree(tree);
	if (e)
		err__set(err, e, "%s: %s", tree, strerror(-e));
	for (size_t i = 0; !e && i < debs->n; i++)
		e = apt__unpack(debs->v[i], tree, err);
	if (!e)
		e = kernel_import__tree(tree, dir, arch, origin, hash, err);
	cache__tmp_end(&tmp);
	return e;
}

static char *pointer_path(const struct lock *parts)
{
	_free_ char *text = lock__format(parts);
	char key[65];

	cache__sha256(text, strlen(text), key);
	return cache__path("kernels/by-lock/%s", key);
}

/* Remember which kernel a set of packages makes. */
static int remember(const struct lock *parts, const char *hash)
{
	_free_ char *path = pointer_path(parts);

	return fs__write_atomic(path, hash, strlen(hash));
}

/* Which kernel was it? -ENOENT if unknown. */
static int recall(const struct lock *parts, char hash[65])
{
	_free_ char *path = pointer_path(parts), *text = NULL;
	int e = fs__read(path, 64, &text, NULL);

	if (e || strlen(text) != 64)
		return -ENOENT;
	memcpy(hash, text, 65);
	return 0;
}

/* The kernel that `parts` make, from the cache or built now. `apt` may be NULL when the
 * packages are in the cache. */
static int from_parts(struct apt *apt, const struct lock *parts, const char *arch,
		      const char *origin, struct kernel **out, struct err *err)
{
	_close_ int lock = cache__lock("kernels/build");
	struct strvec debs = { 0 };
	char hash[65];
	int e;

	if (!recall(parts, hash) && !kernel__from_cache(hash, out, NULL))
		return 0;
	if (lock < 0)
		return err__set(err, lock, "the cache cannot be locked: %s", strerror(-lock));
	if (apt)
		e = apt__fetch(apt, parts, &debs, err);
	else
		e = apt__cached(parts, &debs) ? 0 : -ENOENT;
	if (!e)
		e = from_debs(&debs, arch, origin, hash, err);
	if (!e) {
		e = remember(parts, hash);
		if (e)
			err__set(err, e, "the cache cannot be written: %s", strerror(-e));
	}
	strvec__release(&debs);
	return e ? e : kernel__from_cache(hash, out, err);
}

static int from_packages(const struct kernel_spec *spec, const struct lock *want,
			 struct lock *parts, struct kernel **out, struct err *err)
{
	_free_ char *origin = NULL;
	struct apt *apt = NULL;
	int e;

	if (want) {
		e = kernel_pick__from_lock(want, spec, parts, &origin, err);
		if (e)
			return e;
		e = from_parts(NULL, parts, spec->arch, origin, out, err);
		if (e != -ENOENT)
			return e;
	}
	e = apt__open(spec->arch, &spec->suites, &parts->stale, &apt, err);
	if (!e && !want)
		e = kernel_pick__from_apt(apt, spec, parts, &origin, err);
	if (!e)
		e = from_parts(apt, parts, spec->arch, origin, out, err);
	apt__close(apt);
	return e;
}

int kernel__resolve(const struct kernel_spec *spec, const struct lock *want, struct lock *lock,
		    const struct build_hooks *hooks, struct kernel **out, struct err *err)
{
	struct lock parts = { 0 };
	int e;

	*out = NULL;
	if (spec->named)
		return kernel_names__get(spec->named, hooks, out, err);
	if (spec->image)
		return kernel_import__files(&(struct kernel_files){ .image = spec->image,
								    .modules = spec->modules,
								    .arch = spec->arch,
								    .origin = spec->image },
					    out, err);
	if (spec->build)
		e = build__kernel(spec->build, want, &parts, hooks, out, err);
	else
		e = from_packages(spec, want, &parts, out, err);
	if (!e)
		lock__merge(lock, &parts);
	lock__release(&parts);
	return e;
}
