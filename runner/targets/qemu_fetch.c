// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_fetch.c - the distribution's QEMU, unpacked into a directory of the cache that is named by the
 * hash of its packages: tree/ has their files, lock.txt lists them.
 */
#include "runner/targets/qemu_fetch.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "runner/host/cache.h"
#include "runner/host/host.h"
#include "runner/host/seal.h"
#include "runner/packages/fetch.h"
#include "runner/packages/query.h"

#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT 1 /* of the directory; increment it to have the same packages unpacked again */
#define ROOM (256ull << 20) /* bytes that QEMU and its libraries need, unpacked */
/* For `qemu --version`: the first start reads everything from disk. */
#define RUN_TIMEOUT_MS 20000
#define LOCK_MAX (1u << 20)

/* Both are needed to query the archive. */
int qemu_host__read(struct qemu_host *h, struct err *err)
{
	*h = (struct qemu_host){ hostinfo__deb_arch(), hostinfo__codename() };
	if (!h->arch)
		return err__set(err, -EOPNOTSUPP,
				"a newer QEMU can only be fetched on Debian: there is no dpkg here");
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

/* Backports come first: the archive is only queried because a newer QEMU is needed. */
static int open_apt(const struct qemu_host *h, bool *stale, struct apt **apt, struct err *err)
{
	_cleanup_(strvec__release) struct strvec suites = { 0 };

	strvec__pushf(&suites, "%s-backports", h->codename);
	strvec__push(&suites, h->codename);
	strvec__pushf(&suites, "%s-security", h->codename);
	return apt__open(h->arch, &suites, stale, apt, err);
}

/* "1:10.0.2+ds-2~bpo12+1" -> "10.0.2"; caller frees. */
static char *upstream_version(const char *version)
{
	const char *colon = strchr(version, ':');

	version = colon ? colon + 1 : version;
	return xstrndup(version, strspn(version, "0123456789."));
}

/* Is it QEMU itself or a library that it may link? libc must match the host's dynamic linker, so the
 * host's is used. Other packages in the closure are not needed to run QEMU. */
static bool is_needed(const char *package)
{
	static const char *const host[] = { "libc6", "libgcc-s1" };

	for (size_t i = 0; i < ARRAY_SIZE(host); i++)
		if (streq(package, host[i]))
			return false;
	return str_starts(package, "qemu-system-") || str_starts(package, "lib") ||
	       streq(package, "zlib1g") || streq(package, "seabios");
}

/* Find the newest version of QEMU's packages and the libraries that they depend on. */
static int resolve_packages(struct apt *apt, const struct arch *arch, struct qemu_offer *offer,
			    struct err *err)
{
	const char *const programs[] = { arch->qemu_package, "qemu-system-common",
					 "qemu-system-data", arch->bios };
	_cleanup_(strvec__release) struct strvec names = { 0 };
	_cleanup_(lock__release) struct lock all = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs) && programs[i]; i++) {
		_free_ char *version = NULL;

		ret = apt__newest(apt, programs[i], &version, err);
		if (ret)
			break;
		strvec__pushf(&names, "%s=%s", programs[i], version);
		if (!i)
			offer->version = upstream_version(version);
	}
	if (!ret)
		ret = apt__resolve(apt, &names, true, NULL, &all, err);
	for (size_t i = 0; !ret && i < all.n; i++)
		if (is_needed(all.v[i].name))
			lock__add(&offer->lock, all.v[i].name, all.v[i].version, all.v[i].arch,
				  all.v[i].sha256);
	return ret;
}

/* Downloads package lists only; offer->bytes is what qemu_fetch__install() would download. */
int qemu_fetch__offer(const struct qemu_host *host, const struct arch *arch,
		      struct qemu_offer *offer, struct err *err)
{
	_cleanup_(apt__closep) struct apt *apt = NULL;
	bool stale;
	int ret;

	*offer = (struct qemu_offer){ 0 };
	ret = open_apt(host, &stale, &apt, err);
	if (ret)
		return ret;
	ret = resolve_packages(apt, arch, offer, err);
	if (!ret)
		ret = apt__download_size(apt, &offer->lock, &offer->bytes, err);
	offer->lock.stale = stale;
	if (ret)
		qemu_offer__release(offer);
	return ret;
}

