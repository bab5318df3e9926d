// SPDX-License-Identifier: GPL-2.0-only
/*
 * tree.c - finds architecture, release, image, configuration and modules of a kernel in its build
 * tree. A tree with an unfinished build, or with files left over from an earlier one, is refused:
 * the wrong kernel would be measured.
 */
#include "runner/kernels/tree.h"

#include "lib/fs.h"
#include "lib/text.h"
#include "runner/host/arch.h"
#include "runner/host/cache.h"
#include "runner/host/tool.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/import.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define INSTALL_MS (30 * 60 * 1000)
#define VMLINUX_MAX (4ull << 30)

void kernel_tree__release(struct kernel_tree *t)
{
	free(t->dir);
	free(t->arch);
	free(t->release);
	free(t->image);
	free(t->config);
	*t = (struct kernel_tree){ 0 };
}

static bool holds(const char *dir, const char *name)
{
	_free_ char *path = xasprintf("%s/%s", dir, name);

	return fs__exists(path);
}

static bool has(const struct kernel_tree *t, const char *name)
{
	return holds(t->dir, name);
}

/* Read a text file of the tree. Only regular files: a device may never end, and opening a FIFO may
 * block. -ENOENT: there is none; all else is for the user to fix, and is -EINVAL. The caller
 * frees. */
static int read_text(const char *path, char **out, struct err *err)
{
	struct stat st;
	int ret;

	*out = NULL;
	if (stat(path, &st) < 0)
		return err__set(err, errno == ENOENT ? -ENOENT : -EINVAL, "%s: %s", path,
				strerror(errno));
	if (!S_ISREG(st.st_mode))
		return err__set(err, -EINVAL, "%s: expected a file, found something else", path);
	ret = text__read(path, KERNEL_CONFIG_MAX, out, NULL, err);
	return ret && ret != -ENOENT ? -EINVAL : ret;
}

/* An O= directory has a symlink `source` to its source tree. */
static int check_source(const struct kernel_tree *t, struct err *err)
{
	_free_ char *link = xasprintf("%s/source", t->dir);
	char to[4096];
	ssize_t n = readlink(link, to, sizeof(to) - 1);

	if (n > 0 && !fs__exists(link))
		return err__set(err, -EINVAL,
				"%s: its source tree %.*s is gone: the build directory (O=) needs it",
				t->dir, (int)n, to);
	if (has(t, "Makefile"))
		return 0;
	return err__set(err, -EINVAL,
			"%s: there is no Makefile: expected the tree that a kernel was built in, or the "
			"directory of O=",
			t->dir);
}

/* Read .config, and compare its architecture with that of auto.conf, which the last make derived
 * from it. A tree that was reconfigured for another architecture holds files of both. */
static int read_config(struct kernel_tree *t, char **config, struct err *err)
{
	_free_ char *used_path = xasprintf("%s/include/config/auto.conf", t->dir), *used = NULL;
	_free_ char *used_arch = NULL;
	int ret;

	t->config = xasprintf("%s/.config", t->dir);
	if (!fs__exists(t->config))
		return err__set(err, -EINVAL,
				"%s: no kernel is configured there (no .config); for a build with O= name "
				"that directory",
				t->dir);
	ret = read_text(t->config, config, err);
	if (!ret)
		ret = kernel_config__check(t->config, *config, err);
	if (ret)
		return ret;
	t->arch = kernel_config__arch(*config);
	if (!t->arch)
		return err__set(err, -EINVAL, "%s: it does not say which architecture it is for",
				t->config);
	if (!arch__find(t->arch))
		return err__set(err, -ENOEXEC,
				"%s: a kernel for %s, but kduel boots only those for " ARCH_NAMES,
				t->dir, t->arch);
	t->unbuilt = !has(t, arch__find(t->arch)->image) && !has(t, "vmlinux");
	ret = read_text(used_path, &used, err);
	if (ret == -ENOENT)
		return err__set(err, -EINVAL,
				"%s: configured, but not built (no include/config/auto.conf): run make "
				"there",
				t->dir);
	if (ret)
		return ret;
	used_arch = kernel_config__arch(used);
	if (used_arch && !streq(used_arch, t->arch))
		return err__set(err, -EINVAL,
				"%s: .config is for %s, but what is built there is for %s: run make",
				t->dir, t->arch, used_arch);
	return 0;
}

