// SPDX-License-Identifier: GPL-2.0-only
/* process_tree.c - kill and reap in rounds, as the children of a child become ours only when it
 * dies. */
#include "runner/agent/process_tree.h"

#include "lib/clock.h"
#include "lib/fs.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define KILL_WAIT_NS NSEC_PER_SEC

void process_tree__adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Send SIGKILL to each direct child, whatever its process group. */
static void kill_children(void)
{
	_free_ char *path = xasprintf("/proc/self/task/%d/children", (int)getpid());
	_free_ char *text = NULL;
	char *save = NULL;

	if (fs__read(path, 1 << 20, &text, NULL))
		return;
	for (char *p = strtok_r(text, " ", &save); p; p = strtok_r(NULL, " ", &save))
		kill((pid_t)strtol(p, NULL, 10), SIGKILL);
}

void process_tree__kill(bool init, pid_t pgid)
{
	uint64_t end = clock__ns() + KILL_WAIT_NS;
	struct timespec nap = { .tv_nsec = 500 * 1000 };

	for (;;) {
		pid_t pid;

		if (init) {
			kill(-1, SIGKILL); /* everything but process 1, which is us */
		} else {
			kill(-pgid, SIGKILL);
			kill_children();
		}
		do
			pid = waitpid(-1, NULL, WNOHANG);
		while (pid > 0);
		/* The children of a dead child are ours now: repeat until there are none. */
		if ((pid < 0 && errno == ECHILD) || clock__ns() >= end)
			return;
		nanosleep(&nap, NULL);
	}
}
