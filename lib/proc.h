/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proc.h - runs a program without a shell, and captures its output.
 *
 * A child gets a process group of its own; on a timeout, or when the child was killed by a signal, the
 * whole group is killed.
 */
#ifndef KDUEL_PROC_H
#define KDUEL_PROC_H

#include "lib/base.h"
#include <sys/types.h>

struct proc_opts {
	char *const *argv; /* NULL-terminated; argv[0] is looked up by fs__find_program() */
	char *const *env; /* extra NAME=VALUE, a NAME alone is unset; ends in NULL; may be NULL */
	const char *cwd; /* may be NULL */
	unsigned int timeout_ms; /* 0: wait for ever */
	size_t max_output; /* bound on each captured stream; 0: 16 MiB; the rest is discarded */
	const char *stdin_path; /* may be NULL: /dev/null */
	const char *stdout_path; /* may be NULL: captured; a file is written otherwise */
	bool merge_stderr; /* standard error goes where standard output goes */
};

struct proc_result {
	int status; /* exit code 0..255; 128 + signal number when killed by one */
	bool timed_out;
	char *out, *err; /* NUL-terminated captures, never NULL after proc__run() returned 0 */
	size_t out_len, err_len;
};

/* Run to the end. Returns 0 when the program was started and reaped, whatever
 * its exit code; -errno when it could not be (-ENOENT: no such program). The
 * result is to be released with proc_result__release() in both cases. */
int proc__run(const struct proc_opts *opts, struct proc_result *res);
void proc_result__release(struct proc_result *res);

/* fork that makes the child die with its parent (PR_SET_PDEATHSIG, SIGKILL) and puts
 * it in its own process group. As fork(): pid, 0 in the child, -errno on failure. */
pid_t proc__fork_tied(void);
/* In a child that continues without exec: close every descriptor from 3 on but two (the second
 * may be -1). fork() also copied the descriptors of other threads: a socket that they close would
 * stay open here. */
void proc__drop_descriptors(int a, int b);
/* Reap `pid`, retrying on EINTR: 0..255, or 128 + signal; -errno. */
int proc__wait(pid_t pid);
/* Wait at most `ms` for `pid`: status as proc__wait(), or -ETIMEDOUT. */
int proc__wait_ms(pid_t pid, unsigned int ms);

#endif
