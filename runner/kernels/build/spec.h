/* SPDX-License-Identifier: GPL-2.0-only */
/* spec.h - what a kernel is to be built from. */
#ifndef KDUEL_KERNELS_BUILD_SPEC_H
#define KDUEL_KERNELS_BUILD_SPEC_H

#include "lib/strvec.h"

/* One of source, dir and git is set. All strings are owned; paths are absolute. */
struct build_spec {
	char *source; /* glob for packages: "linux-source-*", newest version of all that match */
	struct strvec suites; /* where to look for it */
	char *dir; /* a source tree, changes not committed included */
	char *git, *ref; /* a repository here, and what of it ("HEAD", "v6.18") */
	char *arch; /* Debian architecture: "arm64" */
	char *base; /* what fragments build on: "allnoconfig", "defconfig", or a file */
	struct strvec patches; /* diffs or mails, in this order */
	struct strvec config; /* fragments, later ones win */
};

/* Do the two ask for the same? */
bool build_spec__equal(const struct build_spec *a, const struct build_spec *b);
/* The spec as JSON text (the caller frees), and back: 0 or -EINVAL. */
char *build_spec__to_json(const struct build_spec *spec);
int build_spec__from_json(const char *text, struct build_spec *spec);
void build_spec__release(struct build_spec *spec);

#endif
