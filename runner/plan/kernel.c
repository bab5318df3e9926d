// SPDX-License-Identifier: GPL-2.0-only
/* The part `kernel` of a variant: packages, a file, or something to build. */
#include "runner/kernels/files/kernel.h"
#include "runner/plan/parse.h"

#include <sys/stat.h>

#define ARCH "arm64" /* the only one that kduel boots */

struct kernel_nodes {
	yaml_node_t *packages, *suites, *arch, *image, *modules, *build;
};

static const struct yaml_field kernel_fields[] = {
	FIELD("packages", NODE, struct kernel_nodes, packages),
	FIELD("suites", NODE, struct kernel_nodes, suites),
	FIELD("arch", NODE, struct kernel_nodes, arch),
	FIELD("image", NODE, struct kernel_nodes, image),
	FIELD("modules", NODE, struct kernel_nodes, modules),
	FIELD("build", NODE, struct kernel_nodes, build),
	{ 0 },
};

static void read_arch(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *arch = yaml__scalar(&ctx->y, n, "arch", "an architecture");

	if (arch && !streq(arch, ARCH))
		yaml__note(&ctx->y, n,
			   "'arch' must be " ARCH ", the only one that can be booted, "
			   "not '%.64s'",
			   arch);
}

static char *read_modules(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "modules", "the path of a directory");
	char *path = text ? plan_path__resolve(ctx, text) : NULL;
	_free_ char *below = path ? xasprintf("%s/lib/modules", path) : NULL;
	struct stat st;

	if (below && (stat(below, &st) < 0 || !S_ISDIR(st.st_mode)))
		yaml__note(&ctx->y, n,
			   "'modules' must be a directory that holds "
			   "lib/modules/RELEASE: there is no %s",
			   below);
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
	int sources = !!at->packages + !!at->image + !!at->build;
	struct yaml *y = &ctx->y;

	if (n->type != YAML_MAPPING_NODE)
		return;
	if (sources > 1)
		yaml__note(y, at->build ? at->build : at->image,
			   "a kernel is either 'packages', "
			   "'image' or 'build', not more than one");
	else if (!sources)
		yaml__note(y, n, "a kernel needs 'packages' (with 'suites'), 'image' or 'build'");
	else if (at->packages && !at->suites)
		yaml__note(y, n, "a kernel from 'packages' needs 'suites': where to look for them");
	if (at->suites && !at->packages)
		yaml__note(y, at->suites, "'suites' belongs to 'packages', which is not there");
	if (at->modules && !at->image)
		yaml__note(y, at->modules, "'modules' belongs to 'image', which is not there");
}

struct build_nodes {
	yaml_node_t *source, *suites, *dir, *git, *patches, *config, *base;
	char *ref;
};

static const struct yaml_field build_fields[] = {
	FIELD("source", NODE, struct build_nodes, source),
	FIELD("suites", NODE, struct build_nodes, suites),
	FIELD("dir", NODE, struct build_nodes, dir),
	FIELD("git", NODE, struct build_nodes, git),
	FIELD("ref", TEXT, struct build_nodes, ref),
	FIELD("patches", NODE, struct build_nodes, patches),
	FIELD("config", NODE, struct build_nodes, config),
	FIELD("base", NODE, struct build_nodes, base),
	{ 0 },
};

/* One glob, checked as `packages` are. */
static char *read_source(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "source",
					"a source package such as "
					"linux-source-*");

	if (text && !str_starts(text, "linux-source-")) {
		yaml__note(&ctx->y, n,
			   "'source' must be the name of a source package, or a glob: "
			   "linux-source-*, not '%.64s' (a directory is 'dir', a repository 'git')",
			   text);
		return NULL;
	}
	return text ? xstrdup(text) : NULL;
}

static char *read_dir(struct plan_ctx *ctx, yaml_node_t *n, const char *name)
{
	const char *text = yaml__scalar(&ctx->y, n, name, "the path of a directory");
	_free_ char *path = text ? plan_path__resolve(ctx, text) : NULL;
	char *full = path ? realpath(path, NULL) : NULL;
	struct stat st;

	if (path && (!full || stat(full, &st) < 0 || !S_ISDIR(st.st_mode)))
		yaml__note(&ctx->y, n, "'%s': %s is no directory", name, path);
	return full;
}

