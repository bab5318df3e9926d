// SPDX-License-Identifier: GPL-2.0-only
/* import.c - arranges files as the cache stores a kernel: Image, config, lib/modules/RELEASE. */
#include "runner/kernels/files/import.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/tool.h"
#include "runner/kernels/files/image.h"

#include <dirent.h>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

/* Name of the only directory in lib/modules below `dir`; NULL if there is not just one. */
static char *only_release(const char *dir)
{
	_free_ char *path = xasprintf("%s/lib/modules", dir);
	char *name = NULL;
	struct dirent *e;
	size_t n = 0;
	DIR *d = opendir(path);

	while (d && (e = readdir(d)))
		if (*e->d_name != '.' && n++ == 0)
			name = xstrdup(e->d_name);
	if (d)
		closedir(d);
	if (n == 1)
		return name;
	free(name);
	return NULL;
}

/* Move the first file that one of the patterns matches. -ENOENT: there is none. */
static int move_first(const char *tree, const char *const *patterns, const char *to)
{
	int ret = -ENOENT;

	for (; ret == -ENOENT && *patterns; patterns++) {
		_free_ char *full = xasprintf("%s/%s", tree, *patterns);
		glob_t g;

		if (!glob(full, 0, NULL, &g))
			ret = rename(g.gl_pathv[0], to) < 0 ? -errno : 0;
		globfree(&g);
	}
	return ret;
}

/* Remove what a boot does not need: device trees alone take 60 MB. */
static void drop_unused(const char *modules)
{
	static const char *const names[] = {
		"dtb", "System.map", "config", "vmlinuz", "vmlinuz.unsigned", "build", "source",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		_free_ char *path = xasprintf("%s/%s", modules, names[i]);

		(void)fs__rm_rf(path);
	}
}

/* Arrange an unpacked package tree as the cache wants it, in `dir`. */
static int arrange(const char *tree, const char *dir, char **release, struct err *err)
{
	static const char *const images[] = {
		"boot/vmlinuz-*",
		"lib/modules/*/vmlinuz",
		"lib/modules/*/vmlinuz.unsigned",
		NULL,
	};
	static const char *const configs[] = { "boot/config-*", "lib/modules/*/config", NULL };
	_free_ char *image = xasprintf("%s/Image", dir), *config = xasprintf("%s/config", dir);
	_free_ char *from = NULL, *to = xasprintf("%s/lib/modules", dir);
	int ret = fs__mkdir_p(to);

	if (!ret)
		ret = move_first(tree, images, image);
	if (ret)
		return err__set(err, ret,
				"the packages hold no kernel image (expected "
				"boot/vmlinuz-* or usr/lib/modules/*/vmlinuz)");
	ret = move_first(tree, configs, config);
	if (ret && ret != -ENOENT)
		return err__errno(err, ret, config);
	*release = image__release(image);
	if (!*release)
		*release = only_release(tree);
	if (!*release)
		return err__set(err, -ENOEXEC, "the packages' kernel does not say its release");
	from = xasprintf("%s/lib/modules/%s", tree, *release);
	if (!fs__exists(from))
		return 0;
	drop_unused(from);
	free(to);
	to = xasprintf("%s/lib/modules/%s", dir, *release);
	return rename(from, to) < 0 ? err__errno(err, -errno, to) : 0;
}

/* Of the packages of a kernel, unpacked in `tree`: moves what is needed to `dir`. */
int kernel_import__tree(const char *tree, const char *dir, const char *arch, const char *origin,
			char hash[65], struct err *err)
{
	_free_ char *image = xasprintf("%s/Image", dir), *release = NULL;
	int ret = arrange(tree, dir, &release, err);

	if (!ret && streq(arch, "arm64"))
		ret = image__check(image, err);
	return ret ? ret : kernel__adopt(dir, release, arch, origin, hash, err);
}

/* --reflink shares the blocks where the file system can. */
static int copy_modules(const struct kernel_files *spec, const char *dir, char **release,
			struct err *err)
{
	_free_ char *from = NULL, *to = NULL, *only = only_release(spec->modules);

	if (!*release && only)
		*release = xstrdup(only);
	from = xasprintf("%s/lib/modules/%s", spec->modules, *release ? *release : "");
	if (!*release || !fs__exists(from))
		return err__set(err, -ENOENT,
				"%s: expected modules in lib/modules/%s below it, "
				"as `make modules_install INSTALL_MOD_PATH=...` leaves them; found "
				"%s",
				spec->modules, *release ? *release : "RELEASE",
				only ? only : "none or several releases");
	to = xasprintf("%s/lib/modules", dir);
	if (fs__mkdir_p(to))
		return err__set(err, -EIO, "%s: cannot be made", to);
	if (tool__run(err, "copy the modules", "cp", "-a", "--reflink=auto", from, to, NULL))
		return -EIO;
	free(to);
	to = xasprintf("%s/lib/modules/%s", dir, *release);
	drop_unused(to);
	return 0;
}

/* Copies: files of the user's stay as they are, and may change later without changing this
 * kernel. */
int kernel_import__files(const struct kernel_files *f, struct kernel **out, struct err *err)
{
	_free_ char *dir = NULL, *image = NULL, *release = NULL, *config = NULL, *recipe = NULL;
	struct cache_tmp tmp;
	char hash[65];
	int ret = streq(f->arch, "arm64") ? image__check(f->image, err) : 0;

	*out = NULL;
	if (ret)
		return ret;
	ret = cache__tmp_begin(&tmp, err);
	if (ret)
		return ret;
	dir = xasprintf("%s/kernel", tmp.path);
	image = xasprintf("%s/Image", dir);
	config = xasprintf("%s/config", dir);
	recipe = xasprintf("%s/build.json", dir);
	release = image__release(f->image);
	ret = fs__mkdir_p(dir);
	if (ret)
		err__errno(err, ret, dir);
	if (!ret)
		ret = tool__run(err, "copy the kernel", "cp", "--reflink=auto", "--", f->image,
				image, NULL);
	if (!ret && f->modules)
		ret = copy_modules(f, dir, &release, err);
	if (!ret && f->config)
		ret = tool__run(err, "copy the configuration", "cp", "--", f->config, config, NULL);
	if (!ret && f->recipe)
		ret = fs__write_text(recipe, f->recipe, err);
	if (!ret)
		ret = kernel__adopt(dir, release ? release : "unknown", f->arch, f->origin, hash,
				    err);
	cache__tmp_end(&tmp);
	return ret ? ret : kernel__from_cache(hash, out, err);
}
