// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - run boots in the order of the schedule, up to campaign_run.parallel at a time.
 *
 * Each boot has a thread, which only writes to its own struct worker and, under the lock, to the
 * progress in struct pool. Everything else happens in the caller's thread: it starts boots in the
 * order of the schedule, stores the result of each as soon as it ends, and calls the hooks. With
 * parallel boots the order in which they are stored is not reproducible; reports go by slot.
 */
#include "runner/campaign/run.h"

#include "lib/clock.h"
#include "lib/units.h"
#include "reports/store/claim.h"
#include "reports/store/spill.h"
#include "reports/store/history.h"
#include "reports/store/refs.h"
#include "runner/boot/boot.h"
#include "runner/campaign/budget.h"
#include "runner/campaign/repeat.h"
#include "runner/host/rundir.h"
#include "runner/machine/boot.h"
#include "runner/machine/tune.h"

#include <pthread.h>

/* If the host fails this many boots in a row, and for as long as the plan allows (target.host_wait),
 * it will not recover by itself. */
#define HOST_FAILURES 5
#define LONGEST_PAUSE_NS (60 * NSEC_PER_SEC)
#define FINISH_TRIES 5 /* attempts to store that the campaign ended */
/* On a real machine each failed boot costs minutes, and wear: after this many failures in a row a
 * variant is put aside. */
#define QUARANTINE 3

struct pool;

struct worker {
	struct pool *pool;
	const struct schedule_slot *slot; /* NULL: idle */
	pthread_t thread;
	bool ended; /* the members below are complete, the thread is about to exit */
	struct record rec;
};

/* The state of a slot in this run. A boot that the host failed is tried once more when all others are
 * done. Each step increments the state. */
enum slot_state { SLOT_OPEN, SLOT_TAKEN, SLOT_PUT_OFF, SLOT_TAKEN_AGAIN, SLOT_GIVEN_UP };

/* A host that has run out of disk space, memory or processes can fail one boot after the other within
 * milliseconds, which says nothing about their kernels. */
struct trouble {
	unsigned int in_row; /* boots that the host has failed in a row */
	uint64_t since_ns; /* when the first of these failed */
	uint64_t until_ns; /* start no boot before this time */
	char what[512]; /* the last reason */
};

struct pool {
	struct campaign_run *c;
	struct store *st;
	const struct campaign_hooks *hooks;
	struct worker *workers;
	unsigned int n_workers, busy;
	pthread_mutex_t lock; /* protects step_slot, step, is_new and each worker's `ended` */
	pthread_cond_t changed;
	/* The slot whose boot began a step last; NULL: none yet, or that boot has ended. */
	const struct schedule_slot *step_slot;
	struct campaign_step step;
	bool is_new; /* `step` has not been shown yet */
	enum slot_state *slots;
	struct trouble trouble;
	size_t done; /* slots that are done, including those of earlier runs */
	uint64_t began_ns; /* start of this run */
	uint64_t spent_ns; /* from began_ns until the last boot ended */
	size_t finished; /* boots that this run has finished */
	double finished_weight; /* sum of their budget__weight() */
	size_t given_up; /* slots whose boots the host has failed twice */
	/* On a real machine: failures of a variant's boots in a row. */
	unsigned int failures[PLAN_MAX_VARIANTS];
	size_t put_aside; /* variants put aside for failures that are the machine's */
	uint64_t refreshed_ns; /* when the claim on the campaign was last refreshed */
	int ret; /* non-zero: the reason to start no more boots */
	struct err *err;
};