static void read_patches(struct plan_ctx *ctx, yaml_node_t *n, struct strvec *out)
{
	size_t count = yaml__count(&ctx->y, n, "patches");

	for (size_t i = 0; i < count; i++) {
		_free_ char *path = plan_path__file(ctx, yaml__item(&ctx->y, n, i), "patches");
		_free_ char *full = path ? realpath(path, NULL) : NULL;

		if (full)
			strvec__push(out, full);
	}
}

/* A fragment of configs/kconfig by its name, or a file. */
static char *read_fragment(struct plan_ctx *ctx, yaml_node_t *n, const char *name)
{
	const char *text = yaml__scalar(&ctx->y, n, name, "a fragment or the path of one");
	bool is_path = text && (strchr(text, '/') || str_ends(text, ".config"));
	_free_ char *path = is_path ? plan_path__resolve(ctx, text) : text ? xstrdup(text) : NULL;
	_free_ char *found = NULL;
	struct err err;

	if (!path)
		return NULL;
	found = build__fragment(path, &err);
	if (!found)
		yaml__note(&ctx->y, n, "'%s': %s", name, err.msg);
	return found ? realpath(found, NULL) : NULL;
}

static void read_fragments(struct plan_ctx *ctx, yaml_node_t *n, struct strvec *out)
{
	size_t count = yaml__count(&ctx->y, n, "config");

	for (size_t i = 0; i < count; i++) {
		_free_ char *path = read_fragment(ctx, yaml__item(&ctx->y, n, i), "config");

		if (path)
			strvec__push(out, path);
	}
}

static char *read_base(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "base", "allnoconfig, defconfig or a file");

	if (!text)
		return NULL;
	return build__is_base(text) ? xstrdup(text) : read_fragment(ctx, n, "base");
}

static void check_build(struct plan_ctx *ctx, yaml_node_t *n, const struct build_nodes *at)
{
	struct yaml *y = &ctx->y;

	if (!!at->source + !!at->dir + !!at->git != 1)
		yaml__note(y, n, "a build needs one of 'source' (a package), 'dir' and 'git'");
	if (!at->source != !at->suites)
		yaml__note(y, n, "'source' and 'suites' (where to look for it) go together");
	if (!at->git && at->ref)
		yaml__note(y, n, "'ref' belongs to 'git', which is not there");
}

static struct build_spec *read_spec(struct plan_ctx *ctx, yaml_node_t *n)
{
	struct build_spec *s = xcalloc(1, sizeof(*s));
	struct build_nodes at = { 0 };

	yaml__read(&ctx->y, n, "'build'", build_fields, &at);
	if (n->type == YAML_MAPPING_NODE)
		check_build(ctx, n, &at);
	s->arch = xstrdup(ARCH);
	if (at.source)
		s->source = read_source(ctx, at.source);
	if (at.suites)
		plan_words__read(ctx, at.suites, "suites", PLAN_SUITE, &s->suites);
	if (at.dir)
		s->dir = read_dir(ctx, at.dir, "dir");
	if (at.git)
		s->git = read_dir(ctx, at.git, "git");
	s->ref = at.ref ? at.ref : at.git ? xstrdup("HEAD") : NULL;
	if (at.patches)
		read_patches(ctx, at.patches, &s->patches);
	if (at.config)
		read_fragments(ctx, at.config, &s->config);
	s->base = at.base ? read_base(ctx, at.base) : xstrdup("allnoconfig");
	return s;
}

static void read_build(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *k)
{
	static const struct yaml_field name = FIELD("build", NAME, struct kernel_spec, named);

	if (n->type == YAML_SCALAR_NODE)
		yaml__read_value(&ctx->y, n, &name, k);
	else
		k->build = read_spec(ctx, n);
}

void plan_kernel__read(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *k)
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
	if (at.build)
		read_build(ctx, at.build, k);
}
