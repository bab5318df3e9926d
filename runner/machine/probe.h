/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe.h - find out what a machine is and has, without changing anything on it.
 */
#ifndef KDUEL_MACHINE_PROBE_H
#define KDUEL_MACHINE_PROBE_H

#include "runner/machine/ssh.h"

/* A machine is refused if its clock differs from this host's by more than this. */
#define PROBE_CLOCK_MAX_S 300

/* Answers by key; each is one line of printable text. A key may occur more than once. */
struct probe {
	struct strvec keys, values;
};

/* Ask kduel's own questions. 0, or -errno with ssh->fault. The caller calls probe__release() in any
 * case. */
int probe__run(struct ssh *s, struct probe *p, struct err *err);
/* Like probe__run(), with another script, which prints a line "KEY ANSWER" for each answer. `what`
 * completes the message "it could not ...". -EIO if its exit status is not 0. */
int probe__ask(struct ssh *s, const char *what, const char *script, struct probe *p,
	       struct err *err);
/* The (first) answer for a key; "" if there is none. */
const char *probe__get(const struct probe *p, const char *key);
/* How far the machine's clock is ahead of this host's, in seconds; INT64_MAX if it is unknown. */
int64_t probe__clock_offset(const struct probe *p);
/* Debian's name of the machine's architecture ("arm64"), or uname(2)'s if kduel knows no other. */
const char *probe__arch(const struct probe *p);
void probe__release(struct probe *p);

/* Copy files of the machine's /proc and /sys into a tree below `root`, for functions that take a
 * root directory: boot id, privileges, CPU, memory, command line. Files that the machine does not
 * have are skipped. They are read as root if possible. 0, or -errno with ssh->fault. */
int probe__copy_tree(struct ssh *s, const char *root, struct err *err);

#endif
