/* SPDX-License-Identifier: GPL-2.0-only */
/* tools.h - linux-kbuild, the host's programs of a kernel build, made to run here. */
#ifndef KDUEL_KERNELS_MODULE_TOOLS_H
#define KDUEL_KERNELS_MODULE_TOOLS_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Unpack the .deb files `tools` below `tree`. Where the host's C library is older than theirs, each
 * program is run through the dynamic linker of their own, whose libraries are unpacked to `libs`.
 * 0 or -errno with `err`. */
int ext_tools__prepare(const struct strvec *tools, const char *libs, const char *tree,
		       struct err *err);

#endif
