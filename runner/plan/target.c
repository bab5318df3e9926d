// SPDX-License-Identifier: GPL-2.0-only
/*
 * target.c - the parts `target`, `guest` and `tune` of a plan: what the kernels boot on, the user
 * space they boot into, and host settings during the campaign.
 */
#include "runner/plan/target.h"

#include "lib/clock.h"
#include "lib/units.h"
#include "runner/guest/initramfs.h"
#include "runner/host/release.h"
#include "runner/plan/hotplug.h"
#include "runner/plan/parse.h"

#define MIB (1024.0 * 1024)
#define MIN_MEMORY (512 * MIB)
#define MAX_MEMORY (1024 * 1024 * MIB)
#define MAX_CPUS 512 /* limit of QEMU's virt machine with a GICv3 */
/* 100 ms is shorter than any boot: only tests want that. */
#define MIN_TIMEOUT 100e6 /* ns */
/* A shorter timeout could reset a healthy machine that is merely busy. */
#define MIN_WATCHDOG 30e9 /* ns */
#define MAX_WATCHDOG 3600e9
#define MIN_AGENT_TIMEOUT 3e9 /* three heartbeats */

struct target {
	struct plan_target_opts opts;
	unsigned int kind, accel;
	yaml_node_t *memory, *hotplug, *host_cpus, *machine, *watchdog, *qemu, *min_qemu;
};

/* "|qemu|fake|...": used from the second character on. */
#define X(name, id, runs) "|" #name
static const char kind_words[] =
#include "runner/plan/targets.h"
	;
#undef X

static const struct yaml_field target_fields[] = {
	FIELD("kind", ENUM, struct target, kind, .choices = kind_words + 1),
	FIELD("accel", ENUM, struct target, accel, .choices = "auto|tcg|kvm"),
	FIELD("memory", NODE, struct target, memory),
	FIELD("hotplug", NODE, struct target, hotplug),
	FIELD("cpus", UINT, struct target, opts.cpus, .min = 1, .max = MAX_CPUS),
	FIELD("host_cpus", NODE, struct target, host_cpus),
	FIELD("boot_timeout", DURATION, struct target, opts.boot_timeout_ns, .min = MIN_TIMEOUT,
	      .max = PLAN_MAX_TIMEOUT),
	FIELD("agent_timeout", DURATION, struct target, opts.agent_timeout_ns,
	      .min = MIN_AGENT_TIMEOUT, .max = PLAN_MAX_TIMEOUT),
	FIELD("min_free", SIZE, struct target, opts.min_free),
	FIELD("host_wait", DURATION, struct target, opts.host_wait_ns, .max = PLAN_MAX_TIMEOUT),
	FIELD("watchdog", NODE, struct target, watchdog),
	FIELDS(NODE, struct target, machine, qemu, min_qemu),
	{ 0 },
};

static const struct yaml_field memory_field = FIELD("memory", SIZE, struct plan_target_opts, memory,
						    .min = MIN_MEMORY, .max = MAX_MEMORY);

static const enum plan_accel accels[] = { ACCEL_AUTO, ACCEL_TCG, ACCEL_KVM };

/* Read one size, or a list of sizes for a sweep. */
static void read_memory(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *t)
{
	size_t count = n->type == YAML_SEQUENCE_NODE ? yaml__count(&ctx->y, n, "memory") : 0;

	if (n->type != YAML_SEQUENCE_NODE) {
		(void)yaml__read_value(&ctx->y, n, &memory_field, t);
		return;
	}
	if (t->kind != TARGET_QEMU && t->kind != TARGET_FAKE)
		yaml__note(&ctx->y, n,
			   "'memory': target kind %s cannot change the amount of memory: a list of "
			   "sizes is for target kind qemu",
			   plan_target__name(t->kind));
	if (count < 2 || count > PLAN_MAX_SIZES)
		yaml__note(&ctx->y, n, "'memory': a list has 2 to %d sizes, not %zu",
			   PLAN_MAX_SIZES, count);
	for (size_t i = 0; i < count && i < PLAN_MAX_SIZES; i++) {
		yaml_node_t *item = yaml__item(&ctx->y, n, i);

		if (yaml__read_value(&ctx->y, item, &memory_field, t))
			continue;
		if (t->n_sizes && t->memory <= t->sizes[t->n_sizes - 1])
			yaml__note(&ctx->y, item,
				   "'memory': list the sizes in ascending order, each one once");
		t->sizes[t->n_sizes++] = t->memory;
	}
}

/* Keep the text as it is: channel.c and supervise.c parse it when they set CPU affinity. */
static void read_host_cpus(struct plan_ctx *ctx, yaml_node_t *n, struct strvec *out)
{
	const struct param p = { .name = "host_cpus", .type = PARAM_CPUS };
	const char *text = yaml__scalar(&ctx->y, n, p.name, "a CPU list such as 0-3,5");
	struct err err;

	if (!text)
		return;
	if (!*text)
		yaml__note(&ctx->y, n, "'host_cpus' is empty: leave it out for any CPU");
	else if (param__check(&p, text, NULL, NULL, &err))
		yaml__note(&ctx->y, n, "%s", err.msg);
	else
		strvec__push(out, text);
}

