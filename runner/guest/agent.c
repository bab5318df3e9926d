// SPDX-License-Identifier: GPL-2.0-only
#include "runner/guest/agent.h"
#include "lib/fs.h"
#include "lib/strvec.h"
#include "runner/host/paths.h"

static void places(struct strvec *dirs)
{
	const char *told = getenv("KDUEL_AGENT_DIR");
	_free_ char *exe_dir = paths__exe_dir();
	const char *own = exe_dir ? exe_dir : ".";

	/* Who names a directory means that one, not another that happens to be there. */
	if (told && *told) {
		strvec__push(dirs, told);
		return;
	}
	strvec__pushf(dirs, "%s/build", own);
	strvec__push(dirs, own);
	strvec__pushf(dirs, "%s/../libexec/kduel", own);
}

int guest__find_beside(const char *name, char **path, struct err *err)
{
	_free_ char *looked = NULL;
	struct strvec dirs = { 0 };

	*path = NULL;
	places(&dirs);
	for (size_t i = 0; !*path && i < dirs.n; i++) {
		*path = xasprintf("%s/%s", dirs.v[i], name);
		if (fs__exists(*path))
			break;
		free(*path);
		*path = NULL;
	}
	looked = strvec__shell_line(&dirs);
	strvec__release(&dirs);
	return *path ? 0 :
		       err__set(err, -ENOENT,
				"%s is not there (looked in: %s); build it with "
				"`make agents`, or name its directory in KDUEL_AGENT_DIR",
				name, looked);
}

int guest__find_agent(const char *arch, char **path, struct err *err)
{
	const char *name = streq(arch, "arm64") ? "agent-aarch64" :
			   streq(arch, "amd64") ? "agent-x86_64" :
						  NULL;

	*path = NULL;
	if (!name)
		return err__set(err, -EINVAL,
				"there is no agent for architecture \"%s\" (expected "
				"arm64 or amd64)",
				arch);
	return guest__find_beside(name, path, err);
}
