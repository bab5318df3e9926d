/* SPDX-License-Identifier: GPL-2.0-only */
/* fetch.h - package files: downloaded into the cache, and unpacked. */
#ifndef KDUEL_PACKAGES_FETCH_H
#define KDUEL_PACKAGES_FETCH_H

#include "runner/packages/apt.h"
#include "runner/packages/lock.h"

/* Are all packages of the lock in the cache, with the right content? The paths of all of them, in
 * the order of the lock, are appended to `files` (may be NULL) in any case. */
bool apt__cached(const struct lock *lock, struct strvec *files);
/* The number of bytes that apt__fetch() would download, from the package lists. 0 or -errno. */
int apt__download_size(struct apt *apt, const struct lock *lock, uint64_t *bytes, struct err *err);
/* Download the packages of the lock that are missing in the cache, and verify their sha256. The
 * paths of all of them are appended to `files`, in the order of the lock. -ENOENT: the mirror does
 * not have that version any more; -ENOTCONN: the download failed; -EIO: the mirror sent other
 * content. */
int apt__fetch(struct apt *apt, const struct lock *lock, struct strvec *files, struct err *err);
/* Unpack the files of a package to `dir`. Links to directories that are there are followed (merged
 * /usr). The top-level directory of a source tarball is left out. 0 or -errno. */
int apt__unpack(const char *deb, const char *dir, struct err *err);

#endif
