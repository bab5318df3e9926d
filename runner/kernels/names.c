// SPDX-License-Identifier: GPL-2.0-only
/*
 * names.c - keeps names as files in the cache: kernels/by-name/NAME.json holds the hash and, for a
 * kernel built from source, the recipe to build it again.
 */
#include "runner/kernels/names.h"

#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/cache.h"
#include "runner/host/seal.h"
#include "runner/host/use.h"

#include <jansson.h>
#include <unistd.h>

#define DIR_NAMES "kernels/by-name"
#define KEY_MIN 4

/* The caller has checked the name: it contains no slash. */
static char *path_of(const char *name)
{
	return cache__path(DIR_NAMES "/%s.json", name);
}

/* A name must be usable as a file name and must not have the length of a hash. */
static bool is_name(const char *s)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._+-";
	size_t n = strlen(s);

	return n && n <= 64 && strspn(s, letters) == n && *s != '.' && *s != '-' && n != 64;
}

bool kernel_names__is_hash(const char *s)
{
	return strlen(s) == 64 && strspn(s, "0123456789abcdef") == 64;
}

int kernel_names__check(const char *name, struct err *err)
{
	return is_name(name) ?
		       0 :
		       err__set(err, -EINVAL,
				"'%s' is not a valid name for a kernel (expected 1 to 63 of A-Z, "
				"a-z, 0-9 and ._+-, not beginning with . or -)",
				name);
}

/* If the name is taken, it moves to the new kernel; the old kernel stays in the cache under its
 * hash. */
int kernel_names__set(const char *name, const char *hash, const struct build_spec *spec,
		      struct err *err)
{
	_free_ char *path = NULL, *text = NULL, *recipe = spec ? build_spec__to_json(spec) : NULL;
	json_t *o;
	int ret = kernel_names__check(name, err);

	if (ret)
		return ret;
	path = path_of(name);
	o = json_pack("{s:s, s:s?}", "hash", hash, "recipe", recipe);
	text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
	ret = text ? fs__write_atomic(path, text, strlen(text)) : -EINVAL;
	json_decref(o);
	return ret ? err__errno(err, ret, path) : 0;
}

/* Read the hash and the recipe of a name. 0; -ENOENT: there is no such name; -EUCLEAN: its file is
 * damaged, and nothing else records which kernel the name stood for. *recipe is NULL when there is
 * none; the caller frees it. */
static int read_name(const char *name, char hash[65], char **recipe, struct err *err)
{
	_free_ char *path = is_name(name) ? path_of(name) : NULL;
	json_error_t why = { .text = "" };
	json_t *o = path ? json_load_file(path, JSON_REJECT_DUPLICATES, &why) : NULL;
	const char *h = json_string_value(json_object_get(o, "hash"));
	const char *r = json_string_value(json_object_get(o, "recipe"));
	bool ok = h && kernel_names__is_hash(h);
	int ret = 0;

	if (ok)
		memcpy(hash, h, 65);
	else if (!path || !fs__exists(path))
		ret = -ENOENT;
	else
		ret = err__set(err, -EUCLEAN,
			       "%s: damaged: %s; the kernel is still there by its hash (kduel kernel "
			       "list): remove the file, then build or add it again with --name %s",
			       path, *why.text ? why.text : "expected the hash of a kernel", name);
	if (recipe)
		*recipe = ok && r ? xstrdup(r) : NULL;
	json_decref(o);
	return ret;
}

/* Append the names of the files in `dir` that end in `tail`, with the tail cut off. If `len` is not
 * 0, only names of that length count. */
static void list_files(const char *dir, const char *tail, size_t len, struct strvec *out)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++)
		if (str_ends(names.v[i], tail) && (!len || strlen(names.v[i]) == len))
			strvec__pushf(out, "%.*s", (int)(strlen(names.v[i]) - strlen(tail)),
				      names.v[i]);
	strvec__sort_unique(out);
}

