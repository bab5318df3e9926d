// SPDX-License-Identifier: GPL-2.0-only
#include "runner/targets/qemu_fetch.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/cache.h"
#include "runner/host/host.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"

#include <unistd.h>

#define FORMAT 1 /* to be raised whenever the same packages give another directory */
#define ROOM (256ull << 20) /* bytes that QEMU and its libraries take, unpacked */
#define RUN_TIMEOUT_MS 20000

static const char *const programs[] = {
	"qemu-system-arm",
	"qemu-system-common",
	"qemu-system-data",
};

int qemu_host__read(struct qemu_host *h, struct err *err)
{
	*h = (struct qemu_host){ hostinfo__deb_arch(), hostinfo__codename() };
	if (!h->arch)
		return err__set(err, -EOPNOTSUPP,
				"a newer QEMU can only be fetched on Debian: "
				"there is no dpkg here");
	if (!h->codename)
		return err__set(err, -EOPNOTSUPP,
				"a newer QEMU cannot be fetched: there is no "
				"VERSION_CODENAME in /etc/os-release");
	return 0;
}

void qemu_host__release(struct qemu_host *h)
{
	free(h->arch);
	free(h->codename);
	*h = (struct qemu_host){ 0 };
}

char *qemu_host__describe(const struct qemu_host *h)
{
	return xasprintf("%s-backports (%s)", h->codename, h->arch);
}

static int open_apt(const struct qemu_host *h, bool *stale, struct apt **apt, struct err *err)
{
	struct strvec suites = { 0 };
	int e;

	strvec__pushf(&suites, "%s-backports", h->codename);
	strvec__push(&suites, h->codename);
	strvec__pushf(&suites, "%s-security", h->codename);
	e = apt__open(h->arch, &suites, stale, apt, err);
	strvec__release(&suites);
	return e;
}

/* "1:10.0.2+ds-2~bpo12+1" -> "10.0.2". */
static char *upstream(const char *version)
{
	const char *colon = strchr(version, ':');

	version = colon ? colon + 1 : version;
	return xstrndup(version, strspn(version, "0123456789."));
}

/* What QEMU may link. The C library must be the one of the host's dynamic linker, and what
 * else a closure holds is there to install packages. */
static bool is_wanted(const char *package)
{
	static const char *const host[] = { "libc6", "libgcc-s1" };

	for (size_t i = 0; i < ARRAY_SIZE(host); i++)
		if (streq(package, host[i]))
			return false;
	return str_starts(package, "qemu-system-") || str_starts(package, "lib") ||
	       streq(package, "zlib1g");
}

static int resolve(struct apt *apt, struct qemu_offer *offer, struct err *err)
{
	struct strvec names = { 0 };
	struct lock all = { 0 };
	int e = 0;

	for (size_t i = 0; !e && i < ARRAY_SIZE(programs); i++) {
		_free_ char *version = NULL;

		e = apt__newest(apt, programs[i], &version, err);
		if (e)
			break;
		strvec__pushf(&names, "%s=%s", programs[i], version);
		if (!i)
			offer->version = upstream(version);
	}
	if (!e)
		e = apt__resolve(apt, &names, true, NULL, &all, err);
	for (size_t i = 0; !e && i < all.n; i++)
		if (is_wanted(all.v[i].name))
			lock__add(&offer->lock, all.v[i].name, all.v[i].version, all.v[i].arch,
				  all.v[i].sha256);
	lock__release(&all);
	strvec__release(&names);
	return e;
}

int qemu_fetch__offer(const struct qemu_host *host, struct qemu_offer *offer, struct err *err)
{
	struct apt *apt;
	bool stale;
	int e;

	*offer = (struct qemu_offer){ 0 };
	e = open_apt(host, &stale, &apt, err);
	if (e)
		return e;
	e = resolve(apt, offer, err);
	if (!e)
		e = apt__download_size(apt, &offer->lock, &offer->bytes, err);
	offer->lock.stale = stale;
	apt__close(apt);
	if (e)
		qemu_offer__release(offer);
	return e;
}

void qemu_offer__release(struct qemu_offer *offer)
{
	free(offer->version);
	lock__release(&offer->lock);
	*offer = (struct qemu_offer){ 0 };
}

