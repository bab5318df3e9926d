/* SPDX-License-Identifier: GPL-2.0-only */
/* steps.h - what the files that make up build.h share. */
#ifndef KDUEL_KERNELS_BUILD_STEPS_H
#define KDUEL_KERNELS_BUILD_STEPS_H

#include "runner/kernels/build/build.h"
#include "runner/kernels/build/fragment.h"

/* A build under way. Strings are owned by build.c. */
struct build {
	const struct build_spec *spec;
	const struct build_hooks *hooks;
	char key[65];
	char *dir; /* in the cache: src, out, inst */
	char *src, *out;
	char *log;
	char *identity; /* of the source, for the key */
	char *origin; /* of the source, for people */
	struct lock parts; /* the source package */
	struct strvec files; /* of a directory: what belongs to it */
};

/* runner/kernels/build/tools.c: is all there that a build needs? -EOPNOTSUPP names what is not. */
int build_tools__check(const struct build *b, struct err *err);

/* runner/kernels/build/source.c: say what the source is (identity, origin, parts). */
int build_source__identify(struct build *b, const struct lock *want, struct err *err);
/* Put it into b->src, whole or not at all. */
int build_source__export(struct build *b, struct err *err);

/* runner/kernels/build/patch.c: apply the patches to b->src. -EINVAL with file and hunk. */
int build_patch__apply(struct build *b, struct err *err);

/* runner/kernels/build/config.c: the lines of all fragments; -EINVAL with FILE:LINE. */
int build_config__fragments(const struct build *b, struct fragments *f, struct err *err);
/* Configure b->out. -EINVAL with FILE:LINE of every line that has no effect. */
int build_config__make(struct build *b, struct err *err);

/* runner/kernels/build/make.c: run make with these targets; b->log gets what it says. */
int build_make__run(struct build *b, const char *what, const struct strvec *words, struct err *err);

#endif
