/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * seal.h - entries of the cache that are known to be whole.
 *
 * An entry is a file or a tree. Its seal lists size, hash, times and inode of each file. An entry
 * without a seal, or one that does not match it, is as good as none: it is made anew. What was put or
 * checked is in use until the process ends (use.h).
 */
#ifndef KDUEL_HOST_SEAL_H
#define KDUEL_HOST_SEAL_H

#include "lib/err.h"

/* Give a finished file or tree from the cache's tmp/ its name, synced and sealed. What was there
 * before, whole or not, is discarded. 0 or -errno with `err`. */
int seal__put(const char *from, const char *to, struct err *err);
/* Seal what is at its place already. 0 or -errno with `err`. */
int seal__make(const char *path, struct err *err);
/*
 * Is the entry whole? Sizes, times and inodes are compared; files for which those differ (also in a
 * copy of the cache), and all files once a week, are read and hashed. 0; -ENOENT: there is no such
 * entry, or no seal; -EUCLEAN: it is damaged, which is reported through seal__on_damage(); or -errno.
 */
int seal__check(const char *path, struct err *err);
/* Before an entry is changed at its place: until it is sealed again it is none. */
void seal__break(const char *path);
/* Take an entry out of the cache with its seal. 0 or -errno with `err`. */
int seal__discard(const char *path, struct err *err);
/* Where a damaged entry is reported, in words for people; NULL: nowhere. */
void seal__on_damage(void (*report)(const char *fmt, ...) __printf(1, 2));

#endif
