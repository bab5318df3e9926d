// SPDX-License-Identifier: GPL-2.0-only
/* rundir.c - where run directories are, and cleaning up old ones. */
#include "runner/host/rundir.h"

#include "lib/fs.h"

#include <unistd.h>

#define PREFIX "kduel-run-"

static const char *parent(void)
{
	const char *dir = getenv("TMPDIR");

	/* Not /tmp or XDG_RUNTIME_DIR, which may be in memory: guests write hundreds of
	 * megabytes. */
	if (dir && *dir)
		return dir;
	return access("/var/tmp", W_OK | X_OK) ? "/tmp" : "/var/tmp";
}

int rundir__make(struct tmpdir *dir, struct err *err)
{
	_free_ char *prefix = xasprintf(PREFIX "%d-", getpid());

	return tmpdir__make(dir, parent(), prefix, err);
}

/* Does this unlocked directory belong to a running kduel of an old version, which did not lock its
 * directories? The pid is in the name. (This fails if it runs in another PID namespace.) */
static bool is_of_older_kduel(const char *name)
{
	_free_ char *path = NULL, *comm = NULL;
	char *end;
	long pid = strtol(name + strlen(PREFIX), &end, 10);

	if (pid <= 0 || pid == getpid() || *end != '-')
		return false;
	path = xasprintf("/proc/%ld/comm", pid);
	return !fs__read(path, 64, &comm, NULL) && streq(comm, "kduel\n");
}

int rundir__sweep(void)
{
	return tmpdir__sweep(parent(), PREFIX, is_of_older_kduel);
}
