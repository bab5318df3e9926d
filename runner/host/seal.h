/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seal.h - integrity of cache entries.
 *
 * An entry is a file or a tree. Its seal lists size, hash, times and inode of each file. An entry that
 * has no seal, or does not match it, must not be used; it is made again. Entries that were put or
 * checked are held until the process ends (use.h).
 */
#ifndef KDUEL_HOST_SEAL_H
#define KDUEL_HOST_SEAL_H

#include "lib/err.h"

/* Move a finished file or tree from the cache's tmp/ to its place, sync it and seal it. An entry that
 * was there before is discarded. 0 or -errno with `err`. */
int seal__put(const char *from, const char *to, struct err *err);
/* Sync and seal an entry that is in its place already. 0 or -errno with `err`. */
int seal__make(const char *path, struct err *err);
/*
 * Verify an entry. Sizes, times and inodes are compared with the seal. Files whose times or inodes
 * differ (e.g. in a copy of the cache), and all files once a week, are read and hashed. 0; -ENOENT:
 * there is no entry or no seal; -EUCLEAN: the entry is damaged, which is also reported through
 * seal__on_damage(); or another -errno.
 */
int seal__check(const char *path, struct err *err);
/* Remove the seal of an entry before changing the entry in place: it is invalid until sealed again. */
void seal__break(const char *path);
/* Take an entry and its seal out of the cache. 0 or -errno with `err`. */
int seal__discard(const char *path, struct err *err);
/* Set the function that gets messages about damaged entries; NULL: none. */
void seal__on_damage(void (*report)(const char *fmt, ...) __printf(1, 2));

#endif
