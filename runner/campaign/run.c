// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - boots in the order of the schedule, up to campaign_run.parallel at a time.
 *
 * Each boot has a thread, which touches nothing but its struct worker. All else happens in the
 * caller's thread: it starts boots in the order of the schedule, stores what each yields as soon as
 * it ends, and calls the hooks. With boots side by side the order in which they are stored differs
 * from run to run; reports go by slot.
 */
#include "runner/campaign/run.h"

#include "lib/clock.h"
#include "runner/boot/boot.h"
#include "runner/campaign/repeat.h"
#include "runner/host/rundir.h"

#include <pthread.h>

struct pool;

struct worker {
	struct pool *pool;
	const struct schedule_slot *slot; /* NULL: idle */
	pthread_t thread;
	bool ended; /* the members below are complete, the thread is about to exit */
	struct record rec;
	struct err err;
	int ret; /* not 0: the boot could not even be tried */
};

struct pool {
	struct campaign_run *c;
	struct store *st;
	const struct campaign_hooks *hooks;
	struct worker *workers;
	unsigned int n_workers, busy;
	pthread_mutex_t lock; /* of `ended`, `step_slot` and `step` */
	pthread_cond_t changed;
	const struct schedule_slot *step_slot; /* whose boot has begun a new step; or NULL */
	const char *step;
	size_t next; /* slot to be looked at for the next boot */
	size_t done; /* slots, of earlier runs too */
	uint64_t began_ns, spent_ns; /* of this run: start, and time until the last boot's end */
	size_t finished; /* boots of this run */
	size_t lost; /* boots that could not even be recorded */
	int ret; /* why no more boots are started */
	struct err *err;
};

/* boot_opts.progress, called by a boot's thread. */
static void report_step(void *arg, const char *what)
{
	struct worker *w = arg;
	struct pool *p = w->pool;

	pthread_mutex_lock(&p->lock);
	p->step_slot = w->slot;
	p->step = what;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}

/* The estimate assumes that boots to come take as long as those that ended, and counts down while
 * none ends. With boots side by side, spent_ns / finished is the time between two ends. */
static void show_progress(const struct pool *p, const struct schedule_slot *slot, const char *what)
{
	uint64_t eta = 0;

	if (!p->hooks->progress)
		return;
	if (p->finished) {
		uint64_t each = p->spent_ns / p->finished;
		uint64_t left = (p->c->n_slots - p->done) * each;
		uint64_t since = clock__ns() - p->began_ns - p->spent_ns;

		eta = left > since ? left - since : NSEC_PER_SEC;
	}
	p->hooks->progress(p->c, slot, what, p->done, eta);
}

/* Store a boot. When the disk is full the store records from its reserve that the boot failed, and
 * the campaign goes on: if somebody frees space, one boot is lost and not the night. */
static int store_boot(struct pool *p, struct record *rec)
{
	struct campaign_run *c = p->c;
	_free_ bool *done = NULL;
	int ret = store__add_boot(p->st, c->uuid, &rec->boot, p->err);

	if (ret != -ENOSPC)
		return ret;
	done = xcalloc(c->n_slots, sizeof(*done));
	rec->boot.status = BOOT_HOST_DISK_FULL;
	rec->boot.detail = record__keep(rec, p->err->msg);
	/* store__add_boot() may have used its reserve for a row without samples: ask it. */
	ret = store__slots_done(p->st, c->uuid, done, (unsigned int)c->n_slots, p->err);
	if (!ret && !done[rec->boot.slot])
		p->lost++;
	return ret;
}

/* What is known of a boot before it starts, so that a boot that cannot even be tried is stored
 * complete, too. */
static void begin_record(const struct campaign_run *c, const struct schedule_slot *slot,
			 struct record *rec)
{
	record__init(rec, c->ops->platform(c->plan));
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
	struct boot_spec spec;
	struct rundir dir;

	w->ret = rundir__make(&dir, &w->err);
	begin_record(p->c, slot, &w->rec);
	if (!w->ret) {
		campaign_run__spec(p->c, slot, dir.path, &spec);
		boot__run(&(struct boot_opts){ .ops = p->c->ops,
					       .spec = &spec,
					       .work_seed = slot->work_seed,
					       .stop = p->hooks->stop,
					       .progress = report_step,
					       .arg = w },
			  &w->rec);
		rundir__remove(&dir);
	} else if (w->ret == -ENOSPC || w->ret == -EDQUOT) {
		/* This boot is lost, but the next one may find room. */
		w->ret = 0;
		w->rec.boot.started_ns = w->rec.boot.ended_ns = clock__wall_ns();
		w->rec.boot.seed = slot->boot_seed;
		w->rec.boot.command = "";
		record__status(&w->rec, BOOT_HOST_DISK_FULL, "%s", w->err.msg);
	}
	pthread_mutex_lock(&p->lock);
	w->ended = true;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
	return NULL;
}

