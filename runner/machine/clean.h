/* SPDX-License-Identifier: GPL-2.0-only */
/* clean.h - remove everything that kduel left on a real machine. */
#ifndef KDUEL_MACHINE_CLEAN_H
#define KDUEL_MACHINE_CLEAN_H

#include "runner/machine/ssh.h"

/* Remove kernels, module directories with kduel's mark, boot loader entries and the state directory
 * from a machine that no campaign is using. *said has one line for each thing removed ("" if there
 * was nothing; the caller frees). Safe to repeat. 0, or -errno with ssh->fault. */
int machine__clean(struct ssh *s, char **said, struct err *err);

#endif
