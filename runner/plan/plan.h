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
	RUNS_KERNELS, /* each variant's kernel is booted */
	RUNS_AS_IT_IS, /* the running system: one variant, boots are sessions of the agent */
	RUNS_NOTHING, /* seeded numbers, for tests */
};

const char *plan_target__name(enum plan_target kind);

enum plan_accel {
	ACCEL_AUTO, /* kvm when every variant says `cpu: host`, else tcg */
	ACCEL_TCG,
	ACCEL_KVM,
};

/* How the fake target behaves for a variant (tests only). Its `kernel` is that of the variant. */
struct plan_fake {
	double scale; /* every value is multiplied by it */
	double boot_sd, iter_sd; /* relative noise between and within boots */
	uint64_t boot_delay_ns; /* before the hello: a boot that takes time */
	char *fail; /* status name the boot is to end with, or NULL */
	unsigned int fail_every; /* on every n-th boot of the variant (1: each) */
	/* Boots are sessions on one running system, whose boot id this is; NULL: each is its own. */
	char *boot_id;
	bool drift; /* the same seed gives other numbers in another slot: not fit for exact mode */
};

/* What `expect` may ask of a boot. */
enum plan_expect_kind {
	EXPECT_METRIC, /* the boot's median of a metric, against a number */
	EXPECT_FACT, /* a fact has a value */
	EXPECT_LOG, /* a line of the kernel log */
	EXPECT_NO_LOG, /* no such line */
	EXPECT_NO_WARNING, /* no complaint of the kernel */
	EXPECT_SELFTESTS, /* no more failures, and no fewer tests, than the baseline has */
	EXPECT_ELSEWHERE, /* a check that this plan cannot make: `pattern` says why */
};

enum plan_expect_op {
	EXPECT_AT_LEAST,
	EXPECT_AT_MOST,
	EXPECT_EQUAL,
	EXPECT_NOT,
	EXPECT_ABOVE,
	EXPECT_BELOW,
};

#define PLAN_MAX_EXPECTS 50 /* of a variant; two digits number them (FACT_EXPECT) */

/* One line of `expect`. */
struct plan_expect {
	enum plan_expect_kind kind;
	char *text; /* as reports show it: "linear_map.block_share >= 98 %" */
	char *what; /* pattern of a metric (gate__means()), or key of a fact; else NULL */
	char *pattern; /* of the fact's value or of a line of the log, or the reason; else NULL */
	enum plan_expect_op op; /* of a metric */
	double value;
};

/* Which CPUs the kernel's test patch bbml has count as able to change the size of a live mapping. */
enum plan_bbml {
	BBML_UNSAID, /* those that are */
	BBML_ALL,
	BBML_NONE,
	BBML_BOOT_ONLY, /* the boot CPU: memory is mapped by blocks, and then again by pages */
};

#define PLAN_EMULATED_CPU "max" /* where no variant names one and there is no KVM */
#define PLAN_BBML_PATCH "bbml" /* configs/patches/bbml */

void plan_expect__release(struct plan_expect *e);

/* How the kernel protects what only it may write, and so how it has to map memory (docs/PLAN.md). */
enum plan_rodata {
	RODATA_UNSAID, /* as the kernel and `cmdline` have it */
	RODATA_FULL, /* its image and, in the linear map, the aliases of what it makes read-only */
	RODATA_NOALIAS, /* its image alone */
	RODATA_OFF,
};

struct plan_variant {
	char *name; /* "new", in a sweep "new-4G" */
	char *in_plan; /* the name in the plan, without the size */
	uint64_t memory; /* of the guest, bytes */
	struct kernel_spec kernel;
	char *cpu; /* name in configs/cpus.yaml */
	char *cpu_arg; /* what that file has QEMU asked for; NULL: nothing of that name */
	/* kduel chose the host's CPU, as the plan names none: cpu_arg of the CPU that is emulated in its
	 * place (plan__emulate()). NULL: the plan chose */
	char *emulated_arg;
	/* Added to kduel's own; "" if none. What `rodata` and `bbml` mean is there once the kernel is
	 * known. */
	char *cmdline;
	enum plan_rodata rodata;
	enum plan_bbml bbml;
	char *command; /* what workload exec runs for this variant; NULL: what the workload says */
	struct plan_fake fake;
	struct plan_expect *expects; /* in the order of the plan */
	size_t n_expects;
	int line, col;
};

/* Does it ask for the host's own CPU, which is KVM? */
static inline bool plan_variant__cpu_is_host(const struct plan_variant *v)
{
	return v->cpu && streq(v->cpu, "host");
}

struct plan_workload {
	const struct workload *wl;
	struct param_set params;
	const struct metric *metrics; /* of the workload with these parameters */
	struct metric_list declared; /* owns them when they follow from the parameters */
	unsigned int iterations, warmup; /* iterations counts the warm-up ones too */
	uint64_t max_ns, setup_ns; /* bounds of one run() and of the set-up */
};

/* What a parameter of a workload is for a variant, which may have its own command of exec. */
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