/* The lines that set a symbol, sorted. Since 5.17 auto.conf has strings without quotes and escapes:
 * both characters are dropped, so that it compares with .config. */
static void set_lines(const char *config, struct strvec *out)
{
	for (const char *line = config; line && *line; line = strchr(line, '\n'), line += !!line) {
		size_t n = 0, len = strcspn(line, "\n");
		_free_ char *plain = xstrndup(line, len);

		for (size_t i = 0; i < len; i++)
			if (!strchr("\"\\", line[i]))
				plain[n++] = line[i];
		plain[n] = '\0';
		if (str_starts(plain, "CONFIG_"))
			strvec__push(out, plain);
	}
	strvec__sort_unique(out);
}

/* Refuse a tree in which .config was edited (make menuconfig) after the last make. */
static int check_current(const struct kernel_tree *t, const char *config, struct err *err)
{
	_free_ char *path = xasprintf("%s/include/config/auto.conf", t->dir), *used = NULL;
	_cleanup_(strvec__release) struct strvec now = { 0 }, then = { 0 };
	int ret = read_text(path, &used, err);
	size_t i = 0;

	if (ret)
		return ret;
	set_lines(config, &now);
	set_lines(used, &then);
	while (i < now.n && i < then.n && streq(now.v[i], then.v[i]))
		i++;
	if (i == now.n && i == then.n)
		return 0;
	return err__set(err, -EINVAL, "%s: .config was changed since make (%s): run make there",
			t->dir, i < now.n ? now.v[i] : then.v[i]);
}

/* Find the text "Linux version ..." up to the end of its line. NULL: there is none. The caller
 * frees. */
static char *banner(const char *data, size_t len)
{
	const char *at = data, *end = data + len;

	/* The kernel also contains the format string "Linux version %s": a digit must follow. */
	while ((at = memmem(at, (size_t)(end - at), "Linux version ", 14))) {
		size_t n = strnlen(at, (size_t)(end - at));

		if (at[14] >= '0' && at[14] <= '9' && n < 4096)
			return xstrndup(at, strcspn(at, "\n") < n ? strcspn(at, "\n") : n);
		at += 14;
	}
	return NULL;
}

static char *banner_of_file(const char *path)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *text;
	void *map;

	if (fd < 0 || fstat(fd, &st) < 0 || st.st_size <= 0 || (uint64_t)st.st_size > VMLINUX_MAX)
		return NULL;
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return NULL;
	text = banner(map, (size_t)st.st_size);
	munmap(map, (size_t)st.st_size);
	return text;
}

/* If make was interrupted between linking vmlinux and creating the image, the image is still that
 * of the previous build. */
static int check_finished(const struct kernel_tree *t, struct err *err)
{
	_free_ char *vmlinux = xasprintf("%s/vmlinux", t->dir), *of_vmlinux = NULL;
	_free_ char *of_image = NULL, *image = NULL;
	struct stat a, b;
	size_t len;

	/* Copying may change the timestamps of a tree, so that an older image is only a hint: the
	 * banners decide. */
	if (stat(vmlinux, &a) < 0 || stat(t->image, &b) < 0 ||
	    a.st_mtim.tv_sec < b.st_mtim.tv_sec ||
	    (a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec <= b.st_mtim.tv_nsec))
		return 0;
	if (image__read(t->image, &image, &len, NULL))
		return 0;
	of_vmlinux = banner_of_file(vmlinux);
	of_image = banner(image, len);
	return of_vmlinux && of_image && !streq(of_vmlinux, of_image) ?
		       err__set(err, -EINVAL,
				"%s: vmlinux is from a later build than %s: let make finish there",
				t->dir, t->image + strlen(t->dir) + 1) :
		       0;
}

