/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * plan.h - the YAML file that says what a campaign does; docs/PLAN.md is its manual.
 *
 * A loaded plan is complete and checked: every name is resolved, every default
 * filled in. All mistakes of a file are reported in one go, each with file,
 * line and column.
 */
#ifndef KDUEL_PLAN_PLAN_H
#define KDUEL_PLAN_PLAN_H

#include "collectors/collector.h"
#include "lib/err.h"
#include "lib/strvec.h"
#include "reports/report/gate.h"
#include "reports/store/campaign.h"
#include "runner/guest/files.h"
#include "runner/kernels/spec.h"
#include "workloads/workload.h"

#define PLAN_MAX_VARIANTS 16
#define PLAN_MAX_BOOTS 1000
#define PLAN_MAX_SIZES 8
#define PLAN_MAX_HOTPLUG 4
#define PLAN_MAX_ITERATIONS 10000

enum plan_target {
#define X(name, id, runs) TARGET_##id,
#include "runner/plan/targets.h"
#undef X
};

/* What a target runs decides which keys of a plan apply to it. */
enum plan_target_runs {
	RUNS_KERNELS, /* it boots each variant's kernel */
	RUNS_AS_IT_IS, /* it uses the running system: a "boot" is a session of the agent */
	RUNS_NOTHING, /* it makes up numbers from the seed, for tests */
};

const char *plan_target__name(enum plan_target kind);

enum plan_accel {
	ACCEL_AUTO, /* KVM if every variant's CPU is "host", else TCG */
	ACCEL_TCG,
	ACCEL_KVM,
};

/* How the fake target behaves for a variant (tests only). `fake: {kernel: ...}` is read into the
 * variant's own `kernel`. */
struct plan_fake {
	double scale; /* every value is multiplied by it */
	double boot_sd, iter_sd; /* relative noise between and within boots */
	uint64_t boot_delay_ns; /* time from the start to the agent's hello */
	char *fail; /* name of the status that boots end with, or NULL */
	unsigned int fail_every; /* `fail` applies to every n-th boot of the variant (1: each) */
	char *boot_id; /* boot id that all boots report, like sessions on one system; or NULL */
	bool drift; /* numbers depend on the slot besides the seed: repeats in exact mode differ */
};

/* What `expect` may require of a boot. */
enum plan_expect_kind {
	EXPECT_METRIC, /* the boot's median of a metric, against a number */
	EXPECT_FACT, /* the value of a fact matches a pattern */
	EXPECT_LOG, /* a line of the kernel log matches a pattern */
	EXPECT_NO_LOG, /* no line of the kernel log does */
	EXPECT_NO_WARNING, /* the kernel log has no warning, bug or the like */
	EXPECT_SELFTESTS, /* no more failures, and no fewer tests, than the baseline has */
	EXPECT_ELSEWHERE, /* a check that this plan cannot run: `pattern` says why */
};

enum plan_expect_op {
	EXPECT_AT_LEAST,
	EXPECT_AT_MOST,
	EXPECT_EQUAL,
	EXPECT_NOT,
	EXPECT_ABOVE,
	EXPECT_BELOW,
};

#define PLAN_MAX_EXPECTS 50 /* per variant; FACT_EXPECT numbers them with two digits */

/* One line of `expect`. */
struct plan_expect {
	enum plan_expect_kind kind;
	char *text; /* as reports show it: "linear_map.block_share >= 98 %" */
	char *what; /* pattern of a metric (gate__means()), or key of a fact; else NULL */
	char *pattern; /* for the fact's value or a line of the log, or the reason; else NULL */
	/* EXPECT_METRIC: the comparison and its right-hand side. */
	enum plan_expect_op op;
	double value;
};

/* Which CPUs the test patch "bbml" makes the kernel treat as having BBML2 (from 7.3 on, BBML3): they
 * can change the size of a live mapping without break-before-make. */
enum plan_bbml {
	BBML_UNSAID, /* those that really have it */
	BBML_ALL,
	BBML_NONE,
	BBML_BOOT_ONLY, /* the boot CPU: memory is first mapped by blocks, then again by pages */
};

#define PLAN_EMULATED_CPU "max" /* if no variant names a CPU and there is no KVM */
#define PLAN_BBML_PATCH "bbml" /* configs/patches/bbml */

