// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_find.c - choose the QEMU of a campaign, in this order: the program named by the plan, the one
 * in an earlier campaign's lock, the system's, one in the cache, one from the archive.
 */
#include "runner/targets/qemu_find.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "runner/host/release.h"
#include "runner/targets/qemu_fetch.h"

/* Prefix of the architecture of host packages in a campaign's lock, which distinguishes them from
 * guest packages. */
#define HOST_MARK "host-"
#define VERSION_TIMEOUT_MS 20000

/* Add the version to a QEMU whose program and environment are set. If it does not tell its version,
 * free it and return NULL. */
static struct qemu *complete(struct qemu *q)
{
	char *argv[] = { q->program, (char *)"--version", NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char text[32] = "";

	if (!proc__run(&(struct proc_opts){ .argv = argv,
					    .env = q->env.v,
					    .timeout_ms = VERSION_TIMEOUT_MS },
		       &res))
		sscanf(res.out, "QEMU emulator version %31[0-9.]", text);
	if (*text) {
		q->version = xstrdup(text);
		return q;
	}
	qemu__free(q);
	return NULL;
}

/* A QEMU by path or by its name in $PATH; NULL if there is none or it does not run. */
static struct qemu *of_program(const char *name)
{
	char *path = fs__find_program(name);
	struct qemu *q;

	if (!path)
		return NULL;
	q = xcalloc(1, sizeof(*q));
	q->program = path;
	q->origin = xstrdup(path);
	return complete(q);
}

struct qemu *qemu__of_system(const struct arch *arch)
{
	return of_program(arch->qemu);
}

/* Copy the entries of a campaign's lock that are for hosts of this architecture, without the
 * prefix. */
static void host_entries(const struct lock *marked, const char *host_arch, struct lock *plain)
{
	for (size_t i = 0; i < marked->n; i++) {
		const struct lock_entry *from = &marked->v[i];
		const char *arch = from->arch + strlen(HOST_MARK);

		if (str_starts(from->arch, HOST_MARK) &&
		    (streq(arch, host_arch) || streq(arch, "all")))
			lock__add(plain, from->name, from->version, arch, from->sha256);
	}
}

/* The version of the package with the program; NULL if the lock has no QEMU for `arch`. */
static const char *main_version(const struct lock *plain, const struct arch *arch)
{
	for (size_t i = 0; i < plain->n; i++)
		if (streq(plain->v[i].name, arch->qemu_package))
			return plain->v[i].version;
	return NULL;
}

/* As the QEMU is not in /usr, it needs LD_LIBRARY_PATH for its libraries and -L for its firmware. */
struct qemu *qemu__of_dir(const char *dir)
{
	struct qemu *q = xcalloc(1, sizeof(*q));
	_free_ char *env = qemu_dir__env(dir);
	_cleanup_(lock__release) struct lock plain = { 0 };
	const struct arch *arch = qemu_dir__arch(dir);
	const char *version = NULL;

	q->program = qemu_dir__program(dir, arch);
	qemu_dir__data(dir, &q->data);
	strvec__push(&q->env, env);
	if (!qemu_dir__lock(dir, &plain, NULL))
		version = main_version(&plain, arch);
	q->origin = xasprintf("%s %s", arch->qemu_package,
			      version ? version : "of an unknown version");
	for (size_t i = 0; i < plain.n; i++) {
		const struct lock_entry *from = &plain.v[i];
		_free_ char *marked = xasprintf(HOST_MARK "%s", from->arch);

		lock__add(&q->lock, from->name, from->version, marked, from->sha256);
	}
	return complete(q);
}

/* "QEMU 9.2 or newer", for messages; the caller frees. */
static char *describe_want(const struct qemu_want *w)
{
	return xasprintf("QEMU%s%s%s%s", w->min_version ? " " : "",
			 w->min_version ? w->min_version : "", w->min_version ? " or newer" : "",
			 streq(w->arch->deb, ARCH_ARM64) ? "" : " for amd64");
}

/* Use the program that the plan names. */
static int use_named(const struct qemu_want *w, struct qemu **out, struct err *err)
{
	_free_ char *path = fs__find_program(w->program), *what = describe_want(w);
	struct qemu *q;

	if (!path)
		return err__set(err, -ENOTCONN, "there is no program %s, which target.qemu names",
				w->program);
	q = of_program(w->program);
	if (!q)
		return err__set(err, -ENOTCONN, "%s --version does not name a QEMU version",
				w->program);
	if (!qemu_release__is_at_least(q->version, w->min_version)) {
		err__set(err, -ENOTCONN,
			 "%s is needed, but target.qemu names %s, which is %s; "
			 "leave it out and kduel finds one",
			 what, w->program, q->version);
		qemu__free(q);
		return -ENOTCONN;
	}
	*out = q;
	return 0;
}

/* The newest QEMU in the cache, if it is new enough; else NULL. */
static struct qemu *from_cache(const struct arch *arch, const char *min_version)
{
	_cleanup_(strvec__release) struct strvec dirs = { 0 };
	struct qemu *best = NULL;

