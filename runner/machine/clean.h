/* SPDX-License-Identifier: GPL-2.0-only */
/* clean.h - take all of kduel's off a real machine again. */
#ifndef KDUEL_MACHINE_CLEAN_H
#define KDUEL_MACHINE_CLEAN_H

#include "runner/machine/ssh.h"

/* Remove all of kduel's from a machine that no campaign has: kernels, module directories with its mark,
 * its entries of boot loaders, its state directory. *said is one line for each thing that went ("" when
 * there was nothing; the caller frees). Safe to repeat. 0 or -errno with ssh->fault. */
int machine__clean(struct ssh *s, char **said, struct err *err);

#endif