void qemu_offer__release(struct qemu_offer *offer)
{
	free(offer->version);
	lock__release(&offer->lock);
	*offer = (struct qemu_offer){ 0 };
}

/* The paths of the packages' files. Those that are not in the cache are downloaded. */
static int get_debs(const struct qemu_host *host, const struct lock *lock, struct strvec *debs,
		    struct err *err)
{
	_cleanup_(apt__closep) struct apt *apt = NULL;
	int ret;

	if (apt__cached(lock, debs))
		return 0;
	strvec__release(debs);
	ret = open_apt(host, NULL, &apt, err);
	if (ret)
		return ret;
	return apt__fetch(apt, lock, debs, err);
}

/* The lock file, which marks a directory as unpacked by kduel. Caller frees. */
static char *lock_path(const char *dir)
{
	return xasprintf("%s/lock.txt", dir);
}

int qemu_dir__lock(const char *dir, struct lock *lock, struct err *err)
{
	_free_ char *path = lock_path(dir), *text = NULL;
	int ret = fs__read(path, LOCK_MAX, &text, NULL);

	if (ret)
		return err__set(err, ret, "%s: %s", path, strerror(-ret));
	return lock__parse(path, text, lock, err);
}

char *qemu_dir__program(const char *dir, const struct arch *arch)
{
	return xasprintf("%s/tree/usr/bin/%s", dir, arch->qemu);
}

/* Each QEMU package has the program for one architecture. */
const struct arch *qemu_dir__arch(const char *dir)
{
	for (size_t i = 0; i < arch__count; i++) {
		_free_ char *program = qemu_dir__program(dir, &arch__all[i]);

		if (fs__exists(program))
			return &arch__all[i];
	}
	return &arch__all[0];
}

/* SeaBIOS, for PCs, is in a package of its own. */
void qemu_dir__data(const char *dir, struct strvec *out)
{
	_free_ char *seabios = xasprintf("%s/tree/usr/share/seabios", dir);

	strvec__pushf(out, "%s/tree/usr/share/qemu", dir);
	if (fs__exists(seabios))
		strvec__push(out, seabios);
}

/* Append the paths of the entries of `dir` that match `pattern`, sorted by name. */
static void find_entries(const char *dir, const char *pattern, struct strvec *out)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };

	(void)fs__names(dir, &names);
	for (size_t i = 0; i < names.n; i++)
		if (!fnmatch(pattern, names.v[i], FNM_PERIOD))
			strvec__pushf(out, "%s/%s", dir, names.v[i]);
}

/* Debian's libraries are in a multiarch directory below /usr/lib or, in packages from before the
 * /usr merge, below /lib. */
char *qemu_dir__env(const char *dir)
{
	_free_ char *usr_lib = xasprintf("%s/tree/usr/lib", dir);
	_free_ char *lib = xasprintf("%s/tree/lib", dir);
	_cleanup_(strvec__release) struct strvec dirs = { 0 };
	char *env = xstrdup("LD_LIBRARY_PATH=");

	find_entries(usr_lib, "*-linux-gnu*", &dirs);
	find_entries(lib, "*-linux-gnu*", &dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		_free_ char *old = env;

		env = xasprintf("%s%s%s", old, i ? ":" : "", dirs.v[i]);
	}
	return env;
}

/* Directories without a lock file were not made by kduel. */
void qemu_fetch__installed(struct strvec *dirs)
{
	_free_ char *cache = cache__path("qemu");
	_cleanup_(strvec__release) struct strvec all = { 0 };

	find_entries(cache, "*", &all);
	for (size_t i = 0; i < all.n; i++) {
		_free_ char *lock = lock_path(all.v[i]);

		if (fs__exists(lock))
			strvec__push(dirs, all.v[i]);
	}
}

/* Run QEMU once before the directory gets its final name, to detect missing or incompatible
 * libraries. */
