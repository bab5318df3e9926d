/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * target.h - where kernels boot. A target turns a boot_spec into a running system and yields the
 * byte stream to its agent. A new target is one file with a `struct target_ops` and a line in
 * runner/plan/targets.h.
 */
#ifndef KDUEL_TARGETS_TARGET_H
#define KDUEL_TARGETS_TARGET_H

#include "lib/err.h"
#include "lib/metric.h"
#include "lib/need.h"
#include "reports/store/boot.h"
#include "runner/packages/lock.h"
#include "runner/plan/plan.h"

#include <stdatomic.h>
#include <sys/types.h>

/* Files in the run directory of an exact boot: the agent's jobs as wire messages, and what the TLB
 * model's plugin counted, in all (docs/TLB.md has its lines) and by block of kernel code. */
#define TARGET_JOBS "jobs.jsonl"
#define TARGET_TLB "tlb.jsonl"
#define TARGET_PROFILE "profile.txt"

struct kernel;
struct machine_hold;
struct qemu;
struct tlb_cores;

/* What target_ops.prepare() gets to find what boots need on the host. */
struct target_prep {
	const struct lock *want; /* use exactly these packages; or NULL */
	struct lock *lock; /* receives the packages that were used */
	void (*note)(const char *fmt, ...) __printf(1, 2); /* before something that takes long */
};

/* Everything that one boot needs. Strings belong to the campaign. */
struct boot_spec {
	const struct plan *plan;
	const struct plan_variant *variant;
	const struct qemu *qemu; /* of the whole campaign; NULL on targets without */
	unsigned int slot; /* position in the schedule, 0-based */
	bool exact; /* deterministic boot (docs/EXACT.md) */
	int workload; /* index into plan->workloads: the only one to run; -1: all */
	const struct tlb_cores *tlb; /* the TLBs simulated in exact mode; else NULL */
	uint64_t seed; /* of this boot */
	const struct kernel *built; /* the kernel as the cache has it; NULL on targets without */
	const char *kernel; /* Image file */
	const char *release; /* what `uname -r` must print, or NULL when unknown */
	const char *initrd; /* initramfs file */
	const char *root; /* ext4 image, or NULL */
	const char *run_dir; /* existing private directory for this boot */
	const char *modules; /* comma-separated modules that the agent needs to mount the root */
	struct machine_hold *machine; /* the real machine that is measured; NULL: it is this one */
	uint64_t bound_ns; /* no boot takes longer: what the bounds of its steps add up to */
	/* Called by start() as each of its own steps begins, with its name, a constant; may be NULL. */
	void (*entered)(void *arg, const char *what);
	void *arg;
};

/* Where readers of /proc find that of the measured machine: a directory, "" for this one. */
const char *boot_spec__root(const struct boot_spec *spec);

struct fake;
struct ssh_session;

struct target_run {
	int fd; /* byte stream to the agent; -1 when closed */
	pid_t supervisor; /* process that owns the running system; 0: none */
	int leash; /* when this closes, the supervisor kills everything */
	char *console; /* path of the console log; owned */
	struct fake *fake; /* the fake target's thread; owned */
	struct ssh_session *ssh; /* on a real machine; owned */
	char *greeting; /* the line that the agent begins with, what comes before is not its; owned */
	bool no_console; /* as that of target_ops, for this run */
	long console_from; /* what comes before in the console log is of another boot */
	/* Of the boot, names and values in turn; the session records them. */
	struct strvec facts, texts;
	enum boot_status fault; /* start() failed for this reason; BOOT_OK: see its error */
};

struct target_ops {
	const char *name;
	/* Exact boots send nothing: the agent reads TARGET_JOBS, and `fd` is a growing file. */
	bool one_way;
	/* What is kept as the console log is the agent's own output: the kernel says nothing in it. */
	bool no_console;
	/* What the kernels that it boots must have, terminated by .symbol == NULL; may be NULL. */
	const struct need *needs;
	/* Is the plan possible here, given the host? Messages name the plan's line. 0 or -errno. */
	int (*check)(const struct plan *plan, struct err *err);
	/* Find, or fetch, the QEMU that all boots of the plan run in; NULL member: none is needed.
	 * The caller frees it with qemu__free(). 0 or -errno. */
	int (*prepare)(const struct plan *plan, const struct target_prep *prep, struct qemu **qemu,
		       struct err *err);
	/* See whether what prepare() found does what the plan needs; what the plan left to kduel may change.
	 * NULL: nothing is left. 0; -ENOTCONN: it does not; or another -errno. */
	int (*settle)(struct plan *plan, const struct qemu *qemu,
		      void (*note)(const char *fmt, ...) __printf(1, 2), struct err *err);
	/* Have the real machine that the plan names, for all of its boots; machine_hold__release() gives
	 * it back. NULL: the target needs none. -EBUSY: somebody else has it; or another -errno. */
	int (*take)(const struct plan *plan, const atomic_int *stop, struct machine_hold **hold,
		    struct err *err);
	/* Append the command line that start() would run, environment included, as one would
	 * type it into a shell. 0 or -errno. */
	int (*command)(const struct boot_spec *spec, struct strvec *argv, struct err *err);
	/* The kernel command line of this boot; caller frees. */
	char *(*cmdline)(const struct boot_spec *spec);
	/* Start; does not wait for the boot. -ENOENT: the program that runs it is missing. */
	int (*start)(const struct boot_spec *spec, struct target_run *run, struct err *err);
	/* The agent has said hello. NULL: nobody need know. */
	void (*hello)(struct target_run *run);
	/* The boot has come to this end, after start() in any case and before stop(). May add facts and
	 * texts, and find a better status: that, with the reason in `why`, else BOOT_OK. NULL: nothing is
	 * to be done. */
	enum boot_status (*over)(struct target_run *run, enum boot_status status, char *why,
				 size_t len);
	/* Wait at most `ms` for the system to end by itself: 0 it did, and *status is what the
	 * supervised program returned (128 + signal when killed); -ETIMEDOUT. */
	int (*wait)(struct target_run *run, unsigned int ms, int *status);
	/* End it in whatever state it is, reap, release. Safe to call twice. */
	void (*stop)(struct target_run *run);
	/* What the kernels run on, which decides the basis of each metric. `root` is the directory that
	 * has the /proc of the machine they run on: "" for this one. */
	enum metric_platform (*platform)(const struct plan *plan, const char *root);
	/* The agent's stream has ended: why? A status, with the reason in `why`; BOOT_OK when what the
	 * program returned says all. NULL: it always does. */
	enum boot_status (*why_ended)(struct target_run *run, char *why, size_t len);
};

#define X(name, id, runs) extern const struct target_ops target_##name;
#include "runner/plan/targets.h"
#undef X

/* The target that a plan asks for. */
const struct target_ops *target__of(const struct plan *plan);

#endif
