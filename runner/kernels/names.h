/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - names for kernels in the cache, and looking them up. */
#ifndef KDUEL_KERNELS_NAMES_H
#define KDUEL_KERNELS_NAMES_H

#include "runner/kernels/build/build.h"
#include "runner/kernels/files/kernel.h"

/* Is this a valid name for a kernel? -EINVAL with the rule. */
int kernel_names__check(const char *name, struct err *err);
/* Is it what kernels are known by, which no name can be? */
bool kernel_names__is_hash(const char *s);
/* Name a kernel, taking the name from any other; `spec` is what it is built from, or NULL. 0 or
 * -errno. */
int kernel_names__set(const char *name, const char *hash, const struct build_spec *spec,
		      struct err *err);
/* The kernel of that name, or hash. If it was removed from the cache, but is known to have been built from
 * source, it is built again. -ENOENT lists the names there are. */
int kernel_names__get(const char *name, const struct build_hooks *hooks, struct kernel **out,
		      struct err *err);
/* Hash of the kernel that `key` names: a name, a hash, or the first digits (at least 4) of one.
 * -ENOENT, or -EINVAL if several hashes begin like that. */
int kernel_names__find(const char *key, char hash[65], struct err *err);
/* Append all hashes in the cache, sorted. */
void kernel_names__hashes(struct strvec *hashes);
/* Append the names of a kernel (NULL: all names), sorted. */
void kernel_names__of(const char *hash, struct strvec *names);
/* Remove a kernel and its names from the cache. 0 or -errno. */
int kernel_names__remove(const char *hash, struct err *err);

#endif
