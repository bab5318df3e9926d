// SPDX-License-Identifier: GPL-2.0-only
/* import.c - arranges files as the cache stores a kernel: Image, config, lib/modules/RELEASE. */
#include "runner/kernels/files/import.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/debug_info.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/module_tree.h"

#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

/* Name of the only directory in lib/modules below `dir`. NULL if there are none or several. */
static char *only_release(const char *dir)
{
	_free_ char *path = xasprintf("%s/lib/modules", dir);
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(path, &names);
	return names.n == 1 ? xstrdup(names.v[0]) : NULL;
}

/* Move the first file that matches one of the patterns. Links in a package may lead anywhere: only
 * files inside the tree count. -ENOENT: there is none. */
static int move_first(const char *tree, const char *const *patterns, const char *to)
{
	int ret = -ENOENT;

	for (; ret == -ENOENT && *patterns; patterns++) {
		struct strvec found = { 0 };

		fs__glob_in_tree(tree, *patterns, &found);
		if (found.n)
			ret = rename(found.v[0], to) < 0 ? -errno : 0;
		strvec__release(&found);
	}
	return ret;
}

/* Move image, configuration and modules of an unpacked package tree to `dir`, as the cache stores
 * them. */
static int arrange(const char *tree, const char *dir, char **release, struct err *err)
{
	_free_ char *image = xasprintf("%s/Image", dir), *config = xasprintf("%s/config", dir);
	_free_ char *from = NULL, *below = NULL, *to = xasprintf("%s/lib/modules", dir);
	int ret = fs__mkdir_p(to);

	if (!ret)
		ret = move_first(tree,
				 STRINGS("boot/vmlinuz-*", "lib/modules/*/vmlinuz",
					 "lib/modules/*/vmlinuz.unsigned"),
				 image);
	if (ret)
		return err__set(err, ret,
				"the packages hold no kernel image (expected "
				"boot/vmlinuz-* or usr/lib/modules/*/vmlinuz)");
	ret = move_first(tree, STRINGS("boot/config-*", "lib/modules/*/config"), config);
	if (ret && ret != -ENOENT)
		return err__errno(err, ret, config);
	*release = image__release(image);
	if (!*release)
		*release = only_release(tree);
	if (!*release)
		return err__set(err, -ENOEXEC,
				"the kernel in the packages does not tell its release");
	below = xasprintf("lib/modules/%s", *release);
	from = fs__in_tree(tree, below, true);
	if (!from)
		return 0;
	free(to);
	to = xasprintf("%s/%s", dir, below);
	ret = fs__mkdir_p(to);
	return ret ? err__errno(err, ret, to) : module_tree__copy(from, to, false, err);
}

/* Is the file an image, and for architecture `want` (NULL: any)? *arch is set to a constant
 * string. */
static int check_image(const char *path, const char *want, const char **arch, struct err *err)
{
	int ret = image__check(path, arch, err);

	return ret || !want || streq(*arch, want) ?
		       ret :
		       err__set(err, -ENOEXEC, "%s: expected a kernel for %s, found one for %s",
				path, want, *arch);
}

int kernel_import__tree(const char *tree, const char *dir, const char *arch, const char *origin,
			char hash[65], struct err *err)
{
	_free_ char *image = xasprintf("%s/Image", dir), *release = NULL;
	int ret = arrange(tree, dir, &release, err);

	if (!ret)
		ret = check_image(image, arch, &arch, err);
	return ret ? ret : kernel__adopt(dir, release, arch, origin, hash, err);
}

/* Find lib/modules/RELEASE below spec->modules; any part of the path may be a symlink. Sets
 * *release if it is not known yet. The caller frees; NULL: not found. */
static char *find_modules(const struct kernel_files *spec, char **release, struct err *err)
{
	_free_ char *from = NULL, *only = only_release(spec->modules);
	char *real;

	if (!*release && only)
		*release = xstrdup(only);
	from = xasprintf("%s/lib/modules/%s", spec->modules, *release ? *release : "");
	real = *release ? realpath(from, NULL) : NULL;
	if (!real)
		err__set(err, 0,
			 "%s: expected modules in lib/modules/%s below it, as `make "
			 "modules_install INSTALL_MOD_PATH=...` leaves them; found %s",
			 spec->modules, *release ? *release : "RELEASE",
			 only ? only : "none or several releases");
	return real;
}

/* Copy the modules, following symlinks: their targets may change later. */
static int copy_modules(const struct kernel_files *spec, const char *dir, char **release,
			struct err *err)
{
	_free_ char *from = find_modules(spec, release, err), *to = NULL;
	int ret;

	if (!from)
		return -ENOENT;
	to = xasprintf("%s/lib/modules/%s", dir, *release);
	ret = fs__mkdir_p(to);
	return ret ? err__errno(err, ret, to) : module_tree__copy(from, to, true, err);
}

/* Copy the configuration: the given file, else the one embedded in the image, else one beside it. A
 * kernel without any is accepted. */
static int copy_config(const struct kernel_files *f, const char *release, const char *to,
		       struct err *err)
{
	_free_ char *inside = NULL, *beside = NULL;

	if (f->config)
		return fs__copy(f->config, to, 0644, err);
	inside = kernel_config__in_image(f->image);
	if (inside)
		return fs__write_text(to, inside, err);
	beside = kernel_config__beside(f->image, release);
	return beside ? fs__copy(beside, to, 0644, err) : 0;
}

/* Everything is copied: the user's files may change later, the kernel in the cache must not. */
int kernel_import__files(const struct kernel_files *f, struct kernel **out, struct err *err)
{
	_free_ char *dir = NULL, *image = NULL, *release = NULL, *config = NULL, *recipe = NULL;
	_free_ char *debug = NULL;
	struct tmpdir tmp;
	char hash[65];
	const char *arch;
	int ret = check_image(f->image, f->arch, &arch, err);

	*out = NULL;
	if (ret)
		return ret;
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		return ret;
	dir = xasprintf("%s/kernel", tmp.path);
	image = xasprintf("%s/Image", dir);
	config = xasprintf("%s/config", dir);
	recipe = xasprintf("%s/build.json", dir);
	debug = xasprintf("%s/" DEBUG_INFO_FILE, dir);
	release = image__release(f->image);
	ret = fs__mkdir_p(dir);
	if (ret)
		err__errno(err, ret, dir);
	if (!ret)
		ret = fs__copy(f->image, image, 0644, err);
	if (!ret && f->modules)
		ret = copy_modules(f, dir, &release, err);
	if (!ret)
		ret = copy_config(f, release, config, err);
	if (!ret && f->vmlinux && debug_info__is_in(f->vmlinux))
		ret = debug_info__take(f->vmlinux, arch, debug, err);
	if (!ret && f->recipe)
		ret = fs__write_text(recipe, f->recipe, err);
	if (!ret)
		ret = kernel__adopt(dir, release ? release : "unknown", arch, f->origin, hash, err);
	tmpdir__remove(&tmp);
	return ret ? ret : kernel__from_cache(hash, out, err);
}
