// SPDX-License-Identifier: GPL-2.0-only
/* kernel.c - `kduel kernel`: add, build, list, show and remove kernels in the cache. */
#include "lib/fs.h"
#include "reports/render/grid.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/kernel/check.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/host/arch.h"
#include "runner/kernels/build/config.h"
#include "runner/kernels/build/patch.h"
#include "runner/kernels/build/spec.h"
#include "runner/kernels/files/kernel.h"
#include "runner/kernels/names.h"
#include "runner/kernels/resolve.h"
#include "runner/kernels/tree.h"

/* Give a kernel in the cache a name (unless NULL), and print its hash. */
static int finish(struct kernel *k, const char *name, const struct build_spec *spec,
		  struct err *err)
{
	int ret = name ? kernel_names__set(name, k->hash, spec, err) : 0;

	log__progress_end();
	if (ret)
		return ret;
	log__info("%s: %s", k->release, k->origin);
	puts(k->hash);
	return 0;
}

/* kduel kernel add */

struct add_opts {
	const char *name, *modules;
	struct kernel_spec spec;
};

/* The forms of `add` exclude each other. A path is a directory if "PATH/." exists. */
static int check_add(void *opts, size_t n, char **args, struct err *err)
{
	struct add_opts *o = opts;
	struct kernel_spec *k = &o->spec;
	_free_ char *below = NULL;

	if (!!k->packages.n + n != 1)
		return err__set(err, -EINVAL,
				"a kernel comes from --package, or from one directory or Image");
	if (!k->packages.n != !k->suites.n)
		return err__set(err, -EINVAL, "--package and --suite go together");
	if (o->modules && k->packages.n)
		return err__set(err, -EINVAL, "--modules goes with an Image");
	if (o->modules)
		k->modules = xstrdup(o->modules);
	if (o->name && kernel_names__check(o->name, err))
		return -EINVAL;
	if (!n)
		return 0;
	below = xasprintf("%s/.", args[0]);
	if (fs__exists(below))
		return kernel_tree__spec(args[0], k, err);
	k->image = xstrdup(args[0]);
	return 0;
}

static const struct options add_options = {
	.command = "kernel add",
	.args = "--package GLOB --suite SUITE\nDIRECTORY\nIMAGE [--modules DIR]",
	.doc = "Adds a kernel to the cache: from Debian packages, from the tree that it was built "
	       "in, from a directory with an Image or bzImage (and lib/modules/RELEASE), or from such a file. "
	       "Prints its hash.",
	.table = OPTION_TABLE(OPTION_TEXT("modules", "DIR", struct add_opts, modules,
					  "holds lib/modules/RELEASE, as `make modules_install "
					  "INSTALL_MOD_PATH=DIR` leaves it"),
			      OPTION_TEXT("name", "NAME", struct add_opts, name,
					  "name the kernel, for `kernel: {build: NAME}` in a plan"),
			      OPTION_LIST("package", "GLOB", struct add_opts, spec.packages,
					  "the newest version of the package that matches "
					  "(linux-image-6.18.*-arm64)"),
			      OPTION_LIST("suite", "SUITE", struct add_opts, spec.suites,
					  "where to look for it; may be repeated")),
	.max_args = OPTIONS_ANY,
	.check = check_add,
	.shared = { { &options__quiet, 0 } },
};

/* Adding a kernel again is not an error: it is identified by its content. */
static int kernel_add(int argc, char **argv)
{
	struct add_opts o = { 0 };
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	_cleanup_(lock__release) struct lock lock = { 0 };
	struct err err;
	int ret;

	if (options__parse(&add_options, argc, argv, &o, &ret)) {
		const struct arch *of = o.spec.packages.n ? arch__of_package(o.spec.packages.v[0]) :
							    NULL;

		/* The architecture of an Image is read from its header. */
		if (o.spec.packages.n)
			o.spec.arch = xstrdup(of ? of->deb : ARCH_ARM64);
		ret = kernel__resolve(&o.spec, NULL, &lock, NULL, &k, &err);
		if (!ret)
			ret = finish(k, o.name, NULL, &err);
		ret = cmd__fail(ret, &err);
	}
	kernel_spec__release(&o.spec);
	return ret;
}

