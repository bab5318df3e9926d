/* SPDX-License-Identifier: GPL-2.0-only */
/* modules.h - the files that must be loaded for a module. */
#ifndef KDUEL_KERNELS_FILES_MODULES_H
#define KDUEL_KERNELS_FILES_MODULES_H

#include "runner/kernels/files/kernel.h"

/* Append to `files` the module files (paths relative to modules_root) that loading `names` takes,
 * dependencies first, without duplicates. Built-in modules add nothing. -ENOENT: there is no such
 * module; a name that begins with '?' is optional. A kernel that came without modules adds nothing
 * and is no error, as it is not known what is built in. */
int kernel_modules__files(const struct kernel *k, const struct strvec *names, struct strvec *files,
			  struct err *err);

#endif
