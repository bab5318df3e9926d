// SPDX-License-Identifier: GPL-2.0-only
/* modules.c - gets the dependencies of modules from modprobe(8). */
#include "runner/kernels/files/modules.h"
#include "lib/proc.h"

/* From lines "insmod PATH [options]" take the path, relative to the root. Lines "builtin NAME" add
 * nothing. */
static void add_insmod_paths(char *text, struct strvec *files)
{
	char *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *path = str_starts(l, "insmod ") ? strstr(l, "/lib/modules/") : NULL;

		if (!path)
			continue;
		path[strcspn(path, " ")] = '\0';
		if (!strvec__has(files, path + 1))
			strvec__push(files, path + 1);
	}
}

/* `modprobe --show-depends` prints "insmod PATH" for each file in loading order, "builtin NAME" for
 * what is built in. -ENOENT: no such module; `err` is set unless it is optional. */
static int show_depends(const struct kernel *k, const char *name, bool optional,
			struct strvec *files, struct err *err)
{
	/* -C: not the host's modprobe configuration. */
	const char *argv[] = { "modprobe", "-C",       "/dev/null",	 "-d", k->modules_root,
			       "-S",	   k->release, "--show-depends", "--", name,
			       NULL };
	struct proc_opts o = { .argv = (char *const *)argv, .timeout_ms = 60 * 1000 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&o, &res);

	if (ret)
		ret = err__set(err, -EOPNOTSUPP, "modprobe cannot be run (package kmod): %s",
			       strerror(-ret));
	else if (!res.status)
		add_insmod_paths(res.out, files);
	else if (!strstr(res.err, "not found"))
		ret = err__set(err, -EIO, "modprobe --show-depends %s: %.300s", name, res.err);
	else if (!optional)
		ret = err__set(err, -ENOENT, "kernel %s has no module %s, and it is not built in",
			       k->release, name);
	else
		ret = -ENOENT;
	return ret;
}

/* Without modules the kernel is assumed to have everything built in. */
int kernel_modules__files(const struct kernel *k, const struct strvec *names, struct strvec *files,
			  struct err *err)
{
	for (size_t i = 0; k->modules_root && i < names->n; i++) {
		bool optional = *names->v[i] == '?';
		int ret = show_depends(k, names->v[i] + optional, optional, files, err);

		if (ret && !(optional && ret == -ENOENT))
			return ret;
	}
	return 0;
}
