// SPDX-License-Identifier: GPL-2.0-only
/* module.c - chooses the packages that the module is built from, and caches the result. */
#include "runner/kernels/module/module.h"
#include "runner/host/cache.h"
#include "runner/host/cross.h"
#include "runner/host/host.h"
#include "runner/host/seal.h"
#include "runner/packages/fetch.h"
#include "runner/packages/package.h"
#include "runner/packages/query.h"

#define FORMAT 1 /* raise it when the same packages give another module */

/* The packages of one module. */
struct ext_parts {
	struct lock headers; /* of the kernel's architecture, and its source */
	struct lock tools; /* linux-kbuild of the host's, and the libraries that it may need */
};

/* "6.12.95+deb12-cloud-arm64" -> "6.12.95+deb12"; NULL for a release that is not Debian's. */
static char *version_of(const char *release)
{
	const char *flavour = package__flavour(release);

	if (!*flavour || flavour == release || !strchr(release, '+'))
		return NULL;
	return xstrndup(release, (size_t)(flavour - release) - 1);
}

/* The headers have a part for the flavour and a common one; the source package is that of the
 * series. */
static int resolve_headers(const struct kernel *k, const struct strvec *suites, const char *version,
			   const struct lock *want, struct lock *out, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(apt__closep) struct apt *apt = NULL;
	size_t dot;
	int ret;

	/* "6.12.95+deb12" is of the series "6.12". */
	dot = strcspn(version, ".");
	dot += version[dot] ? 1 + strspn(version + dot + 1, "0123456789") : 0;
	strvec__pushf(&names, "linux-headers-%s", k->release);
	strvec__pushf(&names, "linux-headers-%s-common", version);
	strvec__pushf(&names, "linux-source-%.*s", (int)dot, version);
	if (want) {
		ret = apt__resolve_locked(k->arch, &names, false, want, out, err);
	} else {
		ret = apt__open(k->arch, suites, &out->stale, &apt, err);
		if (!ret)
			ret = apt__resolve(apt, &names, false, NULL, out, err);
	}
	return ret;
}

/* Keep only libraries of what the tools depend on: the rest serves to install packages. */
static void keep_libraries(const struct lock *all, struct lock *out)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct lock_entry *l = &all->v[i];

		if (str_starts(l->name, "lib") || str_starts(l->name, "zlib") ||
		    str_starts(l->name, "linux-kbuild"))
			lock__add(out, l->name, l->version, l->arch, l->sha256);
	}
}

/* Add the suites that -backports suites build upon, which have the libraries. */
static void add_bases(const struct strvec *suites, struct strvec *out)
{
	for (size_t i = 0; i < suites->n; i++)
		strvec__push(out, suites->v[i]);
	for (size_t i = 0; i < suites->n; i++) {
		const char *s = suites->v[i];
		size_t n = strlen(s) - strlen("-backports");

		if (str_ends(s, "-backports")) {
			_free_ char *base = xstrndup(s, n);

			if (!strvec__has(out, base))
				strvec__push(out, base);
		}
	}
}

/* linux-kbuild has modpost and fixdep as programs of the host's architecture. */
static int resolve_tools(const char *arch, const struct strvec *suites, const char *version,
			 const struct lock *want, struct lock *out, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, all_suites = { 0 };
	_cleanup_(apt__closep) struct apt *apt = NULL;
	_cleanup_(lock__release) struct lock all = { 0 };
	int ret;

	strvec__pushf(&names, "linux-kbuild-%s", version);
	add_bases(suites, &all_suites);
	if (want) {
		ret = apt__resolve_locked(arch, &names, true, want, &all, err);
	} else {
		ret = apt__open(arch, &all_suites, &out->stale, &apt, err);
		if (!ret)
			ret = apt__resolve(apt, &names, true, NULL, &all, err);
	}
	if (!ret)
		keep_libraries(&all, out);
	return ret;
}

