// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernel.c - kernels in the cache:
 * kernels/HASH/{Image,config,vmlinux.debug,lib/modules/RELEASE,meta.json}, with a seal
 * (runner/host/seal.h).
 */
#include "runner/kernels/files/kernel.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/seal.h"
#include "runner/host/tool.h"
#include "runner/kernels/files/debug_info.h"
#include "runner/kernels/files/module_tree.h"

#include <fts.h>
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>

#define META_FORMAT 1

/* Paths of all modules relative to `dir`, sorted; compressed ones included. */
static int list_modules(const char *dir, struct strvec *out)
{
	_free_ char *root = xasprintf("%s/lib/modules", dir);
	FTS *fts = fs__walk(root);
	FTSENT *ent;

	if (!fts)
		return -errno;
	while ((ent = fts_read(fts))) {
		if (ent->fts_info == FTS_F && module_tree__is_module(ent->fts_name))
			strvec__push(out, ent->fts_path + strlen(dir) + 1);
	}
	fts_close(fts);
	strvec__sort_unique(out);
	return 0;
}

/* In the format of sha256sum(1). */
static int add_file(FILE *sum, const char *dir, const char *name)
{
	_free_ char *path = xasprintf("%s/%s", dir, name);
	char hex[65];
	int ret = cache__sha256_file(path, hex);

	if (!ret)
		fprintf(sum, "%s  %s\n", hex, name);
	return ret;
}

/* A kernel is identified by image and modules: the same files have the same hash on every machine.
 * The configuration is not part of it. */
static int content_hash(const char *dir, char hash[65])
{
	_cleanup_(strvec__release) struct strvec modules = { 0 };
	_free_ char *text = NULL;
	size_t len = 0;
	FILE *sum = xmemstream(&text, &len);
	int ret;

	ret = add_file(sum, dir, "Image");
	if (!ret && access(dir, R_OK) == 0)
		(void)list_modules(dir, &modules);
	for (size_t i = 0; !ret && i < modules.n; i++)
		ret = add_file(sum, dir, modules.v[i]);
	fclose(sum);
	if (!ret)
		cache__sha256(text, len, hash);
	return ret;
}

static int write_meta(const char *dir, const char *release, const char *arch, const char *origin)
{
	_free_ char *path = xasprintf("%s/meta.json", dir), *config = xasprintf("%s/config", dir);
	char config_hash[65] = "";
	json_t *meta;
	_free_ char *text = NULL;
	int ret;

	(void)cache__sha256_file(config, config_hash);
	meta = json_pack("{si ss ss ss ss}", "format", META_FORMAT, "release", release, "arch",
			 arch, "origin", origin, "config_hash", config_hash);
	text = meta ? json_dumps(meta, JSON_INDENT(2) | JSON_SORT_KEYS) : NULL;
	ret = text ? fs__write_atomic(path, text, strlen(text)) : -EINVAL;
	json_decref(meta);
	return ret;
}

/* Kernels from older versions of kduel have no seal: their hash shows whether they are intact, and
 * they get one. */
static int check_kernel(const char *dir, const char *hash)
{
	int ret = seal__check(dir, NULL);
	char now[65];

	if (ret != -ENOENT)
		return ret;
	ret = content_hash(dir, now);
	if (ret)
		return ret;
	return streq(now, hash) ? seal__make(dir, NULL) : -EUCLEAN;
}

/* Does the kernel in `dir` have a configuration that differs from the one in `other`? */
static bool has_new_config(const char *dir, const char *other)
{
	_free_ char *here = xasprintf("%s/config", dir), *there = xasprintf("%s/config", other);
	char a[65], b[65];

	return !cache__sha256_file(here, a) && (cache__sha256_file(there, b) || !streq(a, b));
}

/* Does it have debug information that the one in `other` lacks? */
static bool adds_debug_info(const char *dir, const char *other)
{
	_free_ char *here = xasprintf("%s/" DEBUG_INFO_FILE, dir);
	_free_ char *there = xasprintf("%s/" DEBUG_INFO_FILE, other);

	return fs__exists(here) && !fs__exists(there);
}

/* If the same kernel is in the cache already, it is kept with its origin, unless the new one has
 * another configuration or adds debug information: then it replaces the old one. */
