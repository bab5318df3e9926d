/* SPDX-License-Identifier: GPL-2.0-only */
/* guest.h - what a kernel boots into: root image and initramfs. */
#ifndef KDUEL_GUEST_H
#define KDUEL_GUEST_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/packages/lock.h"
#include "runner/kernels/files/kernel.h"

/* Build (or take from the cache) the ext4 root image with the dependency closure of
 * `packages` from `suites`, and what is made of those that are sources (program.h), all files
 * owned by root, no root rights needed. With `want` exactly those versions, else the newest. *image is NULL when `packages` is empty.
 * What went in is appended to `lock`; *image is owned by the caller. `changes`, if not
 * NULL, receives what differs from the previous image of the same packages ("" if nothing). */
int guest__root_image(const struct strvec *packages, const struct strvec *suites, const char *arch,
		      const struct lock *want, struct lock *lock, char **image, char **changes,
		      struct err *err);

/* Build (or take from the cache) the initramfs: the agent as /init, the module files that
 * `modules` need with an order list each (/modules/NAME.list; empty: nothing to load, absent:
 * no such module), and `extra` (another archive, may be NULL) in front. Content-addressed; *path is owned by the caller. */
int guest__initramfs(const struct kernel *k, const struct strvec *modules, const char *extra,
		     char **path, struct err *err);
/* Is this file an initramfs (cpio, or one compressed)? 0, or -ENOEXEC with what it is not. */
int guest__check_initramfs(const char *path, struct err *err);
/* The static agent for an architecture ("arm64", "amd64"): $KDUEL_AGENT_DIR, beside the
 * program, or the installed place. -ENOENT says where was looked. Caller frees. */
int guest__find_agent(const char *arch, char **path, struct err *err);
/* The same for any file that is built with the agents ("tlbmodel.so"). */
int guest__find_beside(const char *name, char **path, struct err *err);

#endif
