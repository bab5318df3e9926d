// SPDX-License-Identifier: GPL-2.0-only
/* hold.c - take a machine in the order that disturbs others least: claim it on this host, log in,
 * take its lock, and only then look at it. */
#include "runner/machine/hold.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "runner/host/host.h"
#include "runner/machine/probe.h"
#include "runner/machine/tune.h"

#include <inttypes.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* How long to keep the lock before the first boot and between two, on top of what a boot takes. */
#define IDLE_NS (15 * 60 * NSEC_PER_SEC)

/* Identify our claim on this host: the host's boot id, the cache directory that has the claim's
 * file, and the machine. Whoever has the same claim later knows that this process is dead. Caller
 * frees. */
static char *claim_text(const struct machine_hold *h)
{
	_free_ char *boot = fs__boot_id("");
	_free_ char *dir = xstrndup(h->claim.path,
				    (size_t)(strrchr(h->claim.path, '/') - h->claim.path));
	struct stat st = { 0 };

	(void)stat(dir, &st);
	return xasprintf("%s:%llx:%llx:%s", boot, (unsigned long long)st.st_dev,
			 (unsigned long long)st.st_ino, h->m->name);
}

static void describe_owner(struct machine_hold *h, const char *campaign)
{
	const char *user = getenv("LOGNAME");
	char host[256] = "";
	uint64_t random;

	gethostname(host, sizeof(host) - 1);
	(void)!getrandom(&random, sizeof(random), 0);
	snprintf(h->lock.token, sizeof(h->lock.token), "%016llx", (unsigned long long)random);
	h->owner = xasprintf("%s@%s (process %d, campaign %.8s)", user && *user ? user : "somebody",
			     host, (int)getpid(), campaign);
	h->claim_text = claim_text(h);
	h->lock.owner = h->owner;
	h->lock.claim = h->claim_text;
}

static int claim_here(struct machine_hold *h, struct err *err)
{
	_free_ char *name = xasprintf("machine-%s", h->m->name);
	int ret = cache__claim(name, &h->claim);

	if (ret == -EWOULDBLOCK)
		return ssh__fault(&h->ssh, BOOT_MACHINE_BUSY, -EBUSY, err,
				  "another kduel on this host is using it (%s)", h->claim.path);
	return ret ? err__errno(err, ret, h->claim.path) : 0;
}

/* Check what has to be right before anything is copied to the machine. */
static int check(struct machine_hold *h, const struct probe *p, struct err *err)
{
	const char *dir = probe__get(p, "dir"), *lacks = probe__get(p, "tools");
	int64_t off = probe__clock_offset(p);

	if (*lacks)
		return ssh__fault(&h->ssh, BOOT_MACHINE_PUSH, -EOPNOTSUPP, err,
				  "it lacks these programs, which kduel needs: %s", lacks);
	if (*dir != '/')
		return ssh__fault(&h->ssh, BOOT_MACHINE_PUSH, -EOPNOTSUPP, err,
				  "the user has no home directory on it ('%s')", dir);
	if (off > PROBE_CLOCK_MAX_S || off < -PROBE_CLOCK_MAX_S)
		return ssh__fault(&h->ssh, BOOT_MACHINE_CLOCK, -EOPNOTSUPP, err,
				  "its clock is %" PRId64
				  " s off this host's: set it (`timedatectl "
				  "set-ntp true`)",
				  off);
	return 0;
}

static void describe(struct machine_hold *h, const struct probe *p)
{
	_free_ char *model = hostinfo__cpu_model(h->tree);
	char mem[32];

	units__fmt_size(hostinfo__memory_total(h->tree), mem, sizeof(mem));
	free(h->describe);
	free(h->arch);
	free(h->dir);
	h->describe = xasprintf("%s: %s CPU%s (%s), %s, Linux %s %s", probe__get(p, "name"),
				probe__get(p, "cpus"), streq(probe__get(p, "cpus"), "1") ? "" : "s",
				model, mem, probe__get(p, "kernel"), probe__get(p, "arch"));
	h->arch = xstrdup(probe__arch(p));
	h->dir = xstrdup(probe__get(p, "dir"));
}

static int look(struct machine_hold *h, struct err *err)
{
	_cleanup_(probe__release) struct probe p = { 0 };
	int ret = probe__run(&h->ssh, &p, err);

	if (!ret)
		ret = check(h, &p, err);
	if (!ret)
		ret = probe__copy_tree(&h->ssh, h->tree, err);
	if (!ret)
		describe(h, &p);
	h->tuned = !ret && *probe__get(&p, "tuned");
	return ret;
}

