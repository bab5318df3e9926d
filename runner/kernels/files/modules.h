/* SPDX-License-Identifier: GPL-2.0-only */
/* modules.h - which files loading a module takes. */
#ifndef KDUEL_KERNELS_FILES_MODULES_H
#define KDUEL_KERNELS_FILES_MODULES_H

#include "runner/kernels/files/kernel.h"

/* Module files (paths below modules_root) that loading `names` needs, dependencies first, each
 * once, into `files`. A name with a leading '?' may be missing; -ENOENT otherwise. Names built
 * into the kernel add nothing, nor does any name when the kernel came without modules: it is
 * unknown whether a module is built in. */
int kernel_modules__files(const struct kernel *k, const struct strvec *names, struct strvec *files,
			  struct err *err);

#endif
