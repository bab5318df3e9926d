// SPDX-License-Identifier: GPL-2.0-only
/* variant.c - the part `variants` of a plan: names, CPUs and kernels, and which combinations are
 * valid. */
#include "runner/plan/variant.h"

#include "runner/host/arch.h"
#include "runner/host/host.h"
#include "runner/kernels/build/patch.h"
#include "runner/plan/kernel.h"
#include "runner/plan/parse.h"

#define MAX_COMMAND 4096
#define MAX_CMDLINE 1024 /* the kernel's own limit is 2048, and kduel adds to it */

struct variant {
	struct plan_variant v;
	struct plan_variant_nodes at;
};

#define VARIANT_NODE(key, ...) FIELD(#key, NODE, struct variant, at.key, ##__VA_ARGS__)

static const struct yaml_field variant_fields[] = {
	VARIANT_NODE(name, .required = true),
	VARIANT_NODE(kernel),
	VARIANT_NODE(cpu),
	VARIANT_NODE(fake),
	VARIANT_NODE(expect),
	VARIANT_NODE(rodata),
	VARIANT_NODE(bbml),
	FIELD("cmdline", TEXT, struct variant, v.cmdline),
	VARIANT_NODE(command),
	{ 0 },
};

static const struct yaml_field name_field = FIELD("name", NAME, struct plan_variant, name);
static const struct yaml_field cpu_field = FIELD("cpu", NAME, struct plan_variant, cpu);

/* The choices stand for the enum's constants from 1 on: 0 is _UNSAID. */
static const struct yaml_field rodata_field = FIELD("rodata", ENUM, struct plan_variant, rodata,
						    .choices = "full|noalias|off");

static const struct yaml_field bbml_field = FIELD("bbml", ENUM, struct plan_variant, bbml,
						  .choices = "all|none|boot-only");

struct fake {
	struct plan_fake f;
	yaml_node_t *fail, *kernel;
};

static const struct yaml_field fake_fields[] = {
	FIELD("scale", NUMBER, struct fake, f.scale, .min = 1e-6, .max = 1e6),
	FIELD("boot_sd", NUMBER, struct fake, f.boot_sd, .min = 0, .max = 1),
	FIELD("iter_sd", NUMBER, struct fake, f.iter_sd, .min = 0, .max = 1),
	FIELD("boot_id", TEXT, struct fake, f.boot_id),
	FIELD("boot_delay", DURATION, struct fake, f.boot_delay_ns, .max = 60e9),
	FIELDS(NODE, struct fake, fail, kernel),
	FIELD("drift", BOOL, struct fake, f.drift),
	FIELD("fail_every", UINT, struct fake, f.fail_every, .min = 1, .max = PLAN_MAX_BOOTS),
	{ 0 },
};

/* Read the boot status that the fake target shall produce. Caller frees; NULL with a note. */
static char *read_fail(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "fail", "the name of a boot status");
	_cleanup_(strvec__release) struct strvec known = { 0 };
	char *fail = NULL;

	strvec__push_all(&known, "panic", "kernel-bug", "boot-timeout", "agent-lost", "agent-died",
			 "workload-failed", "workload-timeout", "unsupported", "protocol",
			 "target-missing", "target-killed", NULL);
	if (text && strvec__has(&known, text))
		fail = xstrdup(text);
	else if (text)
		yaml__unknown(&ctx->y, n, "failure", text, "", &known);
	return fail;
}

/* Format a memory size as "4G" or "1536M". Caller frees. */
static char *size_text(uint64_t bytes)
{
	bool whole = !(bytes % (1ull << 30));

	return xasprintf("%llu%c", (unsigned long long)(bytes >> (whole ? 30 : 20)),
			 whole ? 'G' : 'M');
}

