/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * boot.h - boot a real machine into a kernel and prove that it runs, and bring the machine back.
 *
 * A boot is a sequence of states (table in boot.c), each with a deadline, a number of tries and a
 * status for its failure. A state is written to the machine's journal before it begins, so that if
 * kduel is killed, the next one to take the machine knows how far it got. How long each state took
 * is a fact of the boot.
 */
#ifndef KDUEL_MACHINE_BOOT_H
#define KDUEL_MACHINE_BOOT_H

#include "runner/machine/hold.h"
#include "runner/machine/install.h"

/* Facts of a boot on a real machine, besides FACT_BOOT_METHOD: why an earlier try by kexec failed,
 * and how it was proven that the intended kernel runs ("token, build id"). */
#define FACT_BOOT_RETRIED "boot/retried"
#define FACT_BOOT_PROOF "boot/proof"

/* Parameter on the kernel's command line that identifies this boot. */
#define BOOT_TOKEN "kduel.boot="

/* machine_boot__run() enters the states up to MACHINE_VERIFIED. The caller enters MACHINE_HELLO,
 * MACHINE_JOBS and MACHINE_EVIDENCE with machine_boot__enter(); machine_boot__home() enters the last
 * two. */
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
	const char *cmdline; /* of the variant: appended to known-good's */
	unsigned int slot;
	uint64_t within_ns; /* how long the machine is needed once it is up */
	/* Called as each state begins; may be NULL. */
	void (*entered)(void *arg, const char *state);
	void *arg;
	/* Results; free them with machine_attempt__release(). */
	struct strvec facts; /* names and values in turn */
	char word[sizeof(BOOT_TOKEN) + 32]; /* this boot's token on the kernel's command line */
	char left[37]; /* boot id of the system that was running before; "" if not known yet */
	enum boot_status fault; /* why it failed; BOOT_OK: not because of the machine */
};

/*
 * Take the machine for a campaign that boots kernels, as machine_hold__take() does, and bring it to
 * known-good, even if a killed kduel left it in another kernel. 0, and the caller releases *hold; on
 * failure *hold is NULL, and the errors are those of machine_hold__take() and machine_boot__home().
 */
int machine_boot__take(const char *name, const char *campaign, const atomic_int *stop,
		       struct machine_hold **hold, struct err *err);
/* Boot the kernel. 0 once the machine is proven to run it, or -errno with a->fault. */
int machine_boot__run(struct machine_attempt *a, struct err *err);
/* How long the machine may take to come up by the campaign's method, in ns. */
uint64_t machine_boot__up_ns(const struct machine_hold *h);
/* Note in the journal that the machine enters a state. */
void machine_boot__enter(struct machine_hold *h, enum machine_state state, unsigned int slot);
/*
 * Bring the machine to known-good, using its power commands if it does not answer. A reboot is proven
 * by a new boot id and a command line without kduel.boot=. A machine that already runs known-good is
 * not rebooted unless `reboot` is set. 0; -EHOSTDOWN if the machine had to be given up, which is
 * final (hold->given_up); or another -errno.
 */
int machine_boot__home(struct machine_hold *h, bool reboot, struct err *err);
/* Power-cycle the machine and check that it comes up with a new boot id, on known-good. 0; -ENOENT:
 * its file has no such power commands; -ENXIO: they succeeded, but did not reset the machine, or the
 * wrong system came up; or another -errno. */
int machine_boot__cycle(struct machine_hold *h, struct err *err);
void machine_attempt__release(struct machine_attempt *a);

/* Make the command line of a boot: that of known-good without the words that name its kernel, then
 * the variant's, `panic=10` and the token of this boot. Words after "--" are for init and stay last.
 * The caller frees. */
char *machine_boot__cmdline(const char *known_good, const char *variant, const char *word);

#endif
