// SPDX-License-Identifier: GPL-2.0-only
/* The part `variants` of a plan: kernels, CPUs, and what of them goes together. */
#include "runner/kernels/kernel.h"
#include "runner/plan-parse.h"

#include <sys/stat.h>

#define ARCH "arm64" /* the only one that kduel boots */
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
	FIELD("cmdline", TEXT, struct variant, v.cmdline),
	{ 0 },
};

static const struct yaml_field name_field = FIELD("name", NAME, struct plan_variant, name);
static const struct yaml_field cpu_field = FIELD("cpu", NAME, struct plan_variant, cpu);

struct kernel_nodes {
	yaml_node_t *packages, *suites, *arch, *image, *modules;
};

static const struct yaml_field kernel_fields[] = {
	FIELD("packages", NODE, struct kernel_nodes, packages),
	FIELD("suites", NODE, struct kernel_nodes, suites),
	FIELD("arch", NODE, struct kernel_nodes, arch),
	FIELD("image", NODE, struct kernel_nodes, image),
	FIELD("modules", NODE, struct kernel_nodes, modules),
	{ 0 },
};

static void read_arch(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *arch = yaml__scalar(&ctx->y, n, "arch", "an architecture");

	if (arch && !streq(arch, ARCH))
		yaml__note(&ctx->y, n, "'arch' must be " ARCH ", the only one that can be booted, "
			   "not '%.64s'", arch);
}

static char *read_modules(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "modules", "the path of a directory");
	char *path = text ? plan_path__resolve(ctx, text) : NULL;
	_free_ char *below = path ? xasprintf("%s/lib/modules", path) : NULL;
	struct stat st;

	if (below && (stat(below, &st) < 0 || !S_ISDIR(st.st_mode)))
		yaml__note(&ctx->y, n, "'modules' must be a directory that holds "
			   "lib/modules/RELEASE: there is no %s", below);
	return path;
}

static char *read_image(struct plan_ctx *ctx, yaml_node_t *n)
{
	char *path = plan_path__file(ctx, n, "image");
	struct err err;

	if (path && kernel__check_image(path, &err))
		yaml__note(&ctx->y, n, "'image': %s", err.msg);
	return path;
}

static void check_kernel(struct plan_ctx *ctx, yaml_node_t *n, const struct kernel_nodes *at)
{
	struct yaml *y = &ctx->y;

	if (n->type != YAML_MAPPING_NODE)
		return;
	if (at->packages && at->image)
		yaml__note(y, at->image, "a kernel is either 'packages' or 'image', not both");
	else if (!at->packages && !at->image)
		yaml__note(y, n, "a kernel needs 'packages' (with 'suites') or 'image'");
	else if (at->packages && !at->suites)
		yaml__note(y, n, "a kernel from 'packages' needs 'suites': where to look for them");
	if (at->suites && !at->packages)
		yaml__note(y, at->suites, "'suites' belongs to 'packages', which is not there");
	if (at->modules && !at->image)
		yaml__note(y, at->modules, "'modules' belongs to 'image', which is not there");
}

static void read_kernel(struct plan_ctx *ctx, yaml_node_t *n, struct plan_kernel *k)
{
	struct kernel_nodes at = { 0 };

	k->line = yaml__line(n);
	k->col = yaml__col(n);
	k->arch = xstrdup(ARCH);
	yaml__read(&ctx->y, n, "'kernel'", kernel_fields, &at);
	check_kernel(ctx, n, &at);
	if (at.packages)
		plan_words__read(ctx, at.packages, "packages", PLAN_PACKAGE_GLOB, &k->packages);
	if (at.suites)
		plan_words__read(ctx, at.suites, "suites", PLAN_SUITE, &k->suites);
	if (at.arch)
		read_arch(ctx, at.arch);
	if (at.image)
		k->image = read_image(ctx, at.image);
	if (at.modules)
		k->modules = read_modules(ctx, at.modules);
}

struct fake {
	struct plan_fake f;
	yaml_node_t *fail;
};

static const struct yaml_field fake_fields[] = {
	FIELD("scale", NUMBER, struct fake, f.scale, .min = 1e-6, .max = 1e6),
	FIELD("boot_sd", NUMBER, struct fake, f.boot_sd, .min = 0, .max = 1),
	FIELD("iter_sd", NUMBER, struct fake, f.iter_sd, .min = 0, .max = 1),
	FIELD("boot_delay", DURATION, struct fake, f.boot_delay_ns, .max = 60e9),
	FIELD("fail", NODE, struct fake, fail),
	FIELD("fail_every", UINT, struct fake, f.fail_every, .min = 1, .max = PLAN_MAX_BOOTS),
	{ 0 },
};

/* The boot statuses that the fake target can bring about. */
static char *read_fail(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "fail", "the name of a boot status");
	struct strvec known = { 0 };
	char *fail = NULL;

	strvec__push_all(&known, "panic", "kernel-bug", "boot-timeout", "agent-lost", "agent-died",
			 "workload-failed", "workload-timeout", "unsupported", "protocol",
			 "target-missing", "target-killed", NULL);
	if (text && strvec__has(&known, text))
		fail = xstrdup(text);
	else if (text)
		yaml__unknown(&ctx->y, n, "failure", text, "", &known);
	strvec__release(&known);
	return fail;
}