/* Read the name, which must be unique: reports identify variants by name. */
static void read_name(struct plan_ctx *ctx, yaml_node_t *n, struct plan_variant *v)
{
	const struct plan *p = ctx->plan;
	_free_ char *size = p->target.n_sizes ? size_text(v->memory) : NULL;

	if (yaml__read_value(&ctx->y, n, &name_field, v))
		return;
	v->in_plan = v->name;
	v->name = size ? xasprintf("%s-%s", v->in_plan, size) : xstrdup(v->in_plan);
	for (size_t i = 0; i < p->n_variants; i++)
		if (p->variants[i].name && streq(p->variants[i].name, v->name))
			yaml__note(&ctx->y, n, "variant '%s' is defined twice, first in line %d",
				   v->name, p->variants[i].line);
}

/* Does the target run on the machine's own CPU, which a plan cannot choose? */
static bool has_own_cpu(const struct plan_target_opts *t)
{
	return t->boots || plan_target__runs(t) == RUNS_AS_IT_IS;
}

/* The CPU of a variant that names none: the host's if KVM is available, as only KVM gives
 * meaningful times; an emulated one if the plan is in exact mode, asks for TCG, or names a CPU for
 * another variant. */
static const char *default_cpu(const struct plan_ctx *ctx, const char *arch)
{
	const struct plan *p = ctx->plan;

	if (has_own_cpu(&p->target))
		return "";
	return p->target.kind == TARGET_QEMU && !p->exact && p->target.accel != ACCEL_TCG &&
			       !ctx->names_cpu && !hostinfo__check_kvm(arch, NULL) ?
		       "host" :
		       PLAN_EMULATED_CPU;
}

/* Append the names of all CPUs of an architecture. */
static void cpu_names(const struct cpus *cpus, const char *arch, struct strvec *out)
{
	for (size_t i = 0; i < cpus->n; i++)
		if (streq(cpus->v[i].arch, arch))
			strvec__push(out, cpus->v[i].name);
}

/* Resolve the CPU's name now, so that all boots have the same CPU even if configs/cpus.yaml changes
 * while the campaign runs. */
static void read_cpu(struct plan_ctx *ctx, yaml_node_t *n, struct plan_variant *v)
{
	const char *arch = v->kernel.arch ? v->kernel.arch : ARCH_ARM64;
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_free_ char *where = xasprintf(" for kernels for %s", arch);
	const struct cpu_model *m;

	if (!n)
		v->cpu = xstrdup(default_cpu(ctx, arch));
	else if (yaml__read_value(&ctx->y, n, &cpu_field, v))
		return;
	m = cpus__find(ctx->cpus, v->cpu, arch);
	if (!n && plan_variant__cpu_is_host(v) && ctx->plan->target.accel == ACCEL_AUTO)
		v->emulated_arg = cpu_model__arg(cpus__find(ctx->cpus, PLAN_EMULATED_CPU, arch),
						 false);
	cpu_names(ctx->cpus, arch, &names);
	if (m)
		v->cpu_arg = cpu_model__arg(m, ctx->plan->exact);
	else if (n)
		yaml__unknown(&ctx->y, n, "CPU", v->cpu,
			      cpus__find(ctx->cpus, v->cpu, NULL) ? where : "", &names);
	if (m && ctx->plan->exact && streq(arch, ARCH_AMD64) && !m->rdrand && !m->kvm)
		yaml__note(&ctx->y, n,
			   "'exact' needs a CPU with RDRAND, from which an amd64 kernel gets the seed of "
			   "a boot, but '%s' has none: all seeds would give the same boot; name another "
			   "CPU, such as max",
			   m->name);
}

