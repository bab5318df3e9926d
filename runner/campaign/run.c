// SPDX-License-Identifier: GPL-2.0-only
/*
 * run.c - boots in the order of the schedule, up to campaign_run.parallel at a time.
 *
 * Each boot has a thread of its own, which touches nothing but its seat. All else is the
 * caller's thread: it fills seats in the order of the schedule, stores what a boot yields as
 * soon as it ends, and calls the hooks. What is stored last differs from run to run when boots
 * run side by side; reports go by slot.
 */
#include "runner/campaign/campaign.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/boot/boot.h"
#include "runner/campaign/repeat.h"
#include "runner/host/rundir.h"

#include <pthread.h>

struct crew;

struct seat {
	struct crew *crew;
	const struct schedule_slot *slot; /* NULL: free */
	pthread_t thread;
	bool ended; /* all below is complete, the thread is about to be gone */
	struct record rec;
	struct err err;
	int ret; /* no boot was possible at all */
};

struct crew {
	struct campaign_run *c;
	struct store *st;
	const struct campaign_hooks *hooks;
	struct seat *seats;
	unsigned int n_seats, busy;
	pthread_mutex_t lock; /* of `ended`, `talk` and `what` */
	pthread_cond_t changed;
	const struct schedule_slot *talk; /* whose boot has something new to say; or NULL */
	const char *what;
	size_t next, done; /* slots: to be looked at, and finished */
	uint64_t began, spent; /* of this run: start, and time until the last boot's end */
	size_t finished; /* boots of this run */
	size_t lost; /* boots that could not even be noted down */
	int ret; /* why no more boots are begun */
	struct err *err;
};

static void tell(void *arg, const char *what)
{
	struct seat *seat = arg;
	struct crew *w = seat->crew;

	pthread_mutex_lock(&w->lock);
	w->talk = seat->slot;
	w->what = what;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
}

static void show(const struct crew *w, const struct schedule_slot *slot, const char *what)
{
	uint64_t eta = 0;

	if (!w->hooks->progress)
		return;
	if (w->finished) {
		uint64_t each = w->spent / w->finished;
		uint64_t left = (w->c->n_slots - w->done) * each;
		uint64_t here = clock__ns() - w->began - w->spent;

		eta = left > here ? left - here : NSEC_PER_SEC;
	}
	w->hooks->progress(w->c, slot, what, w->done, eta);
}

/* Store a boot. When the disk is full the store records that much from its reserve, and the
 * campaign goes on: whoever frees space in time loses one boot, not the night. */
static int keep(struct crew *w, struct record *rec)
{
	struct campaign_run *c = w->c;
	_free_ bool *done = NULL;
	int ret = store__add_boot(w->st, c->uuid, &rec->boot, w->err);

	if (ret != -ENOSPC)
		return ret;
	done = xcalloc(c->n_slots, sizeof(*done));
	rec->boot.status = BOOT_HOST_DISK_FULL;
	rec->boot.detail = record__keep(rec, w->err->msg);
	ret = store__slots_done(w->st, c->uuid, done, (unsigned int)c->n_slots, w->err);
	if (!ret && !done[rec->boot.slot])
		w->lost++;
	return ret;
}

/* Not even a directory could be made: the boot is lost, the next one may find room. */
static void no_room(struct record *rec, const struct schedule_slot *slot, const struct err *err)
{
	rec->boot.started_ns = rec->boot.ended_ns = clock__wall_ns();
	rec->boot.seed = slot->boot_seed;
	rec->boot.command = "";
	record__status(rec, BOOT_HOST_DISK_FULL, "%s", err->msg);
}

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

static void *run_seat(void *arg)
{
	struct seat *seat = arg;
	struct crew *w = seat->crew;
	const struct schedule_slot *slot = seat->slot;
	_free_ char *dir = rundir__make(&seat->err);
	struct boot_spec spec;

	seat->ret = dir ? 0 : -errno;
	begin_record(w->c, slot, &seat->rec);
	if (dir) {
		campaign_run__spec(w->c, slot, dir, &spec);
		boot__run(&(struct boot_opts){ .ops = w->c->ops,
					       .spec = &spec,
					       .work_seed = slot->work_seed,
					       .stop = w->hooks->stop,
					       .progress = tell,
					       .arg = seat },
			  &seat->rec);
		fs__rm_rf(dir);
	} else if (seat->ret == -ENOSPC || seat->ret == -EDQUOT) {
		seat->ret = 0;
		no_room(&seat->rec, slot, &seat->err);
	}
	pthread_mutex_lock(&w->lock);
	seat->ended = true;
	pthread_cond_signal(&w->changed);
	pthread_mutex_unlock(&w->lock);
	return NULL;
}