/* Kernel directories are named by their hash, 64 digits. No other directory there has a name that
 * long: by-name, by-lock, temporary ones. */
void kernel_names__hashes(struct strvec *hashes)
{
	_free_ char *dir = cache__path("kernels");

	list_files(dir, "", 64, hashes);
}

void kernel_names__of(const char *hash, struct strvec *names)
{
	_free_ char *dir = cache__path(DIR_NAMES);
	_cleanup_(strvec__release) struct strvec all = { 0 };
	char h[65];

	list_files(dir, ".json", 0, &all);
	for (size_t i = 0; i < all.n; i++)
		if (!hash || (!read_name(all.v[i], h, NULL, NULL) && streq(h, hash)))
			strvec__push(names, all.v[i]);
}

/* Returns -ENOENT, with a message that lists the existing names and suggests the nearest. */
static int no_such(const char *key, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_free_ char *list = NULL;
	const char *near;

	kernel_names__of(NULL, &names);
	list = strvec__shell_line(&names);
	near = units__nearest(key, (const char *const *)names.v, names.n);
	err__set(err, 0, "there is no kernel '%s'; %s%s%s%s%s", key,
		 names.n ? "names: " : "none has a name yet (kduel kernel build --name NAME ...)",
		 list, near ? " (did you mean " : "", near ? near : "", near ? "?)" : "");
	return -ENOENT;
}

/* The rebuilt kernel may have another hash, as sources and compiler may have changed. The name then
 * points to the new one. */
int kernel_names__get(const char *name, const struct build_hooks *hooks, struct kernel **out,
		      struct err *err)
{
	_cleanup_(build_spec__release) struct build_spec spec = { 0 };
	_cleanup_(lock__release) struct lock parts = { 0 };
	_free_ char *recipe = NULL;
	char hash[65];
	int ret = read_name(name, hash, &recipe, err);

	*out = NULL;
	if (ret == -ENOENT && kernel_names__is_hash(name))
		return kernel__from_cache(name, out, err);
	if (ret)
		return ret == -ENOENT ? no_such(name, err) : ret;
	ret = kernel__from_cache(hash, out, err);
	if (!ret || !recipe)
		return ret;
	ret = build_spec__from_json(recipe, &spec);
	if (ret)
		return err__set(err, ret, "kernel '%s': what it is built from cannot be read",
				name);
	ret = build__kernel(&spec, NULL, &parts, hooks, out, err);
	if (!ret && !(*out)->planned)
		ret = kernel_names__set(name, (*out)->hash, &spec, err);
	return ret;
}

/* A name takes precedence over a hash that begins with the same digits. */
int kernel_names__find(const char *key, char hash[65], struct err *err)
{
	_cleanup_(strvec__release) struct strvec all = { 0 };
	size_t found = 0;
	int ret = read_name(key, hash, NULL, err);

	if (ret != -ENOENT)
		return ret;
	kernel_names__hashes(&all);
	for (size_t i = 0; i < all.n && strlen(key) >= KEY_MIN; i++)
		if (str_starts(all.v[i], key) && found++ == 0)
			memcpy(hash, all.v[i], 65);
	if (found > 1)
		return err__set(err, -EINVAL, "%zu kernels begin with '%s': give more of the hash",
				found, key);
	return found ? 0 : no_such(key, err);
}

int kernel_names__remove(const char *hash, struct err *err)
{
	_free_ char *dir = cache__path("kernels/%s", hash);
	_cleanup_(strvec__release) struct strvec names = { 0 };
	int fd = use__take(dir), ret;

	if (fd == -EWOULDBLOCK)
		return err__set(err, -EBUSY, "kernel %.12s is in use by a running kduel", hash);
	kernel_names__of(hash, &names);
	for (size_t i = 0; i < names.n; i++) {
		_free_ char *path = path_of(names.v[i]);

		unlink(path);
	}
	ret = seal__discard(dir, err);
	if (fd >= 0)
		use__removed(dir, fd);
	return ret;
}
