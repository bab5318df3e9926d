/* SPDX-License-Identifier: GPL-2.0-only */
/* untar.h - unpacks packages and archives into a tree that more than one of them fills. */
#ifndef KDUEL_HOST_UNTAR_H
#define KDUEL_HOST_UNTAR_H

#include "lib/err.h"

/* Bytes and members that an archive may unpack to: a kernel's source has 1.6 GB in 90,000. */
#define UNTAR_MAX (8ull << 30)
#define UNTAR_MEMBERS_MAX 1000000u

/*
 * Unpack a Debian package or a tar archive below `dir`, over what other packages left there, as the
 * system that it is to become would: links to directories (a merged /usr) are kept and followed, but
 * never out of `dir`. Owners are not kept; modes and times are. `strip`: without the first
 * directory. -EIO: damaged, or a member that no package has (a device, ".." in a name); -EFBIG:
 * larger than the bounds above; 0 or -errno.
 */
int untar__tree(const char *archive, const char *dir, bool strip, struct err *err);

#endif
