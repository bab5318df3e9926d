/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - programs of the guest that no package has: one file of a source package, compiled
 * here against the guest's own libraries.
 */
#ifndef KDUEL_GUEST_PROGRAM_H
#define KDUEL_GUEST_PROGRAM_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Prefix of source packages in a guest's list of packages: "src:sqlite3". */
#define PROGRAM_SOURCE "src:"

/* Split the packages of a guest into binary packages and source packages (without the prefix);
 * both are appended to. */
void program__split(const struct strvec *packages, struct strvec *binaries, struct strvec *sources);
/* Compile the program that is known of the source package `source` from its authors' `archive` into
 * the guest's tree, which has C library and headers. `deb_arch` is the guest's. -ENOENT: no program
 * is known of that package, or the archive lacks the file; -EOPNOTSUPP: no compiler; -EIO: it does
 * not compile; `err` says why. */
int program__build(const char *source, const char *archive, const char *deb_arch, const char *tree,
		   struct err *err);

#endif
