/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - names for kernels in the cache, and lookup by name or hash. */
#ifndef KDUEL_KERNELS_NAMES_H
#define KDUEL_KERNELS_NAMES_H

#include "runner/kernels/build/build.h"
#include "runner/kernels/files/kernel.h"

/* Check that a name is valid for a kernel. 0, or -EINVAL with the rule in `err`. */
int kernel_names__check(const char *name, struct err *err);
/* Is `s` a full hash, 64 lower-case hex digits? No name is that long. */
bool kernel_names__is_hash(const char *s);
/* Name a kernel; a name that another kernel has moves to this one. `spec` is what the kernel was
 * built from, NULL if it was not built by kduel. 0 or -errno. */
int kernel_names__set(const char *name, const char *hash, const struct build_spec *spec,
		      struct err *err);
/* Get the kernel with that name or full hash. If it is no longer in the cache but its name has a
 * build recipe, it is built again, with `hooks`. -ENOENT: no such name; `err` lists the existing
 * ones. */
int kernel_names__get(const char *name, const struct build_hooks *hooks, struct kernel **out,
		      struct err *err);
/* Look up the hash of the kernel that `key` stands for: a name, a hash, or at least the first 4
 * digits of a hash. -ENOENT; -EINVAL if several hashes begin with `key`; -EUCLEAN if the file of
 * the name is damaged. */
int kernel_names__find(const char *key, char hash[65], struct err *err);
/* Append the hashes of all kernels in the cache, sorted. */
void kernel_names__hashes(struct strvec *hashes);
/* Append the names of the kernel with this hash, sorted; all names if `hash` is NULL. */
void kernel_names__of(const char *hash, struct strvec *names);
/* Remove a kernel and its names from the cache. 0; -EBUSY while another kduel uses it; or
 * -errno. */
int kernel_names__remove(const char *hash, struct err *err);

#endif
