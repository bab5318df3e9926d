/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * build.h - kernels from source: a distribution's linux-source package, a directory, or a git
 * commit, with patches and kconfig fragments.
 *
 * What a build is made of is its key. The same key is built once; the result goes to the cache
 * of kernels (kernel.h) in one step. A build that was interrupted goes on where it stopped.
 */
#ifndef KDUEL_KERNELS_BUILD_BUILD_H
#define KDUEL_KERNELS_BUILD_BUILD_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/packages/lock.h"

struct kernel;

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

struct build_hooks {
	/* Something that takes long begins, for people. */
	void (*note)(const char *fmt, ...) __printf(1, 2);
	/* One line that replaces itself. */
	void (*progress)(const char *fmt, ...) __printf(1, 2);
	unsigned int jobs; /* compilers at a time; 0: one per CPU */
	bool dry; /* build nothing: what the cache lacks comes back as `planned` (kernel.h) */
};

/* Build what `spec` asks for, unless it is in the cache. Appends the package it was made of to
 * `lock`; with `want`, exactly that version. Errors (in `err` with what to do): -EOPNOTSUPP a
 * program is missing; -ENOENT no such source; -EINVAL a patch or a fragment does not fit;
 * -EPROTO the build failed, with its last lines and the place of its log; -ENOSPC. */
int build__kernel(const struct build_spec *spec, const struct lock *want, struct lock *lock,
		  const struct build_hooks *hooks, struct kernel **out, struct err *err);
/* Path of a fragment: a name means configs/kconfig/NAME.config. NULL with `err`; the caller
 * frees. */
char *build__fragment(const char *name, struct err *err);
/* Which bases there are besides files. */
bool build__is_base(const char *word);
/* Do the two ask for the same? */
bool build_spec__equal(const struct build_spec *a, const struct build_spec *b);
/* The spec as JSON text (the caller frees), and back: 0 or -EINVAL. */
char *build_spec__to_json(const struct build_spec *spec);
int build_spec__from_json(const char *text, struct build_spec *spec);
void build_spec__release(struct build_spec *spec);

#endif
