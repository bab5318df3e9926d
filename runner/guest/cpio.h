/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * cpio.h - writes archives for use as initramfs, in newc format. All files belong to root and have
 * no timestamps, so that equal content gives equal bytes.
 */
#ifndef KDUEL_CPIO_H
#define KDUEL_CPIO_H

#include "lib/err.h"

#include <sys/types.h>

struct cpio;

/* Start an archive at `path`. `prefix`, if not NULL, is another archive to put in front. 0 or
 * -errno. */
int cpio__create(const char *path, const char *prefix, struct cpio **c, struct err *err);
/* Add members, in the order of the calls. Errors are reported by cpio__finish(). */
void cpio__dir(struct cpio *c, const char *name, mode_t mode);
void cpio__file(struct cpio *c, const char *name, mode_t mode, const void *data, size_t len);
void cpio__chardev(struct cpio *c, const char *name, mode_t mode, unsigned int major,
		   unsigned int minor);
/* Close the archive and free `c`. 0, or the first error as -errno with `err`. */
int cpio__finish(struct cpio *c, struct err *err);

#endif
