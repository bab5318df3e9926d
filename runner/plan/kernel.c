// SPDX-License-Identifier: GPL-2.0-only
/* kernel.c - the part `kernel` of a variant: packages, a file, or a build from source. */
#include "runner/plan/kernel.h"

#include "lib/text.h"
#include "runner/host/arch.h"
#include "runner/kernels/build/config.h"
#include "runner/kernels/build/patch.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/files/kernel.h"
#include "runner/kernels/names.h"
#include "runner/kernels/tree.h"
#include "runner/plan/parse.h"

#include <sys/stat.h>

struct kernel_nodes {
	yaml_node_t *packages, *suites, *arch, *tree, *image, *modules, *config, *build;
};

static const struct yaml_field kernel_fields[] = {
	FIELDS(NODE, struct kernel_nodes, packages, suites, arch, tree, image, modules, config,
	       build),
	{ 0 },
};

/* Read `modules`: a directory filled by `make modules_install INSTALL_MOD_PATH=DIR`. Caller frees;
 * NULL with a note. */
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

/* Read `config`: the kernel config of `image`. Caller frees; NULL with a note. */
static char *read_config(struct plan_ctx *ctx, yaml_node_t *n)
{
	char *path = plan_path__file(ctx, n, "config");
	_free_ char *text = NULL;
	struct err err;

	if (path && (text__read(path, KERNEL_CONFIG_MAX, &text, NULL, &err) ||
		     kernel_config__check(path, text, &err)))
		yaml__note(&ctx->y, n, "'config': %s", err.msg);
	return path;
}

/* Read `tree`: a directory in which a kernel was built. Check it now, so that a mistake shows
 * before anything is downloaded for other variants. Returns its architecture; NULL if unknown. */
static const struct arch *read_tree(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *k)
{
	const char *text = yaml__scalar(&ctx->y, n, "tree", "the path of a directory");
	_cleanup_(kernel_tree__release) struct kernel_tree t = { 0 };
	_free_ char *path = text ? plan_path__resolve(ctx, text) : NULL;
	struct err err;

	if (!path)
		return NULL;
	if (kernel_tree__read(path, &t, &err)) {
		yaml__note(&ctx->y, n, "'tree': %s", err.msg);
		return NULL;
	}
	k->tree = xstrdup(t.dir);
	return arch__find(t.arch);
}

/* Note unless there is exactly one source of the kernel, together with the keys that it needs. */
static void check_kernel(struct plan_ctx *ctx, yaml_node_t *n, const struct kernel_nodes *at)
{
	int sources = !!at->packages + !!at->tree + !!at->image + !!at->build;
	struct yaml *y = &ctx->y;

	if (n->type != YAML_MAPPING_NODE)
		return;
	if (sources > 1)
		yaml__note(y,
			   at->build ? at->build :
			   at->image ? at->image :
				       at->tree,
			   "a kernel has one of 'packages', 'tree', 'image' and 'build', not "
			   "several");
	else if (!sources)
		yaml__note(y, n,
			   "a kernel needs 'packages' (with 'suites'), 'tree', 'image' or 'build'");
	else if (at->packages && !at->suites)
		yaml__note(y, n, "a kernel from 'packages' needs 'suites': where to look for them");
	if (at->suites && !at->packages)
		yaml__note(y, at->suites, "'suites' needs 'packages', which is missing");
	if (at->modules && !at->image)
		yaml__note(y, at->modules, "'modules' needs 'image', which is missing");
	if (at->config && !at->image)
		yaml__note(y, at->config, "'config' needs 'image', which is missing");
}

struct build_nodes {
	yaml_node_t *source, *suites, *dir, *git, *ref, *patches, *config, *base;
};

static const struct yaml_field build_fields[] = {
	FIELDS(NODE, struct build_nodes, source, suites, dir, git, ref, patches, config, base),
	{ 0 },
};

/* Read `source`: the name of a source package, or a glob. Caller frees; NULL with a note. */
static char *read_source(struct plan_ctx *ctx, yaml_node_t *n)
{
	const char *text = yaml__scalar(&ctx->y, n, "source",
					"a source package such as linux-source-*");

	if (text && !str_starts(text, "linux-source-")) {
		yaml__note(&ctx->y, n,
			   "'source' must be the name of a source package, or a glob: "
			   "linux-source-*, not '%.64s' (a directory is 'dir', a repository 'git')",
			   text);
		return NULL;
	}
	return text ? xstrdup(text) : NULL;
}

