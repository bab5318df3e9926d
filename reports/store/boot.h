/* SPDX-License-Identifier: GPL-2.0-only */
/* boot.h - the results of one boot, stored in a single transaction. */
#ifndef KDUEL_STORE_BOOT_H
#define KDUEL_STORE_BOOT_H

#include "lib/metric.h"
#include "reports/store/store.h"

enum boot_status {
	BOOT_OK,
	BOOT_PANIC, /* the kernel panicked */
	BOOT_KERNEL_BUG, /* oops, BUG or lockup without a panic, then the agent was lost */
	BOOT_TIMEOUT, /* no agent within the plan's boot_timeout */
	BOOT_AGENT_LOST, /* the agent fell silent */
	BOOT_AGENT_DIED, /* the connection to the agent ended without a message from the kernel */
	BOOT_WORKLOAD_FAILED,
	BOOT_WORKLOAD_TIMEOUT,
	BOOT_PROTOCOL, /* the agent violated the protocol of runner/boot/protocol.h */
	BOOT_HOST_DISK_FULL,
	BOOT_TARGET_MISSING, /* QEMU could not be started */
	BOOT_TARGET_KILLED, /* QEMU was killed or failed in the middle */
	BOOT_INTERRUPTED, /* the user stopped the campaign; such a boot is run again on resume */
	/* A real machine was unavailable or unusable, which says nothing about a kernel. */
	BOOT_MACHINE_LOST, /* it does not answer, or the connection broke */
	BOOT_MACHINE_HOST_KEY, /* its host key is unknown or has changed */
	BOOT_MACHINE_LOGIN, /* login refused */
	BOOT_MACHINE_NO_ROOT,
	BOOT_MACHINE_ARCH, /* no agent for its architecture */
	BOOT_MACHINE_CLOCK, /* its clock is far off */
	BOOT_MACHINE_BUSY, /* in use by another campaign */
	BOOT_MACHINE_DISK_FULL,
	BOOT_MACHINE_PUSH, /* a file copied to it is missing or wrong */
	BOOT_MACHINE_ARM, /* could not select the kernel to boot */
	BOOT_MACHINE_DOWN, /* it does not shut down */
	BOOT_MACHINE_BOOT, /* it did not come up, or came up with the known-good kernel */
	BOOT_MACHINE_WRONG_KERNEL, /* it came up with some other kernel */
	BOOT_MACHINE_TUNE, /* a setting of the plan is missing or is rejected */
	BOOT_MACHINE_GIVEN_UP, /* it could not be brought back to the known-good kernel */
	BOOT_STATUS_MAX,
};

/* Is the host or the machine to blame, because it could not start the target or keep it running? */
bool boot_status__is_hosts(enum boot_status s);
/* Does a boot with this status complete its slot? Boots that were interrupted or that the host
 * failed are run again. */
bool boot_status__fills_slot(enum boot_status s);
/* The same as an SQL condition on column `status`. */
#define BOOT_FILLS_SLOT                                                                      \
	"status NOT IN ('interrupted', 'host-disk-full', 'target-missing', 'target-killed')" \
	" AND substr(status, 1, 8) <> 'machine-'"
/* Does it count against the kernel: it fills its slot, but is not ok? */
bool boot_status__is_failure(enum boot_status s);
const char *boot_status__name(enum boot_status s); /* "workload-timeout", ... */
int boot_status__parse(const char *name); /* -EINVAL if unknown */

struct store_sample {
	const char *workload; /* "boot" for values that belong to the boot */
	/* Plug-in that produced it; for a workload's own metrics, the workload. */
	const char *source;
	unsigned int version; /* of the source */
	const struct metric *metric;
	int iter; /* WIRE_BOOT (-1): one value for the boot */
	double value;
	enum metric_basis basis;
	bool warmup, tainted;
	uint64_t enabled_ns, running_ns;
};