static void read_fake(struct plan_ctx *ctx, yaml_node_t *n, struct plan_fake *out)
{
	struct fake fake = { .f = *out };

	yaml__read(&ctx->y, n, "'fake'", fake_fields, &fake);
	if (fake.fail)
		fake.f.fail = read_fail(ctx, fake.fail);
	*out = fake.f;
}

static void read_name(struct plan_ctx *ctx, yaml_node_t *n, struct plan_variant *v)
{
	const struct plan *p = ctx->plan;

	if (yaml__read_value(&ctx->y, n, &name_field, v))
		return;
	for (size_t i = 0; i < p->n_variants; i++)
		if (p->variants[i].name && streq(p->variants[i].name, v->name))
			yaml__note(&ctx->y, n, "a variant '%s' is there already, in line %d",
				   v->name, p->variants[i].line);
}

static void read_cpu(struct plan_ctx *ctx, yaml_node_t *n, struct plan_variant *v)
{
	if (yaml__read_value(&ctx->y, n, &cpu_field, v) || cpus__find(ctx->cpus, v->cpu))
		return;
	yaml__unknown(&ctx->y, n, "CPU", v->cpu, "", &ctx->cpus->names);
}

static void read_kernel_or_fake(struct plan_ctx *ctx, struct variant *r)
{
	bool fake = ctx->plan->target.kind == TARGET_FAKE;
	struct yaml *y = &ctx->y;

	if (r->at.kernel && fake)
		yaml__note(y, r->at.kernel, "'kernel' has no place here: target kind fake boots "
			   "none");
	else if (r->at.kernel)
		read_kernel(ctx, r->at.kernel, &r->v.kernel);
	else if (!fake && r->at.self->type == YAML_MAPPING_NODE)
		yaml__note(y, r->at.self, "a variant lacks 'kernel'");
	if (r->at.fake && !fake)
		yaml__note(y, r->at.fake, "'fake' has no place here: it is for target kind fake");
	else if (r->at.fake)
		read_fake(ctx, r->at.fake, &r->v.fake);
}

static void read_variant(struct plan_ctx *ctx, yaml_node_t *n, struct variant *r)
{
	r->v.line = yaml__line(n);
	r->v.col = yaml__col(n);
	r->v.cmdline = xstrdup("");
	r->v.fake = (struct plan_fake){ .scale = 1, .boot_sd = 0.01, .iter_sd = 0.01,
					.fail_every = 1 };
	yaml__read(&ctx->y, n, "a variant", variant_fields, r);
	r->at.self = n;
	if (r->at.name)
		read_name(ctx, r->at.name, &r->v);
	if (r->at.cpu)
		read_cpu(ctx, r->at.cpu, &r->v);
	else
		r->v.cpu = xstrdup("max");
	if (strlen(r->v.cmdline) > MAX_CMDLINE)
		yaml__note(&ctx->y, n, "'cmdline' has %zu bytes, more than %d",
			   strlen(r->v.cmdline), MAX_CMDLINE);
	read_kernel_or_fake(ctx, r);
}

/* KVM runs the host's CPU and nothing else; emulation has every model but that one. */
static void check_accel(struct plan_ctx *ctx)
{
	const struct plan *p = ctx->plan;
	bool all_host = true;

	for (size_t i = 0; i < p->n_variants; i++)
		all_host = all_host && p->variants[i].cpu && streq(p->variants[i].cpu, "host");
	for (size_t i = 0; i < p->n_variants; i++) {
		const struct plan_variant_nodes *at = &ctx->variant_at[i];
		const struct cpu_model *m =
			p->variants[i].cpu ? cpus__find(ctx->cpus, p->variants[i].cpu) : NULL;
		const yaml_node_t *n = at->cpu ? at->cpu : at->self;

		if (!m)
			continue;
		if (p->target.accel == ACCEL_KVM && !m->kvm)
			yaml__note(&ctx->y, n, "CPU '%s' cannot be had with accel kvm, which runs "
				   "the host's own CPU: say 'cpu: host', or 'accel: tcg' to "
				   "emulate it", m->name);
		else if (p->target.accel == ACCEL_TCG && m->kvm)
			yaml__note(&ctx->y, n, "CPU '%s' needs KVM, but the target says 'accel: "
				   "tcg': name a CPU to emulate, or say 'accel: kvm'", m->name);
		else if (p->target.accel == ACCEL_AUTO && m->kvm && !all_host)
			yaml__note(&ctx->y, n, "CPU '%s' needs KVM, but another variant names a "
				   "CPU that only emulation has: all must say host, or none",
				   m->name);
	}
}

void plan_variants__read(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	yaml_node_t *list = ctx->at.variants;
	size_t n = list ? yaml__count(&ctx->y, list, "variants") : 0;

	if (n > PLAN_MAX_VARIANTS) {
		yaml__note(&ctx->y, list, "%zu variants are more than %d", n, PLAN_MAX_VARIANTS);
		n = PLAN_MAX_VARIANTS;
	}
	if (list && yaml__is_empty_list(list))
		yaml__note(&ctx->y, list, "'variants' is empty: at least one is needed");
	p->variants = xcalloc(n, sizeof(*p->variants));
	for (; p->n_variants < n; p->n_variants++) {
		struct variant r = { 0 };

		read_variant(ctx, yaml__item(&ctx->y, list, p->n_variants), &r);
		p->variants[p->n_variants] = r.v;
		ctx->variant_at[p->n_variants] = r.at;
	}
	if (p->target.kind == TARGET_QEMU)
		check_accel(ctx);
}
