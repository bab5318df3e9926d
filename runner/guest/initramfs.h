/* SPDX-License-Identifier: GPL-2.0-only */
/* initramfs.h - what a kernel starts from: the agent as /init, and modules. */
#ifndef KDUEL_GUEST_INITRAMFS_H
#define KDUEL_GUEST_INITRAMFS_H

#include "runner/kernels/files/kernel.h"

/* Build (or take from the cache) the initramfs: the agent as /init, the module files that `modules`
 * need with an order list each (/modules/NAME.list; empty: nothing to load, absent: no such
 * module), and `extra` (another archive, may be NULL) in front. Content-addressed; *path is owned
 * by the caller. 0 or -errno with `err`. */
int guest__initramfs(const struct kernel *k, const struct strvec *modules, const char *extra,
		     char **path, struct err *err);
/* Is this file an initramfs (cpio, or one compressed)? 0, or -ENOEXEC with what it is not. */
int guest__check_initramfs(const char *path, struct err *err);

#endif
