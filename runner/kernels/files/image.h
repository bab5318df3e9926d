/* SPDX-License-Identifier: GPL-2.0-only */
/* image.h - examines kernel images: arm64's Image, gzip'd Image, and EFI zboot; x86's bzImage. */
#ifndef KDUEL_KERNELS_FILES_IMAGE_H
#define KDUEL_KERNELS_FILES_IMAGE_H

#include "lib/err.h"
#include "lib/strvec.h"

enum image_kind {
	IMAGE_RAW,
	IMAGE_GZIP, /* by its magic only; the content may be anything */
	IMAGE_ZBOOT,
	IMAGE_BZIMAGE, /* any x86 boot header; image__check() tells whether it is 64-bit */
	IMAGE_OTHER,
};

/* The kind of a file that begins with `data`. For IMAGE_OTHER *what says what the file is instead,
 * else it is NULL. */
enum image_kind image__kind(const void *data, size_t len, const char **what);
/* Find the release in the banner "Linux version RELEASE (..." of an uncompressed kernel. NULL:
 * there is none. The caller frees. */
char *image__banner_release(const void *data, size_t len);
/* The same for an image file of any kind. NULL: not known. The caller frees. */
char *image__release(const char *path);
/* Read the kernel in an image of any kind, uncompressed and laid out as in memory, from _text on.
 * The caller frees *data. 0 or -errno. */
int image__read(const char *path, char **data, size_t *len, struct err *err);

/* Append the GNU build ids, in hex, found in an image of any kind: the kernel's own and those of
 * its vDSOs, which cannot be told apart. 0 or -errno. */
int image__build_ids(const char *path, struct strvec *ids, struct err *err);

/* Is this file an image that kduel boots (Image, gzip'd Image, EFI zboot, 64-bit bzImage)? 0, with
 * Debian's name of its architecture in *arch; -ENOEXEC, with what it is instead in `err`; or
 * another -errno. */
int image__check(const char *path, const char **arch, struct err *err);

#endif
