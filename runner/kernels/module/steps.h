/* SPDX-License-Identifier: GPL-2.0-only */
/* steps.h - the two halves of runner/kernels/module/module.h: what to take, and building it. */
#ifndef KDUEL_KERNELS_MODULE_STEPS_H
#define KDUEL_KERNELS_MODULE_STEPS_H

#include "runner/kernels/module/module.h"

/* The packages of one module. */
struct ext_parts {
	struct lock headers; /* of the kernel's architecture, and its source */
	struct lock tools; /* linux-kbuild of the host's, and the libraries that it may need */
};

struct ext_build {
	const struct kernel *k;
	const struct strvec *headers, *tools; /* .deb files */
	const char *dir; /* an empty directory to build in */
	const char *log; /* file for what make says */
};

/* Build; *ko is the path of the module below `dir`, owned by the caller. As ext_module__build(). */
int ext_build__run(const struct ext_build *b, char **ko, struct err *err);
/* Our text around the kernel's source, which is part of the key as well. */
extern const char ext_build__wrapper[];

#endif
