// SPDX-License-Identifier: GPL-2.0-only
/* alone.c - a lock file with flock(2), so a holder of the lock is alive, on this boot. */
#include "runner/agent/alone.h"

#include "lib/clock.h"
#include "lib/fs.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <unistd.h>

#define TERM_NS (10 * NSEC_PER_SEC) /* time for an orderly end, with the workload's tear-down */
#define KILL_NS (20 * NSEC_PER_SEC) /* give up after this time, counted from the start */
#define NAP_NS (20 * (long)NSEC_PER_MSEC)

static int input = -1, nothing = -1;

/* Make the next read from the host return end-of-file. */
static void on_term(int sig __unused)
{
	dup2(nothing, input);
}

void alone__heed_term(int fd)
{
	struct sigaction sa = { .sa_handler = on_term };

	input = fd;
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	sigaction(SIGTERM, &sa, NULL);
}

/* The process named in the file, if it was written on this boot; else 0, which means that the lock's
 * holder has taken it just now. */
static pid_t owner(const char *path)
{
	_free_ char *text = NULL, *boot = fs__boot_id("");
	char *end;
	long pid;

	if (fs__read(path, 256, &text, NULL))
		return 0;
	pid = strtol(text, &end, 10);
	if (*end != ' ' || pid <= 1)
		return 0;
	end[1 + strcspn(end + 1, "\n")] = '\0';
	return streq(end + 1, boot) ? (pid_t)pid : 0;
}

int alone__claim(const char *path, struct err *err)
{
	/* Stays open, which keeps the lock until this process ends. */
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	const uint64_t began = clock__ns();
	_free_ char *boot = fs__boot_id(""), *text = NULL;
	int sent = 0;

	if (fd < 0)
		return err__errno(err, -errno, path);
	while (flock(fd, LOCK_EX | LOCK_NB) < 0) {
		const uint64_t waited = clock__ns() - began;
		const int sig = waited < TERM_NS ? SIGTERM : SIGKILL;
		pid_t pid = owner(path);

		if (waited > KILL_NS) {
			close(fd);
			return err__set(err, -EBUSY,
					"an older agent (process %d) has this machine and cannot be "
					"ended",
					(int)pid);
		}
		if (pid && sent != sig && !kill(pid, sig))
			sent = sig;
		nanosleep(&(struct timespec){ .tv_nsec = NAP_NS }, NULL);
	}
	text = xasprintf("%d %s\n", (int)getpid(), boot);
	if (ftruncate(fd, 0) || write(fd, text, strlen(text)) < 0)
		return err__errno(err, -errno, path);
	return 0;
}
