// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot.c - the sequence of states of a boot, and the ways back to the known-good system.
 *
 * Nothing here waits for a guessed time. The end of the ssh master connection shows that the old
 * system is going down; after that, try to log in, with a bound on each attempt, until the machine
 * reports a new boot id.
 */
#include "runner/machine/boot.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "lib/utf8.h"
#include "runner/kernels/files/image.h"
#include "runner/machine/evidence.h"
#include "runner/machine/method.h"
#include "runner/machine/power.h"
#include "runner/machine/probe.h"

#include <sys/random.h>

#define UP_FLOOR_NS (600 * NSEC_PER_SEC) /* servers take minutes to come up */
#define UP_FACTOR 3 /* times the 95th percentile of earlier boots */
#define POLL_NS (200 * (long)NSEC_PER_MSEC) /* between two attempts */
#define STAYS_MAX 2 /* how often the connection may break without a reboot */
#define CMDLINE_MAX 2047 /* arm64's COMMAND_LINE_SIZE, less the NUL */
#define KNOWN_GOOD "known-good" /* the state, and in the journal the "method" of boots into it */
#define PANIC "panic=10" /* reset the machine 10 seconds after a panic */

/* Which deadline of the machine's file bounds a state. */
enum deadline_kind {
	DEADLINE_COMMAND, /* `command`, for each script */
	DEADLINE_PUSH, /* `push`, for each file */
	DEADLINE_DOWN,
	DEADLINE_UP,
	DEADLINE_SESSION, /* the session has its own timeouts (runner/boot) */
};

/* What a system reports about itself after login. */
struct running {
	char *boot_id, *cmdline, *release, *notes;
};

static void running__release(struct running *r)
{
	free(r->boot_id);
	free(r->cmdline);
	free(r->release);
	free(r->notes);
	*r = (struct running){ 0 };
}

/* The state of one attempt to boot a kernel. */
struct boot {
	struct machine_attempt *a;
	struct machine_hold *h;
	enum machine_boot method;
	const struct installed *kernel; /* owned by the hold */
	struct running was, now; /* the system before and after the reboot */
	char *cmdline;
	uint64_t went_ns; /* when the machine was told to reboot */
};

static int reserve(struct boot *b, struct err *err);
static int preflight(struct boot *b, struct err *err);
static int push(struct boot *b, struct err *err);
static int arm(struct boot *b, struct err *err);
static int verify_armed(struct boot *b, struct err *err);
static int go(struct boot *b, struct err *err);
static int await_down(struct boot *b, struct err *err);
static int await_up(struct boot *b, struct err *err);
static int verify(struct boot *b, struct err *err);

static const struct step {
	const char *name; /* in the journal and in the fact "machine/NAME_ms" */
	enum deadline_kind deadline;
	unsigned int tries;
	enum boot_status failure; /* if the failure did not set a more specific one */
	int (*run)(struct boot *b, struct err *err); /* NULL: the caller runs this state */
} steps[MACHINE_STATES] = {
	[MACHINE_RESERVE] = { "reserve", DEADLINE_COMMAND, 2, BOOT_MACHINE_LOST, reserve },
	[MACHINE_PREFLIGHT] = { "preflight", DEADLINE_COMMAND, 2, BOOT_MACHINE_ARM, preflight },
	[MACHINE_PUSH] = { "push", DEADLINE_PUSH, 2, BOOT_MACHINE_PUSH, push },
	[MACHINE_ARM] = { "arm", DEADLINE_COMMAND, 1, BOOT_MACHINE_ARM, arm },
	[MACHINE_ARMED] = { "armed", DEADLINE_COMMAND, 1, BOOT_MACHINE_ARM, verify_armed },
	[MACHINE_GO] = { "go", DEADLINE_COMMAND, 1, BOOT_MACHINE_DOWN, go },
	[MACHINE_DOWN] = { "down", DEADLINE_DOWN, 1, BOOT_MACHINE_DOWN, await_down },
	[MACHINE_UP] = { "up", DEADLINE_UP, 1, BOOT_MACHINE_BOOT, await_up },
	[MACHINE_VERIFIED] = { "verified", DEADLINE_COMMAND, 2, BOOT_MACHINE_WRONG_KERNEL, verify },
	[MACHINE_HELLO] = { "hello", DEADLINE_SESSION, 1, BOOT_TIMEOUT, NULL },
	[MACHINE_JOBS] = { "jobs", DEADLINE_SESSION, 1, BOOT_AGENT_LOST, NULL },
	[MACHINE_EVIDENCE] = { "evidence", DEADLINE_COMMAND, 1, BOOT_MACHINE_LOST, NULL },
	[MACHINE_HOME] = { "home", DEADLINE_UP, 1, BOOT_MACHINE_GIVEN_UP, NULL },
	[MACHINE_KNOWN_GOOD] = { KNOWN_GOOD, DEADLINE_SESSION, 1, BOOT_OK, NULL },
};

