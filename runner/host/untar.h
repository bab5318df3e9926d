/* SPDX-License-Identifier: GPL-2.0-only */
/* untar.h - unpack several packages and archives into one tree. */
#ifndef KDUEL_HOST_UNTAR_H
#define KDUEL_HOST_UNTAR_H

#include "lib/err.h"

/* Limits for an archive: bytes and members. (A kernel's source has 1.6 GB in 90,000 files.) */
#define UNTAR_MAX (8ull << 30)
#define UNTAR_MEMBERS_MAX 1000000u

/*
 * Unpack a Debian package or a tar archive into `dir`, over files of other packages. Symlinks to
 * directories (as with a merged /usr) are kept and followed as if `dir` were the root directory, so
 * they never lead out of it. Modes and times are preserved, owners are not. `strip`: remove the first
 * directory from all names. 0; -EIO: damaged, or a member that no sane package has (a device, ".." in
 * a name); -EFBIG: beyond the limits above; or another -errno.
 */
int untar__tree(const char *archive, const char *dir, bool strip, struct err *err);

#endif
