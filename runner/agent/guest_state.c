// SPDX-License-Identifier: GPL-2.0-only
/* guest_state.c - a line of text for each mount, device, process and so on, so that states can be
 * compared as sorted lists. */
#include "runner/agent/guest_state.h"

#include "lib/fs.h"

#include <ctype.h>

#define TEXT_MAX (1u << 20)

/* Call `each` for every name in a directory that does not begin with a dot. */
static void each_name(const char *root, const char *dir, struct strvec *out,
		      void (*each)(const char *root, const char *name, struct strvec *out))
{
	_free_ char *path = xasprintf("%s%s", root, dir);
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(path, &names);
	for (size_t i = 0; i < names.n; i++)
		each(root, names.v[i], out);
}

/* The content of a file below `root`; "" if it cannot be read, e.g. because the kernel lacks the
 * feature. The caller frees. */
static char *text_of(const char *root, const char *path)
{
	_free_ char *full = xasprintf("%s%s", root, path);
	char *text = NULL;

	return fs__read(full, TEXT_MAX, &text, NULL) ? xstrdup("") : text;
}

/* Lines are "DEVICE DIRECTORY TYPE OPTIONS 0 0" (proc_mounts(5)). The device is left out, as a loop
 * device may have another number in the second run. */
static void list_mounts(const char *root, struct strvec *out)
{
	_free_ char *text = text_of(root, "/proc/self/mounts");
	char *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *in = NULL, *dir, *type;

		strtok_r(l, " ", &in);
		dir = strtok_r(NULL, " ", &in);
		type = strtok_r(NULL, " ", &in);
		if (type)
			strvec__pushf(out, "mount %s %s", dir, type);
	}
}

/* A loop device only counts while a file is bound to it: the driver keeps unbound ones around. */
static void list_block(const char *root, const char *name, struct strvec *out)
{
	_free_ char *bound = xasprintf("%s/sys/block/%s/loop/backing_file", root, name);

	if (!str_starts(name, "loop") || fs__exists(bound))
		strvec__pushf(out, "block %s", name);
}

/* Lines of /proc/modules are "NAME SIZE REFCOUNT a,b, Live 0x0". Modules may stay loaded. List those
 * whose reference count is higher than the number of modules (a and b) that use them: something else
 * has them in use. */
static void list_modules(const char *root, struct strvec *out)
{
	_free_ char *text = text_of(root, "/proc/modules");
	char *save = NULL;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		char *in = NULL, *name = strtok_r(l, " ", &in), *uses, *users;
		unsigned long by_modules = 0;

		strtok_r(NULL, " ", &in);
		uses = strtok_r(NULL, " ", &in);
		users = strtok_r(NULL, " ", &in);
		for (const char *p = users; p && *p; p++)
			by_modules += *p == ',';
		if (users && strtoul(uses, NULL, 10) > by_modules)
			strvec__pushf(out, "module %s", name);
	}
}

/* Leave out kernel threads and zombies, which have an empty cmdline, and process 1, the agent. */
static void list_process(const char *root, const char *name, struct strvec *out)
{
	_free_ char *comm_path = xasprintf("/proc/%s/comm", name);
	_free_ char *cmdline_path = xasprintf("/proc/%s/cmdline", name);
	_free_ char *comm = NULL, *cmdline = NULL;

	if (!isdigit((unsigned char)*name) || streq(name, "1"))
		return;
	comm = text_of(root, comm_path);
	cmdline = text_of(root, cmdline_path);
	if (*cmdline)
		strvec__pushf(out, "process %.*s", (int)strcspn(comm, "\n"), comm);
}

/* Directories of jobs; make_job_dir() in task.c names them. */
static void list_job_dir(const char *root __unused, const char *name, struct strvec *out)
{
	if (str_starts(name, "kduel-job-"))
		strvec__pushf(out, "directory %s", name);
}

/* The file has a header, then a line for each segment, which begins with its key. */
static void list_shared_memory(const char *root, struct strvec *out)
{
	_free_ char *text = text_of(root, "/proc/sysvipc/shm");
	char *save = NULL;
	unsigned int n = 0;

	for (char *l = strtok_r(text, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (n++)
			strvec__pushf(out, "shm %.*s", (int)strcspn(l + strspn(l, " "), " "),
				      l + strspn(l, " "));
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void guest_state__list(const char *root, struct strvec *out)
{
	list_mounts(root, out);
	each_name(root, "/sys/block", out, list_block);
	list_modules(root, out);
	each_name(root, "/proc", out, list_process);
	each_name(root, "/tmp", out, list_job_dir);
	list_shared_memory(root, out);
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_text);
}

/* Both lists are sorted. A line that occurs several times is added as often as it occurs more often in
 * `now` than in `before`. */
char *guest_state__added(const struct strvec *before, const struct strvec *now)
{
	char *added = xstrdup("");
	size_t i = 0;

	for (size_t k = 0; k < now->n; k++) {
		_free_ char *old = NULL;

		while (i < before->n && strcmp(before->v[i], now->v[k]) < 0)
			i++;
		if (i < before->n && streq(before->v[i], now->v[k])) {
			i++;
			continue;
		}
		old = added;
		added = xasprintf("%s%s%s", old, *old ? ", " : "", now->v[k]);
	}
	return added;
}