/* Read `qemu`, the program. Caller frees; NULL with a note. */
static char *read_program(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "qemu", "a program's name or path");

	if (text && !*text) {
		yaml__note(&ctx->y, n, "'qemu' is empty: leave it out and kduel finds one");
		return NULL;
	}
	/* A bare name is looked up in PATH, not in the plan's directory. */
	return !text ? NULL : strchr(text, '/') ? plan_path__resolve(ctx, text) : xstrdup(text);
}

/* Read `min_qemu`: a release as `qemu --version` prints it, not a package version. Caller frees;
 * NULL with a note. */
static char *read_release(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "min_qemu", "a QEMU release such as 9.2");
	unsigned int number;

	if (!text)
		return NULL;
	if (!text[strspn(text, "0123456789.")] && !qemu_release__parse(text, &number))
		return xstrdup(text);
	yaml__note(&ctx->y, n, "'min_qemu' must be a QEMU release such as 9.2, not '%.32s'", text);
	return NULL;
}

static const struct yaml_field machine_field = FIELD("machine", NAME, struct plan_target_opts,
						     machine);

/* The machine's file is only read when the campaign begins: a stored plan must load without it. */
static void read_machine(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *opts)
{
	if (n && opts->kind != TARGET_SSH)
		yaml__note(&ctx->y, n, "'machine' does not apply: it is for target kind ssh");
	else if (n)
		(void)yaml__read_value(&ctx->y, n, &machine_field, opts);
	else if (opts->kind == TARGET_SSH)
		yaml__note(&ctx->y, ctx->at.target,
			   "target kind ssh lacks 'machine': a name that `kduel machine list` shows");
}

static const struct yaml_field watchdog_field = FIELD("watchdog", DURATION, struct plan_target_opts,
						      watchdog_ns, .min = MIN_WATCHDOG,
						      .max = MAX_WATCHDOG);

static void read_watchdog(struct plan_ctx *ctx, yaml_node_t *n, struct plan_target_opts *opts)
{
	if (n && opts->kind != TARGET_SSH)
		yaml__note(&ctx->y, n, "'watchdog' does not apply: it is for target kind ssh");
	else if (n)
		(void)yaml__read_value(&ctx->y, n, &watchdog_field, opts);
}

void plan_target__read(struct plan_ctx *ctx)
{
	struct target t = { .opts = {
				    .memory = 2048ull << 20,
				    .cpus = 2,
				    .boot_timeout_ns = 120 * NSEC_PER_SEC,
				    .agent_timeout_ns = 30 * NSEC_PER_SEC,
				    .min_free = 512ull << 20,
				    .host_wait_ns = 300 * NSEC_PER_SEC,
			    } };

	if (ctx->at.target)
		yaml__read(&ctx->y, ctx->at.target, "'target'", target_fields, &t);
	t.opts.kind = (enum plan_target)t.kind;
	t.opts.accel = accels[t.accel];
	if (t.memory)
		read_memory(ctx, t.memory, &t.opts);
	ctx->at.hotplug = t.hotplug;
	if (t.hotplug)
		plan_hotplug__read(ctx, t.hotplug, &t.opts);
	if (t.host_cpus)
		read_host_cpus(ctx, t.host_cpus, &t.opts.host_cpus);
	if (t.qemu)
		t.opts.qemu = read_program(ctx, t.qemu);
	if (t.min_qemu)
		t.opts.min_qemu = read_release(ctx, t.min_qemu);
	read_machine(ctx, t.machine, &t.opts);
	read_watchdog(ctx, t.watchdog, &t.opts);
	ctx->plan->target = t.opts;
}

struct guest {
	yaml_node_t *suites, *packages, *initramfs, *files, *network;
};

static const struct yaml_field network_field = FIELD("network", ENUM, struct plan, guest_network,
						     .choices = "none|user");

static const struct yaml_field guest_fields[] = {
	FIELDS(NODE, struct guest, suites, packages, initramfs, files, network),
	{ 0 },
};

/* Read `files`, pairs of GUEST PATH: HOST PATH. Check the files now, before anything boots; they
 * are copied when the image is made. */
