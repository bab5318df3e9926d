/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.h - the exact packages that a campaign was made from.
 *
 * Text form: "name version arch sha256", one package per line, sorted; "#" starts a comment. It is
 * stored beside the guest image and with the campaign.
 */
#ifndef KDUEL_PACKAGES_LOCK_H
#define KDUEL_PACKAGES_LOCK_H

#include "lib/err.h"

#define LOCK_SOURCE "source" /* architecture of a source package */

struct lock_entry {
	char *name, *version, *arch;
	char sha256[65];
};

struct lock {
	struct lock_entry *v;
	size_t n;
	bool stale; /* resolved from old lists, as the mirror could not be reached */
};

/* Add an entry, unless the same one is there. */
void lock__add(struct lock *l, const char *name, const char *version, const char *arch,
	       const char *sha256);
/* Add all entries of `from`. The lock becomes stale if `from` is. */
void lock__merge(struct lock *l, const struct lock *from);
/* The entry of a package, or NULL. */
const struct lock_entry *lock__find(const struct lock *l, const char *name, const char *arch);
char *lock__format(const struct lock *l); /* sorted; the caller frees */
/* Add the entries of a text. -EINVAL with `path`, line number and what is wrong with the line. */
int lock__parse(const char *path, const char *text, struct lock *l, struct err *err);
/* The differences, shown to the user, one per line ("memcached 1.6.18-1 -> 1.6.18-2"); "" if there
 * are none. The caller frees. */
char *lock__diff(const struct lock *old, const struct lock *now);
void lock__release(struct lock *l);

#endif
