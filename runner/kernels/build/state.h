/* SPDX-License-Identifier: GPL-2.0-only */
/* state.h - the state of a build, shared by its steps. */
#ifndef KDUEL_KERNELS_BUILD_STATE_H
#define KDUEL_KERNELS_BUILD_STATE_H

#include "lib/strvec.h"
#include "runner/kernels/build/spec.h"
#include "runner/packages/lock.h"

struct build_hooks {
	/* Tell the user that a long step begins. */
	void (*note)(const char *fmt, ...) __printf(1, 2);
	/* Show a progress line that replaces the previous one. */
	void (*progress)(const char *fmt, ...) __printf(1, 2);
	unsigned int jobs; /* parallel jobs of make; 0: one per CPU */
	bool dry; /* build nothing: what the cache lacks is returned as `planned` (kernel.h) */
};

/* A build in progress. Strings are owned by build.c. */
struct build {
	const struct build_spec *spec;
	const struct build_hooks *hooks;
	char key[65];
	char *dir; /* builds/KEY in the cache, with src, out and inst */
	char *src, *out;
	char *log;
	char *identity; /* of the source; part of the key */
	char *origin; /* of the source, shown to the user */
	struct lock parts; /* the source package, if it comes from one */
	struct strvec files; /* files that belong to a source directory */
};

#endif
