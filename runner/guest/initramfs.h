/* SPDX-License-Identifier: GPL-2.0-only */
/* initramfs.h - builds the initramfs of a guest. */
#ifndef KDUEL_GUEST_INITRAMFS_H
#define KDUEL_GUEST_INITRAMFS_H

#include "runner/kernels/files/kernel.h"

/* Build the initramfs, or take it from the cache. It contains the agent as /init, the module files
 * that `modules` need (a name that begins with '?' is optional), and for each module a list of the
 * files to load in order, /modules/NAME.list: empty if nothing is to be loaded, absent if there is
 * no such module. `extra`, if not NULL, is another archive, put in front. The caller frees *path. 0
 * or -errno with `err`. */
int guest__initramfs(const struct kernel *k, const struct strvec *modules, const char *extra,
		     char **path, struct err *err);
/* Is the file an initramfs (a cpio archive, compressed or not)? 0, or -ENOEXEC with what it is
 * instead in `err`. */
int guest__check_initramfs(const char *path, struct err *err);

#endif
