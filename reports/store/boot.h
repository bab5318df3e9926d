/* SPDX-License-Identifier: GPL-2.0-only */
/* boot.h - what one boot yields, and how it ends up in the store: in one transaction. */
#ifndef KDUEL_STORE_BOOT_H
#define KDUEL_STORE_BOOT_H

#include "lib/metric.h"
#include "reports/store/store.h"

enum boot_status {
	BOOT_OK,
	BOOT_PANIC, /* the kernel panicked */
	BOOT_KERNEL_BUG, /* oops, BUG or lockup without a panic, and the agent went away */
	BOOT_TIMEOUT, /* no agent within the plan's boot_timeout */
	BOOT_AGENT_LOST, /* the agent fell silent */
	BOOT_AGENT_DIED, /* the connection ended though the kernel did not say why */
	BOOT_WORKLOAD_FAILED,
	BOOT_WORKLOAD_TIMEOUT,
	BOOT_PROTOCOL, /* the agent broke the rules: see runner/boot/protocol.h */
	BOOT_HOST_DISK_FULL,
	BOOT_TARGET_MISSING, /* QEMU could not be started */
	BOOT_TARGET_KILLED, /* QEMU ended in the middle by a signal or an error of its own */
	BOOT_INTERRUPTED, /* the user stopped the campaign; such a boot is run again on resume */
	/* A real machine was not there or not usable, which says nothing about a kernel. */
	BOOT_MACHINE_LOST, /* it does not answer, or the connection broke */
	BOOT_MACHINE_HOST_KEY, /* it shows another host key, or none that is known */
	BOOT_MACHINE_LOGIN, /* it does not let the user in */
	BOOT_MACHINE_NO_ROOT,
	BOOT_MACHINE_ARCH, /* of an architecture that there is no agent for */
	BOOT_MACHINE_CLOCK, /* its clock is far off */
	BOOT_MACHINE_BUSY, /* another campaign has it */
	BOOT_MACHINE_DISK_FULL,
	BOOT_MACHINE_PUSH, /* what was copied to it is not there as it should be */
	BOOT_MACHINE_ARM, /* it could not be told what to boot */
	BOOT_MACHINE_DOWN, /* it does not leave the system that runs */
	BOOT_MACHINE_BOOT, /* it did not come up, or with known-good */
	BOOT_MACHINE_WRONG_KERNEL, /* it came up with a kernel that is not the one */
	BOOT_MACHINE_TUNE, /* it lacks a setting of the plan's, or does not take it */
	BOOT_MACHINE_GIVEN_UP, /* nothing brings it back to known-good */
	BOOT_STATUS_MAX,
};

/* Is it the host's or the machine's fault: it could not start the target, or not keep it? */
bool boot_status__is_hosts(enum boot_status s);
/* Is the slot of a boot with this status done? Boots that were interrupted, or that the host could not
 * keep, are run again. */
bool boot_status__fills_slot(enum boot_status s);
/* The same in SQL, of column `status`. */
#define BOOT_FILLS_SLOT                                                                      \
	"status NOT IN ('interrupted', 'host-disk-full', 'target-missing', 'target-killed')" \
	" AND substr(status, 1, 8) <> 'machine-'"
/* Does it count against the kernel: not ok, and run to an end? */
bool boot_status__is_failure(enum boot_status s);
const char *boot_status__name(enum boot_status s); /* "workload-timeout", ... */
int boot_status__parse(const char *name); /* -EINVAL if unknown */

struct store_sample {
	const char *workload; /* "boot" for values that belong to the boot */
	const char *source; /* plug-in that produced it; equals workload for its own metrics */
	unsigned int version; /* of the source */
	const struct metric *metric;
	int iter; /* WIRE_BOOT (-1): per boot */
	double value;
	enum metric_basis basis;
	bool warmup, tainted;
	uint64_t enabled_ns, running_ns;
};

struct store_iteration {
	const char *workload;
	int iter;
	bool warmup, tainted;
	uint64_t ns; /* length of the timed part on the guest's clock */
};

/* Owned when it was read. */
struct boot_fact {
	const char *key, *value;
};

/* Facts of a boot in exact mode, which runs one workload: its name, and of a boot that repeats
 * another one with its seed the other's slot, counted from 1. */
#define FACT_WORKLOAD "exact/workload"
#define FACT_REPEAT_OF "exact/repeat-of"
/* The TLBs that were simulated, with all their sizes (runner/plan/tlb_cores.h). */
#define FACT_TLB_CORES "tlbmodel/cores"
/* What QEMU is asked for by -cpu (configs/cpus.yaml). */
#define FACT_CPU "target/cpu"
/* The numbers of the events that collector perf counts (configs/cores), or "none". */
#define FACT_EVENTS "perf/events"
/* On a target whose boots are sessions on a kernel that was running before: which boot of that
 * kernel, as the host read it. On other targets nobody sets it, and nobody reads it. */
#define FACT_BOOT_ID "target/boot-id"
/* The command of the variant: sessions on one boot are what is compared, not kernels. */
#define FACT_COMMAND "target/command"
/* The target of campaigns that `kduel import --from` made of other tools' results. */
#define TARGET_IMPORT "import"
/* What such results do not tell, a fact with a number behind it for each sentence. */
#define FACT_CAVEAT "import/caveat-"
/* What the agent found in the same place, on every target; nothing is decided by it. */
#define FACT_AGENT_BOOT_ID "identity/boot-id"
/* Parameters of a workload as it was run: FACT_PARAMS and its name. */
#define FACT_PARAMS "params/"
/* On a real machine that boots kernels: how it was booted ("grub"). Memory is laid out otherwise after
 * another method, and devices are in another state. */
#define FACT_BOOT_METHOD "boot/method"
/* What the plan expects of its variant, one fact a line of it: FACT_EXPECT, two digits, a blank and the line.
 * The value is one of the words of reports/analysis/expect.h, a colon and the evidence. Boots that failed have
 * them, too. */
#define FACT_EXPECT "expect/"
/* The emulator: its version and where it is from. */
#define FACT_QEMU "host/qemu"

/* How long a boot of this workload (exact mode; "": of all) took on a host and kind of target, on
 * average over the last hundred that ended well, of campaigns of this name ("": any); 0: none did. */
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
	const char *detail; /* what happened, for people; "" when ok */
	uint64_t started_ns, ended_ns; /* wall clock */
	const char *command; /* shell line of what was run */
	const char *console; /* console log, kept compressed; may be NULL */
	size_t console_len;
	const char *dmesg; /* full kernel log from the agent; may be NULL */
	struct store_text *texts; /* what collectors keep whole, by name */
	size_t n_texts;
	struct boot_fact *facts;
	size_t n_facts;
	struct store_iteration *iterations;
	size_t n_iterations;
	struct store_sample *samples;
	size_t n_samples;
	struct store_profile *profiles; /* of its iterations, in exact mode */
	size_t n_profiles;
};

/* Add a boot to a campaign (UUID), in one transaction; one that is there already (by UUID) is left as
 * it is. 0 or -errno, and then nothing of it is stored. */
int store__add_boot(struct store *st, const char *campaign, const struct store_boot *b,
		    struct err *err);
/* Record only what became of a boot whose results cannot be stored: status and detail, no results.
 * When the disk is full the reserve is given up for it. 0 or -errno. */
int store__add_bare_boot(struct store *st, const char *campaign, const struct store_boot *b,
			 struct err *err);

#endif
