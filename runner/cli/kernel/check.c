// SPDX-License-Identifier: GPL-2.0-only
/* check.c - `kduel kernel check`: what a kernel can be used for, according to its configuration. */
#include "collectors/collector.h"
#include "lib/fs.h"
#include "lib/text.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/kernel/check.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/host/arch.h"
#include "runner/kernels/files/config.h"
#include "runner/kernels/files/image.h"
#include "runner/kernels/names.h"
#include "runner/kernels/needs.h"
#include "runner/kernels/resolve.h"
#include "runner/kernels/tree.h"
#include "runner/targets/target.h"
#include "workloads/workload.h"

#include <jansson.h>

struct check_opts {
	const char *what, *modules;
	struct strvec suites, workloads, collectors;
	bool exact, list, json;
};

/* The kernel to check. */
struct subject {
	struct kernel_view view;
	struct kernel *kernel; /* NULL: only its configuration is known */
	char *arch, *name;
};

static int check_opts(void *opts, size_t n, char **args, struct err *err)
{
	struct check_opts *o = opts;

	if (n != !o->list)
		return err__set(err, -EINVAL,
				"expected one kernel: a build tree, an Image or a .config, a package, or a "
				"name; or --list");
	if (o->list && o->json)
		return err__set(err, -EINVAL, "--list is Markdown: it has no other format");
	o->what = n ? args[0] : NULL;
	for (size_t i = 0; i < o->workloads.n; i++)
		if (!workload__find(o->workloads.v[i]))
			return err__set(err, -EINVAL,
					"no workload '%.64s'; `kduel workloads` lists them",
					o->workloads.v[i]);
	for (size_t i = 0; i < o->collectors.n; i++)
		if (!collector__find(o->collectors.v[i]))
			return err__set(err, -EINVAL,
					"no collector '%.64s'; `kduel collectors` lists them",
					o->collectors.v[i]);
	return 0;
}

static const struct options options = {
	.command = "kernel check",
	.args = "TREE|FILE|PACKAGE|NAME\n--list",
	.doc = "Says what a kernel can be used for, without booting it: whether it boots, and which "
	       "workloads and collectors it has all symbols for. FILE is an Image or a .config; of a TREE "
	       "that is not built yet, its .config counts. What is missing is named, with the reason why "
	       "it is needed.\v"
	       "Exit code 2 if it does not boot, or if something that was named lacks a symbol.",
	.table = OPTION_TABLE(
		OPTION_LIST("collector", "NAME", struct check_opts, collectors,
			    "this collector must work; may be repeated"),
		OPTION_FLAG("exact", struct check_opts, exact, "exact mode must work"),
		OPTION_FLAG("list", struct check_opts, list,
			    "print what all of them need, as a table in Markdown"),
		OPTION_TEXT("modules", "DIR", struct check_opts, modules,
			    "of an Image: holds lib/modules/RELEASE"),
		OPTION_LIST("suite", "SUITE", struct check_opts, suites,
			    "of a package: where to look for it (default trixie-backports, trixie)"),
		OPTION_LIST("workload", "NAME", struct check_opts, workloads,
			    "this workload must work; may be repeated")),
	.max_args = 1,
	.check = check_opts,
	.shared = { { &options__format, offsetof(struct check_opts, json) } },
};

/* --- the kernel --- */

/* Check a configuration only. Takes ownership of `text`. */
static int open_config(const char *path, char *text, struct subject *s, struct err *err)
{
	int ret = kernel_config__check(path, text, err);

	s->view.config = text;
	if (ret)
		return ret;
	s->arch = kernel_config__arch(text);
	if (!s->arch)
		return err__set(err, -EINVAL, "%s: it does not say which architecture it is for",
				path);
	s->name = xstrdup(path);
	return arch__find(s->arch) ?
		       0 :
		       err__set(err, -ENOEXEC,
				"%s: of a kernel for %s, but kduel boots only those for " ARCH_NAMES,
				path, s->arch);
}

/* Of a build tree, built or not, the configuration is checked. */
static int open_tree(const char *dir, struct subject *s, struct err *err)
{
	_cleanup_(kernel_tree__release) struct kernel_tree t = { 0 };
	char *text = NULL;
	int ret = kernel_tree__read(dir, &t, err);

	if (!ret || t.unbuilt)
		ret = text__read(t.config, KERNEL_CONFIG_MAX, &text, NULL, err);
	if (ret)
		return ret;
	ret = open_config(t.config, text, s, err);
	if (!ret) {
		free(s->name);
		s->name = t.unbuilt ? xasprintf("%s (not built yet)", t.dir) :
				      xasprintf("%s (%s)", t.release, t.dir);
	}
	return ret;
}

