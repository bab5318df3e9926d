// SPDX-License-Identifier: GPL-2.0-only
#include "runner/targets/qemu_find.h"

#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "runner/host/release.h"
#include "runner/targets/qemu_fetch.h"

#define SYSTEM_QEMU "qemu-system-aarch64"
#define MAIN_PACKAGE "qemu-system-arm"
/* In a campaign's lock, what runs on the host must not be taken for a package of the guest. */
#define HOST_MARK "host-"
#define VERSION_TIMEOUT_MS 20000

/* Ask it; NULL when it does not say. */
static char *version_of(const char *program, const struct strvec *env)
{
	char *argv[] = { (char *)program, (char *)"--version", NULL };
	struct proc_result res;
	char text[32] = "";

	if (!proc__run(&(struct proc_opts){ .argv = argv,
					    .env = env->v,
					    .timeout_ms = VERSION_TIMEOUT_MS },
		       &res))
		sscanf(res.out, "QEMU emulator version %31[0-9.]", text);
	proc_result__release(&res);
	return *text ? xstrdup(text) : NULL;
}

/* Complete a QEMU whose program and environment are set, or free it. */
static struct qemu *complete(struct qemu *q)
{
	q->version = version_of(q->program, &q->env);
	if (q->version)
		return q;
	qemu__free(q);
	return NULL;
}

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

struct qemu *qemu__of_system(void)
{
	return of_program(SYSTEM_QEMU);
}

static void mark(const struct lock *plain, struct lock *marked)
{
	for (size_t i = 0; i < plain->n; i++) {
		const struct lock_entry *e = &plain->v[i];
		_free_ char *arch = xasprintf(HOST_MARK "%s", e->arch);

		lock__add(marked, e->name, e->version, arch, e->sha256);
	}
}

/* The entries that can be used on a host of this architecture. */
static void unmark(const struct lock *marked, const char *host_arch, struct lock *plain)
{
	for (size_t i = 0; i < marked->n; i++) {
		const struct lock_entry *e = &marked->v[i];
		const char *arch = e->arch + strlen(HOST_MARK);

		if (str_starts(e->arch, HOST_MARK) &&
		    (streq(arch, host_arch) || streq(arch, "all")))
			lock__add(plain, e->name, e->version, arch, e->sha256);
	}
}

static const char *main_version(const struct lock *plain)
{
	for (size_t i = 0; i < plain->n; i++)
		if (streq(plain->v[i].name, MAIN_PACKAGE))
			return plain->v[i].version;
	return NULL;
}

struct qemu *qemu__of_dir(const char *dir)
{
	struct qemu *q = xcalloc(1, sizeof(*q));
	_free_ char *env = qemu_dir__env(dir);
	struct lock plain = { 0 };
	const char *version = NULL;

	q->program = qemu_dir__program(dir);
	q->data = qemu_dir__data(dir);
	strvec__push(&q->env, env);
	if (!qemu_dir__lock(dir, &plain, NULL))
		version = main_version(&plain);
	q->origin = xasprintf(MAIN_PACKAGE " %s", version ? version : "of an unknown version");
	mark(&plain, &q->lock);
	lock__release(&plain);
	return complete(q);
}

/* What is wanted, for messages; the caller frees. */
static char *wanted(const struct qemu_want *w)
{
	return w->min_version ? xasprintf("QEMU %s or newer", w->min_version) : xstrdup("QEMU");
}