void plan_expect__release(struct plan_expect *e);

/* What arm64's rodata= makes read-only, which decides whether the linear map can use block mappings
 * (docs/PLAN.md). */
enum plan_rodata {
	RODATA_UNSAID, /* whatever the kernel and `cmdline` say */
	RODATA_FULL, /* the image, and aliases of read-only memory in the linear map */
	RODATA_NOALIAS, /* the image only */
	RODATA_OFF,
};

struct plan_variant {
	char *name; /* "new", in a sweep "new-4G" */
	char *in_plan; /* the name in the plan, without the size */
	uint64_t memory; /* of the guest, bytes */
	struct kernel_spec kernel;
	char *cpu; /* name in configs/cpus.yaml */
	char *cpu_arg; /* its QEMU -cpu argument; NULL if that file has no such CPU */
	/* The cpu_arg to fall back to if KVM does not work (plan__emulate()). Only set if kduel
	 * itself chose the host's CPU; NULL if the plan chose the CPU. */
	char *emulated_arg;
	/* Appended to kduel's own command line; "" if none. The words for `rodata` and `bbml` are
	 * added once the kernel is known. */
	char *cmdline;
	enum plan_rodata rodata;
	enum plan_bbml bbml;
	char *command; /* what workload exec runs for this variant; NULL: the workload's command */
	struct plan_fake fake;
	struct plan_expect *expects; /* in the order of the plan */
	size_t n_expects;
	int line, col; /* where the plan defines it */
};

/* Does the variant use the host's own CPU, which needs KVM? */
static inline bool plan_variant__cpu_is_host(const struct plan_variant *v)
{
	return v->cpu && streq(v->cpu, "host");
}

struct plan_workload {
	const struct workload *wl;
	struct param_set params;
	const struct metric *metrics; /* of the workload with these parameters */
	struct metric_list declared; /* owns `metrics` if they depend on the parameters */
	unsigned int iterations, warmup; /* `iterations` includes the warm-up */
	uint64_t max_ns, setup_ns; /* timeouts of one iteration and of the set-up */
};

/* The value of a workload's parameter for a variant: a variant may override the command of exec. */
static inline const char *plan_workload__param(const struct plan_workload *w,
					       const struct param_value *value,
					       const struct plan_variant *v)
{
	return v->command && streq(w->wl->name, "exec") && streq(value->param->name, "command") ?
		       v->command :
		       value->text;
}

struct plan_collector {
	const struct collector *col;
	struct param_set params;
};

/* A virtio-mem device. It offers all of its memory from the start; the guest's driver hot-adds it
 * during boot. */
struct plan_hotplug {
	uint64_t size; /* bytes, a multiple of `block` */
	uint64_t block; /* block size of the device in bytes, a power of two */
};

struct plan_target_opts {
	enum plan_target kind;
	enum plan_accel accel;
	uint64_t memory; /* bytes; in a sweep the largest size */
	/* A memory sweep: every variant boots with each of these sizes. Empty: only with `memory`. */
	uint64_t sizes[PLAN_MAX_SIZES];
	size_t n_sizes;
	struct plan_hotplug hotplug[PLAN_MAX_HOTPLUG];
	size_t n_hotplug;
	unsigned int cpus;
	struct strvec host_cpus; /* at most one CPU list; empty: unpinned */
	uint64_t boot_timeout_ns; /* from the start to the agent's hello */
	uint64_t host_wait_ns; /* how long to wait for a host in trouble before giving up */
	uint64_t agent_timeout_ns; /* the agent is lost if silent for longer (outside timed parts) */
	uint64_t min_free; /* bytes the host must have free before a boot */
	char *machine; /* target ssh: the name of the machine's file; else NULL */
	bool boots; /* target ssh: the variants have kernels, which the machine boots */
	uint64_t watchdog_ns; /* target ssh: timeout of the machine's watchdog; 0: not used */
	char *no_kvm; /* why kduel emulates although the host has KVM (plan__emulate()); or NULL */
	char *qemu; /* program name or path, or NULL: kduel finds one */
	char *min_qemu; /* oldest acceptable release ("9.2"), or NULL: what the CPUs need */
};