/* Start boots while there are idle workers and slots that are not done. */
static void start_boots(struct pool *p)
{
	for (struct worker *w = p->workers; w < p->workers + p->n_workers && !p->ret; w++) {
		if (w->slot)
			continue;
		while (p->next < p->c->n_slots && p->c->done[p->next])
			p->next++;
		if (p->next == p->c->n_slots)
			return;
		if (*p->hooks->stop) {
			p->ret = -EINTR;
			return;
		}
		*w = (struct worker){ .pool = p, .slot = &p->c->slots[p->next++] };
		p->ret = -pthread_create(&w->thread, NULL, run_boot, w);
		if (p->ret) {
			w->slot = NULL;
			err__set(p->err, p->ret, "cannot start a thread: %s", strerror(-p->ret));
			return;
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
		const struct schedule_slot *slot = p->step_slot;
		const char *step = p->step;

		for (size_t i = 0; i < p->n_workers && !over; i++)
			if (p->workers[i].slot && p->workers[i].ended)
				over = &p->workers[i];
		p->step_slot = NULL;
		if (slot) {
			/* Hooks are called without the lock: they may take long. */
			pthread_mutex_unlock(&p->lock);
			show_progress(p, slot, step);
			pthread_mutex_lock(&p->lock);
		} else if (!over) {
			pthread_cond_wait(&p->changed, &p->lock);
		}
	}
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

	if (w->ret)
		return err__set(p->err, w->ret, "%s", w->err.msg);
	ret = store_boot(p, &w->rec);
	c->failed += boot->status != BOOT_OK;
	if (ret)
		return ret;
	if (p->hooks->booted)
		p->hooks->booted(c, slot, boot);
	/* It is stored, but not done: resuming runs the slot again. */
	if (boot->status == BOOT_INTERRUPTED)
		return -EINTR;
	c->done[slot->slot] = true;
	p->done++;
	p->finished++;
	p->spent_ns = clock__ns() - p->began_ns;
	if (boot->status != BOOT_OK && c->plan->stop_on_failure)
		return err__set(p->err, -ECANCELED,
				"stopped after a failed boot, as the plan asks (stop_on_failure)");
	return repeat__check(c, p->st, slot, p->err);
}

/* Free the worker of a boot that has ended. Only the first error is reported. */
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

/* Record how the campaign ended. */
static int finish_campaign(struct pool *p)
{
	struct err *err = p->err;
	int ret = p->ret, stored;

	if (!ret && p->lost)
		ret = err__set(err, -ENOSPC,
			       "the disk is full and %zu boots are not in the "
			       "database; free space, then resume the campaign",
			       p->lost);
	/* After an error of the store itself there is no point in asking it again. */
	if (ret && ret != -EINTR && ret != -ECANCELED && ret != -EBADMSG)
		return ret;
	stored = store__finish_campaign(p->st, p->c->uuid, ret ? "interrupted" : "finished",
					ret ? NULL : err);
	return ret ? ret : stored;
}

int campaign_run__go(struct campaign_run *c, struct store *st, const struct campaign_hooks *hooks,
		     struct err *err)
{
	struct pool p = { .c = c,
			  .st = st,
			  .hooks = hooks,
			  .began_ns = clock__ns(),
			  .err = err,
			  .n_workers = c->parallel,
			  .lock = PTHREAD_MUTEX_INITIALIZER,
			  .changed = PTHREAD_COND_INITIALIZER };

	p.workers = xcalloc(p.n_workers, sizeof(*p.workers));
	for (size_t i = 0; i < c->n_slots; i++)
		p.done += c->done[i];
	/* If this fails no boot starts: start_boots() does nothing once p.ret is set. */
	p.ret = repeat__check_all(c, st, err);
	start_boots(&p);
	while (p.busy) {
		release_worker(&p, wait_for_boot(&p));
		start_boots(&p);
	}
	free(p.workers);
	return finish_campaign(&p);
}