/* Resolve a kernel: the Image that `spec` has if a directory was named, else a package, a file, or
 * the name or hash of a kernel in the cache. */
static int open_kernel(const struct check_opts *o, struct kernel_spec *spec, struct subject *s,
		       struct err *err)
{
	const struct arch *arch = arch__of_package(o->what);
	_cleanup_(lock__release) struct lock lock = { 0 };
	char hash[65];
	int ret;

	if (str_starts(o->what, "linux-image-")) {
		spec->arch = xstrdup(arch ? arch->deb : ARCH_ARM64);
		strvec__push(&spec->packages, o->what);
		for (size_t i = 0; i < o->suites.n; i++)
			strvec__push(&spec->suites, o->suites.v[i]);
		if (!o->suites.n)
			strvec__push_all(&spec->suites, "trixie-backports", "trixie", NULL);
	} else if (!spec->image && fs__exists(o->what)) {
		spec->image = xstrdup(o->what);
		spec->modules = o->modules ? xstrdup(o->modules) : NULL;
	}
	if (spec->packages.n || spec->image) {
		ret = kernel__resolve(spec, NULL, &lock, NULL, &s->kernel, err);
	} else {
		ret = kernel_names__find(o->what, hash, err);
		if (!ret)
			ret = kernel__from_cache(hash, &s->kernel, err);
		else if (strchr(o->what, '/') || *o->what == '.')
			ret = err__set(err, -EINVAL, "%s: no such file or directory", o->what);
	}
	if (ret)
		return ret;
	kernel_view__of(s->kernel, &s->view);
	s->arch = xstrdup(s->kernel->arch);
	/* A kernel that was in the cache already has the origin of when it was added, not this
	 * file. */
	s->name = xasprintf("%s (%s)", s->kernel->release,
			    fs__exists(o->what) ? o->what : s->kernel->origin);
	return 0;
}

/* A build tree, and a file that is text or is called *config, are checked by their configuration;
 * anything else is a kernel. */
static int open_subject(const struct check_opts *o, struct subject *s, struct err *err)
{
	const char *name = strrchr(o->what, '/') ? strrchr(o->what, '/') + 1 : o->what;
	_cleanup_(kernel_spec__release) struct kernel_spec spec = { 0 };
	char *text = NULL;
	int ret;

	if (fs__is_dir(o->what)) {
		spec.modules = o->modules ? xstrdup(o->modules) : NULL;
		ret = kernel_tree__spec(o->what, &spec, err);
		if (ret || spec.tree)
			return ret ? ret : open_tree(spec.tree, s, err);
	} else if (fs__exists(o->what) &&
		   (!text__read(o->what, KERNEL_CONFIG_MAX, &text, NULL, NULL) ||
		    str_ends(name, "config"))) {
		if (text)
			return open_config(o->what, text, s, err);
		return text__read(o->what, KERNEL_CONFIG_MAX, &text, NULL, err);
	}
	return open_kernel(o, &spec, s, err);
}

/* --- what it lacks --- */

/* A line of struct kernel_lacks, "CONFIG_X: REASON", as an object. */
static json_t *lack_json(const char *line)
{
	const char *colon = strstr(line, ": ");
	_free_ char *symbol = xstrndup(line, (size_t)(colon - line));

	return json_pack("{s:s, s:s}", "symbol", symbol, "reason", colon + 2);
}

static json_t *lacks_json(const struct strvec *lines)
{
	json_t *a = json_array();

	for (size_t i = 0; i < lines->n; i++)
		json_array_append_new(a, lack_json(lines->v[i]));
	return a;
}

/* A check in progress. */
struct checked {
	const struct subject *s;
	json_t *uses; /* collects the results; NULL: print them as text */
	struct kernel_lacks packages; /* what the kernel lacks for guests with packages */
};

/* A line of the result: something that the kernel may be used for. */
struct use {
	const char *kind, *name, *label; /* "workload" or ""; who has the needs; text to print */
	const struct need *needs;
	unsigned int when; /* conditions: mask of enum need_when */
	unsigned int only; /* check only needs with one of these bits; 0: all */
	bool packages; /* needs packages in the guest */
};

/* A copy of the needs that have one of the bits; 0: all. The caller frees. */
static struct need *needs_with(const struct need *needs, unsigned int only)
{
	struct need *out;
	size_t n = 0, m = 0;

