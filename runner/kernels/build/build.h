/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * build.h - kernels from source: a distribution's linux-source package, a directory, or a git
 * commit, with patches and kconfig fragments.
 *
 * The hash of everything that a build is made from is its key. For each key a kernel is built once,
 * and put into the cache (kernel.h) in one step when it is finished. An interrupted build is
 * resumed.
 */
#ifndef KDUEL_KERNELS_BUILD_BUILD_H
#define KDUEL_KERNELS_BUILD_BUILD_H

#include "runner/kernels/build/spec.h"
#include "runner/kernels/build/state.h"
#include "runner/kernels/files/kernel.h"

/* Build the kernel that `spec` asks for, or take it from the cache. The source package it is built
 * from is appended to `lock`; with `want`, exactly that version is used. *out is the kernel; free
 * with kernel__free(). Errors, with what to do in `err`: -EOPNOTSUPP: a program is missing;
 * -ENOENT: no such source; -EINVAL: a patch or a fragment does not fit; -EPROTO: make failed, with
 * the last lines and the path of its log; -ENOSPC. */
int build__kernel(const struct build_spec *spec, const struct lock *want, struct lock *lock,
		  const struct build_hooks *hooks, struct kernel **out, struct err *err);

#endif
