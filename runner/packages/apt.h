/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apt.h - a private apt directory: packages of any suite and architecture without
 * touching the host's apt and without root.
 *
 * Mirrors and keyrings are taken from the host's apt configuration. Signatures are
 * checked by apt itself, files by the hashes in the signed lists.
 */
#ifndef KDUEL_PACKAGES_APT_H
#define KDUEL_PACKAGES_APT_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/packages/lock.h"

struct apt; /* one architecture and one ordered set of suites */
/* With LOCK_SOURCE in place of an architecture it is about source packages. The archive of their
 * authors (.orig.tar.*) is what is locked, fetched and unpacked, alone: no closure, no
 * apt__match(), apt__candidate() or apt__newest(). */

/* Create or reuse the private directory in the cache and refresh its lists when they are
 * older than an hour (when that fails but lists are there, they are used and *stale is set;
 * stale may be NULL). -EOPNOTSUPP: no apt here; -EINVAL: the host's configuration names no
 * mirror for such a suite; -ENOTCONN: the lists cannot be had. */
int apt__open(const char *arch, const struct strvec *suites, bool *stale, struct apt **apt,
	      struct err *err);
void apt__close(struct apt *apt);

/* All package names that match a shell glob, sorted by version, newest last. */
int apt__match(struct apt *apt, const char *glob, struct strvec *names, struct err *err);
/* Version that would be installed; caller frees. -ENOENT if there is no such package. */
int apt__candidate(struct apt *apt, const char *name, char **version, struct err *err);
/* The newest version in any of the suites, whichever the host would prefer (packages of
 * backports are only taken by name); caller frees. -ENOENT if there is no such package. */
int apt__newest(struct apt *apt, const char *name, char **version, struct err *err);
/* Resolve `names` ("pkg" or "pkg=version") with their dependency closure (or alone, when
 * `closure` is false) into `lock`. With `want`, each package has exactly that version and
 * hash; one that cannot be had any more is -ENOENT naming it. */
int apt__resolve(struct apt *apt, const struct strvec *names, bool closure, const struct lock *want,
		 struct lock *lock, struct err *err);
/* The `want` case of apt__resolve(), which needs no package lists. */
int apt__resolve_locked(const char *arch, const struct strvec *names, bool closure,
			const struct lock *want, struct lock *lock, struct err *err);
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