/* kduel kernel build */

struct kbuild_opts {
	const char *name;
	struct build_spec spec;
	struct build_hooks hooks;
};

enum {
	OPT_ARCH = OPTION_TAKE_FIRST,
	OPT_BASE,
	OPT_CONFIG,
	OPT_DIR,
	OPT_GIT,
	OPT_JOBS,
	OPT_NAME,
	OPT_PATCH,
	OPT_REF,
	OPT_SOURCE
};

/* The absolute path; NULL, with `err` set, if there is no such file. The caller frees. */
static char *full_path(const char *path, struct err *err)
{
	char *full = realpath(path, NULL);

	if (!full)
		err__set(err, -ENOENT, "%s: %s", path, strerror(errno));
	return full;
}

/* Paths are stored with the name of the kernel, to build it again from any directory: make them
 * absolute. */
static int push_path(struct strvec *out, const char *path, struct err *err)
{
	_free_ char *full = full_path(path, err);

	if (!full)
		return -ENOENT;
	strvec__push(out, full);
	return 0;
}

static int push_fragment(struct strvec *out, const char *word, struct err *err)
{
	_free_ char *path = build_config__fragment_path(word, err);

	return path ? push_path(out, path, err) : -ENOENT;
}

static int set_path(char **out, const char *path, struct err *err)
{
	free(*out);
	*out = full_path(path, err);
	return *out ? 0 : -ENOENT;
}

static void set_text(char **out, const char *text)
{
	free(*out);
	*out = xstrdup(text);
}

/* A patch is the name of one of kduel's own, or a file. */
static int push_patch(struct strvec *out, const char *word, struct err *err)
{
	_free_ char *own = build_patch__named(word);

	return push_path(out, own ? own : word, err);
}

/* A base is a configuration target of kbuild (defconfig), or a file as with --config. */
static int set_base(struct build_spec *s, const char *word, struct err *err)
{
	_free_ char *path = NULL;

	if (build_config__is_base(word)) {
		set_text(&s->base, word);
		return 0;
	}
	path = build_config__fragment_path(word, err);
	return path ? set_path(&s->base, path, err) : -ENOENT;
}

/* Paths become absolute, as the recipe must not depend on the working directory. */
static int take_build(void *opts, int key, const char *value, struct err *err)
{
	struct kbuild_opts *o = opts;
	struct build_spec *s = &o->spec;

	switch (key) {
	case OPT_ARCH:
		if (!arch__find(value))
			return err__set(err, -EINVAL,
					"--arch: expected " ARCH_NAMES ", found '%.40s'", value);
		set_text(&s->arch, value);
		return 0;
	case OPT_BASE:
		return set_base(s, value, err);
	case OPT_CONFIG:
		return push_fragment(&s->config, value, err);
	case OPT_DIR:
		return set_path(&s->dir, value, err);
	case OPT_GIT:
		return set_path(&s->git, value, err);
	case OPT_JOBS:
		return options__count("jobs", value, 4096, &o->hooks.jobs, err);
	case OPT_NAME:
		o->name = value;
		return kernel_names__check(value, err);
	case OPT_PATCH:
		return push_patch(&s->patches, value, err);
	case OPT_REF:
		set_text(&s->ref, value);
		return 0;
	default:
		set_text(&s->source, value);
		return 0;
	}
}

/* There must be exactly one source. Also fill in the defaults, which are part of the recipe. */
static int check_build(void *opts, size_t n __unused, char **args __unused, struct err *err)
{
	struct kbuild_opts *o = opts;
	struct build_spec *s = &o->spec;

	if (!!s->source + !!s->dir + !!s->git != 1)
		return err__set(err, -EINVAL,
				"a kernel is built from one of --source, --dir and --git");
	if (!s->source != !s->suites.n)
		return err__set(err, -EINVAL, "--source and --suite go together");
	if (s->source && !str_starts(s->source, "linux-source-"))
		return err__set(err, -EINVAL,
				"--source must match packages called linux-source-..., not '%s'",
				s->source);
	if (s->ref && !s->git)
		return err__set(err, -EINVAL, "--ref goes with --git");
	if (!s->arch)
		s->arch = xstrdup(ARCH_ARM64);
	if (!s->base)
		s->base = xstrdup("allnoconfig");
	if (s->git && !s->ref)
		s->ref = xstrdup("HEAD");
	return 0;
}