/* `kernel` is for targets that boot kernels, `fake` for the fake target. */
static void read_kernel_or_fake(struct plan_ctx *ctx, struct variant *r)
{
	const struct plan_target_opts *t = &ctx->plan->target;
	enum plan_target_runs runs = plan_target__runs(t);
	struct yaml *y = &ctx->y;

	if (r->at.kernel && runs != RUNS_KERNELS)
		yaml__note(y, r->at.kernel, "'kernel' does not apply: target kind %s boots none",
			   plan_target__name(t->kind));
	else if (r->at.kernel)
		plan_kernel__read(ctx, r->at.kernel, &r->v.kernel);
	else if (runs == RUNS_KERNELS && r->at.self->type == YAML_MAPPING_NODE)
		yaml__note(y, r->at.self, "a variant lacks 'kernel'%s",
			   t->boots ?
				   ": on target kind ssh either all variants have one, which the "
				   "machine boots, or none has" :
				   "");
	if (r->at.fake && runs != RUNS_NOTHING) {
		yaml__note(y, r->at.fake, "'fake' does not apply: it is for target kind fake");
	} else if (r->at.fake) {
		struct fake fake = { .f = r->v.fake };

		yaml__read(y, r->at.fake, "'fake'", fake_fields, &fake);
		if (fake.fail)
			fake.f.fail = read_fail(ctx, fake.fail);
		if (fake.kernel)
			plan_kernel__read(ctx, fake.kernel, &r->v.kernel);
		r->v.fake = fake.f;
	}
}

/* Does the variant have a kernel, even one with a mistake (which is noted already)? */
static bool has_kernel(const struct variant *r)
{
	const struct kernel_spec *k = &r->v.kernel;

	return r->at.kernel || k->packages.n || k->build || k->named || k->image || k->tree;
}

/* Read `rodata`. The command-line words for it depend on the kernel's release. */
static void read_rodata(struct plan_ctx *ctx, struct variant *r)
{
	const struct kernel_spec *k = &r->v.kernel;
	yaml_node_t *n = r->at.rodata;

	if (yaml__read_value(&ctx->y, n, &rodata_field, &r->v))
		return;
	r->v.rodata++;
	if (!has_kernel(r))
		yaml__note(&ctx->y, n,
			   "'rodata' needs a 'kernel': its kernel parameter depends on the release");
	else if (k->arch && !streq(k->arch, ARCH_ARM64))
		yaml__note(&ctx->y, n,
			   "'rodata' chooses how arm64 kernels map their memory, but this one is for "
			   "%s",
			   k->arch);
	if (strstr(r->v.cmdline, "rodata="))
		yaml__note(&ctx->y, n, "'rodata' is in 'cmdline' as well: say it once");
}

/* Read `bbml`. A kernel that is built for this variant gets the patch; a kernel that exists already
 * is checked for it later. */
static void read_bbml(struct plan_ctx *ctx, struct variant *r)
{
	yaml_node_t *n = r->at.bbml;
	struct kernel_spec *k = &r->v.kernel;
	const struct plan_target_opts *t = &ctx->plan->target;
	_free_ char *own = build_patch__named(PLAN_BBML_PATCH);
	_free_ char *patch = own ? realpath(own, NULL) : NULL;

	if (yaml__read_value(&ctx->y, n, &bbml_field, &r->v))
		return;
	r->v.bbml++;
	if (k->packages.n || !has_kernel(r))
		yaml__note(&ctx->y, n,
			   "'bbml' needs a kernel with the test patch " PLAN_BBML_PATCH
			   ", which 'build' applies; %s",
			   k->packages.n ? "a kernel from a package does not have it" :
					   "there is no 'kernel'");
	if (r->v.bbml == BBML_BOOT_ONLY && t->cpus < 2)
		yaml__note(&ctx->y, n, "'bbml: boot-only' needs a second CPU: 'target' has %u",
			   t->cpus);
	if (r->v.bbml == BBML_BOOT_ONLY &&
	    (r->v.rodata == RODATA_NOALIAS || r->v.rodata == RODATA_OFF))
		yaml__note(&ctx->y, n,
			   "'bbml: boot-only' has no effect without 'rodata: full': blocks that are "
			   "never split are not mapped again");
	if (!patch)
		yaml__note(&ctx->y, n, "'bbml': there is no configs/patches/" PLAN_BBML_PATCH);
	else if (k->build && !strvec__has(&k->build->patches, patch))
		strvec__push(&k->build->patches, patch);
}