static void read_files(struct plan_ctx *ctx, yaml_node_t *n)
{
	struct guest_files *files = &ctx->plan->guest_files;
	size_t pairs = yaml__pairs(&ctx->y, n, "files"), count = 0;
	uint64_t bytes = 0;

	for (size_t i = 0; i < pairs; i++) {
		yaml_node_t *key, *value;
		const char *to = yaml__pair(&ctx->y, n, i, &key, &value);
		const char *from = yaml__scalar(&ctx->y, value, "files", "the path of a file");
		const char *why = to ? guest_files__check_place(to) : NULL;
		struct guest_file *f;
		struct err err;

		if (why)
			yaml__note(&ctx->y, key, "'files': '%s' in the guest: %s", to, why);
		if (!to || !from || why)
			continue;
		f = APPEND(files->v, files->n);
		*f = (struct guest_file){ xstrdup(to), plan_path__resolve(ctx, from),
					  xasprintf("%s:%d:%d", ctx->plan->path, yaml__line(value),
						    yaml__col(value)) };
		if (guest_files__check(f, &count, &bytes, &err))
			yaml__note(&ctx->y, value, "'files': %s", err.msg);
	}
}

/* Exact mode cannot have a network: packets arrive at times that the host decides, so counts would
 * not repeat. */
static void read_network(struct plan_ctx *ctx, yaml_node_t *n)
{
	struct plan *p = ctx->plan;

	if (yaml__read_value(&ctx->y, n, &network_field, p) || !p->guest_network)
		return;
	if (p->exact)
		yaml__note(
			&ctx->y, n,
			"'network: user' cannot be combined with exact: true: packets arrive at times "
			"that depend on the host, so counts would not repeat; leave one of them out");
	if (p->target.kind != TARGET_QEMU)
		yaml__note(&ctx->y, n,
			   "'network' does not apply: target kind %s has no guest (target kind qemu "
			   "has)",
			   plan_target__name(p->target.kind));
}

void plan_guest__read(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	struct guest g = { 0 };
	struct err err;

	if (ctx->at.guest)
		yaml__read(&ctx->y, ctx->at.guest, "'guest'", guest_fields, &g);
	if (g.suites)
		plan_words__read(ctx, g.suites, "suites", PLAN_SUITE, &p->guest_suites);
	else
		strvec__push_all(&p->guest_suites, "bookworm", "bookworm-security", NULL);
	/* An empty list of packages is the same as no list. */
	if (g.packages && !yaml__is_empty_list(g.packages))
		plan_words__read(ctx, g.packages, "packages", PLAN_PACKAGE, &p->guest_packages);
	if (g.initramfs)
		p->guest_initramfs = plan_path__file(ctx, g.initramfs, "initramfs");
	if (p->guest_initramfs && guest__check_initramfs(p->guest_initramfs, &err))
		yaml__note(&ctx->y, g.initramfs, "'initramfs': %s", err.msg);
	if (g.files && p->target.kind == TARGET_QEMU)
		read_files(ctx, g.files);
	else if (g.files)
		yaml__note(&ctx->y, g.files,
			   "'files' does not apply: target kind %s has no guest to put files into (target "
			   "kind qemu has)",
			   plan_target__name(p->target.kind));
	if (g.network)
		read_network(ctx, g.network);
}

#define SWITCH "keep|on|off"

struct tune_key {
	char *governor;
	unsigned int chosen[TUNE_MAX]; /* index into the choices; 0: keep */
};

#define KNOB(key, index, words) FIELD(key, ENUM, struct tune_key, chosen[index], .choices = words)

static const struct yaml_field tune_fields[] = {
	KNOB("aslr", TUNE_ASLR, "keep|0|1|2"),
	KNOB("boost", TUNE_BOOST, SWITCH),
	FIELD("governor", NAME, struct tune_key, governor),
	KNOB("nmi_watchdog", TUNE_NMI_WATCHDOG, SWITCH),
	KNOB("numa_balancing", TUNE_NUMA_BALANCING, SWITCH),
	KNOB("swap", TUNE_SWAP, "keep|off"),
	KNOB("thp", TUNE_THP, "keep|always|madvise|never"),
	{ 0 },
};

/* The fields are in the order of enum plan_tune_key. */
const char *plan_tune__name(size_t key)
{
	return tune_fields[key].name;
}

void plan_tune__read(struct plan_ctx *ctx)
{
	struct tune_key key = { 0 };
	struct plan *p = ctx->plan;

	if (!ctx->at.tune)
		return;
	yaml__read(&ctx->y, ctx->at.tune, "'tune'", tune_fields, &key);
	for (size_t i = 0; i < TUNE_MAX; i++) {
		const char *word = tune_fields[i].choices; /* "keep|on|off" */

		if (!key.chosen[i])
			continue;
		for (unsigned int k = key.chosen[i]; k; k--)
			word += strcspn(word, "|") + 1;
		/* Keep the word itself: campaign/knobs.c writes most of them as they are. */
		p->tune.word[i] = xstrndup(word, strcspn(word, "|"));
	}
	p->tune.word[TUNE_GOVERNOR] = key.governor;
	if (plan_target__runs(&p->target) == RUNS_NOTHING &&
	    ctx->at.tune->type == YAML_MAPPING_NODE)
		yaml__note(&ctx->y, ctx->at.tune,
			   "'tune' does not apply: target kind fake measures nothing");
}
