/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proc.h - runs a program without a shell and captures its output.
 *
 * The child gets its own process group, which is killed on a timeout or when the child was killed
 * by a signal.
 */
#ifndef KDUEL_PROC_H
#define KDUEL_PROC_H

#include "lib/base.h"
#include <sys/types.h>

struct proc_opts {
	char *const *argv; /* NULL-terminated; argv[0] is looked up by fs__find_program() */
	char *const *env; /* NULL-terminated: NAME=VALUE sets, a bare NAME unsets; may be NULL */
	const char *cwd; /* may be NULL */
	unsigned int timeout_ms; /* 0: no timeout */
	size_t max_output; /* limit on each captured stream, the rest is discarded; 0: 16 MiB */
	const char *stdin_path; /* NULL: /dev/null */
	const char *stdout_path; /* NULL: captured; else the file to write */
	bool merge_stderr; /* redirect stderr to stdout, like 2>&1 */
};

struct proc_result {
	int status; /* exit code 0..255; 128 + signal number when killed by one */
	bool timed_out;
	char *out, *err; /* NUL-terminated captures, never NULL after proc__run() returned 0 */
	size_t out_len, err_len;
};

/* Run to completion. 0 if the program was started and reaped, whatever its exit status; else -errno
 * (-ENOENT: no such program). The caller calls proc_result__release() in both cases. */
int proc__run(const struct proc_opts *opts, struct proc_result *res);
void proc_result__release(struct proc_result *res);

/* fork() a child that is killed when its parent dies (PR_SET_PDEATHSIG, SIGKILL), in its own
 * process group. Returns the pid, 0 in the child, or -errno. */
pid_t proc__fork_tied(void);
/* For a child that goes on without exec: close every descriptor from 3 up except `a` and `b` (-1:
 * none). fork() also duplicated the descriptors of other threads; a socket closed by its thread
 * would otherwise stay open in the child. */
void proc__drop_descriptors(int a, int b);
/* Reap `pid`, retrying on EINTR: exit status 0..255, 128 + signal, or -errno. */
int proc__wait(pid_t pid);
/* Wait at most `ms` for `pid`: as proc__wait(), or -ETIMEDOUT. */
int proc__wait_ms(pid_t pid, unsigned int ms);

#endif
