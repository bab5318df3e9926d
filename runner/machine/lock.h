/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.h - one campaign per machine: a file on the machine says who uses it, since when, and until
 * when.
 *
 * The file is created by link(2), which fails if it exists, so two control hosts cannot both have the
 * lock. A lock ends when it is released or expires. If the kduel that took it is dead, its control
 * host can take the machine again without waiting.
 */
#ifndef KDUEL_MACHINE_LOCK_H
#define KDUEL_MACHINE_LOCK_H

#include "runner/machine/ssh.h"

#define MACHINE_LOCK_FILE "/var/tmp/kduel.lock"

struct machine_lock {
	char token[17]; /* identifies this holder, hexadecimal */
	const char *owner; /* for messages: "me@host (process 123, campaign 1234abcd)" */
	/* Identifies the control host and our claim on it (cache__claim()). As only one process can
	 * have that claim, another lock with the same text belongs to a dead process. */
	const char *claim;
};

/* Take the lock for `within_ns` from now. 0; -EBUSY: somebody else has it, named in `err`; or
 * another -errno with ssh->fault. */
int machine_lock__take(struct ssh *s, const struct machine_lock *l, uint64_t within_ns,
		       struct err *err);
/* Extend our lock to `within_ns` from now. -EBUSY if we have lost it; else as above. */
int machine_lock__refresh(struct ssh *s, const struct machine_lock *l, uint64_t within_ns,
			  struct err *err);
/* Release the lock, if it is still ours. */
int machine_lock__drop(struct ssh *s, const struct machine_lock *l, struct err *err);
/* Describe who has the lock, for messages; "" if nobody has. The caller frees. 0 or -errno. */
int machine_lock__holder(struct ssh *s, char **holder, struct err *err);
/* Remove the lock, no matter whose it is. *holder is as above. */
int machine_lock__break(struct ssh *s, char **holder, struct err *err);

#endif
