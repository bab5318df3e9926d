/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * ssh.h - access to a machine through the user's own OpenSSH: one master connection, shared by all
 * commands, and scripts that run over it.
 *
 * ssh's exit status is not used: 255 may be a lost connection, a wrong host key, or a program that
 * was killed. A script has run to its end if its output has the end marker.
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
	const atomic_int *stop; /* waits end with -EINTR once it is non-zero; may be NULL */
	struct tmpdir dir; /* has the master's socket and log */
	struct supervised master;
	uint64_t connect_ns; /* timeout of the connection */
	uint64_t login_ns; /* timeout of connection and login together */
	bool slow; /* the last attempt was cut off by a timeout after a connection was made */
	enum boot_status fault; /* of the last failure; BOOT_OK: not caused by the machine */
};

/* Log in. With `new_host` an unknown host key is accepted and remembered. 0; -EINTR; or another
 * -errno with ssh->fault. The caller calls ssh__close() in any case. */
int ssh__open(struct ssh *s, const struct machine *m, bool new_host, const atomic_int *stop,
	      struct err *err);
/*
 * Make one of many attempts to log in to a machine that may be going down or coming up. The connection
 * gets a sixth of deadlines.connect, at most 5 seconds, and the whole login half of it: an attempt
 * that reaches a dying sshd would hang. The machine may just be slow, though: `slow` is the number of
 * earlier attempts that were cut off (ssh->slow). Each of them doubles the connection's timeout, and
 * after the first one the login gets the whole deadline. Otherwise as ssh__open().
 */
int ssh__poll(struct ssh *s, const struct machine *m, unsigned int slow, const atomic_int *stop,
	      struct err *err);
/* Is the master connection still up? */
bool ssh__is_open(const struct ssh *s);
/* Log out and stop the master. Safe on a zeroed struct, and when called twice. */
void ssh__close(struct ssh *s);

/* What ssh has printed since it was started, made printable; the caller frees. */
char *ssh__said(const struct ssh *s);

/* Append ssh with all its options and the host; the caller appends the remote command. `control` is
 * the path of the master's socket. */
void ssh__words(const struct machine *m, const char *control, struct strvec *argv);
/* The path of the master's socket; the caller frees. */
char *ssh__control(const struct ssh *s);
/* A command line to run the shell command `command` on the machine: as root if `root` is set and the
 * machine's file allows it. The caller frees. */
char *ssh__remote(const struct machine *m, bool root, const char *command);

/* Shell assignments to put in front of a script. The arguments are names and values in turn, then
 * NULL. The caller frees. */
char *ssh__values(const char *name, ...) __attribute__((sentinel));

struct ssh_script {
	const char *what; /* for messages: "read its settings" completes "it could not ..." */
	const char *text; /* for sh */
	bool root; /* run it as root, if the machine's file allows it */
	const char *input; /* file for its standard input; NULL: none */
	uint64_t within_ns; /* timeout; 0: the machine's deadline for commands */
};

/* Run a script. 0 if it ran to its end, with its exit status in *status and its output in *out, which
 * the caller frees. If not, -errno with ssh->fault. */
int ssh__run(struct ssh *s, const struct ssh_script *script, char **out, int *status,
	     struct err *err);
/* Set ssh->fault and format the message of `err`; returns `code`. */
int ssh__fault(struct ssh *s, enum boot_status fault, int code, struct err *err, const char *fmt,
	       ...) __printf(5, 6);

#endif
