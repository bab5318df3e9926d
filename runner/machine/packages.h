/* SPDX-License-Identifier: GPL-2.0-only */
/* packages.h - what of a plan's packages a machine has, and how its package manager installs the rest. */
#ifndef KDUEL_MACHINE_PACKAGES_H
#define KDUEL_MACHINE_PACKAGES_H

#include "runner/machine/ssh.h"

struct packages {
	struct strvec have, versions; /* names as the machine has them, and of each its version */
	struct strvec lacks;
	struct strvec unknown; /* what no package manager has: sources that are built for guests */
	char *command; /* shell line that installs what lacks; NULL: nothing does */
};

/* Ask for these packages, by Debian's names. 0; -EOPNOTSUPP: neither apt-get, dnf nor zypper; or -errno
 * with ssh->fault. packages__release() in any case. */
int packages__look(struct ssh *s, const struct strvec *names, struct packages *p, struct err *err);
/* Run the command as root; services that it enabled are disabled again. *said has their names, a line
 * each, "!" in front of those that stay enabled, or on a failure the command's last lines (the caller frees). -EPERM: the machine's file says
 * 'root: no'; -EIO: it failed. */
int packages__install(struct ssh *s, const struct packages *p, char **said, struct err *err);
/* As distributions with dnf or zypper call a package of Debian. */
const char *packages__rpm_name(const char *debian);
void packages__release(struct packages *p);

#endif