int machine_hold__claim(const char *name, const char *campaign, const atomic_int *stop,
			struct machine_hold **hold, struct err *err)
{
	_cleanup_(machine_hold__releasep) struct machine_hold *h = xcalloc(1, sizeof(*h));
	int ret;

	*hold = NULL;
	h->claim.fd = h->ssh.master.leash = h->journal.fd = -1;
	h->campaign = xstrdup(campaign);
	ret = machine__load(name, &h->m, err);
	if (ret)
		return ret;
	h->ssh.m = h->m;
	h->ssh.stop = stop;
	ret = claim_here(h, err);
	if (ret)
		return ret;
	describe_owner(h, campaign);
	*hold = h;
	h = NULL;
	return 0;
}

int machine_hold__begin(struct machine_hold *h, struct err *err)
{
	int ret = machine_hold__reconnect(h, err);

	if (!ret)
		ret = machine_lock__take(&h->ssh, &h->lock, IDLE_NS, err);
	h->locked = h->locked || !ret;
	if (!ret)
		ret = look(h, err);
	/* A kduel that was killed left settings changed. Failing to restore them is only noted. */
	if (!ret && h->tuned) {
		struct err why;

		if (machine_tune__restore(h, &why))
			strvec__pushf(&h->notes, "%s", why.msg);
	}
	return ret;
}

int machine_hold__take(const char *name, const char *campaign, const atomic_int *stop,
		       struct machine_hold **hold, struct err *err)
{
	int ret = machine_hold__claim(name, campaign, stop, hold, err);

	if (!ret)
		ret = machine_hold__begin(*hold, err);
	if (ret) {
		machine_hold__release(*hold);
		*hold = NULL;
	}
	return ret;
}

/* Is the connection still open? If not, clean up what is left of it. */
static bool is_open(struct machine_hold *h)
{
	if (ssh__is_open(&h->ssh))
		return true;
	ssh__close(&h->ssh);
	return false;
}

static int set_tree(struct machine_hold *h, int ret)
{
	/* Within the directory of the connection, which is removed with it, even if we are killed. */
	free(h->tree);
	h->tree = xasprintf("%s/tree", h->ssh.dir.path ? h->ssh.dir.path : "");
	return ret;
}

int machine_hold__reconnect(struct machine_hold *h, struct err *err)
{
	const atomic_int *stop = h->ssh.stop;

	return is_open(h) ? 0 : set_tree(h, ssh__open(&h->ssh, h->m, false, stop, err));
}

int machine_hold__poll(struct machine_hold *h, unsigned int slow, struct err *err)
{
	const atomic_int *stop = h->ssh.stop;

	return is_open(h) ? 0 : set_tree(h, ssh__poll(&h->ssh, h->m, slow, stop, err));
}

int machine_hold__renew(struct machine_hold *h, uint64_t within_ns, struct err *err)
{
	int ret = machine_hold__reconnect(h, err);

	if (!ret)
		ret = machine_lock__refresh(&h->ssh, &h->lock, within_ns + IDLE_NS, err);
	return ret ? ret : probe__copy_tree(&h->ssh, h->tree, err);
}

int machine_hold__relock(struct machine_hold *h, uint64_t within_ns, struct err *err)
{
	return machine_lock__take(&h->ssh, &h->lock, within_ns + IDLE_NS, err);
}

void machine_hold__tell(struct machine_hold *h, void (*note)(const char *fmt, ...))
{
	for (size_t i = 0; note && i < h->notes.n; i++)
		note("%s", h->notes.v[i]);
	strvec__release(&h->notes);
}

/* If the machine cannot be reached any more, its lock stays until it expires. */
void machine_hold__release(struct machine_hold *h)
{
	struct err err;

	if (!h)
		return;
	h->ssh.stop = NULL;
	if (h->locked && !machine_hold__reconnect(h, &err))
		(void)machine_lock__drop(&h->ssh, &h->lock, &err);
	ssh__close(&h->ssh);
	cache__release(&h->claim);
	machine__free(h->m);
	free(h->tree);
	free(h->owner);
	free(h->claim_text);
	free(h->arch);
	free(h->dir);
	free(h->describe);
	free(h->campaign);
	for (size_t i = 0; i < h->n_kernels; i++)
		installed__release(&h->kernels[i]);
	free(h->kernels);
	free(h->known_good);
	free(h->settings);
	free(h->tried);
	journal__close(&h->journal);
	strvec__release(&h->notes);
	free(h);
}
