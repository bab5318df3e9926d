/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_find.h - the QEMU of a campaign: the system's when it is new enough, else the
 * distribution's backported one from the private cache.
 *
 * One is found for a whole plan: two of them would be a difference between its sides.
 */
#ifndef KDUEL_TARGETS_QEMU_FIND_H
#define KDUEL_TARGETS_QEMU_FIND_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/host/arch.h"
#include "runner/packages/lock.h"

struct qemu {
	char *program; /* path */
	char *version; /* "10.0.2" */
	char *origin; /* for people: its path, or the package it is from */
	struct strvec data; /* directories for -L; none: it finds its own */
	struct strvec env; /* NAME=VALUE entries for its process */
	struct lock lock; /* packages of a fetched one, marked as the host's; else empty */
};

struct qemu_want {
	const char *min_version; /* "8.2", or NULL: any */
	const char *program; /* the one that the plan names, never replaced by another; or NULL */
	const struct lock *locked; /* of an earlier campaign, whose fetched QEMU is used; or NULL */
	void (*note)(const char *fmt, ...) __printf(1, 2); /* before a download; may be NULL */
	const struct arch *arch; /* of the guest */
};

/* Find it, and fetch it if need be. The caller frees with qemu__free(). 0; -ENOTCONN with what was
 * looked for and where; -ENOENT: the archive no longer has what was locked. */
int qemu__find(const struct qemu_want *want, struct qemu **qemu, struct err *err);
/* "10.0.2 (qemu-system-arm 1:10.0.2+ds-2)"; caller frees. */
char *qemu__describe(const struct qemu *qemu);
void qemu__free(struct qemu *qemu); /* NULL is fine */

/* The system's own for this architecture, or NULL when there is none or it does not say its version. */
struct qemu *qemu__of_system(const struct arch *arch);
/* A fetched one (a directory of qemu_fetch__installed()); NULL when it does not run. */
struct qemu *qemu__of_dir(const char *dir);

#endif