static int named(const struct qemu_want *w, struct qemu **out, struct err *err)
{
	_free_ char *path = fs__find_program(w->program), *what = wanted(w);
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

/* The newest installed one that will do, or NULL. */
static struct qemu *from_cache(const char *min_version)
{
	struct strvec dirs = { 0 };
	struct qemu *best = NULL;

	qemu_fetch__installed(&dirs);
	for (size_t i = 0; i < dirs.n; i++) {
		struct qemu *q = qemu__of_dir(dirs.v[i]);

		if (q &&
		    qemu_release__is_at_least(q->version, best ? best->version : min_version)) {
			qemu__free(best);
			best = q;
		} else {
			qemu__free(q);
		}
	}
	strvec__release(&dirs);
	return best;
}

static int install(const struct qemu_host *host, const struct lock *plain, struct qemu **out,
		   struct err *err)
{
	_free_ char *dir = NULL;
	int e = qemu_fetch__install(host, plain, &dir, err);

	if (e)
		return e;
	*out = qemu__of_dir(dir);
	return *out ? 0 :
		      err__set(err, -ENOTCONN,
			       "%s: the QEMU in it does not run; remove the "
			       "directory",
			       dir);
}

static int from_archive(const struct qemu_want *w, const struct qemu_host *host, struct qemu **out,
			struct err *err)
{
	_free_ char *place = qemu_host__describe(host);
	struct qemu_offer offer;
	char size[32];
	int e = qemu_fetch__offer(host, &offer, err);

	if (e)
		return e;
	if (!qemu_release__is_at_least(offer.version, w->min_version)) {
		e = err__set(err, -ENOTCONN, "%s has only %s", place, offer.version);
	} else {
		units__fmt_size(offer.bytes, size, sizeof(size));
		if (w->note && offer.bytes)
			w->note("qemu    fetching %s from %s, %zu packages, %s", offer.version,
				place, offer.lock.n, size);
		e = install(host, &offer.lock, out, err);
	}
	qemu_offer__release(&offer);
	return e;
}

/* The system's is too old or absent: what says so begins the message of all other failures. */
static int fetched(const struct qemu_want *w, const char *system, struct qemu **out,
		   struct err *err)
{
	_free_ char *what = wanted(w);
	struct err why = { 0 };
	struct qemu_host host;
	int e;

	*out = from_cache(w->min_version);
	if (*out)
		return 0;
	e = qemu_host__read(&host, &why);
	if (!e)
		e = from_archive(w, &host, out, &why);
	if (e)
		e = err__set(err, e == -ENOSPC ? e : -ENOTCONN,
			     "%s cannot be had: the system "
			     "has %s, kduel's cache none, and fetching one failed: %s",
			     what, system, why.msg);
	qemu_host__release(&host);
	return e;
}

/* 0 with *out NULL: the lock has no QEMU for this machine. */
static int from_lock(const struct qemu_want *w, struct qemu **out, struct err *err)
{
	_free_ char *what = wanted(w);
	struct qemu_host host = { 0 };
	struct lock plain = { 0 };
	int e = 0;

	if (w->locked && !qemu_host__read(&host, NULL))
		unmark(w->locked, host.arch, &plain);
	if (main_version(&plain))
		e = install(&host, &plain, out, err);
	if (*out && !qemu_release__is_at_least((*out)->version, w->min_version))
		e = err__set(err, -ENOTCONN, "it is %s, but %s is needed; run without --locked",
			     (*out)->version, what);
	if (e)
		err__prefix(err, e, "the QEMU of the lock: ");
	qemu_host__release(&host);
	lock__release(&plain);
	return e;
}

int qemu__find(const struct qemu_want *w, struct qemu **out, struct err *err)
{
	_free_ char *system = NULL;
	int e;

	*out = NULL;
	if (w->program)
		return named(w, out, err);
	e = from_lock(w, out, err);
	if (e) {
		qemu__free(*out);
		*out = NULL;
	}
	if (e || *out)
		return e;
	*out = qemu__of_system();
	if (*out && qemu_release__is_at_least((*out)->version, w->min_version))
		return 0;
	system = xstrdup(*out ? (*out)->version : "none");
	qemu__free(*out);
	return fetched(w, system, out, err);
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
	free(q->data);
	strvec__release(&q->env);
	lock__release(&q->lock);
	free(q);
}
