/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_find.h - find the QEMU of a campaign: the system's if it is new enough, or else a newer one
 * from the distribution's backports, in kduel's cache.
 *
 * All variants of a plan use the same QEMU; otherwise they would differ in more than the kernel.
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
	char *origin; /* for messages: its path, or its package */
	struct strvec data; /* directories for option -L; empty: not needed */
	struct strvec env; /* NAME=VALUE entries for its process */
	struct lock lock; /* packages of a fetched QEMU, marked as the host's; else empty */
};

struct qemu_want {
	const char *min_version; /* "8.2"; NULL: any */
	const char *program; /* named by the plan, so no other one is tried; or NULL */
	const struct lock *locked; /* lock of an earlier campaign whose QEMU to use; or NULL */
	void (*note)(const char *fmt, ...) __printf(1, 2); /* before a download; may be NULL */
	const struct arch *arch; /* of the guest */
};

/* Find a QEMU, fetching it if necessary; free it with qemu__free(). 0; -ENOTCONN: there is none, with
 * a message that says where it was looked for; -ENOENT: the archive no longer has the locked
 * packages; or another -errno. */
int qemu__find(const struct qemu_want *want, struct qemu **qemu, struct err *err);
/* "10.0.2 (qemu-system-arm 1:10.0.2+ds-2)"; the caller frees. */
char *qemu__describe(const struct qemu *qemu);
void qemu__free(struct qemu *qemu); /* NULL is allowed */

/* The system's QEMU for an architecture; NULL if there is none or it does not tell its version. */
struct qemu *qemu__of_system(const struct arch *arch);
/* A QEMU that kduel fetched, by a directory of qemu_fetch__installed(); NULL if it does not run. */
struct qemu *qemu__of_dir(const char *dir);

#endif