static void check_own_cpu(struct plan_ctx *ctx)
{
	for (size_t i = 0; i < ctx->plan->n_variants; i++)
		if (ctx->variant_at[i].cpu)
			yaml__note(&ctx->y, ctx->variant_at[i].cpu,
				   "'cpu' does not apply: target kind %s uses the machine's own CPU",
				   plan_target__name(ctx->plan->target.kind));
}

/* Read `command`, which workload exec runs for this variant. Caller frees; NULL with a note. */
static char *read_command(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__lines(&ctx->y, n, "command", "a command");

	if (text && (!*text || strlen(text) > MAX_COMMAND)) {
		yaml__note(&ctx->y, n, "'command' must have 1 to %d bytes", MAX_COMMAND);
		return NULL;
	}
	return text ? xstrdup(text) : NULL;
}

/* Does every variant have its own command? Then the plan compares commands, not kernels. */
static bool compares_commands(const struct plan *p)
{
	for (size_t i = 0; i < p->n_variants; i++)
		if (!p->variants[i].command)
			return false;
	return p->n_variants;
}

/* A target that boots nothing has one variant, the running system, unless commands are compared. */
static void check_running(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;
	const char *kind = plan_target__name(p->target.kind);

	if (p->n_variants > 1 && !compares_commands(p))
		yaml__note(&ctx->y, ctx->variant_at[1].self,
			   "target kind %s has one variant, the running kernel: run the plan once "
			   "on each kernel, then compare the two campaigns; or give each variant a "
			   "'command', which workload exec runs%s",
			   kind,
			   p->target.kind == TARGET_SSH ?
				   "; or give each variant a 'kernel', which the machine boots" :
				   "");
	for (size_t i = 0; i < p->n_variants; i++)
		if (*p->variants[i].cmdline)
			yaml__note(&ctx->y, ctx->variant_at[i].self,
				   "'cmdline' does not apply: target kind %s boots nothing%s", kind,
				   p->target.kind == TARGET_SSH ? " without a 'kernel'" : "");
}

/* Does any variant have this key? */
static bool any_has(struct plan_ctx *ctx, yaml_node_t *list, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++)
		if (yaml__has_key(&ctx->y, yaml__item(&ctx->y, list, i), key))
			return true;
	return false;
}

/* The fake target's values have 1 % noise by default, so that there is a variance to estimate. */
static void read_variant(struct plan_ctx *ctx, yaml_node_t *n, struct variant *r)
{
	r->v.line = yaml__line(n);
	r->v.col = yaml__col(n);
	r->v.cmdline = xstrdup("");
	r->v.fake =
		(struct plan_fake){ .scale = 1, .boot_sd = 0.01, .iter_sd = 0.01, .fail_every = 1 };
	yaml__read(&ctx->y, n, "a variant", variant_fields, r);
	r->at.self = n;
	if (r->at.name)
		read_name(ctx, r->at.name, &r->v);
	if (strlen(r->v.cmdline) > MAX_CMDLINE)
		yaml__note(&ctx->y, n, "'cmdline' has %zu bytes, more than %d",
			   strlen(r->v.cmdline), MAX_CMDLINE);
	if (r->at.command)
		r->v.command = read_command(ctx, r->at.command);
	read_kernel_or_fake(ctx, r);
	read_cpu(ctx, r->at.cpu, &r->v);
	if (r->at.rodata)
		read_rodata(ctx, r);
	if (r->at.bbml)
		read_bbml(ctx, r);
}

