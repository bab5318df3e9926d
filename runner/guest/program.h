/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - programs of the guest that no package has: one file of a source package, compiled
 * here against the guest's own libraries.
 */
#ifndef KDUEL_GUEST_PROGRAM_H
#define KDUEL_GUEST_PROGRAM_H

#include "lib/err.h"
#include "lib/strvec.h"

/* What the name of a source package begins with among the packages of a guest: "src:sqlite3". */
#define PROGRAM_SOURCE "src:"

/* Sort the packages of a guest: those of binaries, and the bare names of those of sources. */
void program__split(const struct strvec *packages, struct strvec *binaries, struct strvec *sources);
/* Compile what is wanted of the source package `source`, from its authors' `archive`, into the
 * guest's tree, which has its C library and headers. `deb_arch` is the guest's. -ENOENT: no program
 * is known of that package, or the archive lacks the file; -EOPNOTSUPP: no compiler; -EIO: it does
 * not compile; `err` says why. */
int program__build(const char *source, const char *archive, const char *deb_arch, const char *tree,
		   struct err *err);

#endif