static const struct options build_options = {
	.command = "kernel build",
	.args = "--source GLOB --suite SUITE\n--dir DIR\n--git DIR [--ref REF]",
	.doc = "Builds a kernel and prints its hash. If the same source, patches, fragments and "
	       "compiler were built before, that kernel is used. An interrupted build continues "
	       "when it is started again.\v"
	       "docs/KERNELS.md has examples.",
	.table = OPTION_TABLE(
		OPTION_GROUP(1, "The source, one of:"),
		OPTION_TAKE("source", OPT_SOURCE, "GLOB",
			    "Debian's source package, the newest that matches: 'linux-source-*'"),
		OPTION_TAKE("dir", OPT_DIR, "DIR",
			    "a source tree, including what is not committed"),
		OPTION_TAKE("git", OPT_GIT, "DIR", "a commit of a local repository"),
		OPTION_LIST("suite", "SUITE", struct kbuild_opts, spec.suites,
			    "with --source: where to look for it; may be repeated"),
		OPTION_TAKE("ref", OPT_REF, "REF", "with --git: which commit (default: HEAD)"),
		OPTION_GROUP(2, "How it is built:"),
		OPTION_TAKE("arch", OPT_ARCH, "ARCH", "arm64 (default) or amd64"),
		OPTION_TAKE("base", OPT_BASE, "BASE",
			    "what fragments build on: allnoconfig (default), tinyconfig, defconfig, "
			    "virtconfig, or a file with a whole configuration"),
		OPTION_TAKE("config", OPT_CONFIG, "FRAGMENT",
			    "a name (configs/kconfig/NAME.config: guest, guest-amd64, linear, "
			    "debug, dwarf, rt, 64k) or a file; may be repeated, later ones win"),
		OPTION_TAKE("patch", OPT_PATCH, "FILE",
			    "a diff or mailbox to apply, or a name (configs/patches/NAME: bbml, repaint); "
			    "may be repeated, in the order given"),
		OPTION_TAKE("jobs", OPT_JOBS, "N", "compilers at a time (default: one per CPU)"),
		OPTION_TAKE("name", OPT_NAME, "NAME",
			    "name the kernel, for `kernel: {build: NAME}` in a plan", .group = 3)),
	.take = take_build,
	.check = check_build,
	.shared = { { &options__quiet, 0 } },
};

/* An interrupted build leaves its tree in the cache; the next one with this recipe continues it. */
static int kernel_build(int argc, char **argv)
{
	struct kbuild_opts o = { .hooks = { .note = log__info, .progress = log__progress } };
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	_cleanup_(lock__release) struct lock lock = { 0 };
	struct err err;
	int ret;

	if (options__parse(&build_options, argc, argv, &o, &ret)) {
		ret = build__kernel(&o.spec, NULL, &lock, &o.hooks, &k, &err);
		if (!ret)
			ret = finish(k, o.name, &o.spec, &err);
		ret = cmd__fail(ret, &err);
	}
	build_spec__release(&o.spec);
	return ret;
}

/* kduel kernel list, show, rm */

struct kernel_opts {
	bool json; /* for list */
	int format; /* for show: index into SHOW_FORMATS */
	size_t n;
	char **kernels; /* names or hashes */
};

#define SHOW_FORMATS "text|json|config"
enum { SHOW_TEXT, SHOW_JSON, SHOW_CONFIG };

/* `show` takes one kernel (max_args), `rm` any number. */
static int check_kernels(void *opts, size_t n, char **args, struct err *err)
{
	struct kernel_opts *o = opts;

	o->n = n;
	o->kernels = args;
	return n ? 0 : err__set(err, -EINVAL, "which kernel? expected a name or hash");
}

