// SPDX-License-Identifier: GPL-2.0-only
/* rundir.c - run directories, named after the process that made them. */
#include "runner/host/rundir.h"

#include "lib/fs.h"

#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "kduel-run-"

/* Where run directories are made. */
static const char *parent(void)
{
	const char *dir = getenv("TMPDIR");

	/* Guests write hundreds of megabytes: /tmp and XDG_RUNTIME_DIR may be in memory. */
	if (dir && *dir)
		return dir;
	return access("/var/tmp", W_OK | X_OK) ? "/tmp" : "/var/tmp";
}

/* Clock ticks since boot at which a process began (field 22 of /proc/PID/stat, proc(5));
 * 0 when there is no such process. */
static unsigned long long start_time(int pid)
{
	_free_ char *path = xasprintf("/proc/%d/stat", pid);
	_free_ char *text = NULL;
	unsigned long long t = 0;
	char *p;

	if (fs__read(path, 4096, &text, NULL))
		return 0;
	/* The name in field 2 may hold anything, so start after its last parenthesis. */
	p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	if (p)
		t = strtoull(p, NULL, 10);
	return t;
}

char *rundir__make(struct err *err)
{
	char *path = xasprintf("%s/" PREFIX "%d-%llu-XXXXXX", parent(), getpid(),
			       start_time(getpid()));
	int why;

	if (mkdtemp(path))
		return path;
	/* free() and err__set() may change errno. */
	why = errno;
	err__set(err, -why, "cannot make a directory below %s: %s", parent(), strerror(why));
	free(path);
	errno = why;
	return NULL;
}

int rundir__sweep(void)
{
	DIR *d = opendir(parent());
	struct dirent *e;
	struct stat st;
	int n = 0;

	while (d && (e = readdir(d))) {
		_free_ char *path = NULL;
		long pid;
		char *end;

		if (!str_starts(e->d_name, PREFIX))
			continue;
		/* A process id is used again, but not with the same start time. */
		pid = strtol(e->d_name + strlen(PREFIX), &end, 10);
		if (pid <= 0 || *end != '-' || start_time((int)pid) == strtoull(end + 1, NULL, 10))
			continue;
		path = xasprintf("%s/%s", parent(), e->d_name);
		/* /tmp is shared: another user may have made it, and may change it while we
		 * look. */
		if (lstat(path, &st) || st.st_uid != geteuid())
			continue;
		n += fs__rm_rf(path) == 0;
	}
	if (d)
		closedir(d);
	return n;
}
