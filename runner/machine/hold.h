/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hold.h - a real machine while a campaign uses it: the locks on this host and on the machine, the
 * connection, and what is known about the machine.
 */
#ifndef KDUEL_MACHINE_HOLD_H
#define KDUEL_MACHINE_HOLD_H

#include "runner/host/cache.h"
#include "runner/machine/install.h"
#include "runner/machine/journal.h"
#include "runner/machine/lock.h"

struct machine_hold {
	struct machine *m;
	struct cache_claim claim; /* on this host */
	struct machine_lock lock; /* on the machine */
	char *owner, *claim_text; /* strings that `lock` points to */
	bool locked;
	struct ssh ssh;
	char *tree; /* local copy of parts of its /proc and /sys (probe__copy_tree()) */
	char *arch; /* Debian's name */
	char *dir; /* kduel's state directory on the machine */
	char *describe; /* the machine in one line */
	char *campaign; /* name */
	/* Only used if the campaign boots kernels (boot.h); if not, the journal is closed. */
	struct journal journal;
	enum machine_boot method;
	struct installed *kernels; /* kernels that this campaign has installed */
	size_t n_kernels;
	char *known_good; /* command line of the known-good system */
	bool given_up; /* the machine could not be brought back */
	char *tried; /* what was tried to bring it back; NULL if it was not given up */
	char *settings; /* script that changes settings before each boot (tune.h); or NULL */
	bool tuned; /* changed settings may still be in force */
	struct strvec notes; /* messages for the user: what had to be done to the machine */
};

/* Claim a machine for a campaign among all kduel processes on this host; does not connect. `stop` is
 * as in struct ssh. 0; -EBUSY: another process has it; or another -errno. On failure *hold is NULL. */
int machine_hold__claim(const char *name, const char *campaign, const atomic_int *stop,
			struct machine_hold **hold, struct err *err);
/* Log in to a claimed machine, take its lock and look at it. 0, or -errno with hold->ssh.fault; may
 * be repeated after a failure. */
int machine_hold__begin(struct machine_hold *h, struct err *err);
/* Do both. On failure *hold is NULL. */
int machine_hold__take(const char *name, const char *campaign, const atomic_int *stop,
		       struct machine_hold **hold, struct err *err);
/* Before a session of at most `within_ns`: reconnect if necessary, extend the lock for that long,
 * and copy the tree again. 0, or -errno with hold->ssh.fault. */
int machine_hold__renew(struct machine_hold *h, uint64_t within_ns, struct err *err);
/* Extend the lock for `within_ns`, or take it again if the file is gone: some systems clear its
 * directory at boot. Must be connected. 0, or -errno with hold->ssh.fault. */
int machine_hold__relock(struct machine_hold *h, uint64_t within_ns, struct err *err);
/* Connect again if the connection is lost. 0, or -errno with hold->ssh.fault. */
int machine_hold__reconnect(struct machine_hold *h, struct err *err);
/* Like machine_hold__reconnect(), but a short attempt for polling. `slow` is the number of earlier
 * attempts that were cut off by their deadline (ssh__poll()). */
int machine_hold__poll(struct machine_hold *h, unsigned int slow, struct err *err);
/* Pass the notes to `note` (if not NULL), then drop them. */
void machine_hold__tell(struct machine_hold *h, void (*note)(const char *fmt, ...) __printf(1, 2));
/* Release the locks, disconnect, and free it. NULL is allowed. */
void machine_hold__release(struct machine_hold *h);
CLEANUP_POINTER(struct machine_hold, machine_hold__release)

#endif
