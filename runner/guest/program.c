// SPDX-License-Identifier: GPL-2.0-only
/* program.c - compiles single source files from source packages for the guest. */
#include "runner/guest/program.h"

#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/cross.h"
#include "runner/host/tool.h"
#include "runner/host/unpack.h"

static const struct program {
	const char *source, *file; /* path in the source tarball, without the top-level directory */
	const char *path; /* path in the guest */
	const char *libs[3];
} programs[] = {
	/* No Debian package contains this benchmark. */
	{ "sqlite3", "test/speedtest1.c", "usr/bin/speedtest1", { "-lsqlite3", "-lpthread" } },
};

void program__split(const struct strvec *packages, struct strvec *binaries, struct strvec *sources)
{
	for (size_t i = 0; i < packages->n; i++) {
		const char *name = packages->v[i];

		if (str_starts(name, PROGRAM_SOURCE))
			strvec__push(sources, name + strlen(PROGRAM_SOURCE));
		else
			strvec__push(binaries, name);
	}
}

/* With --sysroot the compiler uses headers and libraries of the guest. */
static int compile(const struct program *p, const char *c, const char *deb_arch, const char *tree,
		   struct err *err)
{
	_free_ char *out = fs__in_tree(tree, p->path, false);
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	int ret;

	if (!out)
		return err__errno(err, -errno, p->path);
	(void)fs__rm_rf(out); /* if a package has a symlink there, do not write through it */
	strvec__pushf(&argv, "%sgcc", cross__prefix(deb_arch));
	strvec__pushf(&argv, "--sysroot=%s", tree);
	strvec__push_all(&argv, "-O2", "-w", "-o", NULL);
	strvec__push(&argv, out);
	strvec__push(&argv, c);
	for (const char *const *l = p->libs; *l; l++)
		strvec__push(&argv, *l);
	ret = tool__exec(err, "compile programs of the guest (gcc for its architecture)",
			 &(struct proc_opts){ .argv = argv.v });
	return ret;
}

/* Extract the file from the source tarball and compile it into the tree. */
static int build(const struct program *p, const char *archive, const char *deb_arch,
		 const char *tree, struct err *err)
{
	_free_ char *c = NULL;
	struct tmpdir tmp;
	int ret = cache__tmpdir(&tmp, err);

	if (ret)
		return ret;
	c = xasprintf("%s/program.c", tmp.path);
	ret = unpack__member(archive, p->file, c, err);
	if (!ret)
		ret = compile(p, c, deb_arch, tree, err);
	tmpdir__remove(&tmp);
	return ret ? err__prefix(err, ret, "%s of source package %s: ", p->file, p->source) : 0;
}

int program__build(const char *source, const char *archive, const char *deb_arch, const char *tree,
		   struct err *err)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++)
		if (streq(programs[i].source, source))
			return build(&programs[i], archive, deb_arch, tree, err);
	return err__set(err, -ENOENT, "no program from source package %s is known", source);
}
