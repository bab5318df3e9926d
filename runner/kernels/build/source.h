/* SPDX-License-Identifier: GPL-2.0-only */
/* source.h - the source of a build: identified for the key, exported for the build. */
#ifndef KDUEL_KERNELS_BUILD_SOURCE_H
#define KDUEL_KERNELS_BUILD_SOURCE_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Identify the source: sets b->identity, origin and parts (files for a directory). With `want`, the
 * source package is the one in that lock. -ENOENT: no such source; -EINVAL: not the source of a
 * kernel; -EOPNOTSUPP: git cannot be run; or another -errno. */
int build_source__identify(struct build *b, const struct lock *want, struct err *err);
/* Append the symbols of the source's Kconfig files, before it is exported. None: they are not
 * known, as the package has never been unpacked. 0, or -errno with `err`. */
int build_source__symbols(const struct build *b, struct strvec *symbols, struct err *err);
/* Export the source to b->src, all of it or nothing. 0 or -errno. */
int build_source__export(struct build *b, struct err *err);

#endif
