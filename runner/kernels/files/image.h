/* SPDX-License-Identifier: GPL-2.0-only */
/* image.h - looks inside kernel images: arm64's Image, gzip'd Image, EFI zboot; x86's bzImage. */
#ifndef KDUEL_KERNELS_FILES_IMAGE_H
#define KDUEL_KERNELS_FILES_IMAGE_H

#include "lib/err.h"
#include "lib/strvec.h"

enum image_kind {
	IMAGE_RAW,
	IMAGE_GZIP, /* by its magic; the content is not looked at */
	IMAGE_ZBOOT,
	IMAGE_BZIMAGE, /* for x86 of any kind: only image__check() looks further */
	IMAGE_OTHER,
};

/* The kind, by the first bytes; for IMAGE_OTHER, *what describes what it looks like. */
enum image_kind image__kind(const void *data, size_t len, const char **what);
/* The release in "Linux version RELEASE (...", looked for in an uncompressed kernel;
 * NULL if there is none. The caller frees. */
char *image__banner_release(const void *data, size_t len);
/* The same for a file of any kind; NULL if unknown. The caller frees. */
char *image__release(const char *path);
/* The whole kernel in a file of any kind, uncompressed, as it lies in memory from _text on; the caller
 * frees *data. 0 or -errno. */
int image__read(const char *path, char **data, size_t *len, struct err *err);

/* Append the GNU build ids, in hexadecimal, of a kernel in a file of any kind: its own and those of its
 * vDSOs, which cannot be told apart. 0 or -errno. */
int image__build_ids(const char *path, struct strvec *ids, struct err *err);

/* Is this file something that boots (Image, gzip'd Image, EFI zboot, bzImage)? 0 and Debian's name of
 * its architecture in *arch, or -ENOEXEC with what it looks like instead, or another -errno. */
int image__check(const char *path, const char **arch, struct err *err);

#endif
