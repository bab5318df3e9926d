// SPDX-License-Identifier: GPL-2.0-only
/* qemu_dir.c - what is where in an unpacked QEMU: tree/ is its root, lock.txt its packages. */
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/targets/qemu_fetch.h"

#include <dirent.h>
#include <fnmatch.h>

#define LOCK_MAX (1u << 20)

static char *lock_path(const char *dir)
{
	return xasprintf("%s/lock.txt", dir);
}

int qemu_dir__lock(const char *dir, struct lock *lock, struct err *err)
{
	_free_ char *path = lock_path(dir), *text = NULL;
	int e = fs__read(path, LOCK_MAX, &text, NULL);

	if (e)
		return err__set(err, e, "%s: %s", path, strerror(-e));
	return lock__parse(path, text, lock, err);
}

char *qemu_dir__program(const char *dir)
{
	return xasprintf("%s/tree/usr/bin/qemu-system-aarch64", dir);
}

char *qemu_dir__data(const char *dir)
{
	return xasprintf("%s/tree/usr/share/qemu", dir);
}

/* Append the paths of what matches `pattern` in `dir`, sorted by name. */
static void find(const char *dir, const char *pattern, struct strvec *out)
{
	struct dirent **ent;
	int n = scandir(dir, &ent, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		if (!fnmatch(pattern, ent[i]->d_name, FNM_PERIOD))
			strvec__pushf(out, "%s/%s", dir, ent[i]->d_name);
		free(ent[i]);
	}
	if (n >= 0)
		free(ent);
}

/* Debian's libraries are in a directory named after the machine, below /usr/lib or, in
 * packages of before the /usr merge, below /lib. */
char *qemu_dir__env(const char *dir)
{
	_free_ char *usr_lib = xasprintf("%s/tree/usr/lib", dir);
	_free_ char *lib = xasprintf("%s/tree/lib", dir);
	struct strvec dirs = { 0 };
	char *env = xstrdup("LD_LIBRARY_PATH=");

	find(usr_lib, "*-linux-gnu*", &dirs);
	find(lib, "*-linux-gnu*", &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		_free_ char *old = env;

		env = xasprintf("%s%s%s", old, i ? ":" : "", dirs.v[i]);
	}
	strvec__release(&dirs);
	return env;
}

void qemu_fetch__installed(struct strvec *dirs)
{
	_free_ char *cache = cache__path("qemu");
	struct strvec all = { 0 };

	find(cache, "*", &all);
	for (size_t i = 0; i < all.n; i++) {
		_free_ char *lock = lock_path(all.v[i]);

		if (fs__exists(lock))
			strvec__push(dirs, all.v[i]);
	}
	strvec__release(&all);
}
