/* SPDX-License-Identifier: GPL-2.0-only */
/* state.h - a build under way, which every step of it works on. */
#ifndef KDUEL_KERNELS_BUILD_STATE_H
#define KDUEL_KERNELS_BUILD_STATE_H

#include "lib/strvec.h"
#include "runner/kernels/build/spec.h"
#include "runner/packages/lock.h"

struct build_hooks {
	/* Something that takes long begins, for people. */
	void (*note)(const char *fmt, ...) __printf(1, 2);
	/* One line that replaces itself. */
	void (*progress)(const char *fmt, ...) __printf(1, 2);
	unsigned int jobs; /* compilers at a time; 0: one per CPU */
	bool dry; /* build nothing: what the cache lacks comes back as `planned` (kernel.h) */
};

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

#endif
