// SPDX-License-Identifier: GPL-2.0-only
/*
 * pick.c - chooses the packages that hold a kernel, by globs on their names.
 *
 * Up to Debian's 7.1 kernels one linux-image package holds everything. From 7.2 on linux-image is a
 * metapackage that depends on linux-binary (the image), linux-modules, and linux-base (the
 * configuration).
 */
#include "runner/kernels/pick.h"
#include "runner/packages/package.h"
#include "runner/packages/query.h"
#include "runner/packages/version.h"

#include <fnmatch.h>

/* How many package names the message lists when none matches. */
#define SUGGESTIONS 8

struct choice {
	char *name, *version;
};

/* A metapackage such as linux-image-arm64 has no kernel version in its name. */
static bool is_versioned(const char *name)
{
	return package__is_kernel(name);
}

/* In order of weight: packages rather than metapackages, the newest version, signed ones, short
 * names ("arm64" before "arm64-16k"). */
static bool better(const char *name, const char *version, const struct choice *than)
{
	int c;

	if (!than->name || is_versioned(name) != is_versioned(than->name))
		return !than->name || is_versioned(name);
	c = debver__compare(version, than->version);
	if (c)
		return c > 0;
	if (package__is_unsigned(name) != package__is_unsigned(than->name))
		return !package__is_unsigned(name);
	return strlen(name) < strlen(than->name);
}

/* Keep the package if it is better than the best so far. Debug packages are never chosen. */
static void consider(const char *name, const char *version, struct choice *best)
{
	if (package__is_debug(name) || !better(name, version, best))
		return;
	free(best->name);
	free(best->version);
	best->name = xstrdup(name);
	best->version = xstrdup(version);
}

static void choice_release(struct choice *c)
{
	free(c->name);
	free(c->version);
	*c = (struct choice){ 0 };
}

/* The glob itself, then further globs to try in order when a linux-image glob matches nothing:
 * split packages without a metapackage, and unsigned builds of both. */
static void glob_variants(const char *glob, struct strvec *out)
{
	const char *rest = glob + strlen("linux-image-");

	strvec__push(out, glob);
	if (!str_starts(glob, "linux-image-"))
		return;
	strvec__pushf(out, "linux-binary-%s", rest);
	strvec__pushf(out, "%s-unsigned", glob);
	strvec__pushf(out, "linux-binary-unsigned-%s", rest);
}

/* Consider the candidate version of every package that matches the glob. */
static int best_in_apt(struct apt *apt, const char *glob, struct choice *best, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	int ret = apt__match(apt, glob, &names, err);

	if (!ret)
		ret = apt__show(apt, &names, false, &st, err);
	for (size_t i = 0; !ret && i < st.n; i++)
		consider(st.v[i].package, st.v[i].version, best);
	return ret;
}

/* The same for the packages of a lock. Always returns 0, as choose() calls both. */
static int best_in_lock(const struct lock *want, const char *arch, const char *glob,
			struct choice *best)
{
	for (size_t i = 0; i < want->n; i++) {
		const struct lock_entry *e = &want->v[i];
		_free_ char *release = package__release(e->name);

		if (release && streq(e->arch, arch) && !fnmatch(glob, e->name, 0))
			consider(e->name, e->version, best);
	}
	return 0;
}

/* Try the globs in order until one matches: against the lock if `want` is given, else against the
 * archive. */
static int choose(struct apt *apt, const struct lock *want, const struct kernel_spec *spec,
		  struct choice *best, struct err *err)
{
	int ret = 0;

	for (size_t i = 0; !ret && !best->name && i < spec->packages.n; i++) {
		_cleanup_(strvec__release) struct strvec globs = { 0 };

		glob_variants(spec->packages.v[i], &globs);
		for (size_t j = 0; !ret && !best->name && j < globs.n; j++)
			ret = want ? best_in_lock(want, spec->arch, globs.v[j], best) :
				     best_in_apt(apt, globs.v[j], best, err);
	}
	return ret;
}

static char *quoted_globs(const struct kernel_spec *spec)
{
	char *text = xstrdup("");

	for (size_t i = 0; i < spec->packages.n; i++) {
		_free_ char *old = text;

		text = xasprintf("%s%s\"%s\"", old, i ? ", " : "", spec->packages.v[i]);
	}
	return text;
}

/* Turn "linux-image-6.1*-cloud-arm64" into "linux-image-[0-9]*-cloud-arm64": the same flavour, any
 * version. */
static char *widened(const char *glob)
{
	const char *star = strrchr(glob, '*');
	size_t head = strcspn(glob, "0123456789*?[");

	return xasprintf("%.*s[0-9]*%s", (int)head, glob, star ? star + 1 : "");
}

/* Returns -ENOENT. The message lists the newest packages of the same flavour or, if there are none,
 * of any. */
