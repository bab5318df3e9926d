/* SPDX-License-Identifier: GPL-2.0-only */
/* build.h - builds a module in a temporary directory. */
#ifndef KDUEL_KERNELS_MODULE_BUILD_H
#define KDUEL_KERNELS_MODULE_BUILD_H

#include "runner/kernels/files/kernel.h"

struct ext_build {
	const struct kernel *k;
	const char *name; /* of the module */
	const char *text; /* its source */
	const char *includes; /* kernel source file, provided to it as source.c; NULL: none */
	const struct strvec *headers, *tools; /* .deb files */
	const char *dir; /* an empty directory to build in */
	const char *log; /* receives the output of make */
};

/* Build the module. *ko is its path below `dir`; the caller frees. Errors as for
 * ext_module__build(). */
int ext_build__run(const struct ext_build *b, char **ko, struct err *err);

#endif
