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
#include "lib/proc.h"
#include "lib/strvec.h"

/*
 * One architecture and one ordered set of suites. With LOCK_SOURCE in place of an architecture it
 * is about source packages: the archive of their authors (.orig.tar.*) is what is locked, fetched
 * and unpacked, alone: no closure, no apt__match(), apt__candidate() or apt__newest().
 */
struct apt {
	char *dir; /* the private directory, absolute */
	char *arch;
	char *suites; /* for messages: "trixie, trixie-backports" */
	char *env[3]; /* APT_CONFIG=..., LC_ALL=C, NULL */
};

/* Create or reuse the private directory in the cache and refresh its lists when they are
 * older than an hour (when that fails but lists are there, they are used and *stale is set;
 * stale may be NULL). -EOPNOTSUPP: no apt here; -EINVAL: the host's configuration names no
 * mirror for such a suite; -ENOTCONN: the lists cannot be had. */
int apt__open(const char *arch, const struct strvec *suites, bool *stale, struct apt **apt,
	      struct err *err);
void apt__close(struct apt *apt);
CLEANUP_POINTER(struct apt, apt__close)

bool apt__is_source(const struct apt *apt);
/* Run a program with the private configuration. 0 whatever its exit code (res->status);
 * -errno with `err` set when it could not be started. Release `res` in both cases. */
int apt__run(struct apt *apt, const struct strvec *argv, const char *cwd, struct proc_result *res,
	     struct err *err);
/* The "E: ..." lines of its standard error joined in one line, else the end of it; the caller
 * frees. */
char *apt__complaint(const struct proc_result *res);
/* Make the next apt__open() fetch the lists again, whatever their age. */
void apt__distrust_lists(struct apt *apt);

#endif
