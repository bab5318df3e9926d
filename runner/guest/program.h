/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * program.h - guest programs that are in no binary package: a single file of a source package,
 * compiled on the host against the guest's libraries.
 */
#ifndef KDUEL_GUEST_PROGRAM_H
#define KDUEL_GUEST_PROGRAM_H

#include "lib/err.h"
#include "lib/strvec.h"

/* Marks a source package in a guest's list of packages: "src:sqlite3". */
#define PROGRAM_SOURCE "src:"

/* Split the packages of a guest into binary packages and source packages (without the prefix),
 * which are appended to the two lists. */
void program__split(const struct strvec *packages, struct strvec *binaries, struct strvec *sources);
/* Compile the program from source package `source` (a table in program.c) from its upstream tarball
 * `archive` into the guest's `tree`, which has the C library and headers. `deb_arch` is the guest's
 * architecture. -ENOENT: no program of that package is known, or the tarball lacks the file;
 * -EOPNOTSUPP: there is no compiler; -EIO: it does not compile. */
int program__build(const char *source, const char *archive, const char *deb_arch, const char *tree,
		   struct err *err);

#endif