int kernel__adopt(const char *dir, const char *release, const char *arch, const char *origin,
		  char hash[65], struct err *err)
{
	_free_ char *modules = xasprintf("%s/lib/modules/%s", dir, release);
	int ret = 0;

	if (fs__exists(modules))
		ret = module_tree__check(modules, err);
	if (!ret && fs__exists(modules))
		ret = tool__run(err, "index the modules (package kmod)", "depmod", "-b", dir,
				release, NULL);
	if (ret)
		return ret;
	ret = content_hash(dir, hash);
	if (!ret)
		ret = write_meta(dir, release, arch, origin);
	if (!ret) {
		_free_ char *to = cache__path("kernels/%s", hash);
		_close_ int lock = cache__lock("kernels/adopt", err);

		if (lock < 0)
			return lock;
		return check_kernel(to, hash) || has_new_config(dir, to) ||
				       adds_debug_info(dir, to) ?
			       seal__put(dir, to, err) :
			       0;
	}
	return ret ? err__set(err, ret, "kernel %s cannot be put into the cache: %s", release,
			      strerror(-ret)) :
		     0;
}

/* The caller frees. NULL: there is no such string. */
static char *member(const json_t *meta, const char *name)
{
	const char *s = json_string_value(json_object_get(meta, name));

	return s ? xstrdup(s) : NULL;
}

/* Takes ownership of `path`. NULL: it does not exist. */
static char *if_exists(char *path)
{
	if (fs__exists(path))
		return path;
	free(path);
	return NULL;
}

/* NULL when something essential is missing. */
static struct kernel *read_kernel(const char *dir, const char *hash, const json_t *meta)
{
	struct kernel *k = xcalloc(1, sizeof(*k));
	_free_ char *config_hash = member(meta, "config_hash"), *modules = NULL;

	snprintf(k->hash, sizeof(k->hash), "%s", hash);
	snprintf(k->config_hash, sizeof(k->config_hash), "%s", config_hash ? config_hash : "");
	k->dir = xstrdup(dir);
	k->release = member(meta, "release");
	k->arch = member(meta, "arch");
	k->origin = member(meta, "origin");
	k->image = if_exists(xasprintf("%s/Image", dir));
	k->config = if_exists(xasprintf("%s/config", dir));
	k->debug = if_exists(xasprintf("%s/" DEBUG_INFO_FILE, dir));
	if (!k->release || !k->arch || !k->origin || !k->image) {
		kernel__free(k);
		return NULL;
	}
	modules = xasprintf("%s/lib/modules/%s", dir, k->release);
	k->modules_root = fs__exists(modules) ? xstrdup(dir) : NULL;
	return k;
}

int kernel__from_cache(const char *hash, struct kernel **out, struct err *err)
{
	_free_ char *dir = NULL, *path = NULL;
	json_int_t format;
	json_t *meta;

	*out = NULL;
	if (strlen(hash) != 64 || strspn(hash, "0123456789abcdef") != 64)
		return err__set(err, -EINVAL, "\"%s\" is not the hash of a kernel (64 hex digits)",
				hash);
	dir = cache__path("kernels/%s", hash);
	if (check_kernel(dir, hash) == -EUCLEAN)
		return err__set(err, -ENOENT,
				"kernel %.12s... is damaged in the cache (%s): add or build it "
				"again, or name its packages, files or source in the plan",
				hash, dir);
	path = xasprintf("%s/meta.json", dir);
	meta = json_load_file(path, 0, NULL);
	format = json_integer_value(json_object_get(meta, "format"));
	if (format == META_FORMAT)
		*out = read_kernel(dir, hash, meta);
	json_decref(meta);
	if (*out)
		return 0;
	if (format && format != META_FORMAT)
		return err__set(err, -ENOTSUP,
				"kernel %.12s... was put into the cache by another version of kduel: "
				"%s has format %lld, this version reads %d",
				hash, path, (long long)format, META_FORMAT);
	return err__set(err, -ENOENT, "kernel %.12s... is not in the cache (%s)", hash, dir);
}

const char *kernel__extra(const struct kernel *k, const char *name)
{
	_free_ char *end = xasprintf("/%s.ko", name);

	for (size_t i = 0; i < k->extra.n; i++)
		if (str_ends(k->extra.v[i], end))
			return k->extra.v[i];
	return NULL;
}

void kernel__free(struct kernel *k)
{
	if (!k)
		return;
	free(k->dir);
	free(k->image);
	free(k->modules_root);
	free(k->release);
	free(k->arch);
	free(k->origin);
	free(k->config);
	free(k->debug);
	strvec__release(&k->extra);
	free(k);
}
