// SPDX-License-Identifier: GPL-2.0-only
/* paths.c - find configs/: named by the environment, beside the program, or installed. */
#include "runner/host/paths.h"

#include "lib/fs.h"

#include <limits.h>
#include <unistd.h>

/* Not by argv[0], which need not be a path; /proc/self/exe also has symlinks resolved. */
char *paths__exe_dir(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	return slash ? xstrndup(path, (size_t)(slash - path)) : NULL;
}

char *paths__config(const char *name)
{
	static const char *const below[] = { "configs", "../configs", "../share/kduel/configs" };
	const char *env = getenv("KDUEL_CONFIG_DIR");
	_free_ char *exe = paths__exe_dir();

	if (env && *env) {
		char *path = xasprintf("%s/%s", env, name);

		/* The variable names one directory: do not silently fall back to another. */
		if (fs__exists(path))
			return path;
		free(path);
		return NULL;
	}
	for (size_t i = 0; exe && i < ARRAY_SIZE(below); i++) {
		char *path = xasprintf("%s/%s/%s", exe, below[i], name);

		if (fs__exists(path))
			return path;
		free(path);
	}
	return NULL;
}