static int get_debs(const struct qemu_host *host, const struct lock *lock, struct strvec *debs,
		    struct err *err)
{
	struct apt *apt;
	int e;

	if (apt__cached(lock, debs))
		return 0;
	strvec__release(debs);
	e = open_apt(host, NULL, &apt, err);
	if (e)
		return e;
	e = apt__fetch(apt, lock, debs, err);
	apt__close(apt);
	return e;
}

static void trim(const char *dir)
{
	static const char *const ballast[] = { "usr/share/doc", "usr/share/man", "etc", "var" };

	for (size_t i = 0; i < ARRAY_SIZE(ballast); i++) {
		_free_ char *path = xasprintf("%s/tree/%s", dir, ballast[i]);

		(void)fs__rm_rf(path);
	}
}

/* A library that is missing or does not fit shows here, before the directory gets its name. */
static int try_it(const char *dir, struct err *err)
{
	_free_ char *program = qemu_dir__program(dir), *env = qemu_dir__env(dir);
	char *argv[] = { program, (char *)"--version", NULL };
	char *envp[] = { env, NULL };
	struct proc_result res;
	int e = proc__run(&(struct proc_opts){ .argv = argv,
					       .env = envp,
					       .timeout_ms = RUN_TIMEOUT_MS },
			  &res);

	if (e)
		err__set(err, e, "the fetched QEMU cannot be started: %s", strerror(-e));
	else if (res.status || res.timed_out)
		e = err__set(err, -EOPNOTSUPP, "the fetched QEMU does not run here: %.300s",
			     *res.err ? res.err : "no answer to --version");
	proc_result__release(&res);
	return e;
}

static int unpack(const struct strvec *debs, const char *dir, const char *lock_text,
		  struct err *err)
{
	_free_ char *tree = xasprintf("%s/tree", dir), *lock = xasprintf("%s/lock.txt", dir);
	int e = fs__mkdir_p(tree);

	if (e)
		return err__set(err, e, "%s: %s", tree, strerror(-e));
	if (fs__free_bytes(tree) < ROOM)
		return err__set(err, -ENOSPC, "%s: %llu MiB are needed to unpack QEMU", tree,
				ROOM >> 20);
	for (size_t i = 0; !e && i < debs->n; i++)
		e = apt__unpack(debs->v[i], tree, err);
	if (e)
		return e;
	trim(dir);
	e = fs__write_atomic(lock, lock_text, strlen(lock_text));
	if (e)
		return err__set(err, e, "%s: %s", lock, strerror(-e));
	return try_it(dir, err);
}

static int build(const struct strvec *debs, const char *lock_text, const char *to, struct err *err)
{
	_free_ char *dir = NULL;
	struct cache_tmp tmp;
	int e = cache__tmp_begin(&tmp);

	if (e)
		return err__set(err, e, "no directory can be made in the cache: %s", strerror(-e));
	dir = xasprintf("%s/qemu", tmp.path);
	e = unpack(debs, dir, lock_text, err);
	if (!e && rename(dir, to) < 0)
		e = err__set(err, -errno, "%s: %s", to, strerror(errno));
	cache__tmp_end(&tmp);
	return e;
}

/* Where a lock's QEMU belongs in the cache; caller frees. */
static char *place_of(const char *lock_text)
{
	_free_ char *text = xasprintf("kduel QEMU %d\n%s", FORMAT, lock_text);
	char hex[65];

	cache__sha256(text, strlen(text), hex);
	return cache__path("qemu/%s", hex);
}

int qemu_fetch__install(const struct qemu_host *host, const struct lock *lock, char **dir,
			struct err *err)
{
	_free_ char *text = lock__format(lock), *place = place_of(text);
	_close_ int claim = cache__lock("qemu/build");
	struct strvec debs = { 0 };
	int e = 0;

	*dir = NULL;
	if (claim < 0)
		return err__set(err, claim, "the cache cannot be locked: %s", strerror(-claim));
	if (!fs__exists(place)) {
		e = get_debs(host, lock, &debs, err);
		if (!e)
			e = build(&debs, text, place, err);
		strvec__release(&debs);
	}
	if (!e)
		*dir = xstrdup(place);
	return e;
}
