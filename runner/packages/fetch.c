// SPDX-License-Identifier: GPL-2.0-only
/* fetch.c - downloads package files into the cache, verifies them by hash, and unpacks them. */
#include "runner/packages/fetch.h"
#include "lib/fs.h"
#include "runner/host/cache.h"
#include "runner/host/untar.h"
#include "runner/packages/query.h"

#include <unistd.h>

/* NAME_VERSION_ARCH.deb. As apt does, a ':' in the version is written as %3a. */
static char *deb_path(const struct lock_entry *e)
{
	_free_ char *version = xstrdup(e->version);
	char *colon = strchr(version, ':');
	const char *after = "";

	if (colon) {
		*colon = '\0';
		after = colon + 1;
	}
	return cache__path("debs/%s/%s_%s%s%s_%s.%s", e->sha256, e->name, version,
			   colon ? "%3a" : "", after, e->arch,
			   streq(e->arch, LOCK_SOURCE) ? "tar" : "deb");
}

/* Verified on every use: bit rot happens, and hashing is cheap compared to a boot. */
static bool deb_is_good(const char *path, const struct lock_entry *e)
{
	char hex[65];

	return !cache__sha256_file(path, hex) && streq(hex, e->sha256);
}

bool apt__cached(const struct lock *lock, struct strvec *files)
{
	bool all = true;

	for (size_t i = 0; i < lock->n; i++) {
		_free_ char *path = deb_path(&lock->v[i]);

		all = all && deb_is_good(path, &lock->v[i]);
		if (files)
			strvec__push(files, path);
	}
	return all;
}

/* Check that the mirror offers each of `missing` with exactly that hash. */
static int check_offered(struct apt *apt, const struct lock *missing, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	int ret;

	for (size_t i = 0; i < missing->n; i++)
		strvec__push(&names, missing->v[i].name);
	ret = apt__show(apt, &names, true, &st, err);
	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < missing->n; i++) {
		const struct lock_entry *m = &missing->v[i];
		bool found = false;

		for (size_t j = 0; j < st.n; j++)
			found |= streq(st.v[j].package, m->name) &&
				 streq(st.v[j].version, m->version) && st.v[j].sha256 &&
				 streq(st.v[j].sha256, m->sha256);
		if (!found)
			ret = err__set(err, -ENOENT,
				       "package %s version %s (%s, sha256 %.12s...) is "
				       "neither in the cache nor on the mirror (%s) any more; run "
				       "without --locked to take what is newest",
				       m->name, m->version, m->arch, m->sha256, apt->suites);
	}
	return ret;
}

/* apt downloads to its working directory, and verifies hashes and signatures itself. */
static int download(struct apt *apt, const struct lock *missing, const char *dir, struct err *err)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	if (apt__is_source(apt))
		strvec__push_all(&argv, "apt-get", "-q", "source", "--download-only", "--tar-only",
				 "--", NULL);
	else
		strvec__push_all(&argv, "apt-get", "-q", "download", "--", NULL);
	for (size_t i = 0; i < missing->n; i++)
		strvec__pushf(&argv, "%s=%s", missing->v[i].name, missing->v[i].version);
	ret = apt__run(apt, &argv, dir, &res, err);
	if (!ret && res.status) {
		_free_ char *why = apt__complaint(&res);

		/* Usually the mirror was updated after our lists were downloaded. */
		apt__distrust_lists(apt);
		ret = err__set(err, -ENOTCONN, "packages cannot be downloaded: %s", why);
	}
	return ret;
}

/* Move a downloaded file to its place in the cache, which is found by its hash. */
static int file_away(const char *path, const struct lock *missing, struct err *err)
{
	char hex[65];
	int ret = cache__sha256_file(path, hex);

	for (size_t i = 0; !ret && i < missing->n; i++) {
		_free_ char *to = deb_path(&missing->v[i]);

		if (!streq(hex, missing->v[i].sha256))
			continue;
		ret = fs__publish(path, to);
		break;
	}
	return ret ? err__set(err, ret, "%s: cannot be kept in the cache: %s", path,
			      strerror(-ret)) :
		     0;
}

/* Move the downloaded files, then check that none is missing: apt also succeeds if the mirror sent
 * content other than that in the lock. */
static int file_away_all(const char *dir, const struct lock *missing, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	int ret = fs__names(dir, &names);

	if (ret)
		return err__errno(err, ret, dir);
	for (size_t i = 0; !ret && i < names.n; i++) {
		_free_ char *path = xasprintf("%s/%s", dir, names.v[i]);

		ret = file_away(path, missing, err);
	}
	for (size_t i = 0; !ret && i < missing->n; i++) {
		_free_ char *path = deb_path(&missing->v[i]);

		if (!fs__exists(path))
			ret = err__set(err, -EIO,
				       "package %s version %s: what the mirror sent does "
				       "not have the expected sha256 %s",
				       missing->v[i].name, missing->v[i].version,
				       missing->v[i].sha256);
	}
	return ret;
}

/* Download to a temporary directory, so that only files with the right hash enter the cache. */
static int fetch_missing(struct apt *apt, const struct lock *missing, struct err *err)
{
	struct tmpdir tmp;
	int ret = check_offered(apt, missing, err);

	if (ret)
		return ret;
	ret = cache__tmpdir(&tmp, err);
	if (ret)
		return ret;
	ret = download(apt, missing, tmp.path, err);
	if (!ret)
		ret = file_away_all(tmp.path, missing, err);
	tmpdir__remove(&tmp);
	return ret;
}

int apt__download_size(struct apt *apt, const struct lock *lock, uint64_t *bytes, struct err *err)
{
	_cleanup_(stanzas__release) struct stanzas st = { 0 };
	_cleanup_(strvec__release) struct strvec names = { 0 };
	int ret;

	*bytes = 0;
	for (size_t i = 0; i < lock->n; i++)
		strvec__push(&names, lock->v[i].name);
	ret = apt__show(apt, &names, true, &st, err);
	for (size_t i = 0; !ret && i < lock->n; i++) {
		_free_ char *path = deb_path(&lock->v[i]);
		const struct stanza *s = stanzas__find(&st, lock->v[i].name, lock->v[i].version);

		if (s && s->size && !deb_is_good(path, &lock->v[i]))
			*bytes += strtoull(s->size, NULL, 10);
	}
	return ret;
}

int apt__fetch(struct apt *apt, const struct lock *lock, struct strvec *files, struct err *err)
{
	_cleanup_(lock__release) struct lock missing = { 0 };
	int ret = 0;

	for (size_t i = 0; i < lock->n; i++) {
		const struct lock_entry *l = &lock->v[i];
		_free_ char *path = deb_path(l);

		if (!deb_is_good(path, l))
			lock__add(&missing, l->name, l->version, l->arch, l->sha256);
		strvec__push(files, path);
	}
	if (missing.n)
		ret = fetch_missing(apt, &missing, err);
	return ret;
}

/* Maintainer scripts are not run: nothing from a package is executed on the host. */
int apt__unpack(const char *file, const char *dir, struct err *err)
{
	return untar__tree(file, dir, str_ends(file, "_" LOCK_SOURCE ".tar"), err);
}
