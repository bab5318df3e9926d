/* SPDX-License-Identifier: GPL-2.0-only */
/* steps.h - what the files that make up kernel.h share. */
#ifndef KDUEL_KERNELS_FILES_STEPS_H
#define KDUEL_KERNELS_FILES_STEPS_H

#include "runner/packages/apt.h"
#include "runner/kernels/files/kernel.h"

/* Which packages hold the kernel that `spec` asks for: newest version of the first glob that
 * matches. Appends them to `parts`; *origin says what was chosen, for people. */
int kernel_pick__from_apt(struct apt *apt, const struct kernel_spec *spec, struct lock *parts,
			  char **origin, struct err *err);
/* The same out of a lock, without asking any mirror. */
int kernel_pick__from_lock(const struct lock *want, const struct kernel_spec *spec,
			   struct lock *parts, char **origin, struct err *err);

/* A kernel being put together in `dir`: "Image", and perhaps "config" and
 * "lib/modules/RELEASE" are there. Runs depmod, computes the hash, writes meta.json and moves
 * everything to its place in the cache (unless that kernel is there already). */
int kernel_store__adopt(const char *dir, const char *release, const char *arch, const char *origin,
			char hash[65], struct err *err);

/* Remember which kernel a set of packages makes, and ask. -ENOENT if unknown. */
int kernel_store__remember(const struct lock *parts, const char *hash);
int kernel_store__recall(const struct lock *parts, char hash[65]);

#endif