/* Find image and release, and check that they belong together. */
static int find_image(struct kernel_tree *t, struct err *err)
{
	const struct arch *arch = arch__find(t->arch);
	const char *found;
	_free_ char *path = xasprintf("%s/include/config/kernel.release", t->dir);
	_free_ char *says = NULL;
	int ret;

	t->image = xasprintf("%s/%s", t->dir, arch->image);
	if (!fs__exists(t->image))
		return err__set(err, -EINVAL, "%s: there is no %s: %s", t->dir, arch->image,
				has(t, "vmlinux") ? "vmlinux exists, but make did not finish" :
						    "run make there");
	ret = image__check(t->image, &found, err);
	if (ret)
		return ret;
	if (!streq(found, t->arch))
		return err__set(err, -EINVAL,
				"%s: .config is for %s, but %s is for %s: run make there", t->dir,
				t->arch, t->image + strlen(t->dir) + 1, found);
	ret = read_text(path, &says, err);
	if (ret == -ENOENT)
		return err__set(err, -EINVAL,
				"%s: make did not finish (no include/config/kernel.release)",
				t->dir);
	if (ret || !says)
		return ret;
	says[strcspn(says, "\n")] = '\0';
	t->release = image__release(t->image);
	if (!t->release)
		t->release = xstrdup(says);
	if (!streq(t->release, says))
		return err__set(err, -EINVAL,
				"%s: %s has release %s, but the tree is now %s: run make there",
				t->dir, t->image + strlen(t->dir) + 1, t->release, says);
	return check_finished(t, err);
}

/* Is the module built, and for this release? `name` is a line of modules.order, which ends in .ko
 * or .o. */
static int check_module(const struct kernel_tree *t, const char *name, struct err *err)
{
	size_t n = strlen(name);
	_free_ char *path = xasprintf("%s/%.*s.ko", t->dir,
				      (int)(str_ends(name, ".ko") ? n - 3 :
					    str_ends(name, ".o")  ? n - 2 :
								    n),
				      name);
	_free_ char *data = NULL, *want = xasprintf("vermagic=%s ", t->release);
	const char *magic;
	struct stat st;
	size_t len;

	if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || fs__read(path, 512u << 20, &data, &len))
		return err__set(err, -EINVAL, "%s: there is no module %s: run make there", t->dir,
				path + strlen(t->dir) + 1);
	magic = memmem(data, len, "vermagic=", 9);
	if (!magic || str_starts(magic, want))
		return 0;
	return err__set(err, -EINVAL,
			"%s: module %s is for release %.*s, but the kernel is %s: run make there",
			t->dir, path + strlen(t->dir) + 1, (int)strcspn(magic + 9, " "), magic + 9,
			t->release);
}

/* If .config has modules, check that they are built. Make writes modules.order when all of them
 * are; the first and the last are examined. */
static int find_modules(struct kernel_tree *t, const char *config, struct err *err)
{
	_free_ char *path = xasprintf("%s/modules.order", t->dir), *text = NULL;
	char *last;
	int ret;

	if (kernel_config__tristate(config, "MODULES") != 'y' || !strstr(config, "=m\n"))
		return 0;
	ret = read_text(path, &text, err);
	if (ret == -ENOENT)
		return err__set(err, -EINVAL,
				"%s: .config has modules, but they are not built (no modules.order): run "
				"make there, without a target",
				t->dir);
	if (ret || !text)
		return ret;
	t->modules = true;
	while (*text && str_ends(text, "\n"))
		text[strlen(text) - 1] = '\0';
	if (!*text)
		return 0;
	last = strrchr(text, '\n');
	ret = last ? check_module(t, last + 1, err) : 0;
	text[strcspn(text, "\n")] = '\0';
	return ret ? ret : check_module(t, text, err);
}

