// SPDX-License-Identifier: GPL-2.0-only
/*
 * modules.c - load modules with finit_module(2). The guest needs no kmod, as the host has put a list of
 * dependencies, NAME.list, beside the files.
 */
#include "runner/agent/modules.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/strvec.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIST_MAX (64 * 1024)

void modules__open(struct modules *m, const char *dir)
{
	m->dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

/* EEXIST is no error: the module was loaded by an earlier job, or as a dependency of another one. */
static int load_file(const struct modules *m, const char *file, const char *options,
		     struct err *err)
{
	_close_ int fd = openat(m->dirfd, file, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return err__set(err, -errno, "cannot open module file %s: %s", file,
				strerror(errno));
	if (syscall(SYS_finit_module, fd, options, 0) < 0 && errno != EEXIST)
		return err__set(err, -errno, "the kernel does not take module %s: %s", file,
				strerror(errno));
	return 0;
}

/* Read NAME.list: files relative to the directory, one per line, each after its dependencies. */
static int read_list(const struct modules *m, const char *name, struct strvec *files,
		     struct err *err)
{
	_free_ char *path = xasprintf("%s.list", name);
	_free_ char *text = NULL;
	char *save = NULL;
	int ret = m->dirfd < 0 ? -ENOENT : fs__read_at(m->dirfd, path, LIST_MAX, &text, NULL);

	if (ret == -ENOENT)
		return err__set(err, ret,
				"this kernel has no module %s (or the plan did not ask for it)",
				name);
	if (ret)
		return err__set(err, ret, "cannot read %s: %s", path, strerror(-ret));
	for (char *p = strtok_r(text, "\n", &save); p; p = strtok_r(NULL, "\n", &save))
		strvec__push(files, p);
	return 0;
}

int modules__load(void *arg, const char *name, const char *options, struct err *err)
{
	const struct modules *m = arg;
	_cleanup_(strvec__release) struct strvec files = { 0 };
	int ret = read_list(m, name, &files, err);

	for (size_t i = 0; !ret && i < files.n; i++)
		/* Options are for the module itself, which is last in the list. */
		ret = load_file(m, files.v[i], i + 1 == files.n && options ? options : "", err);
	return ret;
}

int modules__file(void *arg, const char *name, int *fd, struct err *err)
{
	const struct modules *m = arg;
	_cleanup_(strvec__release) struct strvec files = { 0 };
	int ret = read_list(m, name, &files, err);

	if (ret || !files.n)
		return ret ? ret : err__set(err, -ENOENT, "module %s is built in", name);
	*fd = openat(m->dirfd, files.v[files.n - 1], O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? err__set(err, -errno, "cannot open module file %s: %s",
				  files.v[files.n - 1], strerror(errno)) :
			 0;
}

#define MODPROBE_MS 60000

int modules__load_there(void *arg, const char *name, const char *options, struct err *err)
{
	const struct modules *m = arg;
	_free_ char *own = xasprintf("%s.ko", name);
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_free_ char *words = xstrdup(options ? options : "");
	char *save = NULL;
	int ret;

	if (m->dirfd >= 0 && !faccessat(m->dirfd, own, F_OK, 0))
		return load_file(m, own, options ? options : "", err);
	strvec__push_all(&argv, "modprobe", "--", name, NULL);
	for (char *w = strtok_r(words, " ", &save); w; w = strtok_r(NULL, " ", &save))
		strvec__push(&argv, w);
	ret = proc__run(&(struct proc_opts){ .argv = argv.v,
					     .timeout_ms = MODPROBE_MS,
					     .merge_stderr = true },
			&res);
	if (ret)
		return err__set(err, ret, "modprobe cannot be run: %s", strerror(-ret));
	res.out[strcspn(res.out, "\n")] = '\0';
	if (!res.status)
		return 0;
	return err__set(err, strstr(res.out, "not found") ? -ENOENT : -EIO, "%s", res.out);
}