/* Memory that a guest gets beside its own, a virtio-mem device: all of it is there from the start, and
 * the guest's driver adds it. */
struct plan_hotplug {
	uint64_t size; /* bytes, a multiple of `block` */
	uint64_t block; /* bytes that the device has in one piece: a power of two */
};

struct plan_target_opts {
	enum plan_target kind;
	enum plan_accel accel;
	uint64_t memory; /* bytes; the largest of a sweep */
	/* A sweep: every variant boots with each of these sizes; none: with `memory`. */
	uint64_t sizes[PLAN_MAX_SIZES];
	size_t n_sizes;
	struct plan_hotplug hotplug[PLAN_MAX_HOTPLUG];
	size_t n_hotplug;
	unsigned int cpus;
	struct strvec host_cpus; /* at most one CPU list; empty: unpinned */
	uint64_t boot_timeout_ns; /* start to the agent's hello */
	uint64_t host_wait_ns; /* how long a host in trouble is waited for before the run ends */
	uint64_t agent_timeout_ns; /* agent lost when silent for longer (outside timed parts) */
	uint64_t min_free; /* bytes the host must have free before a boot */
	char *machine; /* of target ssh: the name of its file; else NULL */
	bool boots; /* of target ssh: the variants have kernels, which the machine boots */
	uint64_t watchdog_ns; /* of target ssh: the machine's watchdog resets it then; 0: not used */
	char *no_kvm; /* why kduel emulates (plan__emulate()), though the host has KVM; or NULL */
	char *qemu; /* program name or path, or NULL: found by kduel */
	char *min_qemu; /* oldest release that will do ("9.2"), or NULL: what the CPUs need */
};

/* Settings of the machine that kduel runs on, while the campaign runs; in the manual's order. */
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
	char *word[TUNE_MAX]; /* as in the plan; NULL: kept as it is */
};

/* What its boots run. Of target ssh that is known once the variants are read. */
enum plan_target_runs plan_target__runs(const struct plan_target_opts *t);
/* Bytes of a guest's memory, all that it may come to have. */
uint64_t plan_target__memory(const struct plan_target_opts *t);

/* How many variants one of the plan's text stands for: they follow each other, smallest size first. */
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
	struct guest_files guest_files; /* the user's own, in the root image */
	unsigned int guest_network; /* 0: none but loopback; else QEMU's user-mode network */
	struct plan_variant *variants;
	size_t n_variants, baseline;
	/* How the campaign is judged, as it is stored. The plan owns the titles. */
	struct campaign_compare *compares; /* never empty when there are two variants */
	size_t n_compares;
	bool paired; /* compare boots within their block */
	struct gate gate; /* which rows the exit code answers for */
	struct campaign_factorial *factorials;
	size_t n_factorials;
	struct campaign_margin *margins;
	size_t n_margins;
	struct plan_workload *workloads;
	size_t n_workloads;
	struct plan_collector *collectors;
	size_t n_collectors;
	unsigned int boots; /* per variant */
	uint64_t budget_ns; /* for all boots of a campaign; 0: as long as they take */
	uint64_t seed;
	bool stop_on_failure;
	bool allow_exec; /* workload exec may run on a system that is no throw-away guest */
	bool full; /* workloads default to the published sizes */
	/* Deterministic boots: each runs one workload, and one boot of every variant and
	 * workload is repeated with its seed to see that it counts the same (docs/PLAN.md). */
	bool exact;
	bool profile; /* exact boots count the instructions of each kernel function */
	unsigned int parallel; /* boots at a time; 0: as many as the host has room for */
	int parallel_line, parallel_col; /* where the file says so */
	struct plan_tune tune;
	struct strvec tlb_cores; /* names in configs/cores, the first one in full; empty: defaults */
};

void plan__free(struct plan *plan);
CLEANUP_POINTER(struct plan, plan__free)
/* Debian's name of the one architecture that its kernels are for; NULL: it has no kernels. */
const char *plan__arch(const struct plan *plan);
/* Of target qemu: do its guests run under KVM? With accel: auto they do if all variants run on the host's
 * CPU: one accelerator for all, as figures of the two cannot be compared. */
bool plan__uses_kvm(const struct plan *plan);
/* KVM does not work, for the reason `why`: emulate the CPUs. False, and nothing is changed, when the plan
 * itself asks for KVM or for the host's CPU. */
bool plan__emulate(struct plan *plan, const char *why);
/* Do its boots simulate TLBs? In exact mode, of arm64: kduel has no model of others. */
bool plan__models_tlb(const struct plan *plan);
/* Union of packages (workloads' and the plan's own), sorted; into an empty vector. */
void plan__guest_packages(const struct plan *plan, struct strvec *out);
/* Do its guests boot into a root image? Else they have the initramfs alone. */
bool plan__has_root(const struct plan *plan);
/* Union of kernel modules the workloads ask for, sorted, '?' kept. */
void plan__modules(const struct plan *plan, struct strvec *out);

#endif
