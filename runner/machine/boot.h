/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h - boot a real machine into a kernel and prove that it runs, and bring the machine back.
 *
 * A boot is a row of states (boot.c has the table), each with a deadline, tries and a name for its
 * failure. Each is in the machine's journal before it begins, so that whoever takes the machine after a
 * kduel that was killed knows what to expect. How long each took is a fact of the boot.
 */
#ifndef KDUEL_MACHINE_BOOT_H
#define KDUEL_MACHINE_BOOT_H

#include "runner/machine/hold.h"
#include "runner/machine/install.h"

/* Facts of a boot on a real machine, beside FACT_BOOT_METHOD: what was tried before and failed, and what
 * proved the kernel. */
#define FACT_BOOT_RETRIED "boot/retried"
#define FACT_BOOT_PROOF "boot/proof"

/* On the kernel's command line: which boot this is. */
#define BOOT_TOKEN "kduel.boot="

/* Those after the kernel is proven are the caller's (machine_boot__enter()). */
enum machine_state {
	MACHINE_RESERVE,
	MACHINE_PREFLIGHT,
	MACHINE_PUSH,
	MACHINE_ARM,
	MACHINE_ARMED,
	MACHINE_GO,
	MACHINE_DOWN,
	MACHINE_UP,
	MACHINE_VERIFIED,
	MACHINE_HELLO,
	MACHINE_JOBS,
	MACHINE_EVIDENCE,
	MACHINE_HOME,
	MACHINE_KNOWN_GOOD,
	MACHINE_STATES
};

struct machine_attempt {
	struct machine_hold *hold;
	const struct kernel *kernel;
	const char *cmdline; /* of the variant: added to known-good's */
	unsigned int slot;
	uint64_t within_ns; /* how long the machine is needed once it is up */
	/* Called as each state begins; may be NULL. */
	void (*entered)(void *arg, const char *state);
	void *arg;
	/* Of the attempt: names and values in turn, the word on the kernel's command line, and why it
	 * failed. machine_attempt__release(). */
	struct strvec facts;
	char word[sizeof(BOOT_TOKEN) + 32];
	char left[37]; /* the boot id of the system that was left for it, "" before */
	enum boot_status fault; /* BOOT_OK: none of the machine's */
};

/*
 * Take the machine for a campaign that boots kernels, as machine_hold__take() does, and have it on
 * known-good: what a killed kduel has left there ends here. *hold is NULL on errors, which are its.
 */
int machine_boot__take(const char *name, const char *campaign, const atomic_int *stop,
		       struct machine_hold **hold, struct err *err);
/* Boot it. 0 when the machine runs the kernel; or -errno with a->fault. */
int machine_boot__run(struct machine_attempt *a, struct err *err);
/* How long the machine may take to come up by the campaign's method, in ns. */
uint64_t machine_boot__up_ns(const struct machine_hold *h);
/* The machine enters one of the later states. */
void machine_boot__enter(struct machine_hold *h, enum machine_state state, unsigned int slot);
/* Have the machine on known-good, proven by another boot id and no kduel.boot= on its command line; by
 * its power when it does not answer. A machine that runs known-good is left alone, unless `reboot`. 0;
 * -EHOSTDOWN when it was given up, which stays so (hold->given_up); or -errno. */
int machine_boot__home(struct machine_hold *h, bool reboot, struct err *err);
/* Take it through its power, proven by another boot id on known-good. 0; -ENOENT: its file has no commands
 * for that; -ENXIO: they ended well, and the machine runs on; or -errno. */
int machine_boot__cycle(struct machine_hold *h, struct err *err);
void machine_attempt__release(struct machine_attempt *a);

/* The command line of a boot: known-good's without the words that say which kernel it is, the
 * variant's, then `panic=10` and the word of this boot. What follows "--" is init's and stays last. Caller frees. */
char *machine_boot__cmdline(const char *known_good, const char *variant, const char *word);

#endif
