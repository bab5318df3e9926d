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

#include "runner/kernels/build/spec.h"
#include "runner/kernels/build/state.h"
#include "runner/kernels/files/kernel.h"

/* Build what `spec` asks for, unless it is in the cache. Appends the package it was made of to
 * `lock`; with `want`, exactly that version. Errors (in `err` with what to do): -EOPNOTSUPP a
 * program is missing; -ENOENT no such source; -EINVAL a patch or a fragment does not fit;
 * -EPROTO the build failed, with its last lines and the place of its log; -ENOSPC. */
int build__kernel(const struct build_spec *spec, const struct lock *want, struct lock *lock,
		  const struct build_hooks *hooks, struct kernel **out, struct err *err);

#endif
