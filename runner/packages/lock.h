/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.h - the exact packages that a campaign was made of.
 *
 * Text form, one package a line, sorted: "name version arch sha256", "#" starts
 * a comment. It is stored beside the guest image and with the campaign.
 */
#ifndef KDUEL_PACKAGES_LOCK_H
#define KDUEL_PACKAGES_LOCK_H

#include "lib/err.h"

#define LOCK_SOURCE "source" /* the architecture of a source package */

struct lock_entry {
	char *name, *version, *arch;
	char sha256[65];
};

struct lock {
	struct lock_entry *v;
	size_t n;
	bool stale; /* resolved from old lists, since the mirror could not be reached */
};

void lock__add(struct lock *l, const char *name, const char *version, const char *arch,
	       const char *sha256); /* equal entries are kept once */
/* Add all entries of `from`; stale if either is. */
void lock__merge(struct lock *l, const struct lock *from);
const struct lock_entry *lock__find(const struct lock *l, const char *name, const char *arch);
char *lock__format(const struct lock *l); /* sorted text; caller frees */
/* -EINVAL names the line. */
int lock__parse(const char *path, const char *text, struct lock *l, struct err *err);
/* Human-readable differences, one a line ("memcached 1.6.18-1 -> 1.6.18-2"), "" if none. */
char *lock__diff(const struct lock *old, const struct lock *now);
void lock__release(struct lock *l);

#endif
