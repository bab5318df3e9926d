// SPDX-License-Identifier: GPL-2.0-only
#include "runner/host/where.h"

#include "lib/fs.h"

#include <limits.h>
#include <unistd.h>

char *where__exe_dir(void)
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

char *where__config(const char *name)
{
	static const char *const below[] = { "configs", "../configs", "../share/kduel/configs" };
	const char *env = getenv("KDUEL_CONFIG_DIR");
	_free_ char *exe = where__exe_dir();

	if (env && *env) {
		char *path = xasprintf("%s/%s", env, name);

		/* Who sets the variable wants exactly that directory, not a silent other one. */
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
