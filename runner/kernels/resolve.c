// SPDX-License-Identifier: GPL-2.0-only
/* resolve.c - gets a kernel by name, from files, from source, or from packages. */
#include "runner/kernels/resolve.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/kernels/files/import.h"
#include "runner/kernels/names.h"
#include "runner/kernels/pick.h"
#include "runner/kernels/tree.h"
#include "runner/packages/fetch.h"

#include <unistd.h>

/* Put unpacked packages together as a kernel in the cache. */
static int from_debs(const struct strvec *debs, const char *arch, const char *origin, char hash[65],
		     struct err *err)
{
	_free_ char *tree = NULL, *dir = NULL, *usr = NULL, *lib = NULL;
	struct tmpdir tmp;
	int ret = cache__tmpdir(&tmp, err);

	if (ret)
		return ret;
	tree = xasprintf("%s/tree", tmp.path);
	dir = xasprintf("%s/kernel", tmp.path);
	usr = xasprintf("%s/usr/lib", tree);
	lib = xasprintf("%s/lib", tree);
	ret = fs__mkdir_p(usr);
	/* Packages use /lib/modules or /usr/lib/modules: this link makes them the same. */
	if (!ret && symlink("usr/lib", lib) < 0)
		ret = -errno;
	if (ret)
		err__errno(err, ret, tree);
	for (size_t i = 0; !ret && i < debs->n; i++)
		ret = apt__unpack(debs->v[i], tree, err);
	if (!ret)
		ret = kernel_import__tree(tree, dir, arch, origin, hash, err);
	tmpdir__remove(&tmp);
	return ret;
}

/* A set of packages is known by the hash of its lock: the kernel's own hash needs them unpacked. */
static char *pointer_path(const struct lock *parts)
{
	_free_ char *text = lock__format(parts);
	char key[65];

	cache__sha256(text, strlen(text), key);
	return cache__path("kernels/by-lock/%s", key);
}

/* Which kernel was it? -ENOENT if unknown. */
static int recall(const struct lock *parts, char hash[65])
{
	_free_ char *path = pointer_path(parts), *text = NULL;
	int ret = fs__read(path, 64, &text, NULL);

	if (ret || strlen(text) != 64)
		return -ENOENT;
	memcpy(hash, text, 65);
	return 0;
}

/* The kernel that `parts` make, from the cache or built now. `apt` may be NULL when the
 * packages are in the cache. */
static int from_parts(struct apt *apt, const struct lock *parts, const char *arch,
		      const char *origin, struct kernel **out, struct err *err)
{
	_close_ int lock = cache__lock("kernels/build", err);
	_cleanup_(strvec__release) struct strvec debs = { 0 };
	char hash[65];
	int ret;

	/* Asked after the lock was taken: whoever waited for it finds the kernel done. */
	if (!recall(parts, hash) && !kernel__from_cache(hash, out, NULL))
		return 0;
	if (lock < 0)
		return lock;
	if (apt)
		ret = apt__fetch(apt, parts, &debs, err);
	else
		ret = apt__cached(parts, &debs) ? 0 : -ENOENT;
	if (!ret)
		ret = from_debs(&debs, arch, origin, hash, err);
	if (!ret) {
		_free_ char *pointer = pointer_path(parts);

		ret = fs__write_atomic(pointer, hash, strlen(hash));
		if (ret)
			err__set(err, ret, "the cache cannot be written: %s", strerror(-ret));
	}
	return ret ? ret : kernel__from_cache(hash, out, err);
}

/* A lock whose packages are all in the cache needs no network. */
static int from_packages(const struct kernel_spec *spec, const struct lock *want,
			 struct lock *parts, struct kernel **out, struct err *err)
{
	_free_ char *origin = NULL;
	_cleanup_(apt__closep) struct apt *apt = NULL;
	int ret;

	if (want) {
		ret = kernel_pick__from_lock(want, spec, parts, &origin, err);
		if (ret)
			return ret;
		ret = from_parts(NULL, parts, spec->arch, origin, out, err);
		if (ret != -ENOENT)
			return ret;
	}
	ret = apt__open(spec->arch, &spec->suites, &parts->stale, &apt, err);
	if (!ret && !want)
		ret = kernel_pick__from_apt(apt, spec, parts, &origin, err);
	return ret ? ret : from_parts(apt, parts, spec->arch, origin, out, err);
}

static int from_tree(const char *dir, struct kernel **out, struct err *err)
{
	_cleanup_(kernel_tree__release) struct kernel_tree t = { 0 };
	int ret = kernel_tree__read(dir, &t, err);

	return ret ? ret : kernel_tree__import(&t, out, err);
}

/* Kernels by name and from files are not in any archive, so that they add nothing to the lock. */
int kernel__resolve(const struct kernel_spec *spec, const struct lock *want, struct lock *lock,
		    const struct build_hooks *hooks, struct kernel **out, struct err *err)
{
	_cleanup_(lock__release) struct lock parts = { 0 };
	int ret;

	*out = NULL;
	if (spec->named)
		return kernel_names__get(spec->named, hooks, out, err);
	if (spec->tree)
		return from_tree(spec->tree, out, err);
	if (spec->image)
		return kernel_import__files(&(struct kernel_files){ .image = spec->image,
								    .modules = spec->modules,
								    .config = spec->config,
								    .arch = spec->arch,
								    .origin = spec->image },
					    out, err);
	if (spec->build)
		ret = build__kernel(spec->build, want, &parts, hooks, out, err);
	else
		ret = from_packages(spec, want, &parts, out, err);
	if (!ret)
		lock__merge(lock, &parts);
	return ret;
}
