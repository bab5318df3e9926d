// SPDX-License-Identifier: GPL-2.0-only
/* The parts `target` and `guest` of a plan, and the paths and words that all parts use. */
#include "lib/clock.h"
#include "lib/units.h"
#include "runner/guest/guest.h"
#include "runner/plan/parse.h"
#include "runner/host/release.h"

#include <sys/stat.h>

#define MIB (1024.0 * 1024)
#define MIN_MEMORY (512 * MIB)
#define MAX_MEMORY (1024 * 1024 * MIB)
#define MAX_CPUS 64
#define MIN_TIMEOUT 100e6 /* ns */
#define MIN_AGENT_TIMEOUT 3e9 /* three heartbeats */

struct target {
	struct plan_target_opts opts;
	unsigned int kind, accel;
	yaml_node_t *host_cpus, *qemu, *min_qemu;
};

static const struct yaml_field target_fields[] = {
	FIELD("kind", ENUM, struct target, kind, .choices = "qemu|fake|local"),
	FIELD("accel", ENUM, struct target, accel, .choices = "auto|tcg|kvm"),
	FIELD("memory", SIZE, struct target, opts.memory, .min = MIN_MEMORY, .max = MAX_MEMORY),
	FIELD("cpus", UINT, struct target, opts.cpus, .min = 1, .max = MAX_CPUS),
	FIELD("host_cpus", NODE, struct target, host_cpus),
	FIELD("boot_timeout", DURATION, struct target, opts.boot_timeout_ns, .min = MIN_TIMEOUT,
	      .max = PLAN_MAX_TIMEOUT),
	FIELD("agent_timeout", DURATION, struct target, opts.agent_timeout_ns,
	      .min = MIN_AGENT_TIMEOUT, .max = PLAN_MAX_TIMEOUT),
	FIELD("min_free", SIZE, struct target, opts.min_free),
	FIELD("qemu", NODE, struct target, qemu),
	FIELD("min_qemu", NODE, struct target, min_qemu),
	{ 0 },
};

static const enum plan_target kinds[] = { TARGET_QEMU, TARGET_FAKE, TARGET_LOCAL };
static const enum plan_accel accels[] = { ACCEL_AUTO, ACCEL_TCG, ACCEL_KVM };

char *plan_path__resolve(const struct plan_ctx *ctx, const char *path)
{
	const char *slash = strrchr(ctx->plan->path, '/');

	if (*path == '/' || !slash)
		return xstrdup(path);
	return xasprintf("%.*s/%s", (int)(slash - ctx->plan->path), ctx->plan->path, path);
}

char *plan_path__file(struct plan_ctx *ctx, yaml_node_t *n, const char *name)
{
	const char *text = yaml__scalar(&ctx->y, n, name, "the path of a file");
	char *path = text ? plan_path__resolve(ctx, text) : NULL;
	const char *why = NULL;
	struct stat st;

	if (!path)
		return NULL;
	if (stat(path, &st) < 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "not a regular file";
	else if (!st.st_size)
		why = "the file is empty";
	if (!why)
		return path;
	yaml__note(&ctx->y, n, "'%s': %s: %s", name, path, why);
	free(path);
	return NULL;
}

void plan_words__read(struct plan_ctx *ctx, yaml_node_t *n, const char *name, enum plan_word kind,
		      struct strvec *out)
{
	static const struct {
		const char *what, *chars;
	} kinds_of[] = {
		[PLAN_PACKAGE] = { "a package name", "a-z, 0-9 and +.-" },
		[PLAN_PACKAGE_GLOB] = { "a package name or glob", "a-z, 0-9 and +.-*?[]" },
		[PLAN_SUITE] = { "a suite such as trixie-backports", "a-z, 0-9 and .-/" },
	};
	const char *letters = "abcdefghijklmnopqrstuvwxyz0123456789";
	const char *more = strrchr(kinds_of[kind].chars, ' ') + 1;
	size_t count = yaml__count(&ctx->y, n, name);

	if (yaml__is_empty_list(n))
		yaml__note(&ctx->y, n, "'%s' is an empty list: name at least one", name);
	for (size_t i = 0; i < count; i++) {
		yaml_node_t *item = yaml__item(&ctx->y, n, i);
		const char *s = yaml__scalar(&ctx->y, item, name, kinds_of[kind].what);
		bool ok = s && *s && !strchr("-./+", *s);

		for (const char *c = s; ok && *c; c++)
			ok = strchr(letters, *c) || strchr(more, *c);
		if (ok)
			strvec__push(out, s);
		else if (s)
			yaml__note(&ctx->y, item, "'%s' must hold %s (%s), not '%.80s'", name,
				   kinds_of[kind].what, kinds_of[kind].chars, s);
	}
}

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

static char *read_program(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "qemu", "a program's name or path");

	if (text && !*text) {
		yaml__note(&ctx->y, n, "'qemu' is empty: leave it out and kduel finds one");
		return NULL;
	}
	/* A bare name is looked up in PATH, not beside the plan. */
	return !text ? NULL : strchr(text, '/') ? plan_path__resolve(ctx, text) : xstrdup(text);
}

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

void plan_target__read(struct plan_ctx *ctx)
{
	struct target t = { .opts = {
				    .memory = 2048ull << 20,
				    .cpus = 2,
				    .boot_timeout_ns = 120 * NSEC_PER_SEC,
				    .agent_timeout_ns = 30 * NSEC_PER_SEC,
				    .min_free = 512ull << 20,
			    } };

	if (ctx->at.target)
		yaml__read(&ctx->y, ctx->at.target, "'target'", target_fields, &t);
	t.opts.kind = kinds[t.kind];
	t.opts.accel = accels[t.accel];
	if (t.host_cpus)
		read_host_cpus(ctx, t.host_cpus, &t.opts.host_cpus);
	if (t.qemu)
		t.opts.qemu = read_program(ctx, t.qemu);
	if (t.min_qemu)
		t.opts.min_qemu = read_release(ctx, t.min_qemu);
	ctx->plan->target = t.opts;
}

struct guest {
	yaml_node_t *suites, *packages, *initramfs;
};

static const struct yaml_field guest_fields[] = {
	FIELD("suites", NODE, struct guest, suites),
	FIELD("packages", NODE, struct guest, packages),
	FIELD("initramfs", NODE, struct guest, initramfs),
	{ 0 },
};

static char *read_initramfs(struct plan_ctx *ctx, yaml_node_t *n)
{
	char *path = plan_path__file(ctx, n, "initramfs");
	struct err err;

	if (path && guest__check_initramfs(path, &err))
		yaml__note(&ctx->y, n, "'initramfs': %s", err.msg);
	return path;
}

void plan_guest__read(struct plan_ctx *ctx)
{
	struct plan *p = ctx->plan;
	struct guest g = { 0 };

	if (ctx->at.guest)
		yaml__read(&ctx->y, ctx->at.guest, "'guest'", guest_fields, &g);
	if (g.suites)
		plan_words__read(ctx, g.suites, "suites", PLAN_SUITE, &p->guest_suites);
	else
		strvec__push_all(&p->guest_suites, "bookworm", "bookworm-security", NULL);
	/* An empty list of packages says the same as none. */
	if (g.packages && !yaml__is_empty_list(g.packages))
		plan_words__read(ctx, g.packages, "packages", PLAN_PACKAGE, &p->guest_packages);
	if (g.initramfs)
		p->guest_initramfs = read_initramfs(ctx, g.initramfs);
}
