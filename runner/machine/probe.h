/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * probe.h - what a machine is and has, asked without changing anything on it.
 */
#ifndef KDUEL_MACHINE_PROBE_H
#define KDUEL_MACHINE_PROBE_H

#include "runner/machine/ssh.h"

/* The clocks may differ so much before a machine is refused. */
#define PROBE_CLOCK_MAX_S 300

/* Answers by name; each is one line of printable text. */
struct probe {
	struct strvec keys, values;
};

/* Ask. 0 or -errno with ssh->fault. probe__release() in any case. */
int probe__run(struct ssh *s, struct probe *p, struct err *err);
/* The same with a script of one's own, which prints a line "KEY ANSWER" for each; with what it is to
 * do, for messages. -EIO when it exits with another status than 0. */
int probe__ask(struct ssh *s, const char *what, const char *script, struct probe *p,
	       struct err *err);
/* The answer; "" when there is none. */
const char *probe__get(const struct probe *p, const char *key);
/* How far its clock is ahead of this host's, in seconds; INT64_MAX if it did not say. */
int64_t probe__clock_offset(const struct probe *p);
/* Debian's name of its architecture ("arm64"); as uname(2) has it when there is no other. */
const char *probe__arch(const struct probe *p);
void probe__release(struct probe *p);

/* Copy what /proc and /sys say of the machine into a tree below `root`, for readers that take the
 * directory in front of /proc: boot id, privileges, CPU, memory, command line. Read as root where the
 * machine allows it. 0 or -errno with ssh->fault. */
int probe__copy_tree(struct ssh *s, const char *root, struct err *err);

#endif
