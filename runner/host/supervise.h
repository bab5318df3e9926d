/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supervise.h - a process that owns a running program and ends it when we are gone.
 *
 * The supervisor lives in a session of its own, so that neither a terminal's
 * signal nor our death in whatever way takes it along. It holds one end of a
 * socket, the leash. When the leash closes it ends the program (SIGTERM, then
 * SIGKILL: QEMU can ignore the first) and removes the run directory. When the
 * supervisor itself is killed, the program gets SIGKILL from the kernel.
 */
#ifndef KDUEL_HOST_SUPERVISE_H
#define KDUEL_HOST_SUPERVISE_H

#include "lib/err.h"

#include <sys/types.h>

struct supervised {
	pid_t pid; /* the supervisor */
	int leash; /* our end */
};

struct supervise_opts {
	char *const *argv; /* argv[0] is a path */
	char *const *env; /* extra NAME=VALUE entries for it alone, NULL-terminated; may be NULL */
	const char *run_dir; /* removed when the leash closes; also TMPDIR of the program */
	const char *output; /* file for standard output and error */
	uint64_t max_output; /* bytes of a file of its, SIGXFSZ ends it; 0: no limit */
	int channel; /* descriptor that becomes number 3 in the program, or -1 */
	bool stdio; /* it becomes standard input and output instead; `output` is for errors alone */
	const char *cpus; /* CPU list to run on, or NULL */
};

/* Start the program under a supervisor. 0 or -errno (the program's exec error included). */
int supervise__start(const struct supervise_opts *opts, struct supervised *s, struct err *err);
/* Has the program ended? Waits at most `ms`: 0 and *status (exit code, or 128 + signal);
 * -ETIMEDOUT; -ECHILD when the supervisor was killed. */
int supervise__wait(struct supervised *s, unsigned int ms, int *status);
/* How long the program was ready to run since it was started and got no CPU, in ns: that of its thread
 * with the most. 0 when that cannot be told. `pid` is the supervisor. */
uint64_t supervise__starved_ns(pid_t pid);
/* Close the leash and reap the supervisor: afterwards the program and the run directory are
 * gone. Safe to call twice. */
void supervise__stop(struct supervised *s);

#endif
