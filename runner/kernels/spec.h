/* SPDX-License-Identifier: GPL-2.0-only */
/* spec.h - which kernel a plan or a command asks for. */
#ifndef KDUEL_KERNELS_SPEC_H
#define KDUEL_KERNELS_SPEC_H

#include "runner/kernels/build/spec.h"

/* Where a kernel comes from. Exactly one of packages, tree, image, build and named is set. */
struct kernel_spec {
	struct strvec packages; /* name globs; the first with a match counts, newest version */
	struct strvec suites; /* suites to search, in the order of the sources list */
	char *arch; /* Debian's name for it, "arm64"; NULL: that of the image */
	char *tree; /* build tree or O= directory (kernels/tree.h) */
	char *image; /* path of a kernel image (Image, bzImage, vmlinuz) */
	char *modules; /* directory that holds lib/modules/RELEASE, or NULL */
	char *config; /* configuration of `image`; NULL: not given */
	struct build_spec *build; /* how to build it from source (kernels/build/build.h) */
	char *named; /* name given with `kduel kernel build --name`, or a hash */
	int line, col; /* position in the plan, for errors found later */
};

/* Free all members and zero the struct. */
void kernel_spec__release(struct kernel_spec *spec);

#endif
