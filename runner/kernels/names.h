/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - kernels in the cache: what there is, and names for some of it. */
#ifndef KDUEL_KERNELS_NAMES_H
#define KDUEL_KERNELS_NAMES_H

#include "runner/kernels/build/build.h"
#include "runner/kernels/files/kernel.h"

/* Can a kernel be called so? -EINVAL with what a name is. */
int kernel_names__check(const char *name, struct err *err);
/* Give a kernel a name (replacing what had it); `spec` is what it is built from, or NULL. */
int kernel_names__set(const char *name, const char *hash, const struct build_spec *spec,
		      struct err *err);
/* The kernel of that name. One that was removed and is known to be built from something is
 * built again. -ENOENT lists the names there are. */
int kernel_names__get(const char *name, const struct build_hooks *hooks, struct kernel **out,
		      struct err *err);
/* Hash of the kernel that a name, a hash or the beginning of a hash (4 digits) stands for.
 * -ENOENT, or -EINVAL when several begin so. */
int kernel_names__find(const char *key, char hash[65], struct err *err);
/* Append all hashes in the cache, sorted. */
void kernel_names__hashes(struct strvec *hashes);
/* Append the names of a kernel (NULL: all names), sorted. */
void kernel_names__of(const char *hash, struct strvec *names);
/* Remove a kernel and its names from the cache. 0 or -errno. */
int kernel_names__remove(const char *hash, struct err *err);

#endif