/* Implements boot_opts.progress; called in a boot's thread. */
static void report_step(void *arg, const char *what, unsigned int iteration,
			unsigned int iterations)
{
	struct worker *w = arg;
	struct pool *p = w->pool;

	pthread_mutex_lock(&p->lock);
	p->step_slot = w->slot;
	p->step = (struct campaign_step){ what, iteration, iterations, 0, 0, 0 };
	p->is_new = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

/* The time in ns per unit of budget__weight(), as measured with the boots that have ended, or as
 * expected before the first one has. With parallel boots this is elapsed time, not the sum of the
 * boots' times. 0: unknown. */
static double rate(const struct pool *p)
{
	return p->finished ? (double)p->spent_ns / p->finished_weight : budget__expected_rate(p->c);
}

/* Estimate the remaining time, without the blocks that do not fit into the campaign's time. While a
 * boot runs, the estimate counts down. */
static uint64_t time_left(const struct pool *p)
{
	const uint64_t now = clock__ns() - p->began_ns, since = now - p->spent_ns;
	const unsigned int blocks = rate(p) > 0 ? budget__fits(p->c, rate(p)) : 0;
	double left = 0;

	for (size_t i = 0; i < p->c->n_slots; i++)
		if (!p->c->done[i] && (p->c->slots[i].block < blocks || p->slots[i] != SLOT_OPEN))
			left += budget__weight(p->c, i) * rate(p);
	if (!(left > 0))
		return 0;
	return left > (double)since ? units__whole(left) - since : NSEC_PER_SEC;
}

static void show_progress(const struct pool *p, const struct schedule_slot *slot,
			  struct campaign_step step)
{
	if (!p->hooks->progress)
		return;
	step.done = p->done;
	step.elapsed_ns = clock__ns() - p->began_ns;
	step.left_ns = time_left(p);
	p->hooks->progress(p->c, slot, &step);
}

/* Sleep for at most 200 ms. Returns false once it is `until_ns`, or if the campaign is to stop. */
static bool nap(const struct pool *p, uint64_t until_ns)
{
	const uint64_t now = clock__ns(), most = 200 * NSEC_PER_MSEC;
	const uint64_t ns = until_ns - now < most ? until_ns - now : most;

	if (now >= until_ns || *p->hooks->stop)
		return false;
	nanosleep(&(struct timespec){ .tv_nsec = (long)ns }, NULL);
	return true;
}

/* Is it an error that may go away: a full disk, a locked database, a flaky file system? */
static bool is_transient(int ret)
{
	return ret == -ENOSPC || ret == -EDQUOT || ret == -EBUSY || ret == -EIO || ret == -EMFILE ||
	       ret == -ENFILE || ret == -ENOMEM;
}

/* Refresh our claim from time to time: once it is too old, another kduel may take the campaign over. */
static void refresh_claim(struct pool *p)
{
	struct err err;

	if (clock__ns() - p->refreshed_ns < CLAIM_REFRESH_S * NSEC_PER_SEC)
		return;
	p->refreshed_ns = clock__ns();
	if (store__refresh_claim(p->st, p->c->uuid, &err) == -ESTALE && !p->ret)
		p->ret = err__set(p->err, -ESTALE, "%s", err.msg);
}

/* Continue in a copy of the database, because the original cannot be used: it was moved or removed
 * meanwhile, or has been locked for too long. */
static int leave_database(struct pool *p, const char *why)
{
	_free_ char *path = NULL;
	struct err err;
	int ret = spill__leave(p->st, p->c->uuid, &path, &err);

	if (p->hooks->note)
		p->hooks->note(ret ? "%s, and no copy of it can be made: %s" :
				     "%s: continuing in a copy of it with all boots so far, --db %s; "
				     "the next kduel that uses the database takes it in",
			       why, ret ? err.msg : path);
	return ret;
}

/* Store a boot. If that fails, the data is still in memory, so keep trying while the error may go
 * away. If nothing helps, store at least the boot's status, without its data. The campaign goes on in
 * any case. */
static void store_boot(struct pool *p, struct record *rec)
{
	const uint64_t end = clock__ns() + p->c->plan->target.host_wait_ns;
	struct store_boot *boot = &rec->boot;
	struct err why;
	int ret;

	if (!store__in_place(p->st))
		leave_database(p, "the database was moved, removed or replaced");
	ret = store__add_boot(p->st, p->c->uuid, boot, p->err);
	if (is_transient(ret) && p->hooks->note)
		p->hooks->note("boot %u is not stored yet, trying again: %s", boot->slot + 1,
			       p->err->msg);
	while (is_transient(ret)) {
		const uint64_t next = clock__ns() + NSEC_PER_SEC;

		while (nap(p, next < end ? next : end))
			;
		if (clock__ns() >= end || *p->hooks->stop)
			break;
		ret = store__add_boot(p->st, p->c->uuid, boot, p->err);
	}
	if (ret == -EBUSY) {
		why = *p->err;
		if (!leave_database(p, why.msg))
			ret = store__add_boot(p->st, p->c->uuid, boot, p->err);
	}
	if (!ret)
		return;
	why = *p->err;
	/* -EINVAL: the data violates a constraint of the database, which is the boot's fault. */
	boot->status = ret == -EINVAL ? BOOT_PROTOCOL : BOOT_HOST_DISK_FULL;
	boot->detail = record__keep(rec, why.msg);
	if (store__add_bare_boot(p->st, p->c->uuid, boot, p->err))
		boot->status = BOOT_HOST_DISK_FULL;
}

/* Fill in what is known before a boot starts, so that even a boot that could not be started has a
 * complete record. */
static void begin_record(const struct campaign_run *c, const struct schedule_slot *slot,
			 struct record *rec)
{
	record__init(rec, c->ops->platform(c->plan, c->machine ? c->machine->tree : ""));
	rec->boot.slot = slot->slot;
	rec->boot.block = slot->block;
	rec->boot.variant = c->plan->variants[slot->variant].name;
	if (slot->workload >= 0)
		record__fact(rec, FACT_WORKLOAD, c->plan->workloads[slot->workload].wl->name);
	if (slot->repeat_of >= 0) {
		_free_ char *of = xasprintf("%d", slot->repeat_of + 1);

		record__fact(rec, FACT_REPEAT_OF, of);
	}
}

/* The thread of one boot. */
static void *run_boot(void *arg)
{
	struct worker *w = arg;
	struct pool *p = w->pool;
	const struct schedule_slot *slot = w->slot;
	struct err err = { "" };
	struct boot_spec spec;
	struct tmpdir dir;
	const int ret = rundir__make(&dir, &err);

	begin_record(p->c, slot, &w->rec);
	if (!ret) {
		campaign_run__spec(p->c, slot, dir.path, &spec);
		boot__run(&(struct boot_opts){ .ops = p->c->ops,
					       .spec = &spec,
					       .work_seed = slot->work_seed,
					       .stop = p->hooks->stop,
					       .progress = report_step,
					       .arg = w },
			  &w->rec);
		tmpdir__remove(&dir);
	} else {
		w->rec.boot.started_ns = w->rec.boot.ended_ns = clock__wall_ns();
		w->rec.boot.seed = slot->boot_seed;
		w->rec.boot.command = "";
		record__status(&w->rec,
			       ret == -ENOSPC || ret == -EDQUOT ? BOOT_HOST_DISK_FULL :
								  BOOT_TARGET_MISSING,
			       "%s", err.msg);
	}
	pthread_mutex_lock(&p->lock);
	w->ended = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

static bool is_put_aside(const struct pool *p, const struct schedule_slot *slot)
{
	return p->c->plan->target.boots && p->failures[slot->variant] >= QUARANTINE;
}

/* Is it a failure of the kernel or the machine, as opposed to one of a workload or the host? */
static bool failed_to_boot(enum boot_status s)
{
	return s == BOOT_PANIC || s == BOOT_KERNEL_BUG || s == BOOT_TIMEOUT ||
	       s == BOOT_AGENT_DIED || s == BOOT_AGENT_LOST || s == BOOT_MACHINE_ARM ||
	       s == BOOT_MACHINE_BOOT || s == BOOT_MACHINE_DOWN || s == BOOT_MACHINE_WRONG_KERNEL;
}

/* After a boot on a real machine: put the variant aside if it has failed too often. 0, or -errno if
 * the campaign must stop because the machine was given up. */
static int judge_machine(struct pool *p, const struct schedule_slot *slot,
			 const struct store_boot *boot)
{
	unsigned int *n = &p->failures[slot->variant];

	machine_hold__tell(p->c->machine, p->hooks->note);
	if (p->c->machine->given_up)
		return err__set(
			p->err, -EBUSY,
			"machine %s was given up, since it does not come back to known-good: kduel %s",
			p->c->plan->target.machine, p->c->machine->tried);
	*n = failed_to_boot(boot->status) ? *n + 1 : boot->status == BOOT_OK ? 0 : *n;
	if (*n != QUARANTINE)
		return 0;
	p->put_aside += boot_status__is_hosts(boot->status);
	if (p->hooks->note)
		p->hooks->note("variant %s failed %d boots in a row, the last with %s: it is put "
			       "aside, the others go on",
			       boot->variant, QUARANTINE, boot_status__name(boot->status));
	return 0;
}

/* The next slot to boot: in the order of the schedule; then, once more, those that the host failed.
 * A block that does not fit into the campaign's time is not begun. NULL: none is left. */
static const struct schedule_slot *next_slot(const struct pool *p)
{
	const struct schedule_slot *put_off = NULL;
	const unsigned int blocks = budget__fits(p->c, rate(p));
	unsigned int begun = 0; /* number of blocks that this run has begun */

	for (size_t i = 0; i < p->c->n_slots; i++) {
		const unsigned int block = p->c->slots[i].block;

		if (p->slots[i] != SLOT_OPEN)
			begun = block + 1;
		if (p->c->done[i] || is_put_aside(p, &p->c->slots[i]))
			continue;
		if (p->slots[i] == SLOT_OPEN && (block < blocks || block < begun))
			return &p->c->slots[i];
		if (p->slots[i] == SLOT_PUT_OFF && !put_off)
			put_off = &p->c->slots[i];
	}
	return put_off;
}

/* The host failed a boot, or could not even start it: put its slot off, and start nothing for a while,
 * which gets longer with each failure in a row. If that has gone on for too long, set p->ret, which
 * stops the campaign. */
static void note_trouble(struct pool *p, const struct schedule_slot *slot, const char *what)
{
	const uint64_t wait_ns = p->c->plan->target.host_wait_ns, now = clock__ns();
	struct trouble *t = &p->trouble;
	uint64_t pause = 0;

	p->slots[slot->slot]++;
	p->given_up += p->slots[slot->slot] == SLOT_GIVEN_UP;
	if (!t->in_row++)
		t->since_ns = now;
	snprintf(t->what, sizeof(t->what), "%s", what);
	if (t->in_row >= HOST_FAILURES && now - t->since_ns >= wait_ns) {
		if (!p->ret)
			p->ret =
				err__set(p->err, -EBUSY,
					 "this host failed %u boots in a row (%s); put that right, "
					 "then resume the campaign",
					 t->in_row, what);
		return;
	}
	if (t->in_row > 1)
		pause = NSEC_PER_SEC << (t->in_row < 8 ? t->in_row - 2 : 6);
	if (pause > LONGEST_PAUSE_NS)
		pause = LONGEST_PAUSE_NS;
	if (pause > wait_ns)
		pause = wait_ns;
	t->until_ns = now + pause;
	if (pause && p->hooks->note)
		p->hooks->note("this host failed %u boots in a row: waiting %llu s before the next",
			       t->in_row, (unsigned long long)(pause / NSEC_PER_SEC));
}

/* Once the campaign's time is over, stop boots as if the user had done so. */
static void stop_in_time(struct pool *p)
{
	if (!budget__left(p->c) && !*p->hooks->stop)
		*p->hooks->stop = CAMPAIGN_TIME_OVER;
}

/* Start boots while there are idle workers and slots that are not done. */
static void start_boots(struct pool *p)
{
	for (struct worker *w = p->workers; w < p->workers + p->n_workers && !p->ret; w++) {
		const struct schedule_slot *slot;
		int ret;

		if (w->slot)
			continue;
		slot = next_slot(p);
		if (!slot)
			return;
		if (*p->hooks->stop) {
			p->ret = -EINTR;
			return;
		}
		if (clock__ns() < p->trouble.until_ns)
			return;
		p->slots[slot->slot]++;
		*w = (struct worker){ .pool = p, .slot = slot };
		ret = pthread_create(&w->thread, NULL, run_boot, w);
		if (ret) {
			w->slot = NULL;
			note_trouble(p, slot, strerror(ret));
			continue;
		}
		p->busy++;
	}
}

/* Wait for a boot to end, showing progress meanwhile. */
static struct worker *wait_for_boot(struct pool *p)
{
	struct worker *over = NULL;

	pthread_mutex_lock(&p->lock);
	while (!over) {
		const struct schedule_slot *slot;
		struct campaign_step step;

		for (size_t i = 0; i < p->n_workers && !over; i++)
			if (p->workers[i].slot && p->workers[i].ended)
				over = &p->workers[i];
		if (!over && !p->is_new) {
			const uint64_t left = budget__left(p->c);
			/* Not clock__ns(): one cannot wait by CLOCK_MONOTONIC_RAW. */
			const uint64_t end = clock__read(CLOCK_MONOTONIC) +
					     (left && left < NSEC_PER_SEC ? left : NSEC_PER_SEC);

			pthread_cond_clockwait(&p->changed, &p->lock, CLOCK_MONOTONIC,
					       &(struct timespec){ (time_t)(end / NSEC_PER_SEC),
								   (long)(end % NSEC_PER_SEC) });
		}
		slot = p->step_slot;
		step = p->step;
		p->is_new = false;
		/* Hooks are called without the lock: they may take long. */
		pthread_mutex_unlock(&p->lock);
		if (slot && !over)
			show_progress(p, slot, step);
		refresh_claim(p);
		stop_in_time(p);
		pthread_mutex_lock(&p->lock);
	}
	if (p->step_slot == over->slot)
		p->step_slot = NULL;
	pthread_mutex_unlock(&p->lock);
	pthread_join(over->thread, NULL);
	return over;
}

/* Store a boot that has ended. 0, or why the campaign must stop. */
static int finish_boot(struct pool *p, struct worker *w)
{
	const struct schedule_slot *slot = w->slot;
	struct campaign_run *c = p->c;
	const struct store_boot *boot = &w->rec.boot;
	int ret;

	store_boot(p, &w->rec);
	c->failed += boot->status != BOOT_OK && !boot_status__is_hosts(boot->status);
	if (boot_status__fills_slot(boot->status)) {
		c->done[slot->slot] = true;
		p->done++;
		p->finished++;
		p->finished_weight += budget__weight(c, slot->slot);
		p->spent_ns = clock__ns() - p->began_ns;
	}
	if (p->hooks->booted)
		p->hooks->booted(c, slot, boot, time_left(p));
	ret = c->plan->target.boots ? judge_machine(p, slot, boot) : 0;
	if (boot_status__is_hosts(boot->status)) {
		note_trouble(p, slot, boot->detail);
		return ret;
	}
	if (ret)
		return ret;
	p->trouble.in_row = 0;
	/* The boot is stored, but its slot is not done: it is run again on resume. */
	if (boot->status == BOOT_INTERRUPTED)
		return -EINTR;
	if (boot->status != BOOT_OK && c->plan->stop_on_failure)
		return err__set(p->err, -ECANCELED,
				"stopped after a failed boot, as the plan asks (stop_on_failure)");
	return repeat__check(c, p->st, slot, p->err);
}

/* Finish a boot that has ended, and free its worker. Only the first error is reported. */
static void release_worker(struct pool *p, struct worker *w)
{
	struct err *first = p->err, later;
	int ret;

	if (p->ret)
		p->err = &later;
	ret = finish_boot(p, w);
	p->err = first;
	p->ret = p->ret ? p->ret : ret;
	record__release(&w->rec);
	w->slot = NULL;
	p->busy--;
}

/* Handle the end of a campaign by its time limit: with at least one complete block it counts as
 * finished (0), with none it is -ENODATA. If it did not end by its time limit, return `ret`. */
static int finish_in_time(struct pool *p, int ret)
{
	const bool stopped = ret == -EINTR && *p->hooks->stop == CAMPAIGN_TIME_OVER;
	const unsigned int whole = budget__whole(p->c), blocks = budget__blocks(p->c);
	_free_ char *what = NULL;

	if (!budget__is_limited(p->c) || (ret && !stopped) || whole == blocks || p->given_up ||
	    p->put_aside)
		return ret;
	what = budget__describe(p->c);
	if (!whole)
		return err__set(p->err, -ENODATA,
				"%s: the time was over before the first block was complete", what);
	p->c->cut = xasprintf("%u of %u blocks, %s", whole, blocks, what);
	return 0;
}

/* Record how the campaign ended. */
static int finish_campaign(struct pool *p)
{
	struct err *err = p->err;
	int ret = finish_in_time(p, p->ret), stored = 0;

	if (!ret && p->given_up)
		ret = err__set(err, -EBUSY,
			       "this host failed %zu boot%s, the last of them: %s; put that "
			       "right, then resume the campaign",
			       p->given_up, plural_s(p->given_up), p->trouble.what);
	if (!ret && p->put_aside)
		ret = err__set(err, -EBUSY,
			       "%zu variant%s put aside, since the machine failed to boot %s; put that "
			       "right, then resume the campaign",
			       p->put_aside, p->put_aside == 1 ? " was" : "s were",
			       p->put_aside == 1 ? "it" : "them");
	/* Also clear the tag of an earlier run that was cut short, now that this run has finished. */
	if (!ret && (p->c->cut || p->c->was_cut))
		ret = store__tag(p->st, p->c->uuid, TAG_CUT, p->c->cut ? p->c->cut : "",
				 clock__wall_ns(), err);
	/* Try several times: one disk error must not make it look as if the campaign were still
	 * running. */
	for (unsigned int i = 0; i < FINISH_TRIES; i++) {
		if (i)
			nanosleep(&(struct timespec){ .tv_nsec = 200 * (long)NSEC_PER_MSEC }, NULL);
		stored = store__finish_campaign(p->st, p->c->uuid, ret ? "interrupted" : "finished",
						ret ? NULL : err);
		if (!is_transient(stored))
			break;
	}
	return ret ? ret : stored;
}

/* Bring the machine back to known-good and restore its settings, however the campaign ended. This is
 * not interruptible by the first Ctrl-C, only by a second one. */
static void leave_machine(struct pool *p)
{
	struct machine_hold *h = p->c->machine;
	struct err err;
	int ret;

	h->ssh.stop = NULL;
	ret = p->c->plan->target.boots ? machine_boot__home(h, false, &err) : 0;
	/* Settings changed under a kernel that is no longer running are gone with it. */
	if (!ret && h->tuned)
		ret = machine_hold__reconnect(h, &err);
	if (!ret && h->tuned)
		ret = machine_tune__restore(h, &err);
	machine_hold__tell(p->c->machine, p->hooks->note);
	if (ret && (!p->ret || p->ret == -EINTR))
		p->ret = err__set(p->err, -EBUSY, "%s", err.msg);
}

int campaign_run__go(struct campaign_run *c, struct store *st, const struct campaign_hooks *hooks,
		     struct err *err)
{
	struct pool p = { .c = c,
			  .st = st,
			  .hooks = hooks,
			  .began_ns = clock__ns(),
			  .refreshed_ns = clock__ns(),
			  .err = err,
			  .n_workers = c->parallel,
			  .lock = PTHREAD_MUTEX_INITIALIZER,
			  .changed = PTHREAD_COND_INITIALIZER };

	c->budget.began_ns = p.began_ns;
	p.workers = xcalloc(p.n_workers, sizeof(*p.workers));
	p.slots = xcalloc(c->n_slots + 1, sizeof(*p.slots));
	for (size_t i = 0; i < c->n_slots; i++)
		p.done += c->done[i];
	/* If this fails, no boot is started, as p.ret is set. */
	p.ret = repeat__check_all(c, st, err);
	for (;;) {
		refresh_claim(&p);
		stop_in_time(&p);
		start_boots(&p);
		if (p.busy)
			release_worker(&p, wait_for_boot(&p));
		else if (p.ret || !next_slot(&p))
			break;
		else
			nap(&p, p.trouble.until_ns);
	}
	free(p.slots);
	free(p.workers);
	if (c->machine)
		leave_machine(&p);
	return finish_campaign(&p);
}
