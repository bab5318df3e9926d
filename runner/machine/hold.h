/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * hold.h - a real machine while a campaign has it: its lock here and there, the connection, and what
 * it is.
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
	char *owner, *claim_text; /* what `lock` refers to */
	bool locked;
	struct ssh ssh;
	char *tree; /* directory with its /proc, as far as we read it (probe__copy_tree()) */
	char *arch; /* Debian's name */
	char *dir; /* on the machine, for what kduel keeps there */
	char *describe; /* the machine in one line */
	/* Where it boots kernels (boot.h); else the journal is closed. */
	char *campaign; /* name */
	struct journal journal;
	enum machine_boot method;
	struct installed *kernels; /* that this campaign has put there */
	size_t n_kernels;
	char *known_good; /* its command line */
	bool given_up; /* it does not come back */
	char *tried; /* to bring it back, and what came of that; NULL: not given up */
	char *settings; /* that each boot begins with (tune.h); NULL: its own */
	bool tuned; /* they may still be in force */
	struct strvec notes; /* for people: what had to be done to it */
};

/* Have a machine on this host, for a campaign of this name: nobody else here has it. -EBUSY; or another
 * -errno, *hold is NULL then. `stop` is as in struct ssh. */
int machine_hold__claim(const char *name, const char *campaign, const atomic_int *stop,
			struct machine_hold **hold, struct err *err);
/* Then log in, take its lock and look at it. 0 or -errno with hold->ssh.fault; may be tried again. */
int machine_hold__begin(struct machine_hold *h, struct err *err);
/* Both. *hold is NULL on errors. */
int machine_hold__take(const char *name, const char *campaign, const atomic_int *stop,
		       struct machine_hold **hold, struct err *err);
/* Before a boot that may take `within_ns`: connected, ours for that long, and the tree is that of now.
 * 0 or -errno with hold->ssh.fault. */
int machine_hold__renew(struct machine_hold *h, uint64_t within_ns, struct err *err);
/* Before a boot into another system: ours for that long, taken again if that one has emptied the directory
 * of the lock. 0 or -errno as above. */
int machine_hold__relock(struct machine_hold *h, uint64_t within_ns, struct err *err);
/* Connect again, if the connection is lost. */
int machine_hold__reconnect(struct machine_hold *h, struct err *err);
/* The same in an attempt that may be one of many, `slow` of which were cut off (ssh__poll()). */
int machine_hold__poll(struct machine_hold *h, unsigned int slow, struct err *err);
/* Say its notes to somebody (NULL: nobody), once. */
void machine_hold__tell(struct machine_hold *h, void (*note)(const char *fmt, ...) __printf(1, 2));
/* Give it up. NULL is fine. */
void machine_hold__release(struct machine_hold *h);
CLEANUP_POINTER(struct machine_hold, machine_hold__release)

#endif