	while (needs && needs[n].symbol)
		n++;
	out = xcalloc(n + 1, sizeof(*out));
	for (size_t i = 0; i < n; i++)
		if (!only || needs[i].when & only)
			out[m++] = needs[i];
	return out;
}

static void add_json(const struct checked *c, const struct use *u, const char *word,
		     const struct kernel_lacks *l)
{
	json_t *lacks = lacks_json(&l->lacks), *unknown = json_array();

	for (size_t i = 0; u->packages && i < c->packages.lacks.n; i++)
		json_array_append_new(lacks, lack_json(c->packages.lacks.v[i]));
	for (size_t i = 0; i < l->unknown.n; i++)
		json_array_append_new(unknown, json_string(l->unknown.v[i]));
	json_array_append_new(c->uses,
			      json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "kind", u->kind, "name",
					u->label, "works", word, "lacks", lacks, "wants",
					lacks_json(&l->wants), "unknown", unknown));
}

static void print_use(const struct use *u, const char *word, const struct kernel_lacks *l)
{
	const bool ok = !streq(word, "no");

	printf("  %s%s%-*s %s%s\n", u->kind, *u->kind ? " " : "",
	       (int)(26 - strlen(u->kind) - !!*u->kind), u->label, word,
	       streq(word, "perhaps") ? ": its configuration is not known" :
	       ok && l->wants.n	      ? ", but" :
	       !ok && !l->lacks.n     ? ": it needs packages in the guest" :
					"");
	for (size_t i = 0; i < l->lacks.n; i++)
		printf("      %s\n", l->lacks.v[i]);
	for (size_t i = 0; ok && i < l->wants.n; i++)
		printf("      %s\n", l->wants.v[i]);
}

/* Check and print a use. Returns whether the kernel lacks nothing for it; the caller releases `l`. */
static bool show(const struct checked *c, const struct use *u, struct kernel_lacks *l)
{
	_free_ struct need *needs = needs_with(u->needs, u->only);
	const char *word;
	bool ok;

	kernel_needs__check(&c->s->view, needs, c->s->arch, u->when, u->name, l);
	ok = !l->lacks.n && !(u->packages && c->packages.lacks.n);
	word = !ok ? "no" : l->unknown.n ? "perhaps" : "yes";
	if (c->uses)
		add_json(c, u, word, l);
	else
		print_use(u, word, l);
	return ok;
}

/* Check the ways to boot, and what guests may have: packages, network, hotplug. Sets c->packages.
 * Returns whether the kernel boots in the way asked for. */
static bool show_boots(const struct check_opts *o, struct checked *c)
{
	static const struct {
		const char *json, *text;
		unsigned int when, only;
	} ways[] = {
		{ "timed", "boots, times are measured", NEED_TIMED, 0 },
		{ "exact", "boots in exact mode", NEED_EXACT, 0 },
		{ "timed-packages", "packages in its guest", NEED_TIMED | NEED_ROOT, NEED_ROOT },
		{ "exact-packages", "... in exact mode", NEED_EXACT | NEED_ROOT, NEED_ROOT },
		{ "network", "network in its guest", NEED_TIMED | NEED_NETWORK, NEED_NETWORK },
		{ "hotplug", "memory added to its guest", NEED_TIMED | NEED_HOTPLUG, NEED_HOTPLUG },
	};
	struct kernel_lacks lacks[ARRAY_SIZE(ways)] = { 0 };
	bool works[ARRAY_SIZE(ways)], pick;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
		const struct use u = { .kind = "",
				       .name = "qemu",
				       .label = c->uses ? ways[i].json : ways[i].text,
				       .needs = target_qemu.needs,
				       .when = ways[i].when,
				       .only = ways[i].only };

		works[i] = show(c, &u, &lacks[i]);
	}
	/* For workloads with packages, use the result of exact mode if that was asked for, or if
	 * only that one works. */
	pick = o->exact || (!works[2] && works[3]);
	c->packages = lacks[2 + pick];
	lacks[2 + pick] = (struct kernel_lacks){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		kernel_lacks__release(&lacks[i]);
	return works[1] || (!o->exact && works[0]);
}

static bool show_one(const struct checked *c, const struct use *u)
{
	struct kernel_lacks l = { 0 };
	bool ok = show(c, u, &l);

	kernel_lacks__release(&l);
	return ok;
}

/* Returns false if the kernel does not boot, or lacks something for a workload or collector that
 * was named. */
