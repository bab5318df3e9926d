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

/* Unpack the packages into one tree, and import the kernel in it into the cache. */
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
	/* Packages install to /lib/modules or /usr/lib/modules: the link makes both end up in one
	 * place. */
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

/* The hash of a kernel can be computed only from its unpacked files. This file, named by the hash
 * of the package list, records which kernel those packages made. */
static char *pointer_path(const struct lock *parts)
{
	_free_ char *text = lock__format(parts);
	char key[65];

	cache__sha256(text, strlen(text), key);
	return cache__path("kernels/by-lock/%s", key);
}

/* Read that file: 0, or -ENOENT if the packages have not been imported before. */
static int recall(const struct lock *parts, char hash[65])
{
	_free_ char *path = pointer_path(parts), *text = NULL;
	int ret = fs__read(path, 64, &text, NULL);

	if (ret || strlen(text) != 64)
		return -ENOENT;
	memcpy(hash, text, 65);
	return 0;
}

/* The kernel that the packages `parts` make, from the cache or imported now. With `apt` NULL
 * nothing is downloaded: -ENOENT if a package is not in the cache. */
static int from_parts(struct apt *apt, const struct lock *parts, const char *arch,
		      const char *origin, struct kernel **out, struct err *err)
{
	_close_ int lock = cache__lock("kernels/build", err);
	_cleanup_(strvec__release) struct strvec debs = { 0 };
	char hash[65];
	int ret;

	/* Look only with the lock held: another process may have imported the kernel while this one
	 * waited. */
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

/* If all packages of the lock are in the cache, neither network nor package lists are needed. */
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

/* Only packages are recorded in the lock. Named kernels and kernels from files are in no
 * archive. */
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
