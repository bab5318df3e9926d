// SPDX-License-Identifier: GPL-2.0-only
/* module.c - chooses the packages that a module is built from, and caches the result. */
#include "runner/kernels/module/module.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/cross.h"
#include "runner/host/host.h"
#include "runner/host/paths.h"
#include "runner/host/seal.h"
#include "runner/kernels/files/modules.h"
#include "runner/packages/fetch.h"
#include "runner/packages/package.h"
#include "runner/packages/query.h"

#define FORMAT 1 /* increment when the same packages give a different module */
#define TEXT_MAX (1u << 20)

const struct ext_module ext_module__all[EXT_MODULES] = {
	{ .name = "test_vmalloc", .includes = "lib/test_vmalloc.c" },
	{ .name = "kduel_set_memory", .arch = "arm64" },
};

/* The packages that a module is built from. */
struct ext_parts {
	struct lock headers; /* headers for the kernel's architecture, and the kernel's source */
	struct lock tools; /* linux-kbuild for the host's architecture, and libraries for it */
};

/* "6.12.95+deb12-cloud-arm64" -> "6.12.95+deb12"; NULL for a release that is not Debian's. */
static char *version_of(const char *release)
{
	const char *flavour = package__flavour(release);

	if (!*flavour || flavour == release || !strchr(release, '+'))
		return NULL;
	return xstrndup(release, (size_t)(flavour - release) - 1);
}

/* Headers come in two packages, of the flavour and common ones. The source package is per
 * series. */
static int resolve_headers(const struct kernel *k, bool source, const struct strvec *suites,
			   const char *version, const struct lock *want, struct lock *out,
			   struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(apt__closep) struct apt *apt = NULL;
	size_t dot;
	int ret;

	/* "6.12.95+deb12" belongs to series "6.12". */
	dot = strcspn(version, ".");
	dot += version[dot] ? 1 + strspn(version + dot + 1, "0123456789") : 0;
	strvec__pushf(&names, "linux-headers-%s", k->release);
	strvec__pushf(&names, "linux-headers-%s-common", version);
	if (source)
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

/* Of the dependencies of the tools keep only the libraries: nothing is installed here. */
static void keep_libraries(const struct lock *all, struct lock *out)
{
	for (size_t i = 0; i < all->n; i++) {
		const struct lock_entry *l = &all->v[i];

		if (str_starts(l->name, "lib") || str_starts(l->name, "zlib") ||
		    str_starts(l->name, "linux-kbuild"))
			lock__add(out, l->name, l->version, l->arch, l->sha256);
	}
}

/* Add the base suite of each -backports suite: the libraries are there. */
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

/* linux-kbuild has modpost and fixdep, built for the host's architecture. */
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

/* Get the package files, downloading those that are not in the cache. */
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

/* The cache key of a module: a hash over the kernel's release and everything it is built from and
 * with. */
static int key_of(const struct kernel *k, const struct ext_parts *parts, const char *source,
		  char key[65], struct err *err)
{
	_free_ char *headers = lock__format(&parts->headers), *tools = lock__format(&parts->tools);
	_free_ char *compiler = NULL, *text = NULL;
	int ret = cross__compiler(k->arch, &compiler, err);

	if (ret)
		return ret;
	text = xasprintf("kduel module %d\n%s\n%s\n%s\n%s\n%s", FORMAT, k->release, compiler,
			 headers, tools, source);
	cache__sha256(text, strlen(text), key);
	return 0;
}

/* Build in a temporary directory and move the module to `path`; the log stays beside it. */
static int build(const struct ext_build *what, const struct strvec *suites,
		 const struct ext_parts *parts, const char *path, struct err *err)
{
	_free_ char *host = hostinfo__deb_arch(), *log = xasprintf("%s.log", path), *ko = NULL;
	_cleanup_(strvec__release) struct strvec headers = { 0 }, tools = { 0 };
	struct tmpdir tmp = { 0 };
	struct ext_build b;
	int ret = get_debs(what->k->arch, suites, &parts->headers, &headers, err);

	if (!ret)
		ret = get_debs(host, suites, &parts->tools, &tools, err);
	if (ret)
		goto out;
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		goto out;
	b = *what;
	b.headers = &headers;
	b.tools = &tools;
	b.dir = tmp.path;
	b.log = log;
	ret = ext_build__run(&b, &ko, err);
	if (!ret)
		ret = seal__put(ko, path, err);
out:
	tmpdir__remove(&tmp);
	return ret;
}

/* Only Debian's own kernels have headers in the archive. */
static int resolve(const struct kernel *k, const struct ext_module *m, const struct strvec *suites,
		   const struct lock *want, struct ext_parts *parts, struct err *err)
{
	_free_ char *version = version_of(k->release), *host = hostinfo__deb_arch();
	int ret;

	if (!version || !host)
		return err__set(
			err, -ENOENT,
			version ?
				"there is no dpkg here" :
				"%s is not a release like 6.12.95+deb13-arm64, by which headers are found",
			k->release);
	ret = resolve_headers(k, m->includes, suites, version, want, &parts->headers, err);
	return ret ? ret : resolve_tools(host, suites, version, want, &parts->tools, err);
}

/* Read the module's source in configs/modules/. The caller frees *text. */
static int read_text(const struct ext_module *m, char **text, struct err *err)
{
	_free_ char *file = xasprintf("modules/%s.c", m->name), *path = paths__config(file);
	int ret;

	if (!path)
		return err__set(err, -EINVAL,
				"expected configs/%s, which is installed with kduel ($KDUEL_CONFIG_DIR)",
				file);
	ret = fs__read(path, TEXT_MAX, text, NULL);
	return ret ? err__errno(err, ret, path) : 0;
}

bool ext_module__is_there(const struct kernel *k, const struct ext_module *m)
{
	_free_ char *name = xstrdup(m->name);
	char *v[] = { name, NULL };
	struct strvec names = { v, 1 }, files = { 0 };
	int ret = kernel__extra(k, m->name) ? 0 : kernel_modules__files(k, &names, &files, NULL);

	strvec__release(&files);
	return ret != -ENOENT;
}

/* The lock makes builds sequential: two variants may need the same module. */
int ext_module__build(const struct kernel *k, const struct ext_module *m,
		      const struct strvec *suites, const struct lock *want, struct lock *lock,
		      char **path, struct err *err)
{
	_close_ int guard = cache__lock("modules/build", err);
	struct ext_build b = { .k = k, .name = m->name, .includes = m->includes };
	struct ext_parts parts = { 0 };
	_free_ char *text = NULL;
	char key[65];
	int ret = guard < 0 ? guard : read_text(m, &text, err);

	*path = NULL;
	if (!ret)
		ret = resolve(k, m, suites, want, &parts, err);
	if (!ret)
		ret = key_of(k, &parts, text, key, err);
	if (!ret) {
		b.text = text;
		*path = cache__path("modules/%s/%s.ko", key, m->name);
		ret = seal__check(*path, NULL) ? build(&b, suites, &parts, *path, err) : 0;
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
	return ret ? err__prefix(err, ret, "module %s for %s: ", m->name, k->release) : 0;
}
