/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * lock.h - one campaign a machine: a file on the machine says whose it is, since when and until when.
 *
 * It is a link that only one can make, so that two control hosts never both have it. It ends when it
 * is given up, when its time is over, or when the kduel that took it is known to be dead: its control
 * host then takes the machine again without waiting.
 */
#ifndef KDUEL_MACHINE_LOCK_H
#define KDUEL_MACHINE_LOCK_H

#include "runner/machine/ssh.h"

#define MACHINE_LOCK_FILE "/var/tmp/kduel.lock"

struct machine_lock {
	char token[17]; /* of this holder, hexadecimal */
	const char *owner; /* "me@host: campaign 1234abcd", for people */
	/* Of the control host and the claim that this process holds on it (cache__claim()): who has the
	 * same is dead. */
	const char *claim;
};

/* Take it for `within_ns` from now. -EBUSY, with the owner in `err`; or -errno with ssh->fault. */
int machine_lock__take(struct ssh *s, const struct machine_lock *l, uint64_t within_ns,
		       struct err *err);
/* Hold it for `within_ns` from now. -EBUSY when it was lost. */
int machine_lock__refresh(struct ssh *s, const struct machine_lock *l, uint64_t within_ns,
			  struct err *err);
/* Give it up, if it is still ours. */
int machine_lock__drop(struct ssh *s, const struct machine_lock *l, struct err *err);
/* Who has it, in words; "" when nobody. Caller frees. 0 or -errno. */
int machine_lock__holder(struct ssh *s, char **holder, struct err *err);
/* Remove it, whoever has it. *holder as above. */
int machine_lock__break(struct ssh *s, char **holder, struct err *err);

#endif
