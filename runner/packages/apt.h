/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * apt.h - a private apt directory, for packages of any suite and architecture. The host's apt is
 * not touched, and no root privileges are needed.
 *
 * Mirrors and keyrings are taken from the host's apt configuration. apt verifies the signatures of
 * the lists, and files by the hashes in the signed lists.
 */
#ifndef KDUEL_PACKAGES_APT_H
#define KDUEL_PACKAGES_APT_H

#include "lib/err.h"
#include "lib/proc.h"
#include "lib/strvec.h"

/*
 * One architecture and an ordered list of suites. With LOCK_SOURCE instead of an architecture it is
 * for source packages. Of those only the upstream tarball (.orig.tar.*) is locked, downloaded and
 * unpacked; dependency closures, apt__match(), apt__candidate() and apt__newest() do not work for
 * them.
 */
struct apt {
	char *dir; /* the private directory, absolute */
	char *arch;
	char *suites; /* "trixie, trixie-backports", for messages */
	char *env[3]; /* APT_CONFIG=..., LC_ALL=C, NULL */
};

/* Create or reuse the private directory in the cache, and update lists that are older than an hour.
 * If that fails but there are older lists, those are used and *stale is set (`stale` may be NULL).
 * Close with apt__close(). -EOPNOTSUPP: the host has no apt; -EINVAL: a suite has an invalid name,
 * or the host's configuration has no Debian mirror; -ENOTCONN: the lists cannot be downloaded. */
int apt__open(const char *arch, const struct strvec *suites, bool *stale, struct apt **apt,
	      struct err *err);
void apt__close(struct apt *apt);
CLEANUP_POINTER(struct apt, apt__close)

bool apt__is_source(const struct apt *apt);
/* Run a program with the private configuration, or with the host's if `apt` is NULL. 0 if it ran,
 * whatever its exit status (res->status); -EOPNOTSUPP: there is no such program; -ETIMEDOUT: it ran
 * for more than an hour. Release `res` in any case. */
int apt__run(struct apt *apt, const struct strvec *argv, const char *cwd, struct proc_result *res,
	     struct err *err);
/* The "E: ..." lines of its stderr joined in one line or, if there are none, the end of stderr. The
 * caller frees. */
char *apt__complaint(const struct proc_result *res);
/* Make the next apt__open() update the lists, whatever their age. */
void apt__distrust_lists(struct apt *apt);

#endif
