// SPDX-License-Identifier: GPL-2.0-only
/* query.c - runs apt-cache and `apt-get install -s`, and parses their output. */
#include "runner/packages/query.h"
#include "runner/packages/package.h"
#include "runner/packages/version.h"

#include <fnmatch.h>

#define SHOW_BATCH 400 /* names on one command line */

/* Append the records of up to SHOW_BATCH names. */
static int show_batch(struct apt *apt, char *const *names, size_t n, bool all_versions,
		      struct stanzas *out, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	struct stanzas part;
	int ret;

	if (apt__is_source(apt))
		strvec__push_all(&argv, "apt-cache", "showsrc", "-q", "--only-source", "--", NULL);
	else
		strvec__push_all(&argv, "apt-cache", "show", "-q",
				 all_versions ? "--all-versions" : "--no-all-versions", "--", NULL);
	for (size_t i = 0; i < n; i++)
		strvec__pushf(&argv, "%.*s",
			      apt__is_source(apt) ? (int)strcspn(names[i], "=") :
						    (int)strlen(names[i]),
			      names[i]);
	ret = apt__run(apt, &argv, NULL, &res, err);
	if (!ret && res.status && !res.out_len && !strstr(res.err, "No packages found")) {
		_free_ char *why = apt__complaint(&res);

		ret = err__set(err, -EIO, "apt-cache show %s ...: %s", names[0], why);
	}
	if (!ret) {
		stanzas__parse(res.out, &part);
		out->v = xrealloc(out->v, out->n + part.n, sizeof(*out->v));
		if (part.n)
			memcpy(out->v + out->n, part.v, part.n * sizeof(*out->v));
		out->n += part.n;
		free(part.v); /* the strings have moved */
	}
	return ret;
}

/* Ascending by version, then by name: the order must be the same on every machine. */
static int by_version(const void *a, const void *b)
{
	const struct stanza *x = a, *y = b;
	int c = debver__compare(x->version, y->version);

	return c ? c : strcmp(x->package, y->package);
}

/* apt-cache has no candidate for a source package: the newest of all suites comes first. */
static int newest_first(const void *a, const void *b)
{
	return by_version(b, a);
}

int apt__show(struct apt *apt, const struct strvec *names, bool all_versions, struct stanzas *out,
	      struct err *err)
{
	int ret = 0;

	*out = (struct stanzas){ 0 };
	for (size_t i = 0; !ret && i < names->n; i += SHOW_BATCH) {
		size_t n = names->n - i < SHOW_BATCH ? names->n - i : SHOW_BATCH;

		ret = show_batch(apt, names->v + i, n, all_versions, out, err);
	}
	if (ret)
		stanzas__release(out);
	else if (apt__is_source(apt) && out->n)
		qsort(out->v, out->n, sizeof(*out->v), newest_first);
	return ret;
}

