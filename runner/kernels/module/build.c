// SPDX-License-Identifier: GPL-2.0-only
/* build.c - builds an out-of-tree module against the headers of a Debian kernel. */
#include "runner/kernels/module/build.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/arch.h"
#include "runner/host/cross.h"
#include "runner/host/unpack.h"
#include "runner/kernels/module/tools.h"
#include "runner/packages/fetch.h"

#define BUILD_MS (10 * 60 * 1000)
#define TAIL_LINES 30

/* Without hooks for ftrace: a compiler other than the kernel's may not align functions as
 * DYNAMIC_FTRACE_WITH_CALL_OPS requires. */
#define MAKEFILE            \
	"obj-m := %1$s.o\n" \
	"CFLAGS_REMOVE_%1$s.o := $(CC_FLAGS_FTRACE)\n"

/* The first path in the tree that matches, or NULL. The caller frees. */
static char *find(const char *tree, const char *pattern)
{
	struct strvec all = { 0 };
	char *found;

	fs__glob_in_tree(tree, pattern, &all);
	found = all.n ? xstrdup(all.v[0]) : NULL;
	strvec__release(&all);
	return found;
}

/* The Makefile refers to the installed headers, /usr/src/...: prefix those paths with the
 * tree's. */
static int relocate(const char *makefile_path, const char *tree, struct err *err)
{
	_free_ char *text = NULL, *out = NULL;
	size_t len;
	const char *p;
	FILE *f;
	int ret = fs__read(makefile_path, 1 << 20, &text, NULL);

	if (ret)
		return err__errno(err, ret, makefile_path);
	f = xmemstream(&out, &len);
	for (p = text; *p;) {
		if (str_starts(p, "/usr/src/") && (p == text || p[-1] == ' ' || p[-1] == '='))
			fputs(tree, f);
		fputc(*p++, f);
	}
	fclose(f);
	ret = fs__write_atomic(makefile_path, out, len);
	return ret ? err__errno(err, ret, makefile_path) : 0;
}

/* Create the module's directory: its text, the kernel source file that it includes as source.c, and
 * a Makefile. */
static int write_module(const struct ext_build *b, const char *tree, const char *dir,
			struct err *err)
{
	_free_ char *text = xasprintf("%s/%s.c", dir, b->name);
	_free_ char *mk = xasprintf("%s/Makefile", dir), *source = xasprintf("%s/source.c", dir);
	_free_ char *makefile = xasprintf(MAKEFILE, b->name);
	_free_ char *tarball = find(tree, "usr/src/linux-source-*.tar.xz");
	int ret = fs__mkdir_p(dir);

	if (!ret)
		ret = fs__write_atomic(text, b->text, strlen(b->text));
	if (!ret)
		ret = fs__write_atomic(mk, makefile, strlen(makefile));
	if (ret)
		return err__errno(err, ret, dir);
	if (!b->includes)
		return 0;
	if (!tarball)
		return err__set(err, -ENOENT,
				"the package of the kernel's source has no "
				"usr/src/linux-source-*.tar.xz");
	/* It must be from the source of this kernel, as the test uses internal interfaces. */
	return unpack__member(tarball, b->includes, source, err);
}

/* Returns -EIO, with the last lines of the log. */
static int fail_with_log(const struct ext_build *b, const char *why, struct err *err)
{
	_free_ char *text = NULL;
	const char *p;
	size_t lines = 0;

	if (fs__read(b->log, 16 << 20, &text, NULL))
		return err__set(err, -EIO, "%s; log: %s", why, b->log);
	for (p = text + strlen(text); p > text && lines <= TAIL_LINES; p--)
		lines += p[-1] == '\n';
	if (p > text)
		p += 2;
	return err__set(err, -EIO, "%s; log: %s; it ends in:\n%s", why, b->log, p);
}

/*
 * Leave out flags that only the kernel's own compiler may know, and BTF, which needs a matching
 * pahole: neither changes what the test does.
 */
static int run_make(const struct ext_build *b, const char *headers, const char *dir,
		    struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	strvec__push_all(&argv, "make", "-C", headers, NULL);
	strvec__pushf(&argv, "M=%s", dir);
	strvec__pushf(&argv, "ARCH=%s", arch__find(b->k->arch)->kbuild);
	strvec__pushf(&argv, "CROSS_COMPILE=%s", cross__prefix(b->k->arch));
	strvec__pushf(&argv, "CC=%sgcc", cross__prefix(b->k->arch));
	strvec__push_all(&argv, "CONFIG_DEBUG_INFO_BTF_MODULES=",
			 "CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=", "modules", NULL);
	ret = proc__run(&(struct proc_opts){ .argv = argv.v,
					     .timeout_ms = BUILD_MS,
					     .stdout_path = b->log,
					     .merge_stderr = true },
			&res);
	if (ret)
		err__set(err, -EOPNOTSUPP, "make cannot be run: %s", strerror(-ret));
	else if (res.status || res.timed_out)
		ret = fail_with_log(b,
				    res.timed_out ? "the build took more than ten minutes" :
						    "the build failed",
				    err);
	return ret;
}

/* Everything is unpacked and built in b->dir; nothing is installed on the host. */
int ext_build__run(const struct ext_build *b, char **ko, struct err *err)
{
	_free_ char *tree = xasprintf("%s/tree", b->dir), *dir = xasprintf("%s/module", b->dir);
	_free_ char *libs = xasprintf("%s/libs", b->dir);
	_free_ char *headers = NULL, *mk = NULL, *pattern = NULL, *below = NULL;
	int ret = 0;

	for (size_t i = 0; !ret && i < b->headers->n; i++)
		ret = apt__unpack(b->headers->v[i], tree, err);
	if (!ret)
		ret = ext_tools__prepare(b->tools, libs, tree, err);
	if (!ret)
		ret = write_module(b, tree, dir, err);
	if (ret)
		return ret;
	pattern = xasprintf("usr/src/linux-headers-%s", b->k->release);
	headers = find(tree, pattern);
	if (!headers)
		return err__set(err, -ENOENT, "the headers' package has no %s", pattern);
	below = xasprintf("%s/Makefile", pattern);
	mk = fs__in_tree(tree, below, true);
	ret = mk ? relocate(mk, tree, err) : err__errno(err, -errno, below);
	if (!ret)
		ret = run_make(b, headers, dir, err);
	if (!ret)
		*ko = xasprintf("%s/%s.ko", dir, b->name);
	return ret;
}
