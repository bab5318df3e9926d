/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpio.h - writes the archives that kernels take as initramfs: newc, everything owned by root, no
 * time stamps, so that equal content gives equal bytes.
 */
#ifndef KDUEL_CPIO_H
#define KDUEL_CPIO_H

#include "lib/err.h"

#include <sys/types.h>

struct cpio;

/* Start an archive at `path`; `prefix` (may be NULL) is another archive to put in front. */
int cpio__create(const char *path, const char *prefix, struct cpio **c, struct err *err);
/* Members, in the order of the calls. A failure is kept and comes out of cpio__finish(). */
void cpio__dir(struct cpio *c, const char *name, mode_t mode);
void cpio__file(struct cpio *c, const char *name, mode_t mode, const void *data, size_t len);
void cpio__chardev(struct cpio *c, const char *name, mode_t mode, unsigned int major,
		   unsigned int minor);
/* Close the archive and free `c`: 0, or the first failure as -errno with `err` set. */
int cpio__finish(struct cpio *c, struct err *err);

#endif
