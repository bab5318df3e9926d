/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * target.h - where kernels boot. A target turns a boot_spec into a running system and provides the
 * byte stream to its agent. To add a target, define a `struct target_ops` and add a line to
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

/* Files in the run directory of an exact boot: the agent's jobs as wire messages, the totals counted
 * by the TLB model's plugin (docs/TLB.md has the format), and its counts by block of kernel code. */
#define TARGET_JOBS "jobs.jsonl"
#define TARGET_TLB "tlb.jsonl"
#define TARGET_PROFILE "profile.txt"

struct kernel;
struct machine_hold;
struct qemu;
struct tlb_cores;

/* Arguments of target_ops.prepare(). */
struct target_prep {
	const struct lock *want; /* use exactly these packages; or NULL */
	struct lock *lock; /* the packages that were used are added here */
	void (*note)(const char *fmt, ...) __printf(1, 2); /* progress messages */
};

/* Everything that one boot needs. The strings belong to the campaign. */
struct boot_spec {
	const struct plan *plan;
	const struct plan_variant *variant;
	const struct qemu *qemu; /* of the whole campaign; NULL if the target does not use QEMU */
	unsigned int slot; /* position in the schedule, 0-based */
	bool exact; /* deterministic boot (docs/EXACT.md) */
	int workload; /* index into plan->workloads: the only one to run; -1: all */
	const struct tlb_cores *tlb; /* the TLBs simulated in exact mode; else NULL */
	uint64_t seed; /* of this boot */
	const struct kernel *built; /* the kernel in the cache; NULL if the target boots none */
	const char *kernel; /* Image file */
	const char *release; /* what `uname -r` must print; NULL: unknown */
	const char *initrd; /* initramfs file */
	const char *root; /* ext4 image, or NULL */
	const char *run_dir; /* existing private directory for this boot */
	const char *modules; /* comma-separated modules that the agent needs to mount the root */
	struct machine_hold *machine; /* the real machine to measure; NULL: this host */
	uint64_t bound_ns; /* the sum of the timeouts of all steps: no boot takes longer */
	/* Called by start() as each of its steps begins, with the step's name, a string constant.
	 * May be NULL. */
	void (*entered)(void *arg, const char *what);
	void *arg;
};

/* The root directory for functions that read /proc and /sys of the measured machine; "" for this
 * host. */
const char *boot_spec__root(const struct boot_spec *spec);

struct fake;
struct ssh_session;

struct target_run {
	int fd; /* byte stream to the agent; -1: closed */
	pid_t supervisor; /* process that owns the running system; 0: none */
	int leash; /* when this closes, the supervisor kills everything */
	char *console; /* path of the console log; owned */
	struct fake *fake; /* thread of the fake target; owned */
	struct ssh_session *ssh; /* session on a real machine; owned */
	char *greeting; /* the agent's first line (wire__await_greeting()), or NULL; owned */
	bool no_console; /* like target_ops.no_console, but for this run */
	long console_from; /* offset in the console log at which this boot begins */
	struct strvec facts, texts; /* of the boot, for the record: names and values in turn */
	enum boot_status fault; /* why start() failed; BOOT_OK: only `err` tells */
};

struct target_ops {
	const char *name;
	/* In exact mode the target sends nothing to the agent, which reads TARGET_JOBS; `fd` is a
	 * growing file. */
	bool one_way;
	/* The console log is the agent's own output and has no kernel messages. */
	bool no_console;
	/* The system is a process of this host and shares its CPUs. */
	bool hosted;
	/* Kernel options that the target needs, terminated by .symbol == NULL. May be NULL. */
	const struct need *needs;
	/* Can this host run the plan? Messages name the line of the plan. 0 or -errno. */
	int (*check)(const struct plan *plan, struct err *err);
	/* Find or fetch the QEMU for all boots of the plan; sets *qemu to NULL if none is needed. The
	 * caller frees it with qemu__free(). May be NULL. 0 or -errno. */
	int (*prepare)(const struct plan *plan, const struct target_prep *prep, struct qemu **qemu,
		       struct err *err);
	/* Check that what prepare() found really works for the plan. May change choices that the
	 * plan left to kduel. May be NULL. 0; -ENOTCONN: it does not work; or another -errno. */
	int (*settle)(struct plan *plan, const struct qemu *qemu,
		      void (*note)(const char *fmt, ...) __printf(1, 2), struct err *err);
	/* Take the real machine that the plan names, for all of its boots; the caller calls
	 * machine_hold__release(). NULL if the target needs no machine. 0; -EBUSY: somebody else is
	 * using it; or another -errno. */
	int (*take)(const struct plan *plan, const atomic_int *stop, struct machine_hold **hold,
		    struct err *err);
	/* Append the command that start() would run, environment included, as one would type it
	 * into a shell. 0 or -errno. */
	int (*command)(const struct boot_spec *spec, struct strvec *argv, struct err *err);
	/* The kernel command line of this boot; the caller frees. */
	char *(*cmdline)(const struct boot_spec *spec);
	/* Start the boot; does not wait for the agent's hello. The caller calls stop() even after a
	 * failure. 0; -ENOENT: the program that runs it is missing; or another -errno. */
	int (*start)(const struct boot_spec *spec, struct target_run *run, struct err *err);
	/* Called when the agent has said hello. May be NULL. */
	void (*hello)(struct target_run *run);
	/* Called when the boot has ended with this status: after start(), even if that failed, and
	 * before stop(). May add facts and texts. Returns a more precise status, with the reason in
	 * `why`, or BOOT_OK. May be NULL. */
	enum boot_status (*over)(struct target_run *run, enum boot_status status, char *why,
				 size_t len);
	/* Wait at most `ms` for the system to end by itself. 0, with the exit status of the
	 * supervised program in *status (128 + signal if killed); or -ETIMEDOUT. */
	int (*wait)(struct target_run *run, unsigned int ms, int *status);
	/* End the boot, whatever its state, and release everything. Safe to call twice. */
	void (*stop)(struct target_run *run);
	/* What the kernels run on, which decides the basis of each metric. `root` is the root
	 * directory for /proc and /sys of that machine; "" for this host. */
	enum metric_platform (*platform)(const struct plan *plan, const char *root);
	/* Called when the agent's stream has ended, to find out why. Returns a status, with the
	 * reason in `why`; or BOOT_OK if the program's exit status tells all. May be NULL. */
	enum boot_status (*why_ended)(struct target_run *run, char *why, size_t len);
};

#define X(name, id, runs) extern const struct target_ops target_##name;
#include "runner/plan/targets.h"
#undef X

/* The target that a plan asks for. */
const struct target_ops *target__of(const struct plan *plan);

#endif