/* Read a directory as an absolute path without symlinks. It is stored with a named kernel, which
 * can then be rebuilt from any directory. Caller frees; NULL with a note. */
static char *read_dir(struct plan_ctx *ctx, yaml_node_t *n, const char *name)
{
	const char *text = yaml__scalar(&ctx->y, n, name, "the path of a directory");
	_free_ char *path = text ? plan_path__resolve(ctx, text) : NULL;
	char *full = path ? realpath(path, NULL) : NULL;
	struct stat st;

	if (path && (!full || stat(full, &st) < 0 || !S_ISDIR(st.st_mode)))
		yaml__note(&ctx->y, n, "'%s': %s is not a directory", name, path);
	return full;
}

/* Keep the order of the list: patches are applied in that order. */
static void read_patches(struct plan_ctx *ctx, yaml_node_t *n, struct strvec *out)
{
	size_t count = yaml__count(&ctx->y, n, "patches");

	for (size_t i = 0; i < count; i++) {
		yaml_node_t *item = yaml__item(&ctx->y, n, i);
		const char *text = yaml__scalar(&ctx->y, item, "patches", "a patch");
		_free_ char *path = text ? build_patch__named(text) : NULL;
		_free_ char *full = NULL;

		if (text && !path)
			path = plan_path__file(ctx, item, "patches");
		full = path ? realpath(path, NULL) : NULL;

		if (full)
			strvec__push(out, full);
	}
}

/* Read a config fragment: the name of one in configs/kconfig, or the path of a file. Returns its
 * real path, which the caller frees; NULL with a note. */
static char *read_fragment(struct plan_ctx *ctx, yaml_node_t *n, const char *name)
{
	const char *text = yaml__scalar(&ctx->y, n, name, "a fragment or the path of one");
	bool is_path = text && (strchr(text, '/') || str_ends(text, ".config"));
	_free_ char *path = is_path ? plan_path__resolve(ctx, text) : text ? xstrdup(text) : NULL;
	_free_ char *found = NULL;
	struct err err;

	if (!path)
		return NULL;
	found = build_config__fragment_path(path, &err);
	if (!found)
		yaml__note(&ctx->y, n, "'%s': %s", name, err.msg);
	return found ? realpath(found, NULL) : NULL;
}

/* Keep the order of the list: a later fragment overrides an earlier one. */
static void read_fragments(struct plan_ctx *ctx, yaml_node_t *n, struct strvec *out)
{
	size_t count = yaml__count(&ctx->y, n, "config");

	for (size_t i = 0; i < count; i++) {
		_free_ char *path = read_fragment(ctx, yaml__item(&ctx->y, n, i), "config");

		if (path)
			strvec__push(out, path);
	}
}

char *plan_kernel__git_word(struct yaml *y, yaml_node_t *node, const char *key)
{
	const char *s = yaml__scalar(y, node, key, "a word for git");

	if (s && *s && *s != '-' && !s[strcspn(s, " \t\n")])
		return xstrdup(s);
	if (s)
		yaml__note(y, node, "'%s' must be a word that does not begin with '-', not '%.80s'",
			   key, s);
	return NULL;
}

/* Read `build` as a mapping: a kernel to be built from source. The caller frees. */
static struct build_spec *read_build_spec(struct plan_ctx *ctx, yaml_node_t *n)
{
	struct build_spec *s = xcalloc(1, sizeof(*s));
	struct build_nodes at = { 0 };
	struct yaml *y = &ctx->y;
	const char *base;

	yaml__read(y, n, "'build'", build_fields, &at);
	if (n->type == YAML_MAPPING_NODE) {
		if (!!at.source + !!at.dir + !!at.git != 1)
			yaml__note(y, n,
				   "a build needs one of 'source' (a package), 'dir' and 'git'");
		if (!at.source != !at.suites)
			yaml__note(y, n,
				   "'source' and 'suites' (where to look for it) go together");
		if (!at.git && at.ref)
			yaml__note(y, n, "'ref' needs 'git', which is missing");
	}
	if (at.source)
		s->source = read_source(ctx, at.source);
	if (at.suites)
		plan_words__read(ctx, at.suites, "suites", PLAN_SUITE, &s->suites);
	if (at.dir)
		s->dir = read_dir(ctx, at.dir, "dir");
	if (at.git)
		s->git = read_dir(ctx, at.git, "git");
	if (at.ref)
		s->ref = plan_kernel__git_word(y, at.ref, "ref");
	else if (at.git)
		s->ref = xstrdup("HEAD");
	if (at.patches)
		read_patches(ctx, at.patches, &s->patches);
	if (at.config)
		read_fragments(ctx, at.config, &s->config);
	base = at.base ? yaml__scalar(y, at.base, "base", "allnoconfig, defconfig or a file") :
			 "allnoconfig";
	if (base)
		s->base = build_config__is_base(base) ? xstrdup(base) :
							read_fragment(ctx, at.base, "base");
	return s;
}