/* `show` has a third format beside text and JSON. */
static int take_show(void *opts, int key __unused, const char *value, struct err *err)
{
	struct kernel_opts *o = opts;

	o->format = options__word("format", value, SHOW_FORMATS, err);
	return o->format < 0 ? o->format : 0;
}

static const struct options list_options = {
	.command = "kernel list",
	.doc = "Lists the kernels of the cache.",
	.shared = { { &options__format, offsetof(struct kernel_opts, json) } },
};

static const struct options show_options = {
	.command = "kernel show",
	.args = "NAME|HASH",
	.doc = "Prints everything that is known about a kernel.",
	.table = OPTION_TABLE(
		OPTION_TAKE("format", OPTION_TAKE_FIRST, "FORMAT",
			    "text (default), json, or config: its kernel configuration")),
	.max_args = 1,
	.take = take_show,
	.check = check_kernels,
};

static const struct options rm_options = {
	.command = "kernel rm",
	.args = "NAME|HASH...",
	.doc = "Removes kernels from the cache.",
	.max_args = OPTIONS_ANY,
	.check = check_kernels,
};

/* The names of a kernel; "" if it has none. The caller frees. */
static char *names_text(const char *hash)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	kernel_names__of(hash, &names);
	return strvec__shell_line(&names);
}

/* The recipe of a kernel built by kduel; JSON null for others. */
static json_t *recipe_json(const struct kernel *k)
{
	_free_ char *path = xasprintf("%s/build.json", k->dir);
	json_t *o = json_load_file(path, 0, NULL);

	return o ? o : json_null();
}

static json_t *kernel_json(const struct kernel *k)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	json_t *list = json_array();

	kernel_names__of(k->hash, &names);
	for (size_t i = 0; i < names.n; i++)
		json_array_append_new(list, json_string(names.v[i]));
	return json_pack("{s:s, s:o, s:o, s:s, s:o, s:b, s:s, s:s, s:o}", "hash", k->hash, "names",
			 list, "release", json__text(k->release), "arch", k->arch, "origin",
			 json__text(k->origin), "modules", k->modules_root != NULL, "config_hash",
			 k->config_hash, "dir", k->dir, "build", recipe_json(k));
}

/* What cannot be used is not listed. A damaged kernel has been reported by then, and one that another kduel has
 * removed meanwhile is no news. */
static bool open_listed(const char *hash, struct kernel **k)
{
	struct err err;
	int ret = kernel__from_cache(hash, k, &err);

	if (ret == -ENOTSUP)
		log__warn("not listed: %s", err.msg);
	return !ret;
}

static void list_text(const struct strvec *hashes)
{
	static const char *const head[] = { "kernel", "name", "release", "from" };
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 0xf };
	size_t row = grid__row(&g);

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < hashes->n; i++) {
		_free_ char *names = names_text(hashes->v[i]);
		_cleanup_(kernel__freep) struct kernel *k = NULL;

		if (!open_listed(hashes->v[i], &k))
			continue;
		row = grid__row(&g);
		grid__put(&g, row, 0, "%.12s", k->hash);
		grid__put(&g, row, 1, "%s", *names ? names : "-");
		grid__put(&g, row, 2, "%s", k->release);
		grid__put(&g, row, 3, "%s", k->origin);
	}
	grid__print(&g, false, stdout);
	grid__release(&g);
}

/* The same with everything that is known about each. */
static void list_json(const struct strvec *hashes)
{
	json_t *a = json_array();

	for (size_t i = 0; i < hashes->n; i++) {
		_cleanup_(kernel__freep) struct kernel *k = NULL;

		if (!open_listed(hashes->v[i], &k))
			continue;
		json_array_append_new(a, kernel_json(k));
	}
	json__print(json_pack("{s:i, s:s, s:o}", "schema", 1, "kind", "kernels", "kernels", a),
		    stdout);
}

