/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * module.h - test_vmalloc.ko for Debian kernels, which come without it.
 *
 * Out of tree, from the archive's own headers and source of that kernel. __vmalloc_node is
 * exported only to a kernel that was built with the test, so that a few lines of ours around
 * the unchanged source ask a kprobe for its address.
 */
#ifndef KDUEL_KERNELS_MODULE_MODULE_H
#define KDUEL_KERNELS_MODULE_MODULE_H

#include "runner/kernels/module/build.h"
#include "runner/packages/lock.h"

/* Build it for `k`, or take it from the cache; *path is owned by the caller. What went in is
 * appended to `lock`; with `want`, exactly that is used. `suites` is where the kernel came from.
 * 0; -ENOENT: the archive lacks headers or source of this kernel; -EOPNOTSUPP: no compiler for
 * its architecture; -EIO: the build failed; `err` says what is missing, or the last lines
 * and where the log is. */
int ext_module__build(const struct kernel *k, const struct strvec *suites, const struct lock *want,
		      struct lock *lock, char **path, struct err *err);

#endif