int kernel_tree__read(const char *dir, struct kernel_tree *t, struct err *err)
{
	_free_ char *config = NULL;
	struct stat st;
	int ret;

	t->dir = realpath(dir, NULL);
	if (!t->dir || stat(t->dir, &st) < 0)
		return err__set(err, -EINVAL, "%s: %s", dir, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return err__set(
			err, -EINVAL,
			"%s: expected the directory that a kernel was built in; a file is 'image'",
			dir);
	ret = check_source(t, err);
	if (!ret)
		ret = read_config(t, &config, err);
	if (!ret)
		ret = find_image(t, err);
	if (!ret)
		ret = check_current(t, config, err);
	return ret || !config ? ret : find_modules(t, config, err);
}

/* Let kbuild install the modules: it signs and compresses them as configured. Variables that would
 * redirect make are cleared. depmod is run later, on import. */
static int install_modules(const struct kernel_tree *t, const char *to, struct err *err)
{
	_free_ char *arch = xasprintf("ARCH=%s", arch__find(t->arch)->kbuild);
	_free_ char *path = xasprintf("INSTALL_MOD_PATH=%s", to);
	const char *argv[] = { "make", "-s",	      "--no-print-directory", "-C", t->dir, arch,
			       path,   "DEPMOD=true", "modules_install",      NULL };
	const char *env[] = { "MAKEFLAGS=", "MAKELEVEL=", "KBUILD_OUTPUT=", "O=", NULL };
	struct proc_opts o = { .argv = (char *const *)argv,
			       .env = (char *const *)env,
			       .timeout_ms = INSTALL_MS };

	return tool__exec(err, "take the modules out of a build tree (package make)", &o);
}

int kernel_tree__import(const struct kernel_tree *t, struct kernel **out, struct err *err)
{
	_free_ char *vmlinux = xasprintf("%s/vmlinux", t->dir);
	struct kernel_files f = { .image = t->image,
				  .arch = t->arch,
				  .config = t->config,
				  .vmlinux = vmlinux,
				  .origin = t->dir };
	struct tmpdir tmp;
	int ret;

	*out = NULL;
	if (!t->modules)
		return kernel_import__files(&f, out, err);
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		return ret;
	ret = install_modules(t, tmp.path, err);
	f.modules = tmp.path;
	if (ret)
		err__prefix(err, ret, "%s: ", t->dir);
	else
		ret = kernel_import__files(&f, out, err);
	tmpdir__remove(&tmp);
	return ret;
}

/* An O= directory whose source tree was deleted has no Makefile. It still counts if it has the
 * symlink, so that kernel_tree__read() can tell the user what is missing. */
static bool is_configured(const char *dir)
{
	_free_ char *link = xasprintf("%s/source", dir);
	struct stat st;

	return holds(dir, ".config") && (holds(dir, "Makefile") || !lstat(link, &st));
}

int kernel_tree__spec(const char *dir, struct kernel_spec *spec, struct err *err)
{
	static const char *const images[] = { "Image",	      "arch/arm64/boot/Image",
					      "bzImage",      "arch/x86/boot/bzImage",
					      "vmlinuz",      "boot/Image",
					      "boot/vmlinuz", "Image.gz" };

	if (is_configured(dir) && !spec->modules) {
		spec->tree = xstrdup(dir);
		return 0;
	}
	for (size_t i = 0; i < ARRAY_SIZE(images) && !spec->image; i++)
		if (holds(dir, images[i]))
			spec->image = xasprintf("%s/%s", dir, images[i]);
	if (!spec->image)
		return err__set(
			err, -ENOENT,
			"%s: expected a kernel in it: a tree that one was configured in, or Image, "
			"arch/arm64/boot/Image, bzImage, arch/x86/boot/bzImage, vmlinuz or Image.gz",
			dir);
	if (!spec->modules && holds(dir, "lib/modules"))
		spec->modules = xstrdup(dir);
	return 0;
}
