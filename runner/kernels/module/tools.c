// SPDX-License-Identifier: GPL-2.0-only
/* tools.c - makes the programs of linux-kbuild run on a host with an older C library. */
#include "runner/kernels/module/tools.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/packages/fetch.h"

#include <elf.h>
#include <fcntl.h>
#include <fts.h>
#include <sys/stat.h>
#include <unistd.h>

/* All other packages of the list are libraries. */
static bool is_tool(const char *deb)
{
	const char *slash = strrchr(deb, '/');

	return str_starts(slash ? slash + 1 : deb, "linux-kbuild-");
}

/* Does the dynamic linker fail with "version `GLIBC_2.38' not found"? Sets *out to true, never to
 * false. */
static int complains_about_libc(const char *program, bool *out)
{
	const char *argv[] = { program, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&(struct proc_opts){ .argv = (char *const *)argv, .timeout_ms = 30000 },
			    &res);

	*out |= !ret && strstr(res.err, "GLIBC_");
	return ret;
}

/* Do the tools need a newer C library than the host's? modpost may be a wrapper that runs one of
 * several programs with the same prefix, so all of them are tried. */
static int needs_own_libc(const char *tree, bool *out, struct err *err)
{
	struct strvec found = { 0 };
	int ret;

	fs__glob_in_tree(tree, "usr/lib/linux-kbuild-*/scripts/mod/modpost*", &found);
	ret = found.n ? 0 : -ENOENT;
	for (size_t i = 0; !ret && i < found.n; i++)
		ret = complains_about_libc(found.v[i], out);
	strvec__release(&found);
	return ret ? err__set(err, ret, "linux-kbuild has no modpost that can be run here: %s",
			      strerror(-ret)) :
		     0;
}

/* Only ELF programs need a wrapper, scripts do not. */
static bool is_elf(const char *path)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char magic[SELFMAG];

	return fd >= 0 && read(fd, magic, SELFMAG) == SELFMAG && !memcmp(magic, ELFMAG, SELFMAG);
}

/* Replace a program by a script that runs it with the unpacked dynamic linker and libraries.
 * argv[0] stays the original path, as some programs look for helpers beside it. */
static int wrap(const char *path, const char *libs, struct err *err)
{
	_free_ char *real = xasprintf("%s.real-elf", path);
	_free_ char *script = xasprintf("#!/bin/sh\n"
					"for ld in %s/usr/lib/*-linux-gnu/ld-linux-*.so.? "
					"%s/lib/*-linux-gnu/ld-linux-*.so.?; do\n"
					"\t[ -e \"$ld\" ] && exec \"$ld\" --argv0 \"$0\" "
					"--library-path \"${ld%%/*}\" \"$0.real-elf\" \"$@\"\n"
					"done\nexit 127\n",
					libs, libs);
	int ret = rename(path, real) < 0 ? -errno : fs__write_atomic(path, script, strlen(script));

	if (!ret && chmod(path, 0755) < 0)
		ret = -errno;
	return ret ? err__errno(err, ret, path) : 0;
}

/* Wrap all ELF programs below usr/lib. They are collected first, as wrap() adds files to the
 * directories that are being walked. */
static int wrap_all(const char *tree, const char *libs, struct err *err)
{
	_free_ char *root = fs__in_tree(tree, "usr/lib", true);
	FTS *fts = root ? fs__walk(root) : NULL;
	_cleanup_(strvec__release) struct strvec files = { 0 };
	FTSENT *ent;
	int ret = 0;

	if (!fts)
		return err__errno(err, -errno, "usr/lib");
	while ((ent = fts_read(fts)))
		if (ent->fts_info == FTS_F && ent->fts_statp->st_mode & S_IXUSR &&
		    is_elf(ent->fts_path))
			strvec__push(&files, ent->fts_path);
	fts_close(fts);
	for (size_t i = 0; !ret && i < files.n; i++)
		ret = wrap(files.v[i], libs, err);
	return ret;
}

/* Unpack the tools, and the libraries only if those of the host are too old. */
int ext_tools__prepare(const struct strvec *tools, const char *libs, const char *tree,
		       struct err *err)
{
	bool old = false;
	int ret = 0;

	for (size_t i = 0; !ret && i < tools->n; i++)
		if (is_tool(tools->v[i]))
			ret = apt__unpack(tools->v[i], tree, err);
	if (!ret)
		ret = needs_own_libc(tree, &old, err);
	for (size_t i = 0; !ret && old && i < tools->n; i++)
		if (!is_tool(tools->v[i]))
			ret = apt__unpack(tools->v[i], libs, err);
	return ret || !old ? ret : wrap_all(tree, libs, err);
}