/* The architecture in the names of the packages, which are alternatives for one kernel; NULL if
 * they do not tell. */
static const struct arch *arch_of_packages(struct plan_ctx *ctx, yaml_node_t *n,
					   const struct strvec *packages)
{
	const struct arch *found = NULL;

	for (size_t i = 0; i < packages->n; i++) {
		const struct arch *a = arch__of_package(packages->v[i]);

		if (a && found && a != found)
			yaml__note(&ctx->y, n,
				   "'packages' are for %s and for %s: a kernel has one architecture",
				   found->deb, a->deb);
		found = a ? a : found;
	}
	return found;
}

/* The architecture recorded when a named kernel was added to the cache; NULL if there is none. */
static const struct arch *arch_of_named(const char *name)
{
	struct kernel *k = NULL;
	const struct arch *a = NULL;
	char hash[65];

	if (!kernel_names__find(name, hash, NULL) && !kernel__from_cache(hash, &k, NULL))
		a = arch__find(k->arch);
	kernel__free(k);
	return a;
}

/* Set the architecture to `found`, else to that of 'arch' (node `n`), else to arm64. If both are
 * known, they must agree. `is_bad`: if nothing was found, it is because a tree or image could not
 * be read. */
static void set_arch(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *k,
		     const struct arch *found, bool is_bad)
{
	const char *text = n ? yaml__scalar(&ctx->y, n, "arch", "an architecture") : NULL;

	if (text && !arch__find(text))
		yaml__note(&ctx->y, n,
			   "'arch' must be " ARCH_NAMES ", the architectures that kduel boots, "
			   "not '%.64s'",
			   text);
	else if (text && found && !streq(text, found->deb))
		yaml__note(&ctx->y, n, "'arch' says %s, but the kernel is for %s", text,
			   found->deb);
	else if (text)
		found = arch__find(text);
	/* A tree or image that could not be read is noted already: assume nothing. */
	if (!found && is_bad)
		return;
	k->arch = xstrdup(found ? found->deb : ARCH_ARM64);
	if (k->build)
		k->build->arch = xstrdup(k->arch);
}

/* `build: NAME` is a kernel that `kduel kernel build` gave that name; a mapping says what to
 * build. */
void plan_kernel__read(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *k)
{
	static const struct yaml_field build_name = FIELD("build", NAME, struct kernel_spec, named);
	struct kernel_nodes at = { 0 };
	const struct arch *found = NULL;
	const char *arch = NULL;
	struct err err;

	k->line = yaml__line(n);
	k->col = yaml__col(n);
	yaml__read(&ctx->y, n, "'kernel'", kernel_fields, &at);
	check_kernel(ctx, n, &at);
	if (at.packages) {
		plan_words__read(ctx, at.packages, "packages", PLAN_PACKAGE_GLOB, &k->packages);
		found = arch_of_packages(ctx, at.packages, &k->packages);
	}
	if (at.suites)
		plan_words__read(ctx, at.suites, "suites", PLAN_SUITE, &k->suites);
	if (at.tree)
		found = read_tree(ctx, at.tree, k);
	if (at.image)
		k->image = plan_path__file(ctx, at.image, "image");
	if (k->image && image__check(k->image, &arch, &err))
		yaml__note(&ctx->y, at.image, "'image': %s", err.msg);
	else if (k->image)
		found = arch__find(arch);
	if (at.modules)
		k->modules = read_modules(ctx, at.modules);
	if (at.config)
		k->config = read_config(ctx, at.config);
	if (at.build && at.build->type == YAML_SCALAR_NODE) {
		yaml__read_value(&ctx->y, at.build, &build_name, k);
		found = k->named ? arch_of_named(k->named) : NULL;
	} else if (at.build) {
		k->build = read_build_spec(ctx, at.build);
	}
	set_arch(ctx, at.arch, k, found, at.tree || at.image);
}

void plan_kernel__read_alone(struct yaml *y, yaml_node_t *n, struct kernel_spec *k)
{
	struct plan plan = { .path = (char *)y->path };
	struct plan_ctx ctx = { .y = *y, .plan = &plan };

	plan_kernel__read(&ctx, n, k);
	*y = ctx.y;
}
