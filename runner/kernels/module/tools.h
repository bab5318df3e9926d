/* SPDX-License-Identifier: GPL-2.0-only */
/* tools.h - linux-kbuild, the host programs of a kernel build, made to run on this host. */
#ifndef KDUEL_KERNELS_MODULE_TOOLS_H
#define KDUEL_KERNELS_MODULE_TOOLS_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Unpack the .deb files `tools` to `tree`. If the host's C library is too old for them, their own
 * libraries are unpacked to `libs`, and a wrapper runs each program with those. 0 or -errno with
 * `err`. */
int ext_tools__prepare(const struct strvec *tools, const char *libs, const char *tree,
		       struct err *err);

#endif