/* KVM runs only the host's CPU, and emulation every model but that one. */
static void check_accel(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;
	bool all_host = true;

	for (size_t i = 0; i < p->n_variants; i++)
		all_host = all_host && plan_variant__cpu_is_host(&p->variants[i]);
	for (size_t i = 0; i < p->n_variants; i++) {
		const struct plan_variant_nodes *at = &ctx->variant_at[i];
		const struct cpu_model *m = p->variants[i].cpu ?
						    cpus__find(ctx->cpus, p->variants[i].cpu,
							       p->variants[i].kernel.arch) :
						    NULL;
		const yaml_node_t *n = at->cpu ? at->cpu : at->self;

		if (!m)
			continue;
		if (p->target.accel == ACCEL_KVM && !m->kvm)
			yaml__note(&ctx->y, n,
				   "CPU '%s' is not available with accel kvm, which runs the "
				   "host's own CPU: say 'cpu: host', or 'accel: tcg' to emulate it",
				   m->name);
		else if (p->target.accel == ACCEL_TCG && m->kvm)
			yaml__note(&ctx->y, n,
				   "CPU '%s' needs KVM, but the target says 'accel: "
				   "tcg': name a CPU to emulate, or say 'accel: kvm'",
				   m->name);
		else if (p->target.accel == ACCEL_AUTO && m->kvm && !all_host)
			yaml__note(&ctx->y, n,
				   "CPU '%s' needs KVM, but another variant names an "
				   "emulated CPU: all must say host, or none",
				   m->name);
	}
}

/* All variants share a root image, a QEMU and its machine type, and a difference between kernels of
 * two architectures would mean nothing. */
static void check_architectures(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;
	const struct plan_variant *first = NULL;

	for (size_t i = 0; i < p->n_variants; i++) {
		const struct plan_variant *v = &p->variants[i];

		if (!v->kernel.arch)
			continue;
		if (first && !streq(v->kernel.arch, first->kernel.arch))
			yaml__note(&ctx->y,
				   ctx->variant_at[i].kernel ? ctx->variant_at[i].kernel :
							       ctx->variant_at[i].self,
				   "the kernel of variant '%s' is for %s, and that of '%s' for %s: a "
				   "plan compares kernels of one architecture",
				   v->name ? v->name : "", v->kernel.arch,
				   first->name ? first->name : "", first->kernel.arch);
		first = first ? first : v;
	}
}

/* Variants beyond the limit are not read: ctx->variant_at has no room for them. */
void plan_variants__read(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	yaml_node_t *list = ctx->at.variants;
	const size_t sizes = plan_target__sweep(&p->target);
	size_t n = list ? yaml__count(&ctx->y, list, "variants") : 0;

	if (n * sizes > PLAN_MAX_VARIANTS) {
		if (sizes > 1)
			yaml__note(&ctx->y, list,
				   "%zu variants with %zu memory sizes each are more than %d", n,
				   sizes, PLAN_MAX_VARIANTS);
		else
			yaml__note(&ctx->y, list, "%zu variants are more than %d", n,
				   PLAN_MAX_VARIANTS);
		n = PLAN_MAX_VARIANTS / sizes;
	}
	if (list && yaml__is_empty_list(list))
		yaml__note(&ctx->y, list, "'variants' is empty: at least one is needed");
	p->target.boots = p->target.kind == TARGET_SSH && any_has(ctx, list, n, "kernel");
	ctx->names_cpu = any_has(ctx, list, n, "cpu");
	p->variants = xcalloc(n * sizes, sizeof(*p->variants));
	for (; p->n_variants < n * sizes; p->n_variants++) {
		struct variant r = { 0 };

		r.v.memory = p->target.n_sizes ? p->target.sizes[p->n_variants % sizes] :
						 p->target.memory;
		/* In a sweep, read the same node again for each size, so that variants share no
		 * memory. */
		read_variant(ctx, yaml__item(&ctx->y, list, p->n_variants / sizes), &r);
		p->variants[p->n_variants] = r.v;
		ctx->variant_at[p->n_variants] = r.at;
	}
	check_architectures(ctx);
	if (p->target.kind == TARGET_QEMU)
		check_accel(ctx);
	if (has_own_cpu(&p->target))
		check_own_cpu(ctx);
	if (plan_target__runs(&p->target) == RUNS_AS_IT_IS)
		check_running(ctx);
}
