/* SPDX-License-Identifier: GPL-2.0-only */
/* source.h - where the source comes from: identified for the key, exported for the build. */
#ifndef KDUEL_KERNELS_BUILD_SOURCE_H
#define KDUEL_KERNELS_BUILD_SOURCE_H

#include "lib/err.h"
#include "runner/kernels/build/state.h"

/* Find out what the source is: fills identity, origin and parts (files for a directory). With
 * `want`, a source package of exactly that version. -ENOENT, -EINVAL, -EOPNOTSUPP. */
int build_source__identify(struct build *b, const struct lock *want, struct err *err);
/* The symbols of its Kconfig files, before it is exported; none: they are not known yet, of a package that
 * was never unpacked. -errno with `err`. */
int build_source__symbols(const struct build *b, struct strvec *symbols, struct err *err);
/* Put it into b->src, whole or not at all. */
int build_source__export(struct build *b, struct err *err);

#endif