/* All names known to apt that match a glob. Some of them have no version that can be installed. */
static int names_like(struct apt *apt, const char *glob, struct strvec *names, struct err *err)
{
	_free_ char *prefix = xstrndup(glob, strcspn(glob, "*?[\\"));
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char *save = NULL;
	int ret;

	strvec__push_all(&argv, "apt-cache", "pkgnames", "-q", "--", prefix, NULL);
	ret = apt__run(apt, &argv, NULL, &res, err);
	if (!ret && res.status) {
		_free_ char *why = apt__complaint(&res);

		ret = err__set(err, -EIO, "apt-cache pkgnames %s: %s", prefix, why);
	}
	if (ret)
		return ret;
	for (char *l = strtok_r(res.out, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		if (!fnmatch(glob, l, 0))
			strvec__push(names, l);
	return ret;
}

/* Only those that can be installed, oldest version first. */
int apt__match(struct apt *apt, const char *glob, struct strvec *names, struct err *err)
{
	_cleanup_(strvec__release) struct strvec found = { 0 };
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	int ret = names_like(apt, glob, &found, err);

	if (!ret)
		ret = apt__show(apt, &found, false, &st, err);
	if (!ret && st.n) {
		qsort(st.v, st.n, sizeof(*st.v), by_version);
		for (size_t i = 0; i < st.n; i++)
			if (!i || !streq(st.v[i - 1].package, st.v[i].package))
				strvec__push(names, st.v[i].package);
	}
	return ret;
}

/* The version that apt would install: suites have priorities, and that of backports is low. */
int apt__candidate(struct apt *apt, const char *name, char **version, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	const struct stanza *s;
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	int ret;

	strvec__push(&names, name);
	ret = apt__show(apt, &names, false, &st, err);
	if (ret)
		return ret;
	s = stanzas__find(&st, name, NULL);
	if (s)
		*version = xstrdup(s->version);
	else
		ret = err__set(err, -ENOENT, "there is no package %s for %s in %s", name, apt->arch,
			       apt->suites);
	return ret;
}

/* The highest version in any suite, including backports, which apt's candidate leaves out. */
int apt__newest(struct apt *apt, const char *name, char **version, struct err *err)
{
	const char *newest = NULL;
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	int ret;

	strvec__push(&names, name);
	ret = apt__show(apt, &names, true, &st, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < st.n; i++)
		if (streq(st.v[i].package, name) &&
		    (!newest || debver__compare(st.v[i].version, newest) > 0))
			newest = st.v[i].version;
	if (newest)
		*version = xstrdup(newest);
	else
		ret = err__set(err, -ENOENT, "there is no package %s for %s in %s", name, apt->arch,
			       apt->suites);
	return ret;
}

/* Turn "Inst NAME (VERSION ORIGIN [ARCH])", as printed by `apt-get -s`, into "NAME=VERSION". */
static void take_inst(char *line, struct strvec *out)
{
	char *save = NULL, *name, *version;

	if (!str_starts(line, "Inst "))
		return;
	name = strtok_r(line + 5, " ", &save);
	version = strtok_r(NULL, " ", &save);
	if (!name || !version)
		return;
	if (*version == '[') /* the installed version; an empty system has none */
		version = strtok_r(NULL, " ", &save);
	if (!version || *version != '(')
		return;
	name[strcspn(name, ":")] = '\0';
	strvec__pushf(out, "%s=%s", name, version + 1);
}

/* Append what apt would install for `names`, as "NAME=VERSION". */
static int closure_of(struct apt *apt, const struct strvec *names, struct strvec *full,
		      struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char *save = NULL;
	int ret;

	strvec__push_all(&argv, "apt-get", "install", "-s", "-q", "-y", "--no-install-recommends",
			 "--", NULL);
	for (size_t i = 0; i < names->n; i++)
		strvec__push(&argv, names->v[i]);
	ret = apt__run(apt, &argv, NULL, &res, err);
	if (!ret && res.status) {
		_free_ char *why = apt__complaint(&res);

		ret = err__set(err, -ENOENT, "packages for %s from %s: %s", apt->arch, apt->suites,
			       why);
	}
	if (ret)
		return ret;
	for (char *l = strtok_r(res.out, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		take_inst(l, full);
	return ret;
}

/* Add a lock entry for each "pkg" or "pkg=version". */
static int lock_records(struct apt *apt, const struct strvec *names, struct lock *lock,
			struct err *err)
{
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	int ret = apt__show(apt, names, false, &st, err);

	for (size_t i = 0; !ret && i < names->n; i++) {
		_free_ char *name = xstrdup(names->v[i]);
		char *version = strchr(name, '=');
		const struct stanza *s;

		if (version)
			*version++ = '\0';
		s = stanzas__find(&st, name, version);
		if (!s || !s->sha256 || strlen(s->sha256) != 64)
			ret = err__set(err, -ENOENT, "there is no package %s%s%s for %s in %s",
				       name, version ? " of version " : "", version ? version : "",
				       apt->arch, apt->suites);
		else
			lock__add(lock, s->package, s->version, s->arch, s->sha256);
	}
	return ret;
}

/* Take each package from the lock of an earlier campaign, without asking the archive. */
int apt__resolve_locked(const char *arch, const struct strvec *names, bool closure,
			const struct lock *want, struct lock *lock, struct err *err)
{
	for (size_t i = 0; i < names->n; i++) {
		_free_ char *name = xstrndup(names->v[i], strcspn(names->v[i], "="));
		const struct lock_entry *e = lock__find(want, name, arch);

		e = e ? e : lock__find(want, name, "all");
		if (!e)
			return err__set(err, -ENOENT,
					"package %s (%s) is not in the lock; the "
					"plan asks for more than the lock was made of",
					name, arch);
		lock__add(lock, e->name, e->version, e->arch, e->sha256);
	}
	/* All packages of the lock belong to the guest, except the kernels of the campaign. */
	for (size_t i = 0; closure && i < want->n; i++) {
		const struct lock_entry *e = &want->v[i];

		if ((streq(e->arch, arch) || streq(e->arch, "all")) &&
		    !package__is_kernel(e->name) && !str_starts(e->name, "linux-source-"))
			lock__add(lock, e->name, e->version, e->arch, e->sha256);
	}
	return 0;
}

int apt__resolve(struct apt *apt, const struct strvec *names, bool closure, const struct lock *want,
		 struct lock *lock, struct err *err)
{
	_cleanup_(strvec__release) struct strvec full = { 0 };
	int ret;

	if (want)
		return apt__resolve_locked(apt->arch, names, closure, want, lock, err);
	if (!closure)
		return lock_records(apt, names, lock, err);
	ret = closure_of(apt, names, &full, err);
	return ret ? ret : lock_records(apt, &full, lock, err);
}
