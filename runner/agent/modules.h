/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * modules.h - load the kernel modules that came with the initramfs.
 *
 * A directory has the module files and, for each module, a file NAME.list with
 * the files to load in order, one per line, the module itself last. The list is
 * empty if the module is built in. Without a list, the kernel lacks the module.
 */
#ifndef KDUEL_MODULES_H
#define KDUEL_MODULES_H

#include "lib/err.h"

struct modules {
	int dirfd; /* remains valid after a chroot; -1: there is no such directory */
};

/* Open the directory, if it exists. */
void modules__open(struct modules *m, const char *dir);
/* Load a module and its dependencies, unless they are loaded already. `options` ("a=1 b=2", may be NULL)
 * are for the module itself. Implements job_env.modprobe; `arg` is a struct modules. 0; -ENOENT: the
 * kernel does not have it; or another -errno. */
int modules__load(void *arg, const char *name, const char *options, struct err *err);

/* Open the file of a module for reading. Implements job_env.module_file; `arg` is a struct modules. 0;
 * -ENOENT: there is no file, as the module is built in or missing; or another -errno. */
int modules__file(void *arg, const char *name, int *fd, struct err *err);

/* Load a module on a real system: with modprobe(8), except for modules built by kduel, which are files
 * NAME.ko in the directory of `arg`, a struct modules. Implements job_env.modprobe. */
int modules__load_there(void *arg, const char *name, const char *options, struct err *err);

#endif
