/* SPDX-License-Identifier: GPL-2.0-only */
/* packages.h - which of a plan's packages a machine has, and installing the rest. */
#ifndef KDUEL_MACHINE_PACKAGES_H
#define KDUEL_MACHINE_PACKAGES_H

#include "runner/machine/ssh.h"

struct packages {
	struct strvec have, versions; /* installed: names as on the machine, and their versions */
	struct strvec lacks; /* not installed */
	struct strvec unknown; /* built from source for guests, so no package manager has them */
	char *command; /* shell command that installs what is missing; NULL: nothing is */
};

/* Ask the machine for packages, given by their Debian names. 0; -EOPNOTSUPP: it has neither apt-get,
 * dnf nor zypper; or another -errno. The caller calls packages__release() in any case. */
int packages__look(struct ssh *s, const struct strvec *names, struct packages *p, struct err *err);
/* Run p->command as root, then disable the services that it enabled. *said (the caller frees) has
 * the names of these services, one per line, with "!" in front of those that could not be disabled;
 * or the last lines of the command's output if it failed. 0; -EPERM: the machine's file says
 * 'root: no'; -EIO: the command failed; or another -errno. */
int packages__install(struct ssh *s, const struct packages *p, char **said, struct err *err);
/* The name of a Debian package on distributions with RPM packages. */
const char *packages__rpm_name(const char *debian);
void packages__release(struct packages *p);

#endif
