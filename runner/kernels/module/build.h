/* SPDX-License-Identifier: GPL-2.0-only */
/* build.h - compiles a module in a directory of its own. */
#ifndef KDUEL_KERNELS_MODULE_BUILD_H
#define KDUEL_KERNELS_MODULE_BUILD_H

#include "runner/kernels/files/kernel.h"

struct ext_build {
	const struct kernel *k;
	const char *name; /* of the module */
	const char *text; /* its source */
	const char *includes; /* a file of the kernel's source that it has as source.c; NULL: none */
	const struct strvec *headers, *tools; /* .deb files */
	const char *dir; /* an empty directory to build in */
	const char *log; /* file for what make says */
};

/* Build; *ko is the path of the module below `dir`, owned by the caller. As ext_module__build(). */
int ext_build__run(const struct ext_build *b, char **ko, struct err *err);

#endif