static int suggest(struct apt *apt, const struct kernel_spec *spec, struct err *err)
{
	_free_ char *globs = quoted_globs(spec), *wide = widened(spec->packages.v[0]);
	const char *const tries[] = { wide, "linux-image-[0-9]*" };
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct err text;
	size_t shown = 0;

	for (size_t i = 0; !names.n && i < ARRAY_SIZE(tries); i++)
		(void)apt__match(apt, tries[i], &names, NULL);
	err__set(&text, 0, "no kernel package for %s in %s matches %s", spec->arch, apt->suites,
		 globs);
	for (size_t i = names.n; i-- > 0 && shown < SUGGESTIONS;) {
		struct err so_far = text;

		if (!package__is_debug(names.v[i]))
			err__set(&text, 0, "%s%s %s", so_far.msg,
				 shown++ ? "," : "; these would:", names.v[i]);
	}
	return err__set(err, -ENOENT, "%s", text.msg);
}

/* The first of the alternatives ("a|b") that is part of a kernel, or NULL. Modifies `group`. */
static char *kernel_alternative(char *group)
{
	char *save = NULL;

	for (char *t = strtok_r(group, "|", &save); t; t = strtok_r(NULL, "|", &save))
		if (package__is_kernel(t))
			return t;
	return NULL;
}

/* Add the package and, recursively, those of its dependencies that are parts of the kernel. A
 * linux-base that the archive lacks is ignored: it holds only the configuration and device
 * trees. */
static int add_parts(struct apt *apt, const char *first, struct lock *parts, struct err *err)
{
	_cleanup_(strvec__release) struct strvec todo = { 0 };
	int ret = 0;

	strvec__push(&todo, first);
	for (size_t i = 0; !ret && i < todo.n; i++) {
		_cleanup_(strvec__release) struct strvec one = { 0 }, deps = { 0 };
		const struct stanza *s;
		_cleanup_(stanzas__release) struct stanzas st = { 0 };

		strvec__push(&one, todo.v[i]);
		ret = apt__show(apt, &one, false, &st, err);
		s = ret ? NULL : stanzas__find(&st, todo.v[i], NULL);
		if (s && s->sha256)
			lock__add(parts, s->package, s->version, s->arch, s->sha256);
		else if (!ret && !str_starts(todo.v[i], "linux-base-"))
			ret = err__set(err, -ENOENT, "%s depends on %s, which is not in %s", first,
				       todo.v[i], apt->suites);
		if (s && s->depends)
			stanza__depends(s->depends, &deps);
		for (size_t j = 0; j < deps.n; j++) {
			char *t = kernel_alternative(deps.v[j]);

			if (t && !strvec__has(&todo, t))
				strvec__push(&todo, t);
		}
	}
	return ret;
}

/* A linux-binary package chosen by itself does not depend on its modules. */
static int add_modules_of(struct apt *apt, const char *name, struct lock *parts, struct err *err)
{
	_free_ char *release = package__release(name), *modules = NULL, *version = NULL;
	int ret;

	if (!release || !str_starts(name, "linux-binary-"))
		return 0;
	modules = xasprintf("linux-modules-%s", release);
	ret = apt__candidate(apt, modules, &version, NULL);
	return ret == -ENOENT ? 0 : ret ? ret : add_parts(apt, modules, parts, err);
}

static char *describe(const struct choice *c)
{
	return xasprintf("%s %s", c->name, c->version);
}

int kernel_pick__from_apt(struct apt *apt, const struct kernel_spec *spec, struct lock *parts,
			  char **origin, struct err *err)
{
	struct choice best = { 0 };
	int ret = choose(apt, NULL, spec, &best, err);

	if (ret)
		return ret;
	if (!best.name)
		return suggest(apt, spec, err);
	ret = add_parts(apt, best.name, parts, err);
	if (!ret)
		ret = add_modules_of(apt, best.name, parts, err);
	if (!ret)
		*origin = describe(&best);
	choice_release(&best);
	return ret;
}

/* All parts of a kernel have the same version and the same release in their names. If a metapackage
 * was chosen, its flavour stands for the release. */
static bool belongs(const struct lock_entry *e, const struct choice *c)
{
	_free_ char *a = package__release(e->name), *b = package__release(c->name);

	if (!a || !b || !streq(e->version, c->version))
		return false;
	return streq(a, b) || (!is_versioned(c->name) && streq(package__flavour(a), b));
}

/* A lock does not record dependencies: parts are recognised by version and release. */
int kernel_pick__from_lock(const struct lock *want, const struct kernel_spec *spec,
			   struct lock *parts, char **origin, struct err *err)
{
	_free_ char *globs = quoted_globs(spec);
	struct choice best = { 0 };

	choose(NULL, want, spec, &best, NULL);
	if (!best.name)
		return err__set(err, -ENOENT,
				"the lock holds no kernel package for %s that matches %s",
				spec->arch, globs);
	for (size_t i = 0; i < want->n; i++) {
		const struct lock_entry *e = &want->v[i];

		if (streq(e->arch, spec->arch) && belongs(e, &best))
			lock__add(parts, e->name, e->version, e->arch, e->sha256);
	}
	*origin = describe(&best);
	choice_release(&best);
	return 0;
}