	qemu_fetch__installed(&dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		const bool other = qemu_dir__arch(dirs.v[i]) != arch;
		struct qemu *q = other || qemu_fetch__mend(dirs.v[i]) ? NULL :
									qemu__of_dir(dirs.v[i]);

		if (q &&
		    qemu_release__is_at_least(q->version, best ? best->version : min_version)) {
			qemu__free(best);
			best = q;
		} else {
			qemu__free(q);
		}
	}
	return best;
}

/* Use a QEMU made of exactly these packages. */
static int use_packages(const struct qemu_host *host, const struct lock *plain, struct qemu **out,
			struct err *err)
{
	_free_ char *dir = NULL;
	int ret = qemu_fetch__install(host, plain, &dir, err);

	if (ret)
		return ret;
	*out = qemu__of_dir(dir);
	return *out ? 0 :
		      err__set(err, -ENOTCONN,
			       "%s: the QEMU in it does not run; remove the directory", dir);
}

/* Fetch the newest QEMU of the distribution and its backports. */
static int from_archive(const struct qemu_want *w, const struct qemu_host *host, struct qemu **out,
			struct err *err)
{
	_free_ char *place = qemu_host__describe(host);
	_cleanup_(qemu_offer__release) struct qemu_offer offer = { 0 };
	char size[32];
	int ret = qemu_fetch__offer(host, w->arch, &offer, err);

	if (ret)
		return ret;
	if (!qemu_release__is_at_least(offer.version, w->min_version)) {
		ret = err__set(err, -ENOTCONN, "%s has only %s", place, offer.version);
	} else {
		units__fmt_size(offer.bytes, size, sizeof(size));
		if (w->note && offer.bytes)
			w->note("qemu    fetching %s from %s, %zu packages, %s", offer.version,
				place, offer.lock.n, size);
		ret = use_packages(host, &offer.lock, out, err);
	}
	return ret;
}

/* Take a QEMU from the cache or fetch one, as the system's (`system` is its version, or "none") is
 * too old or missing. On failure the message says everything that was tried. */
static int use_fetched(const struct qemu_want *w, const char *system, struct qemu **out,
		       struct err *err)
{
	_free_ char *what = describe_want(w);
	struct err why = { 0 };
	_cleanup_(qemu_host__release) struct qemu_host host = { 0 };
	int ret;

	*out = from_cache(w->arch, w->min_version);
	if (*out)
		return 0;
	ret = qemu_host__read(&host, &why);
	if (!ret)
		ret = from_archive(w, &host, out, &why);
	if (ret)
		ret = err__set(err, ret == -ENOSPC ? ret : -ENOTCONN,
			       "%s is not available: the system "
			       "has %s, kduel's cache none, and fetching one failed: %s",
			       what, system, why.msg);
	return ret;
}

/* Use the QEMU in an earlier campaign's lock. 0 with *out NULL if it has none for this host. */
static int from_lock(const struct qemu_want *w, struct qemu **out, struct err *err)
{
	_free_ char *what = describe_want(w);
	_cleanup_(qemu_host__release) struct qemu_host host = { 0 };
	_cleanup_(lock__release) struct lock plain = { 0 };
	int ret = 0;

	if (w->locked && !qemu_host__read(&host, NULL))
		host_entries(w->locked, host.arch, &plain);
	if (main_version(&plain, w->arch))
		ret = use_packages(&host, &plain, out, err);
	if (*out && !qemu_release__is_at_least((*out)->version, w->min_version))
		ret = err__set(err, -ENOTCONN, "it is %s, but %s is needed; run without --locked",
			       (*out)->version, what);
	if (ret)
		err__prefix(err, ret, "the QEMU of the lock: ");
	return ret;
}

/* The order is explained at the top of this file. If the lock has a QEMU, no other one is used:
 * --locked promises the same packages. */
int qemu__find(const struct qemu_want *w, struct qemu **out, struct err *err)
{
	_free_ char *system = NULL;
	int ret;

	*out = NULL;
	if (w->program)
		return use_named(w, out, err);
	ret = from_lock(w, out, err);
	if (ret) {
		qemu__free(*out);
		*out = NULL;
	}
	if (ret || *out)
		return ret;
	*out = qemu__of_system(w->arch);
	if (*out && qemu_release__is_at_least((*out)->version, w->min_version))
		return 0;
	system = xstrdup(*out ? (*out)->version : "none");
	qemu__free(*out);
	return use_fetched(w, system, out, err);
}

char *qemu__describe(const struct qemu *q)
{
	return xasprintf("%s (%s)", q->version, q->origin);
}

void qemu__free(struct qemu *q)
{
	if (!q)
		return;
	free(q->program);
	free(q->version);
	free(q->origin);
	strvec__release(&q->data);
	strvec__release(&q->env);
	lock__release(&q->lock);
	free(q);
}