static int try_program(const char *dir, struct err *err)
{
	_free_ char *program = qemu_dir__program(dir, qemu_dir__arch(dir));
	_free_ char *env = qemu_dir__env(dir);
	char *argv[] = { program, (char *)"--version", NULL };
	char *envp[] = { env, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&(struct proc_opts){ .argv = argv,
						 .env = envp,
						 .timeout_ms = RUN_TIMEOUT_MS },
			    &res);

	if (ret)
		err__set(err, ret, "the fetched QEMU cannot be started: %s", strerror(-ret));
	else if (res.status || res.timed_out)
		ret = err__set(err, -EOPNOTSUPP, "the fetched QEMU does not run here: %.300s",
			       *res.err ? res.err : "no answer to --version");
	return ret;
}

/* Unpack the packages to dir/tree, remove what QEMU never reads, write the lock file, and try the
 * program. */
static int unpack(const struct strvec *debs, const char *dir, const char *lock_text,
		  struct err *err)
{
	static const char *const unused[] = { "usr/share/doc", "usr/share/man", "etc", "var" };
	_free_ char *tree = xasprintf("%s/tree", dir), *lock = lock_path(dir);
	int ret = fs__mkdir_p(tree);

	if (ret)
		return err__set(err, ret, "%s: %s", tree, strerror(-ret));
	if (fs__free_bytes(tree) < ROOM)
		return err__set(err, -ENOSPC, "%s: %llu MiB are needed to unpack QEMU", tree,
				ROOM >> 20);
	for (size_t i = 0; !ret && i < debs->n; i++)
		ret = apt__unpack(debs->v[i], tree, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < ARRAY_SIZE(unused); i++) {
		_free_ char *path = fs__in_tree(tree, unused[i], false);

		if (path)
			(void)fs__rm_rf(path);
	}
	ret = fs__write_atomic(lock, lock_text, strlen(lock_text));
	if (ret)
		return err__set(err, ret, "%s: %s", lock, strerror(-ret));
	return try_program(dir, err);
}

/* Unpack beside the final place and move it there, so that `to` is complete or absent. */
static int unpack_to(const struct strvec *debs, const char *lock_text, const char *to,
		     struct err *err)
{
	_free_ char *dir = NULL;
	struct tmpdir tmp;
	int ret = cache__tmpdir(&tmp, err);

	if (ret)
		return ret;
	dir = xasprintf("%s/qemu", tmp.path);
	ret = unpack(debs, dir, lock_text, err);
	if (!ret && chmod(dir, 0700) < 0) /* packages may have set-user-ID programs */
		ret = err__errno(err, -errno, dir);
	if (!ret)
		ret = seal__put(dir, to, err);
	tmpdir__remove(&tmp);
	return ret;
}

/* The directory for a QEMU made of these packages. *text is the text of its lock file. The caller
 * frees both. */
static char *place_of(const struct lock *lock, char **text)
{
	_free_ char *identity = NULL;
	char hex[65];

	*text = lock__format(lock);
	identity = xasprintf("kduel QEMU %d\n%s", FORMAT, *text);
	cache__sha256(identity, strlen(identity), hex);
	return cache__path("qemu/%s", hex);
}

int qemu_fetch__mend(const char *dir)
{
	_free_ char *text = NULL, *place = NULL;
	_close_ int claim = cache__lock("qemu/build", NULL);
	struct strvec debs = { 0 };
	struct lock lock = { 0 };
	int ret = claim < 0 ? claim : seal__check(dir, NULL);

	if (ret && !qemu_dir__lock(dir, &lock, NULL)) {
		place = place_of(&lock, &text);
		if (streq(place, dir) && apt__cached(&lock, &debs))
			ret = unpack_to(&debs, text, dir, NULL);
	}
	strvec__release(&debs);
	lock__release(&lock);
	return ret;
}

/* While the cache is locked, another kduel waits, and then finds the finished directory. */
int qemu_fetch__install(const struct qemu_host *host, const struct lock *lock, char **dir,
			struct err *err)
{
	_free_ char *text = NULL, *place = place_of(lock, &text);
	_close_ int claim = cache__lock("qemu/build", err);
	struct strvec debs = { 0 };
	int ret = 0;

	*dir = NULL;
	if (claim < 0)
		return err__set(err, claim, "cannot lock the cache: %s", strerror(-claim));
	if (seal__check(place, NULL)) {
		ret = get_debs(host, lock, &debs, err);
		if (!ret)
			ret = unpack_to(&debs, text, place, err);
		strvec__release(&debs);
	}
	if (!ret)
		*dir = xstrdup(place);
	return ret;
}