/* Begin boots while there are seats and slots. */
static void fill_seats(struct crew *w)
{
	for (struct seat *s = w->seats; s < w->seats + w->n_seats && !w->ret; s++) {
		if (s->slot)
			continue;
		while (w->next < w->c->n_slots && w->c->done[w->next])
			w->next++;
		if (w->next == w->c->n_slots)
			return;
		if (*w->hooks->stop) {
			w->ret = -EINTR;
			return;
		}
		*s = (struct seat){ .crew = w, .slot = &w->c->slots[w->next++] };
		w->ret = -pthread_create(&s->thread, NULL, run_seat, s);
		if (w->ret) {
			s->slot = NULL;
			err__set(w->err, w->ret, "cannot start a thread: %s", strerror(-w->ret));
			return;
		}
		w->busy++;
	}
}

/* Wait for a boot to end, telling meanwhile what goes on. */
static struct seat *wait_seat(struct crew *w)
{
	struct seat *over = NULL;

	pthread_mutex_lock(&w->lock);
	while (!over) {
		const struct schedule_slot *talk = w->talk;
		const char *what = w->what;

		for (size_t i = 0; i < w->n_seats && !over; i++)
			if (w->seats[i].slot && w->seats[i].ended)
				over = &w->seats[i];
		w->talk = NULL;
		if (talk) {
			pthread_mutex_unlock(&w->lock);
			show(w, talk, what);
			pthread_mutex_lock(&w->lock);
		} else if (!over) {
			pthread_cond_wait(&w->changed, &w->lock);
		}
	}
	pthread_mutex_unlock(&w->lock);
	pthread_join(over->thread, NULL);
	return over;
}

/* A boot has ended: store it and see what follows from it. */
static int settle(struct crew *w, struct seat *s)
{
	const struct schedule_slot *slot = s->slot;
	struct campaign_run *c = w->c;
	const struct store_boot *boot = &s->rec.boot;
	int ret;

	if (s->ret)
		return err__set(w->err, s->ret, "%s", s->err.msg);
	ret = keep(w, &s->rec);
	c->failed += boot->status != BOOT_OK;
	if (ret)
		return ret;
	if (w->hooks->booted)
		w->hooks->booted(c, slot, boot);
	if (boot->status == BOOT_INTERRUPTED)
		return -EINTR;
	c->done[slot->slot] = true;
	w->done++;
	w->finished++;
	w->spent = clock__ns() - w->began;
	if (boot->status != BOOT_OK && c->plan->stop_on_failure)
		return err__set(w->err, -ECANCELED,
				"stopped after a failed boot, as the plan says");
	return repeat__check(c, w->st, slot, w->err);
}

/* The first reason to stop is the one that is told: err holds its words. */
static void free_seat(struct crew *w, struct seat *s)
{
	struct err *told = w->err, later;
	int ret;

	if (w->ret)
		w->err = &later;
	ret = settle(w, s);
	w->err = told;
	w->ret = w->ret ? w->ret : ret;
	record__release(&s->rec);
	s->slot = NULL;
	w->busy--;
}

static int finish(struct crew *w)
{
	struct err *err = w->err;
	int ret = w->ret, e;

	if (!ret && w->lost)
		ret = err__set(err, -ENOSPC,
			       "the disk is full and %zu boots are not in the "
			       "database; free space, then resume the campaign",
			       w->lost);
	if (ret && ret != -EINTR && ret != -ECANCELED && ret != -EBADMSG)
		return ret;
	e = store__finish_campaign(w->st, w->c->uuid, ret ? "interrupted" : "finished",
				   ret ? NULL : err);
	return ret ? ret : e;
}

int campaign_run__go(struct campaign_run *c, struct store *st, const struct campaign_hooks *hooks,
		     struct err *err)
{
	struct crew w = { .c = c,
			  .st = st,
			  .hooks = hooks,
			  .began = clock__ns(),
			  .err = err,
			  .n_seats = c->parallel,
			  .lock = PTHREAD_MUTEX_INITIALIZER,
			  .changed = PTHREAD_COND_INITIALIZER };

	w.seats = xcalloc(w.n_seats, sizeof(*w.seats));
	for (size_t i = 0; i < c->n_slots; i++)
		w.done += c->done[i];
	w.ret = repeat__check_all(c, st, err);
	fill_seats(&w);
	while (w.busy) {
		free_seat(&w, wait_seat(&w));
		fill_seats(&w);
	}
	free(w.seats);
	return finish(&w);
}
