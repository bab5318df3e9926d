/* SPDX-License-Identifier: GPL-2.0-only */
/* spec.h - what a kernel is to be built from. */
#ifndef KDUEL_KERNELS_BUILD_SPEC_H
#define KDUEL_KERNELS_BUILD_SPEC_H

#include "lib/strvec.h"

/* Exactly one of source, dir and git is set. All strings are owned; paths are absolute. */
struct build_spec {
	char *source; /* glob for packages, "linux-source-*"; the last match, newest version */
	struct strvec suites; /* suites to search for it */
	char *dir; /* a source tree, including uncommitted changes */
	char *git, *ref; /* a local repository, and a commit in it ("HEAD", "v6.18") */
	char *arch; /* Debian architecture: "arm64" */
	char *base; /* base configuration: "allnoconfig", "defconfig", or a file */
	struct strvec patches; /* diffs or mails, in this order */
	struct strvec config; /* kconfig fragments; later ones win */
};

/* Do both ask for the same kernel? */
bool build_spec__equal(const struct build_spec *a, const struct build_spec *b);
/* Convert the spec to JSON text (the caller frees), and back: 0 or -EINVAL, and then `spec` is
 * empty. The text is "{}" if a path is not UTF-8. */
char *build_spec__to_json(const struct build_spec *spec);
int build_spec__from_json(const char *text, struct build_spec *spec);
void build_spec__release(struct build_spec *spec);

#endif