struct store_iteration {
	const char *workload;
	int iter;
	bool warmup, tainted;
	uint64_t ns; /* duration of the timed part, by the guest's clock */
};

/* Strings are owned when read from the store. */
struct boot_fact {
	const char *key, *value;
};

/* Facts of boots in exact mode, which run a single workload: its name and, if the boot repeats
 * another one with the same seed, that one's slot, counted from 1. */
#define FACT_WORKLOAD "exact/workload"
#define FACT_REPEAT_OF "exact/repeat-of"
/* The simulated TLBs with all their sizes (runner/plan/tlb_cores.h). */
#define FACT_TLB_CORES "tlbmodel/cores"
/* QEMU's -cpu argument (configs/cpus.yaml). */
#define FACT_CPU "target/cpu"
/* The event numbers that collector perf counts (configs/cores), or "none". */
#define FACT_EVENTS "perf/events"
/* On targets whose boots are sessions on an already running kernel: the boot ID of that kernel,
 * read by the host. Neither set nor read for other targets. */
#define FACT_BOOT_ID "target/boot-id"
/* The command of the variant, if sessions on the same boot are compared by command rather than by
 * kernel. */
#define FACT_COMMAND "target/command"
/* The target of campaigns that `kduel import --from` made from other tools' results. */
#define TARGET_IMPORT "import"
/* What such results do not tell: one fact per sentence, with a number appended to the key. */
#define FACT_CAVEAT "import/caveat-"
/* The boot ID as the agent read it, on every target; informational only. */
#define FACT_AGENT_BOOT_ID "identity/boot-id"
/* The parameters that a workload ran with: FACT_PARAMS followed by its name. */
#define FACT_PARAMS "params/"
/* On a real machine that boots kernels: the boot method ("grub"). Other methods leave memory laid
 * out differently and devices in another state. */
#define FACT_BOOT_METHOD "boot/method"
/* The expectations of the plan for its variant, one fact each: the key is FACT_EXPECT, two digits,
 * a blank and the line of the plan; the value is a word from reports/analysis/expect.h, a colon and
 * the evidence. Boots that failed have them, too. */
#define FACT_EXPECT "expect/"
/* The emulator: its version and origin. */
#define FACT_QEMU "host/qemu"

/* How long a boot of this workload (exact mode; "": of all workloads) takes on this host and
 * target, in ns: the average of the last hundred good boots, from campaigns of this name ("": any).
 * 0: there are none. */
uint64_t store__boot_time(struct store *st, const char *host, const char *target, const char *name,
			  const char *workload);

struct store_text {
	const char *name; /* "ptdump/boot" */
	const char *text;
	size_t len;
};

struct store_boot {
	char uuid[UUID_LEN];
	unsigned int slot, block;
	const char *variant;
	uint64_t seed;
	enum boot_status status;
	const char *detail; /* human-readable cause; "" when ok */
	uint64_t started_ns, ended_ns; /* wall clock */
	const char *command; /* shell command line that was run */
	const char *console; /* console log, stored compressed; may be NULL */
	size_t console_len;
	const char *dmesg; /* full kernel log from the agent; may be NULL */
	struct store_text *texts; /* texts that collectors keep, by name */
	size_t n_texts;
	struct boot_fact *facts;
	size_t n_facts;
	struct store_iteration *iterations;
	size_t n_iterations;
	struct store_sample *samples;
	size_t n_samples;
	struct store_profile *profiles; /* profiles of its iterations, in exact mode */
	size_t n_profiles;
};

/* Add a boot to the campaign with this UUID, in one transaction; a boot that is already there (by
 * UUID) is left alone. 0, or -errno with nothing stored. */
int store__add_boot(struct store *st, const char *campaign, const struct store_boot *b,
		    struct err *err);
/* Record only status and detail of a boot whose results cannot be stored. If the disk is full, the
 * reserve file is given up for it. 0 or -errno. */
int store__add_bare_boot(struct store *st, const char *campaign, const struct store_boot *b,
			 struct err *err);

#endif
