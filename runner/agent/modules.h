/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modules.h - loading the kernel modules that came with the initramfs.
 *
 * A directory holds module files and for each module NAME a text NAME.list:
 * the files to load in order, one a line, the module itself last; empty when
 * the kernel has it built in. No such text: the kernel does not have it.
 */
#ifndef KDUEL_MODULES_H
#define KDUEL_MODULES_H

#include "lib/err.h"

struct modules {
	int dirfd; /* stays valid after a chroot; -1: there is no such directory */
};

void modules__open(struct modules *m, const char *dir);
/* Load `name` and what it needs; what is loaded already is fine. `options` ("a=1 b=2", may
 * be NULL) go to the module itself. Fits job_env.modprobe; `arg` is a struct modules.
 * -ENOENT when the kernel does not have it. */
int modules__load(void *arg, const char *name, const char *options, struct err *err);

/* Open the file of `name`, for reading. Fits job_env.module_file. 0, -ENOENT when there is none: built in, or
 * none at all. */
int modules__file(void *arg, const char *name, int *fd, struct err *err);

/* Load on a system that has modprobe(8) and its modules in their place, but for those that kduel
 * built: the directory of `arg`, a struct modules, has them as NAME.ko. */
int modules__load_there(void *arg, const char *name, const char *options, struct err *err);

#endif