/* Sorted by hash, as kernels have no date. */
static int kernel_list(int argc, char **argv)
{
	struct kernel_opts o = { 0 };
	_cleanup_(strvec__release) struct strvec hashes = { 0 }, names = { 0 };
	char hash[65];
	struct err err;
	int ret;

	if (!options__parse(&list_options, argc, argv, &o, &ret))
		return ret;
	kernel_names__hashes(&hashes);
	(o.json ? list_json : list_text)(&hashes);
	kernel_names__of(NULL, &names);
	for (size_t i = 0; i < names.n; i++)
		if (kernel_names__find(names.v[i], hash, &err) == -EUCLEAN)
			log__warn("%s", err.msg);
	return EXIT_NO_REGRESSION;
}

/* The recipe is printed as one line of JSON with sorted keys, to be compared. */
static void show_text(const struct kernel *k)
{
	_free_ char *names = names_text(k->hash);
	json_t *recipe = recipe_json(k);
	_free_ char *built = json_is_null(recipe) ? NULL : json_dumps(recipe, JSON_SORT_KEYS);

	printf("kernel %s\n  names     %s\n  release   %s %s\n  from      %s\n  modules   %s\n"
	       "  config    %s\n  in        %s\n",
	       k->hash, *names ? names : "-", k->release, k->arch, k->origin,
	       k->modules_root ? "yes" : "none", *k->config_hash ? k->config_hash : "unknown",
	       k->dir);
	if (built)
		printf("  built of  %s\n", built);
	json_decref(recipe);
}

/* The configuration is printed verbatim, to be diffed. */
static int show(const struct kernel *k, int format, struct err *err)
{
	json_t *o;
	FILE *f;
	int c;

	if (format == SHOW_TEXT) {
		show_text(k);
	} else if (format == SHOW_JSON) {
		o = kernel_json(k);
		json_object_set_new(o, "schema", json_integer(1));
		json_object_set_new(o, "kind", json_string("kernel"));
		json__print(o, stdout);
	} else {
		f = k->config ? fopen(k->config, "re") : NULL;
		if (!f)
			return err__set(err, -ENOENT, "kernel %.12s came without its configuration",
					k->hash);
		while ((c = getc(f)) != EOF)
			putchar(c);
		fclose(f);
	}
	return 0;
}

static int kernel_show(int argc, char **argv)
{
	struct kernel_opts o = { 0 };
	_cleanup_(kernel__freep) struct kernel *k = NULL;
	char hash[65];
	struct err err;
	int ret;

	if (!options__parse(&show_options, argc, argv, &o, &ret))
		return ret;
	ret = kernel_names__find(o.kernels[0], hash, &err);
	if (!ret)
		ret = kernel__from_cache(hash, &k, &err);
	if (!ret)
		ret = show(k, o.format, &err);
	return cmd__fail(ret, &err);
}

/* Stops at the first kernel that cannot be removed. */
static int kernel_rm(int argc, char **argv)
{
	struct kernel_opts o = { 0 };
	char hash[65];
	struct err err;
	int ret;

	if (!options__parse(&rm_options, argc, argv, &o, &ret))
		return ret;
	for (size_t i = 0; !ret && i < o.n; i++) {
		ret = kernel_names__find(o.kernels[i], hash, &err);
		if (!ret)
			ret = kernel_names__remove(hash, &err);
		if (!ret)
			log__info("removed %.12s", hash);
	}
	return cmd__fail(ret, &err);
}

static const struct cmd verbs[] = {
	{ "add", "add a kernel: Debian packages, a directory, or an Image", kernel_add, false },
	{ "build", "build one: a linux-source package, a directory, or a git commit", kernel_build,
	  false },
	{ "check", "say what one can be used for: a tree, an Image, a .config, a package",
	  kernel_check, false },
	{ "list", "list the kernels in the cache", kernel_list, false },
	{ "rm", "remove kernels from the cache", kernel_rm, false },
	{ "show", "print everything that is known about one", kernel_show, false },
	{ 0 },
};

int cmd_kernel(int argc, char **argv)
{
	return cmd__run_below(
		verbs, " kernel",
		"A kernel is named by the hash of its content, the beginning of the hash, or the\n"
		"name that --name gave it. A plan uses it by name: `kernel: {build: NAME}`.\n",
		argc, argv);
}
