/* SPDX-License-Identifier: GPL-2.0-only */
/* fetch.h - package files: from the mirror into the cache, and unpacked. */
#ifndef KDUEL_PACKAGES_FETCH_H
#define KDUEL_PACKAGES_FETCH_H

#include "runner/packages/apt.h"
#include "runner/packages/lock.h"

/* Is every .deb of the lock in the cache (contents checked)? `files`, if not NULL, receives
 * their paths either way. */
bool apt__cached(const struct lock *lock, struct strvec *files);
/* Bytes that apt__fetch() would download. */
int apt__download_size(struct apt *apt, const struct lock *lock, uint64_t *bytes, struct err *err);
/* Make sure the .deb of each entry is in the cache (downloads only what is missing,
 * checks sha256); `files` receives their paths in the order of the lock. */
int apt__fetch(struct apt *apt, const struct lock *lock, struct strvec *files, struct err *err);
/* Unpack a .deb's files below `dir`: existing directory links are kept (merged /usr). Of the
 * archive of a source package, without its first directory. */
int apt__unpack(const char *deb, const char *dir, struct err *err);

#endif
