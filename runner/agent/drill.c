// SPDX-License-Identifier: GPL-2.0-only
#include "runner/agent/drill.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/leftover.h"
#include "runner/agent/task.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define SETUP_MS 400 /* into the set-up, unless that is over before */
#define WORK_MS 240 /* into the timed part; a quarter after each that was over before */
#define GIVE_UP_MS 30000 /* how long a workload may take to notice */
#define SETTLE_MS 15000 /* how long the kernel may take to let go: ciphers test themselves first */
#define TURN_MS 5
#define TRIES 3 /* a program may have come to its end by itself just when it was killed */
#define PIPE_SIZE (1 << 20) /* more than a worker says at once */

enum stage { SETUP, WORK };
static const char *const stages[] = { "set-up", "timed part" };

struct drill {
	struct agent *host; /* who gets heartbeats */
	struct agent deaf; /* whose host we are */
	struct wire ear;
	struct task task;
	enum stage stage;
	uint64_t work_ms, strike_at, give_up_at, beat_at; /* clock__ns(); 0: not set */
	char struck[256]; /* what was killed; "" if nothing was */
	bool done;
	enum wire_status status;
	char said[256];
};

/* Kill the worker's programs, and name them. */
static void kill_programs(struct drill *d)
{
	int worker = (int)d->task.worker;
	_free_ char *path = xasprintf("/proc/%d/task/%d/children", worker, worker), *text = NULL;
	char *save = NULL;

	if (fs__read(path, 1 << 16, &text, NULL))
		return;
	for (char *p = strtok_r(text, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		_free_ char *comm_path = xasprintf("/proc/%s/comm", p), *comm = NULL;
		size_t n = strlen(d->struck);

		if (fs__read(comm_path, 64, &comm, NULL) ||
		    kill((pid_t)strtol(p, NULL, 10), SIGKILL) < 0)
			continue;
		snprintf(d->struck + n, sizeof(d->struck) - n, "%s%.*s", n ? " " : "",
			 (int)strcspn(comm, "\n"), comm);
	}
}

static void strike(struct drill *d)
{
	if (d->stage == WORK)
		kill_programs(d);
	if (!d->struck[0]) {
		snprintf(d->struck, sizeof(d->struck), "worker");
		kill(d->task.worker, SIGKILL);
	}
	d->give_up_at = clock__ns() + GIVE_UP_MS * NSEC_PER_MSEC;
}

/* In the set-up: after a while, or at its end. In the timed part: after a while. */
static bool is_due(struct drill *d)
{
	uint64_t now = clock__ns();

	if (d->stage == SETUP)
		return d->task.silent || now >= d->strike_at;
	if (!d->task.silent) {
		if (d->strike_at)
			d->work_ms /= 4;
		d->strike_at = 0;
		return false;
	}
	if (!d->strike_at)
		d->strike_at = now + d->work_ms * NSEC_PER_MSEC;
	return now >= d->strike_at;
}

static void act(struct drill *d)
{
	if (d->give_up_at && clock__ns() >= d->give_up_at)
		kill(d->task.worker, SIGKILL);
	else if (!d->struck[0] && is_due(d))
		strike(d);
}

static void hear(struct drill *d)
{
	struct wire_msg m;

	while (!wire__recv(&d->ear, &m, 0, NULL)) {
		if (m.type == WIRE_DONE) {
			d->done = true;
			d->status = m.status;
			snprintf(d->said, sizeof(d->said), "%s", m.text);
		}
		wire_msg__release(&m);
	}
}

static int beat(struct drill *d)
{
	uint64_t now = clock__ns();

	if (now < d->beat_at)
		return 0;
	d->beat_at = now + AGENT_BEAT_MS * NSEC_PER_MSEC;
	return agent__send(d->host, &(struct wire_msg){ .type = WIRE_BEAT });
}

static int turns(struct drill *d)
{
	int rc = 0;

	while (rc >= 0 && task__running(&d->task)) {
		struct pollfd p[] = { { .fd = d->task.pidfd, .events = POLLIN },
				      { .fd = d->task.pipe.fd, .events = POLLIN } };

		act(d);
		poll(p, ARRAY_SIZE(p), TURN_MS);
		rc = task__step(&d->task, &d->deaf);
		hear(d);
		if (rc >= 0)
			rc = beat(d);
	}
	task__abort(&d->task, &d->deaf);
	return rc < 0 ? rc : 0;
}

static int copy_of(const struct wire_msg *job, struct wire_msg *copy, struct err *err)
{
	_free_ char *line = wire_msg__encode(job);

	return line ? wire_msg__decode(line, strcspn(line, "\n"), copy, err) :
		      err__set(err, -E2BIG, "the job does not fit a message");
}

static int fail_once(struct drill *d, const struct wire_msg *job, struct err *err)
{
	struct wire_msg copy;
	int fd[2], rc = copy_of(job, &copy, err);

	if (rc)
		return rc;
	if (pipe2(fd, O_CLOEXEC) < 0) {
		wire_msg__release(&copy);
		return err__set(err, -errno, "a pipe: %s", strerror(errno));
	}
	fcntl(fd[1], F_SETPIPE_SZ, PIPE_SIZE);
	wire__init(&d->ear, fd[0]);
	d->deaf = *d->host;
	wire__init(&d->deaf.out, fd[1]);
	d->strike_at = d->stage == SETUP ? clock__ns() + SETUP_MS * NSEC_PER_MSEC : 0;
	rc = task__start(&d->task, &d->deaf, &copy);
	if (!rc)
		rc = turns(d);
	hear(d);
	wire__release(&d->ear);
	wire__release(&d->deaf.out);
	close(fd[0]);
	close(fd[1]);
	return rc ? err__set(err, rc, "no drill: %s", strerror(-rc)) : 0;
}

static int judge(struct drill *d, struct err *err)
{
	const char *stage = stages[d->stage];

	/* A worker that is killed after its last word had nothing left to do. */
	if (d->done && d->status == WIRE_OK && streq(d->struck, "worker"))
		d->struck[0] = '\0';
	if (!d->done)
		return err__set(err, -EIO, "drill: no end of the job was heard of");
	if (!d->struck[0] && d->status != WIRE_OK)
		return err__set(err, -EIO, "drill: it failed before the %s was struck: %s", stage,
				d->said);
	if (d->struck[0] && d->status == WIRE_OK)
		return err__set(err, -EIO, "drill: it did not fail, though in its %s %s was killed",
				stage, d->struck);
	return 0;
}

/* The kernel lets go of some things a little later. */
static int check_guest(struct drill *d, struct err *err)
{
	uint64_t end = clock__ns() + SETTLE_MS * NSEC_PER_MSEC;

	for (;;) {
		struct timespec nap = { .tv_nsec = 50 * 1000 * 1000 };
		struct strvec now = { 0 };
		_free_ char *more = NULL;

		leftover__list("", &now);
		more = leftover__more(&d->host->drill_base, &now);
		strvec__release(&now);
		if (!*more)
			return 0;
		if (clock__ns() >= end)
			return err__set(err, -EIO,
					"drill: after it had failed in its %s (%s "
					"killed) there was left: %s",
					stages[d->stage], d->struck, more);
		nanosleep(&nap, NULL);
		beat(d); /* a host that is gone is noticed by the next word that matters */
	}
}

static int tell(struct agent *a, const char *name, const char *what)
{
	_free_ char *key = xasprintf("drill/%s", name);

	return agent__send(a, &(struct wire_msg){
				      .type = WIRE_FACT, .name = key, .text = (char *)what });
}

static bool in_vain(const struct drill *d)
{
	return d->done && d->status == WIRE_OK && d->struck[0] && !streq(d->struck, "worker");
}

static int fail(struct drill *d, struct agent *a, enum stage s, const struct wire_msg *job,
		struct err *err)
{
	int rc;

	for (int tries = 1;; tries++) {
		*d = (struct drill){ .host = a, .stage = s, .work_ms = WORK_MS };
		rc = fail_once(d, job, err);
		if (rc || tries == TRIES || !in_vain(d))
			return rc;
	}
}

int drill__run(struct agent *a, const struct wire_msg *job, struct err *err)
{
	_free_ char *what = xstrdup("");
	int rc = 0;

	if (!a->drill_base.n)
		leftover__list("", &a->drill_base);
	for (enum stage s = SETUP; !rc && s <= WORK; s++) {
		struct drill d;
		char *before = what;

		rc = fail(&d, a, s, job, err);
		if (rc || d.status == WIRE_UNSUPPORTED)
			return rc;
		rc = judge(&d, err);
		if (!rc)
			rc = check_guest(&d, err);
		what = xasprintf("%s%s%s: %s%s%s", before, s ? "; " : "", stages[s],
				 d.struck[0] ? d.struck : "too short",
				 d.struck[0] ? " killed: " : "", d.struck[0] ? d.said : "");
		free(before);
	}
	if (rc)
		return rc;
	rc = tell(a, job->name, what);
	return rc ? err__set(err, rc, "cannot tell the host: %s", strerror(-rc)) : 0;
}