static bool show_all(const struct check_opts *o, struct checked *c)
{
	bool good = show_boots(o, c);

	for (size_t i = 0; i < workload__count; i++) {
		const struct workload *wl = workload__all[i];
		const bool asked = strvec__has(&o->workloads, wl->name);
		const struct use u = { .kind = "workload",
				       .name = wl->name,
				       .label = wl->name,
				       .needs = wl->needs,
				       .when = NEED_TIMED,
				       .packages = wl->packages };

		if (wl->needs || asked || (wl->packages && c->packages.lacks.n))
			good &= show_one(c, &u) || !asked;
	}
	for (size_t i = 0; i < collector__count; i++) {
		const struct collector *col = collector__all[i];
		const bool asked = strvec__has(&o->collectors, col->name);
		const struct use u = { .kind = "collector",
				       .name = col->name,
				       .label = col->name,
				       .needs = col->needs,
				       .when = NEED_TIMED };

		if (col->needs || asked)
			good &= show_one(c, &u) || !asked;
	}
	kernel_lacks__release(&c->packages);
	return good;
}

static bool show_text(const struct check_opts *o, const struct subject *s)
{
	struct checked c = { .s = s };
	bool good;

	printf("kernel %s, %s\n", s->name, s->arch);
	good = show_all(o, &c);
	puts("  all other workloads and collectors need nothing beyond");
	return good;
}

static bool show_json(const struct check_opts *o, const struct subject *s)
{
	struct checked c = { .s = s, .uses = json_array() };
	bool good = show_all(o, &c);

	json__print(json_pack("{s:i, s:s, s:o, s:s, s:b, s:o}", "schema", 1, "kind", "kernel-check",
			      "kernel", json__text(s->name), "arch", s->arch, "good", good, "uses",
			      c.uses),
		    stdout);
	return good;
}

/* --- the table of docs/KERNELS.md --- */

/* Print rows; `who` is "" for target qemu itself. */
static void list_needs(const char *who, const struct need *needs)
{
	static const struct {
		unsigned int when;
		const char *text;
	} words[] = {
		{ NEED_TIMED | NEED_ROOT, "timed boots with packages" },
		{ NEED_EXACT | NEED_ROOT, "exact mode with packages" },
		{ NEED_EXACT, "exact mode" },
		{ NEED_TIMED, "timed boots" },
		{ NEED_NETWORK, "`guest: {network: user}`" },
		{ NEED_HOTPLUG, "`target: {hotplug: ...}`" },
		{ NEED_ROOT, "packages in the guest" },
	};

	for (const struct need *n = needs; n && n->symbol; n++) {
		const char *when = NULL;

		for (size_t i = 0; !when && i < ARRAY_SIZE(words); i++)
			if (words[i].when == n->when)
				when = words[i].text;
		printf("| %s%s%s | `CONFIG_%.*s` | %s%s%s%s%s | %s%s |\n", who,
		       *who && when ? ", " : "",
		       when ? when :
		       *who ? "" :
			      "every boot",
		       (int)strcspn(n->symbol, "|"), n->symbol,
		       n->loadable ? "m" :
		       n->module   ? "y or m" :
				     "y",
		       n->arch ? ", " : "", n->arch ? n->arch : "", n->with ? ", with " : "",
		       n->with ? n->with : "", n->why, n->wanted ? " (not refused)" : "");
	}
}

static void list_all(void)
{
	puts("| for | symbol | as | why |\n|---|---|---|---|");
	list_needs("", target_qemu.needs);
	for (size_t i = 0; i < workload__count; i++) {
		_free_ char *who = xasprintf("workload `%s`", workload__all[i]->name);

		list_needs(who, workload__all[i]->needs);
	}
	for (size_t i = 0; i < collector__count; i++) {
		_free_ char *who = xasprintf("collector `%s`", collector__all[i]->name);

		list_needs(who, collector__all[i]->needs);
	}
}

int kernel_check(int argc, char **argv)
{
	struct check_opts o = { 0 };
	struct subject s = { 0 };
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		goto out;
	if (o.list) {
		list_all();
		goto out;
	}
	ret = open_subject(&o, &s, &err);
	if (ret)
		ret = cmd__fail(ret, &err);
	else
		ret = (o.json ? show_json : show_text)(&o, &s) ? EXIT_NO_REGRESSION : EXIT_USAGE;
out:
	kernel_view__release(&s.view);
	kernel__free(s.kernel);
	free(s.arch);
	free(s.name);
	strvec__release(&o.suites);
	strvec__release(&o.workloads);
	strvec__release(&o.collectors);
	return ret;
}