/* How long a machine may take to come up: deadline `up` of its file, or else a multiple of what
 * earlier boots by this method took. */
static uint64_t up_ns(const struct machine_hold *h, enum machine_boot method)
{
	const uint64_t measured = UP_FACTOR *
				  journal__p95(&h->journal, method == MACHINE_BOOT_NO ?
								    KNOWN_GOOD :
								    machine_boot__name(method));

	if (h->m->deadlines.up)
		return h->m->deadlines.up;
	return measured > UP_FLOOR_NS ? measured : UP_FLOOR_NS;
}

uint64_t machine_boot__up_ns(const struct machine_hold *h)
{
	return up_ns(h, h->method);
}

static uint64_t deadline_ns(const struct boot *b, enum deadline_kind kind)
{
	const struct machine_deadlines *d = &b->h->m->deadlines;

	switch (kind) {
	case DEADLINE_COMMAND:
		return d->command;
	case DEADLINE_PUSH:
		return d->push;
	case DEADLINE_DOWN:
		return d->down;
	case DEADLINE_UP:
		return up_ns(b->h, b->method);
	case DEADLINE_SESSION:
		break;
	}
	return b->a->within_ns;
}

/* Failing to write the journal does not fail the boot: the journal only matters if kduel is killed
 * and a later run has to clean up. */
void machine_boot__enter(struct machine_hold *h, enum machine_state state, unsigned int slot)
{
	struct err err;

	if (h->journal.fd >= 0)
		(void)journal__enter(&h->journal, steps[state].name, h->campaign, slot, &err);
}

static bool stopped(const struct machine_hold *h, struct err *err)
{
	if (!h->ssh.stop || !*h->ssh.stop)
		return false;
	err__set(err, -EINTR, "stopped by the user while booting machine %s", h->m->name);
	return true;
}

static void pause_ns(long ns)
{
	nanosleep(&(struct timespec){ .tv_nsec = ns }, NULL);
}

/* Ask the machine which system it runs, over the open connection. */
static int identify(struct machine_hold *h, struct running *r, struct err *err)
{
	static const char script[] =
		"cat /proc/sys/kernel/random/boot_id && head -n 1 /proc/cmdline && uname -r && "
		"od -An -v -tx1 /sys/kernel/notes 2>/dev/null | tr -d ' \\n'";
	char **const lines[] = { &r->boot_id, &r->cmdline, &r->release, &r->notes };
	_free_ char *out = NULL;
	const char *at;
	int status, ret;

	running__release(r);
	ret = ssh__run(&h->ssh,
		       &(struct ssh_script){ .what = "report its running kernel",
					     .text = script,
					     .within_ns = h->m->deadlines.connect },
		       &out, &status, err);
	if (ret)
		return ret;
	utf8__clean(out, strlen(out), true);
	at = out;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const size_t n = strcspn(at, "\n");

		*lines[i] = xstrndup(at, n);
		at += n + (at[n] == '\n');
	}
	return *r->boot_id ? 0 :
			     ssh__fault(&h->ssh, BOOT_MACHINE_LOST, -EIO, err,
					"it reports no boot id (/proc/sys/kernel/random/boot_id)");
}