/* Settings of the host, or of the machine of target ssh, for the duration of the campaign. */
enum plan_tune_key {
	TUNE_ASLR,
	TUNE_BOOST,
	TUNE_GOVERNOR,
	TUNE_NMI_WATCHDOG,
	TUNE_NUMA_BALANCING,
	TUNE_SWAP,
	TUNE_THP,
	TUNE_MAX
};

struct plan_tune {
	char *word[TUNE_MAX]; /* as in the plan; NULL: leave the setting alone */
};

/* What the target's boots run. For target ssh, only valid once the variants are read. */
enum plan_target_runs plan_target__runs(const struct plan_target_opts *t);
/* The most memory a guest may have, in bytes, hot-added memory included. */
uint64_t plan_target__memory(const struct plan_target_opts *t);

/* How many entries of plan->variants each variant in the file stands for: one per memory size. They
 * are adjacent, smallest size first. */
static inline size_t plan_target__sweep(const struct plan_target_opts *t)
{
	return t->n_sizes ? t->n_sizes : 1;
}

struct plan {
	char *path, *text; /* the file as it was read */
	char *name;
	struct plan_target_opts target;
	struct strvec guest_suites; /* where guest packages come from */
	char *guest_initramfs; /* an extra initramfs archive, or NULL */
	struct strvec guest_packages; /* what the user adds to the workloads' packages */
	struct guest_files guest_files; /* the user's files for the root image */
	unsigned int guest_network; /* 0: loopback only; 1: QEMU's user-mode network */
	struct plan_variant *variants;
	size_t n_variants, baseline;
	/* What is compared, as the store keeps it. The plan owns the titles. */
	struct campaign_compare *compares; /* never empty if there are two variants */
	size_t n_compares;
	bool paired; /* compare boots within their block */
	struct gate gate; /* which rows decide the exit status */
	struct campaign_factorial *factorials;
	size_t n_factorials;
	struct campaign_margin *margins;
	size_t n_margins;
	struct plan_workload *workloads;
	size_t n_workloads;
	struct plan_collector *collectors;
	size_t n_collectors;
	unsigned int boots; /* per variant */
	uint64_t budget_ns; /* time limit for all boots of a campaign; 0: none */
	uint64_t seed;
	bool stop_on_failure;
	bool allow_exec; /* workload exec may run on a system that is not a disposable guest */
	bool full; /* workloads default to the published sizes */
	/* Deterministic boots: each runs one workload, and one boot of every variant and workload
	 * is repeated with its seed to check that it counts the same (docs/PLAN.md). */
	bool exact;
	bool profile; /* exact boots count the instructions of each kernel function */
	unsigned int parallel; /* boots at a time; 0: as many as the host has room for */
	int parallel_line, parallel_col; /* where the file sets `parallel` */
	struct plan_tune tune;
	/* Names in configs/cores. The first one is simulated with all of its metrics. Empty: the
	 * default cores. */
	struct strvec tlb_cores;
};

void plan__free(struct plan *plan);
CLEANUP_POINTER(struct plan, plan__free)
/* Debian's name of the one architecture that the plan's kernels are for; NULL if it has no
 * kernels. The plan owns it. */
const char *plan__arch(const struct plan *plan);
/* Target qemu: do the guests run under KVM? With accel: auto they do if every variant uses the
 * host's CPU. It is one accelerator for all, as figures of KVM and TCG cannot be compared. */
bool plan__uses_kvm(const struct plan *plan);
/* Switch all variants to an emulated CPU because KVM does not work, for the reason `why`. Returns
 * false and changes nothing if the plan itself asks for KVM or for the host's CPU. */
bool plan__emulate(struct plan *plan, const char *why);
/* Do the plan's boots simulate TLBs? They do in exact mode on arm64, the only architecture that
 * the model covers. */
bool plan__models_tlb(const struct plan *plan);
/* Store the packages of the workloads and those of the plan in `out`, an empty vector: sorted,
 * without duplicates. */
void plan__guest_packages(const struct plan *plan, struct strvec *out);
/* Do the guests boot into a root image? If not, they have only the initramfs. */
bool plan__has_root(const struct plan *plan);
/* Store the kernel modules that the workloads need in `out`, an empty vector: sorted, without
 * duplicates. A '?' in front marks a module that may be missing. */
void plan__modules(const struct plan *plan, struct strvec *out);

#endif