/* Files of the packages; those that the cache lacks are downloaded. */
static int get_debs(const char *arch, const struct strvec *suites, const struct lock *parts,
		    struct strvec *debs, struct err *err)
{
	_cleanup_(strvec__release) struct strvec all = { 0 };
	_cleanup_(apt__closep) struct apt *apt = NULL;
	int ret;

	if (apt__cached(parts, debs))
		return 0;
	strvec__release(debs);
	add_bases(suites, &all);
	ret = apt__open(arch, &all, NULL, &apt, err);
	if (ret)
		return ret;
	return apt__fetch(apt, parts, debs, err);
}

/* The module is known by the kernel's release and all that it is made with. */
static int key_of(const struct kernel *k, const struct ext_parts *parts, char key[65],
		  struct err *err)
{
	_free_ char *headers = lock__format(&parts->headers), *tools = lock__format(&parts->tools);
	_free_ char *compiler = NULL, *text = NULL;
	int ret = cross__compiler(k->arch, &compiler, err);

	if (ret)
		return ret;
	text = xasprintf("kduel module %d\n%s\n%s\n%s\n%s\n%s", FORMAT, k->release, compiler,
			 headers, tools, ext_build__wrapper);
	cache__sha256(text, strlen(text), key);
	return 0;
}

/* Build in a temporary directory and move the module to its place; the log stays beside it. */
static int build(const struct kernel *k, const struct strvec *suites, const struct ext_parts *parts,
		 const char *path, struct err *err)
{
	_free_ char *host = hostinfo__deb_arch(), *log = xasprintf("%s.log", path), *ko = NULL;
	_cleanup_(strvec__release) struct strvec headers = { 0 }, tools = { 0 };
	struct tmpdir tmp = { 0 };
	int ret = get_debs(k->arch, suites, &parts->headers, &headers, err);

	if (!ret)
		ret = get_debs(host, suites, &parts->tools, &tools, err);
	if (ret)
		goto out;
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		goto out;
	ret = ext_build__run(&(struct ext_build){ k, &headers, &tools, tmp.path, log }, &ko, err);
	if (!ret)
		ret = seal__put(ko, path, err);
out:
	tmpdir__remove(&tmp);
	return ret;
}

/* Only Debian's own kernels have headers in the archive. */
static int resolve(const struct kernel *k, const struct strvec *suites, const struct lock *want,
		   struct ext_parts *parts, struct err *err)
{
	_free_ char *version = version_of(k->release), *host = hostinfo__deb_arch();
	int ret;

	if (!version || !host)
		return err__set(err, -ENOENT,
				version ? "there is no dpkg here" :
					  "%s is no release of a Debian kernel",
				k->release);
	ret = resolve_headers(k, suites, version, want, &parts->headers, err);
	return ret ? ret : resolve_tools(host, suites, version, want, &parts->tools, err);
}

/* One at a time: two variants may need the same module. */
int ext_module__build(const struct kernel *k, const struct strvec *suites, const struct lock *want,
		      struct lock *lock, char **path, struct err *err)
{
	_close_ int guard = cache__lock("modules/build", err);
	struct ext_parts parts = { 0 };
	char key[65];
	int ret = guard < 0 ? guard : 0;

	*path = NULL;
	if (!ret)
		ret = resolve(k, suites, want, &parts, err);
	if (!ret)
		ret = key_of(k, &parts, key, err);
	if (!ret) {
		*path = cache__path("modules/%s/" EXT_MODULE_NAME ".ko", key);
		ret = seal__check(*path, NULL) ? build(k, suites, &parts, *path, err) : 0;
	}
	if (!ret) {
		lock__merge(lock, &parts.headers);
		lock__merge(lock, &parts.tools);
	} else {
		free(*path);
		*path = NULL;
	}
	lock__release(&parts.headers);
	lock__release(&parts.tools);
	return ret ? err__prefix(err, ret, "module " EXT_MODULE_NAME " for %s: ", k->release) : 0;
}
