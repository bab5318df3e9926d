/* SPDX-License-Identifier: GPL-2.0-only */
/* spec.h - which kernel a plan or a command asks for. */
#ifndef KDUEL_KERNELS_SPEC_H
#define KDUEL_KERNELS_SPEC_H

#include "runner/kernels/build/spec.h"

/* Where a kernel comes from: packages, a build tree, a file, or source; exactly one of them is set. */
struct kernel_spec {
	struct strvec packages; /* name globs: the first that matches wins, newest version of it */
	struct strvec suites; /* where to look, in the order of the sources list */
	char *arch; /* Debian's name of it, "arm64"; NULL: whichever the image has */
	char *tree; /* directory that a kernel was built in, or NULL (kernels/tree.h) */
	char *image; /* path of an Image, or NULL */
	char *modules; /* directory that holds lib/modules/RELEASE, or NULL */
	char *config; /* configuration of `image`, or NULL */
	struct build_spec *build; /* how to build it from source, or NULL (kernels/build/build.h) */
	char *named; /* name given by `kduel kernel build`, or a hash; or NULL */
	int line, col; /* place in the plan, for errors found later */
};

/* Free all that it holds. */
void kernel_spec__release(struct kernel_spec *spec);

#endif
