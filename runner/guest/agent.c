// SPDX-License-Identifier: GPL-2.0-only
/* agent.c - finds the files that `make agents` builds: the agents, and QEMU's plugin. */
#include "runner/guest/agent.h"
#include "lib/fs.h"
#include "lib/strvec.h"
#include "runner/host/arch.h"
#include "runner/host/paths.h"

int guest__find_beside(const char *name, char **path, struct err *err)
{
	_free_ char *looked = NULL;
	_cleanup_(strvec__release) struct strvec dirs = { 0 };
	const char *named = getenv("KDUEL_AGENT_DIR");
	_free_ char *exe_dir = paths__exe_dir();
	const char *own = exe_dir ? exe_dir : ".";

	*path = NULL;
	/* The variable names the only directory to search: no silent fallback to another. */
	if (named && *named) {
		strvec__push(&dirs, named);
	} else {
		/* The build directory of a source tree, the directory of the program, and the
		 * layout of `make install`. */
		strvec__pushf(&dirs, "%s/build", own);
		strvec__push(&dirs, own);
		strvec__pushf(&dirs, "%s/../libexec/kduel", own);
	}
	for (size_t i = 0; !*path && i < dirs.n; i++) {
		*path = xasprintf("%s/%s", dirs.v[i], name);
		if (fs__exists(*path))
			break;
		free(*path);
		*path = NULL;
	}
	looked = strvec__shell_line(&dirs);
	return *path ? 0 :
		       err__set(err, -ENOENT,
				"%s is not there (looked in: %s); build it with "
				"`make agents`, or name its directory in KDUEL_AGENT_DIR",
				name, looked);
}

/* File names have the compiler's name of the architecture, `arch` is Debian's. */
int guest__find_agent(const char *arch, char **path, struct err *err)
{
	const struct arch *a = arch__find(arch);

	*path = NULL;
	if (!a)
		return err__set(err, -EINVAL,
				"there is no agent for architecture \"%s\" (expected " ARCH_NAMES
				")",
				arch);
	return guest__find_beside(a->agent, path, err);
}