/* Does the command line contain this word? */
static bool has_word(const char *cmdline, const char *word)
{
	const size_t n = strlen(word);

	for (const char *at = strstr(cmdline, word); at; at = strstr(at + 1, word))
		if ((at == cmdline || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

/* Was the running kernel booted by kduel? */
static bool is_ours(const struct running *r)
{
	return str_starts(r->cmdline, BOOT_TOKEN) || strstr(r->cmdline, " " BOOT_TOKEN);
}

/* Try to log in until the machine reports its system, or the time is up. Only a lost connection and
 * a refused login are worth another try: a changed host key, for example, will not change back. */
static int await_answer(struct machine_hold *h, uint64_t until_ns, struct running *r,
			struct err *err)
{
	unsigned int slow = 0;

	for (;;) {
		int ret = machine_hold__poll(h, slow, err);

		slow += ret && h->ssh.slow;
		if (!ret)
			ret = identify(h, r, err);
		if (!ret || ret == -EINTR ||
		    (h->ssh.fault != BOOT_MACHINE_LOST && h->ssh.fault != BOOT_MACHINE_LOGIN))
			return ret;
		if (clock__ns() >= until_ns)
			return ret;
		if (stopped(h, err))
			return -EINTR;
		pause_ns(POLL_NS);
	}
}

/* Wait until the connection is closed. 0, -EINTR, or -ETIMEDOUT. */
static int await_silence(struct machine_hold *h, uint64_t until_ns, struct err *err)
{
	while (ssh__is_open(&h->ssh)) {
		if (stopped(h, err))
			return -EINTR;
		if (clock__ns() >= until_ns)
			return -ETIMEDOUT;
		pause_ns(POLL_NS / 4);
	}
	return 0;
}

/* Wait until the system that was told to reboot is gone. If it does not go in time, tell it again,
 * this time to reboot without stopping its services. */
static int await_shutdown(struct machine_hold *h, enum machine_boot method, struct err *err)
{
	const uint64_t down = h->m->deadlines.down;
	char t[32];
	int ret = await_silence(h, clock__ns() + down, err);

	if (ret == -ETIMEDOUT) {
		ret = method__go(&h->ssh, method, true, err);
		if (!ret)
			ret = await_silence(h, clock__ns() + down, err);
	}
	if (ret != -ETIMEDOUT)
		return ret;
	units__fmt_duration(down, t, sizeof(t));
	return ssh__fault(&h->ssh, BOOT_MACHINE_DOWN, -EBUSY, err,
			  "it was told to reboot twice, the second time by force, and still answers "
			  "%s later",
			  t);
}

/* Wait for a system whose boot id is not `old`. If the old system answers again, only the connection
 * had broken: wait for it to go down once more, at most STAYS_MAX times. */
static int await_boot(struct machine_hold *h, enum machine_boot method, const char *old,
		      struct running *now, struct err *err)
{
	const uint64_t within = up_ns(h, method), until = clock__ns() + within;
	unsigned int stays = 0;
	char t[32];
	int ret = 0;

	while (!ret) {
		ret = await_answer(h, until, now, err);
		if (!ret && !streq(now->boot_id, old))
			return 0;
		if (!ret && ++stays > STAYS_MAX)
			return ssh__fault(&h->ssh, BOOT_MACHINE_DOWN, -EBUSY, err,
					  "it was told to reboot, but keeps answering with the same "
					  "boot id");
		if (!ret)
			ret = await_shutdown(h, method, err);
	}
	if (ret == -EINTR || h->ssh.fault != BOOT_MACHINE_LOST)
		return ret;
	units__fmt_duration(within, t, sizeof(t));
	h->ssh.fault = BOOT_MACHINE_BOOT;
	return err__prefix(err, ret, "it did not come up within %s: ", t);
}

/* Renew the lock, or take it again: it is a file in /var/tmp, which some systems clear at boot. */
static int reserve(struct boot *b, struct err *err)
{
	uint64_t within = b->a->within_ns;
	int ret = machine_hold__reconnect(b->h, err);

	/* Long enough for all tries of these states and for the session after them. */
	for (size_t i = 0; i < MACHINE_HELLO; i++)
		within += deadline_ns(b, steps[i].deadline) * steps[i].tries;
	return ret ? ret : machine_hold__relock(b->h, within, err);
}

static int preflight(struct boot *b, struct err *err)
{
	int ret = identify(b->h, &b->was, err);

	if (!ret)
		snprintf(b->a->left, sizeof(b->a->left), "%s", b->was.boot_id);
	if (!ret && !streq(b->a->kernel->arch, b->h->arch))
		return ssh__fault(&b->h->ssh, BOOT_MACHINE_ARCH, -ENOEXEC, err,
				  "the kernel is for %s, but the machine is %s", b->a->kernel->arch,
				  b->h->arch);
	return ret ? ret : method__check(&b->h->ssh, b->method, err);
}

/* The hold's entry for a kernel: the one installed earlier, or an empty one to fill in. */
static struct installed *find_installed(struct machine_hold *h, const struct kernel *k)
{
	for (size_t i = 0; i < h->n_kernels; i++)
		if (!h->kernels[i].image || str_starts(k->hash, h->kernels[i].hash))
			return &h->kernels[i];
	*APPEND(h->kernels, h->n_kernels) = (struct installed){ 0 };
	return &h->kernels[h->n_kernels - 1];
}

static int push(struct boot *b, struct err *err)
{
	struct installed *i = find_installed(b->h, b->a->kernel);
	int ret = i->image ? install__look(&b->h->ssh, i, err) : -ESTALE;

	if (ret == -ESTALE) {
		installed__release(i);
		ret = install__kernel(&b->h->ssh, b->a->kernel, i, err);
	}
	if (ret)
		installed__release(i);
	b->kernel = i;
	return ret;
}

static int arm(struct boot *b, struct err *err)
{
	const struct method_boot boot = { b->kernel, b->cmdline };

	if (strlen(b->cmdline) > CMDLINE_MAX)
		return ssh__fault(&b->h->ssh, BOOT_MACHINE_ARM, -E2BIG, err,
				  "the kernel's command line is %zu bytes long, the limit is %d: shorten "
				  "'cmdline' of the variant",
				  strlen(b->cmdline), CMDLINE_MAX);
	return method__arm(&b->h->ssh, b->method, &boot, err);
}

static int verify_armed(struct boot *b, struct err *err)
{
	return method__verify(&b->h->ssh, b->method, err);
}

static int go(struct boot *b, struct err *err)
{
	b->went_ns = clock__ns();
	return method__go(&b->h->ssh, b->method, false, err);
}

static int await_down(struct boot *b, struct err *err)
{
	return await_shutdown(b->h, b->method, err);
}

static int await_up(struct boot *b, struct err *err)
{
	return await_boot(b->h, b->method, b->was.boot_id, &b->now, err);
}

/* Find the GNU build id in the hex dump of /sys/kernel/notes. Returns it in hexadecimal, which the
 * caller frees; NULL if there is none. */
static char *build_id(const char *notes)
{
	/* The ELF note header, little-endian: n_namesz 4, n_descsz 20 (SHA-1), n_type
	 * NT_GNU_BUILD_ID, then the name "GNU". */
	static const char head[] = "04000000"
				   "14000000"
				   "03000000"
				   "474e5500";
	const char *at = strstr(notes, head);

	at = at ? at + strlen(head) : "";
	return strlen(at) >= 40 ? xstrndup(at, 40) : NULL;
}

/* Check that the intended kernel came up: its command line has this boot's token, and its build id
 * is in the Image. */
static int check_kernel(struct boot *b, struct err *err)
{
	_free_ char *id = build_id(b->now.notes);
	_cleanup_(strvec__release) struct strvec ids = { 0 };
	struct ssh *s = &b->h->ssh;
	int ret;

	if (!has_word(b->now.cmdline, b->a->word))
		return ssh__fault(s,
				  is_ours(&b->now) ? BOOT_MACHINE_WRONG_KERNEL : BOOT_MACHINE_BOOT,
				  -ENXIO, err,
				  "%s (%s): its command line lacks this boot's " BOOT_TOKEN,
				  is_ours(&b->now) ? "a kernel of another boot came up" :
						     "known-good came up instead of the kernel",
				  b->now.release);
	ret = image__build_ids(b->a->kernel->image, &ids, err);
	if (ret)
		return ret;
	if (ids.n && id && !strvec__has(&ids, id))
		return ssh__fault(s, BOOT_MACHINE_WRONG_KERNEL, -ENXIO, err,
				  "the running kernel (%s) has build id %.12s, which is not in the "
				  "Image",
				  b->now.release, id);
	strvec__push_all(&b->a->facts, FACT_BOOT_PROOF, ids.n && id ? "token, build id" : "token",
			 NULL);
	return 0;
}

static int verify(struct boot *b, struct err *err)
{
	int ret = check_kernel(b, err);

	if (!ret)
		ret = method__check_spent(&b->h->ssh, b->method, err);
	return ret ? ret : probe__copy_tree(&b->h->ssh, b->h->tree, err);
}

/* Is this a word of known-good's command line that names its kernel or initrd, or one of kduel's? */
static bool names_kernel(const char *word)
{
	return str_starts(word, "BOOT_IMAGE=") || str_starts(word, "initrd=") ||
	       str_starts(word, "kduel.");
}

char *machine_boot__cmdline(const char *known_good, const char *variant, const char *word)
{
	_cleanup_(strvec__release) struct strvec kernel = { 0 }, init = { 0 };
	const char *const texts[] = { known_good, variant };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		_free_ char *text = xstrdup(texts[i]);
		struct strvec *to = &kernel;
		char *save = NULL;

		for (char *w = strtok_r(text, " \t\n", &save); w;
		     w = strtok_r(NULL, " \t\n", &save)) {
			if (streq(w, "--"))
				to = &init;
			else if (i || !names_kernel(w))
				strvec__push(to, w);
		}
	}
	strvec__push(&kernel, PANIC);
	strvec__push(&kernel, word);
	if (init.n)
		strvec__push(&kernel, "--");
	for (size_t i = 0; i < init.n; i++)
		strvec__push(&kernel, init.v[i]);
	return strvec__join(&kernel, " ");
}

/* Run one state: report it, write it to the journal, try it, and record how long it took. */
static int run_step(struct boot *b, enum machine_state state, struct err *err)
{
	const struct step *step = &steps[state];
	const uint64_t began = clock__ns();
	_free_ char *ms = NULL;
	int ret = 0;

	if (b->a->entered)
		b->a->entered(b->a->arg, step->name);
	machine_boot__enter(b->h, state, b->a->slot);
	for (unsigned int i = 0; i < step->tries; i++) {
		b->h->ssh.fault = BOOT_OK;
		/* Only a lost connection is retried, so connect again. */
		ret = i ? machine_hold__reconnect(b->h, err) : 0;
		if (!ret)
			ret = step->run(b, err);
		if (!ret || ret == -EINTR || b->h->ssh.fault != BOOT_MACHINE_LOST)
			break;
	}
	if (ret && ret != -EINTR)
		b->a->fault = b->h->ssh.fault ? b->h->ssh.fault : step->failure;
	strvec__pushf(&b->a->facts, "machine/%s_ms", step->name);
	ms = xasprintf("%llu", (unsigned long long)((clock__ns() - began) / NSEC_PER_MSEC));
	strvec__push(&b->a->facts, ms);
	return ret;
}

static void make_token(struct boot *b)
{
	unsigned char random[16];
	char *word = b->a->word;

	snprintf(word, sizeof(b->a->word), BOOT_TOKEN);
	(void)!getrandom(random, sizeof(random), 0);
	units__put_hex(random, sizeof(random), word + strlen(BOOT_TOKEN));
	free(b->cmdline);
	b->cmdline = machine_boot__cmdline(b->h->known_good, b->a->cmdline, word);
}

/* Go through the states once, with one boot method. */
static int boot_by(struct boot *b, enum machine_boot method, struct err *err)
{
	int ret = 0;

	b->method = method;
	b->a->fault = BOOT_OK;
	make_token(b);
	for (enum machine_state s = MACHINE_RESERVE; !ret && s <= MACHINE_VERIFIED; s++)
		ret = run_step(b, s, err);
	if (!ret && b->h->journal.fd >= 0) {
		struct err ignored;

		(void)journal__took(&b->h->journal, machine_boot__name(method),
				    clock__ns() - b->went_ns, &ignored);
	}
	return ret;
}

/* Check that the running system is the known-good one. */
static int check_home(struct machine_hold *h, const struct running *r, struct err *err)
{
	if (is_ours(r))
		return ssh__fault(&h->ssh, BOOT_MACHINE_BOOT, -EAGAIN, err,
				  "it was rebooted and runs a kernel of kduel's again (%s): make "
				  "known-good the default of its boot loader",
				  r->release);
	if (h->m->known_good && !streq(h->m->known_good, r->release))
		return ssh__fault(&h->ssh, BOOT_MACHINE_WRONG_KERNEL, -ENXIO, err,
				  "it runs %s, but its file says 'known_good: %s': boot that kernel, or "
				  "correct the file",
				  r->release, h->m->known_good);
	return 0;
}

/* Reboot from whatever system is running into known-good. */
static int reboot_home(struct machine_hold *h, struct running *r, struct err *err)
{
	_free_ char *old = xstrdup(r->boot_id);
	const uint64_t began = clock__ns();
	struct err ignored;
	int ret = method__disarm(&h->ssh, err);

	if (!ret)
		ret = method__go(&h->ssh, MACHINE_BOOT_NO, false, err);
	if (!ret)
		ret = await_shutdown(h, MACHINE_BOOT_NO, err);
	if (!ret)
		ret = await_boot(h, MACHINE_BOOT_NO, old, r, err);
	if (!ret)
		ret = check_home(h, r, err);
	if (!ret)
		(void)journal__took(&h->journal, KNOWN_GOOD, clock__ns() - began, &ignored);
	return ret;
}

/*
 * Recover a machine that does not answer, or does not go down. First wait: after a panic it resets,
 * and the boot loader falls back to known-good. Then use the power commands. Their exit status is
 * not trusted; what counts is which system answers afterwards.
 */
static int recover(struct machine_hold *h, struct err *err)
{
	static const struct {
		const char *what;
		int (*act)(const struct machine *m, struct err *err);
	} rungs[] = {
		{ "waited for it", NULL },
		{ "power-cycled it", power__cycle },
		{ "switched it off and on", power__off_and_on },
	};
	_cleanup_(running__release) struct running r = { 0 };
	_cleanup_(strvec__release) struct strvec tried = { 0 };
	_free_ char *all = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(rungs); i++) {
		struct err why = { "" }, said = { "" };
		int acted = 0, ret;

		if (rungs[i].act && !power__can_cycle(h->m))
			break;
		if (rungs[i].act) {
			ssh__close(&h->ssh);
			h->ssh.m = h->m;
			acted = rungs[i].act(h->m, &said);
		}
		/* A BMC may carry out a command but report a timeout, so wait even after a failure. */
		ret = acted == -ENOENT ?
			      acted :
			      await_answer(h, clock__ns() + up_ns(h, MACHINE_BOOT_NO), &r, &why);
		if (ret && ret != -EINTR && acted)
			why = said;
		if (!ret && is_ours(&r))
			ret = reboot_home(h, &r, &why);
		else if (!ret)
			ret = check_home(h, &r, &why);
		if (ret == -EINTR)
			return err__set(err, ret, "%s", why.msg);
		strvec__pushf(&tried, "%s%s%s", rungs[i].what, ret ? ": " : "", ret ? why.msg : "");
		if (!ret) {
			strvec__pushf(&h->notes, "machine %s is back on known-good: kduel %s",
				      h->m->name, rungs[i].what);
			return 0;
		}
	}
	all = strvec__join(&tried, "; ");
	h->given_up = true;
	free(h->tried);
	h->tried = xstrdup(all);
	return ssh__fault(&h->ssh, BOOT_MACHINE_GIVEN_UP, -EHOSTDOWN, err,
			  "given up, since it does not come back to known-good%s: %s",
			  power__can_cycle(h->m) ? "" : " (its file has no power commands)", all);
}

int machine_boot__home(struct machine_hold *h, bool reboot, struct err *err)
{
	_cleanup_(running__release) struct running r = { 0 };
	int ret;

	if (h->given_up)
		return ssh__fault(&h->ssh, BOOT_MACHINE_GIVEN_UP, -EHOSTDOWN, err,
				  "it was given up");
	machine_boot__enter(h, MACHINE_HOME, 0);
	ret = machine_hold__reconnect(h, err);
	if (!ret)
		ret = identify(h, &r, err);
	if (!ret && (reboot || is_ours(&r)))
		ret = reboot_home(h, &r, err);
	else if (!ret)
		ret = check_home(h, &r, err) ? -ENXIO : method__disarm(&h->ssh, err);
	if (ret && ret != -EINTR)
		ret = recover(h, err);
	if (!ret)
		machine_boot__enter(h, MACHINE_KNOWN_GOOD, 0);
	return ret;
}

/* Wait for a new boot id after a power cycle. The old system may still answer for a moment; if it
 * does so for longer, the power commands had no effect. */
static int await_power(struct machine_hold *h, const char *old, struct running *now,
		       struct err *err)
{
	const uint64_t until = clock__ns() + h->m->deadlines.down;
	int ret;

	for (;;) {
		ret = await_answer(h, clock__ns() + up_ns(h, MACHINE_BOOT_NO), now, err);
		if (ret || !streq(now->boot_id, old))
			return ret;
		if (clock__ns() >= until)
			return err__set(err, -ENXIO,
					"the power commands exited with 0, but did not reset the machine: "
					"it still has boot id %.8s",
					old);
		pause_ns(POLL_NS);
	}
}

int machine_boot__cycle(struct machine_hold *h, struct err *err)
{
	_cleanup_(running__release) struct running was = { 0 }, now = { 0 };
	_free_ char *nothing = NULL;
	int status, ret = machine_hold__reconnect(h, err);

	if (!ret)
		ret = identify(h, &was, err);
	/* Cutting the power loses data that is not on the disk yet. */
	if (!ret)
		ret = ssh__run(&h->ssh, &(struct ssh_script){ .what = "sync", .text = "sync" },
			       &nothing, &status, err);
	if (!ret)
		ret = power__cycle(h->m, err);
	if (!ret)
		ret = await_power(h, was.boot_id, &now, err);
	return ret ? ret : check_home(h, &now, err);
}

/* Choose the boot method and check that it works, before the campaign begins. */
static int choose_method(struct machine_hold *h, struct err *err)
{
	enum machine_boot method = (enum machine_boot)h->m->boot;
	int ret = method == MACHINE_BOOT_AUTO ? method__find_loader(&h->ssh, &method, err) : 0;

	if (!ret && method == MACHINE_BOOT_NO)
		return ssh__fault(&h->ssh, BOOT_MACHINE_ARM, -EOPNOTSUPP, err,
				  "it has neither GRUB nor systemd-boot: set 'boot: kexec' or "
				  "'boot: command' in %s",
				  h->m->path);
	h->method = method;
	return ret ? ret : method__check(&h->ssh, method, err);
}

/* Bring the machine to known-good, note its command line, and choose the boot method. */
static int begin(struct machine_hold *h, struct err *err)
{
	_cleanup_(running__release) struct running r = { 0 };
	int ret = machine_boot__home(h, false, err);

	if (!ret)
		ret = identify(h, &r, err);
	if (ret)
		return ret;
	h->known_good = xstrdup(r.cmdline);
	/* Records that are in pstore now are not from our boots. */
	ret = evidence__mark(&h->ssh, err);
	return ret ? ret : choose_method(h, err);
}

int machine_boot__take(const char *name, const char *campaign, const atomic_int *stop,
		       struct machine_hold **hold, struct err *err)
{
	_cleanup_(machine_hold__releasep) struct machine_hold *h = NULL;
	int ret = machine_hold__claim(name, campaign, stop, &h, err);

	*hold = NULL;
	if (ret)
		return ret;
	if (h->m->boot == MACHINE_BOOT_NO)
		return err__set(err, -EINVAL,
				"%s says 'boot: no', but the plan's variants have kernels to boot: set "
				"'boot' to a method, or leave out the kernels",
				h->m->path);
	ret = journal__open(name, &h->journal, err);
	if (ret)
		return ret;
	ret = machine_hold__begin(h, err);
	/* The machine does not answer, and by its journal an earlier kduel was killed during a
	 * boot: recover it. */
	if (ret && ret != -EINTR && h->ssh.fault == BOOT_MACHINE_LOST && h->journal.last[0] &&
	    !streq(h->journal.last, steps[MACHINE_KNOWN_GOOD].name)) {
		ret = recover(h, err);
		if (!ret)
			ret = machine_hold__begin(h, err);
	}
	if (!ret)
		ret = begin(h, err);
	if (ret)
		return ret;
	*hold = h;
	h = NULL;
	return 0;
}

/* Is it a failure that another boot method might avoid? */
static bool may_do_otherwise(enum boot_status fault)
{
	return fault == BOOT_MACHINE_ARM || fault == BOOT_MACHINE_DOWN ||
	       fault == BOOT_MACHINE_BOOT || fault == BOOT_MACHINE_WRONG_KERNEL;
}

/* kexec hands over devices in a state that firmware would have reset, so a boot that failed by kexec
 * is tried once more through the boot loader, if there is one. */
static int retry_by_loader(struct boot *b, struct err *err)
{
	_free_ char *why = xasprintf("kexec: %s", err->msg);
	enum machine_boot loader = MACHINE_BOOT_NO;
	struct err other;
	int ret = machine_boot__home(b->h, false, err);

	/* a->fault stays that of the boot, even if the machine could not be brought back. */
	if (ret)
		return err__prefix(err, ret, "%s; then ", why);
	ret = method__find_loader(&b->h->ssh, &loader, err);
	if (!ret && (loader == MACHINE_BOOT_NO || method__check(&b->h->ssh, loader, &other)))
		return err__set(err, -ENXIO, "%s", why + strlen("kexec: "));
	if (ret)
		return ret;
	strvec__push_all(&b->a->facts, FACT_BOOT_RETRIED, why, NULL);
	return boot_by(b, loader, err);
}

int machine_boot__run(struct machine_attempt *a, struct err *err)
{
	struct boot b = { .a = a, .h = a->hold };
	int ret = boot_by(&b, a->hold->method, err);

	if (ret && ret != -EINTR && b.method == MACHINE_BOOT_KEXEC && may_do_otherwise(a->fault))
		ret = retry_by_loader(&b, err);
	if (!ret)
		strvec__push_all(&a->facts, FACT_BOOT_METHOD, machine_boot__name(b.method), NULL);
	running__release(&b.was);
	running__release(&b.now);
	free(b.cmdline);
	return ret;
}

void machine_attempt__release(struct machine_attempt *a)
{
	strvec__release(&a->facts);
}
