/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ssh.h - a machine through the user's own OpenSSH: one master connection, which every command shares,
 * and scripts that are run over it.
 *
 * ssh's exit status decides nothing: 255 stands for a lost connection, a wrong host key and a program
 * that was killed alike. A script has run when its last line is there.
 */
#ifndef KDUEL_MACHINE_SSH_H
#define KDUEL_MACHINE_SSH_H

#include "reports/store/boot.h"
#include "runner/host/rundir.h"
#include "runner/host/supervise.h"
#include "runner/machine/file.h"

#include <stdatomic.h>

struct ssh {
	const struct machine *m;
	const atomic_int *stop; /* ends waits when it becomes non-zero; may be NULL */
	struct tmpdir dir; /* has the socket of the master */
	struct supervised master;
	uint64_t connect_ns,
		login_ns; /* bounds of the connection, and of all until it is logged in */
	bool slow; /* the last attempt reached somebody who did not let us in within them */
	enum boot_status
		fault; /* what kind of failure the last one was; BOOT_OK: none of the machine's */
};

/* Log in. With `new_host` a host key that is not known yet is taken and remembered. -EINTR, or another
 * -errno with ssh->fault. ssh__close() is to be called in any case. */
int ssh__open(struct ssh *s, const struct machine *m, bool new_host, const atomic_int *stop,
	      struct err *err);
/* One attempt of many, at a machine that may be on its way down or up: with a sixth of its deadline, at most
 * 5 seconds, for the connection, and half of the deadline for all, since one that reaches a dying sshd hangs.
 * After `slow` attempts that were cut off (ssh->slow) twice as much for each, up to the whole: it may be a slow
 * machine. Else as above. */
int ssh__poll(struct ssh *s, const struct machine *m, unsigned int slow, const atomic_int *stop,
	      struct err *err);
/* Is the master still there? */
bool ssh__is_open(const struct ssh *s);
/* Log out, and kill what is left of it. Safe on a zeroed one, and twice. */
void ssh__close(struct ssh *s);

/* What ssh has printed since it logged in, fit for people; the caller frees. */
char *ssh__said(const struct ssh *s);

/* Append ssh with all its options and the host; what follows is the command that it runs there.
 * `control` is the socket of the master. */
void ssh__words(const struct machine *m, const char *control, struct strvec *argv);
/* The socket of the master; the caller frees. */
char *ssh__control(const struct ssh *s);
/* A command line for the machine that becomes `command`, a shell command, as root with `root` where
 * its file allows that. The caller frees. */
char *ssh__remote(const struct machine *m, bool root, const char *command);

/* Assignments in front of a script: names and values, ended by NULL. Caller frees. */
char *ssh__values(const char *name, ...) __attribute__((sentinel));

struct ssh_script {
	const char *what; /* "read its settings", for messages */
	const char *text; /* for sh */
	bool root; /* as root, where the machine allows it */
	const char *input; /* file for its standard input; NULL: nothing */
	uint64_t within_ns; /* 0: the machine's deadline for commands */
};

/* Run a script to its end. 0 with its output and exit status; *out is the caller's to free. A script
 * that did not come to its end is an -errno with ssh->fault. */
int ssh__run(struct ssh *s, const struct ssh_script *script, char **out, int *status,
	     struct err *err);
/* Store a fault and its message; returns `code`. */
int ssh__fault(struct ssh *s, enum boot_status fault, int code, struct err *err, const char *fmt,
	       ...) __printf(5, 6);

#endif
