/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * supervise.h - run a program under a supervisor process that ends it when we are gone.
 *
 * The supervisor has a session of its own, so it survives a terminal's signals and
 * our death. It holds one end of a socket pair, the leash. When our end closes, it
 * ends the program (by SIGTERM, then by SIGKILL, as QEMU may ignore the former) and
 * removes the run directory. If the supervisor itself is killed, the kernel sends
 * SIGKILL to the program.
 */
#ifndef KDUEL_HOST_SUPERVISE_H
#define KDUEL_HOST_SUPERVISE_H

#include "lib/err.h"

#include <sys/types.h>

struct supervised {
	pid_t pid; /* the supervisor */
	int leash; /* our end of the leash; -1: closed */
};

struct supervise_opts {
	char *const *argv; /* argv[0] is a path */
	char *const *env; /* extra NAME=VALUE entries for the program, NULL-terminated; or NULL */
	const char *run_dir; /* removed when the leash closes; also TMPDIR of the program */
	const char *output; /* file for standard output and error */
	uint64_t max_output; /* RLIMIT_FSIZE in bytes, for any file that it writes; 0: no limit */
	int channel; /* descriptor that becomes number 3 of the program, or -1 */
	bool stdio; /* `channel` becomes its stdin and stdout instead; `output` is for stderr only */
	const char *cpus; /* list of CPUs to run on, or NULL */
};

/* Start the program under a supervisor. The caller calls supervise__stop() after success. 0 or -errno,
 * even if it was exec that failed. */
int supervise__start(const struct supervise_opts *opts, struct supervised *s, struct err *err);
/* Wait at most `ms` for the program to end. 0, with the exit code or 128 + signal in *status;
 * -ETIMEDOUT; -ECHILD: the supervisor is gone. */
int supervise__wait(struct supervised *s, unsigned int ms, int *status);
/* How long the program has been runnable without getting a CPU since it was started, in ns; the maximum
 * over its threads. 0 if unknown. `pid` is the supervisor. */
uint64_t supervise__starved_ns(pid_t pid);
/* Close the leash and reap the supervisor. Afterwards the program and its run directory are gone. Safe
 * to call twice. */
void supervise__stop(struct supervised *s);

#endif
