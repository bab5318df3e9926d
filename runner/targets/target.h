/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * target.h - where kernels boot. A target turns a boot_spec into a running
 * system and yields the byte stream to its agent.
 */
#ifndef KDUEL_TARGETS_TARGET_H
#define KDUEL_TARGETS_TARGET_H

#include "lib/err.h"
#include "lib/metric.h"
#include "runner/packages/lock.h"
#include "runner/plan/plan.h"

#include <sys/types.h>

/* In the run directory of an exact boot: what its agent is to do, as messages of the wire. */
#define TARGET_JOBS "jobs.jsonl"

struct qemu;
struct tlb_cores;

/* What a target may use to find what boots need on the host. */
struct target_prep {
	const struct lock *want; /* take exactly these packages; or NULL */
	struct lock *lock; /* receives the packages that were taken */
	void (*note)(const char *fmt, ...) __printf(1, 2); /* before something that takes long */
};

/* Everything that one boot needs; `kduel run --dry-run` prints it. */
struct boot_spec {
	const struct plan *plan;
	const struct plan_variant *variant;
	const struct qemu *qemu; /* of the whole campaign; NULL on targets without */
	unsigned int slot; /* position in the schedule, 0-based */
	bool exact; /* the deterministic recipe (docs/PLAN.md) */
	int workload; /* index into plan->workloads: the only one to run; -1: all */
	const struct tlb_cores *tlb; /* what is simulated in exact mode; else NULL */
	uint64_t seed; /* of this boot */
	const char *kernel; /* Image file */
	const char *release; /* what `uname -r` must say, or NULL when not known */
	const char *initrd; /* initramfs file */
	const char *root; /* ext4 image, or NULL */
	const char *run_dir; /* a private directory for this boot, exists */
	const char *modules; /* comma-separated modules that the agent needs to reach the root */
};

struct fake;

struct target_run {
	int fd; /* byte stream to the agent; -1 when closed */
	pid_t supervisor; /* process that owns the running system; 0: none */
	int leash; /* the supervisor ends everything when this closes */
	char *console; /* file that the console goes to; owned */
	struct fake *fake; /* the fake target's thread; owned */
};

struct target_ops {
	const char *name;
	/* In exact boots nothing is sent: the agent has TARGET_JOBS, and `fd` is a growing file. */
	bool one_way;
	/* Is the plan possible here, given the host? Messages name the plan's line. 0 or -errno. */
	int (*check)(const struct plan *plan, struct err *err);
	/* Find, or fetch, the QEMU that all boots of the plan run in; NULL: none is needed. The
	 * caller frees it with qemu__free(). 0 or -errno. */
	int (*prepare)(const struct plan *plan, const struct target_prep *prep, struct qemu **qemu,
		       struct err *err);
	/* The exact command line that start() would run, as a shell would be given it. 0 or -errno. */
	int (*command)(const struct boot_spec *spec, struct strvec *argv, struct err *err);
	/* The kernel command line of this boot; caller frees. */
	char *(*cmdline)(const struct boot_spec *spec);
	/* Start; returns at once. -ENOENT: the program that runs it is missing. */
	int (*start)(const struct boot_spec *spec, struct target_run *run, struct err *err);
	/* Wait at most `ms` for the system to end by itself: 0 it did, and *status is what the
	 * supervised program returned (128 + signal when killed); -ETIMEDOUT. */
	int (*wait)(struct target_run *run, unsigned int ms, int *status);
	/* End it in whatever state it is, reap, release. Safe to call twice. */
	void (*stop)(struct target_run *run);
	enum metric_platform (*platform)(const struct plan *plan);
};

extern const struct target_ops target_qemu, target_fake, target_local;

const struct target_ops *target__of(const struct plan *plan);

#endif
