// SPDX-License-Identifier: GPL-2.0-only
/*
 * inject.c - fault injection: before the real run of a job, run copies of it, kill some of its
 * processes in each stage, and compare the state of the guest before and after. Of these runs the host
 * only sees heartbeats and one fact.
 */
#include "runner/agent/inject.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/guest_state.h"
#include "runner/agent/task.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#define SETUP_MS 400 /* kill this long after the set-up has begun, or when it ends */
#define WORK_MS 240 /* kill this long after a timed part has begun; a quarter if it was shorter */
#define GIVE_UP_MS 30000 /* how long a workload may take to notice, times kduel.inject */
/* How long the kernel may take to release resources, times kduel.inject; e.g. ciphers run self-tests
 * first. */
#define SETTLE_MS 15000
#define TURN_MS 5
#define TRIES 3 /* a program may have exited by itself just when it was killed */
#define PIPE_SIZE (1 << 20) /* more than a worker reports at once */

enum stage { SETUP, WORK };
static const char *const stages[] = { "set-up", "timed part" };

struct injection {
	struct agent *host; /* the real agent, for heartbeats */
	struct agent mute; /* the agent that the task gets: its messages end up in `reports` */
	struct wire reports;
	struct task task;
	enum stage stage;
	uint64_t work_ms, kill_at, give_up_at, beat_at; /* clock__ns(); 0: not set */
	char killed[256]; /* names of the killed processes; "" if none yet */
	bool done; /* WIRE_DONE arrived, with `status` and `reason` */
	enum wire_status status;
	char reason[256];
};

/* Kill the worker's child processes and append their names to `killed`. */
static void kill_programs(struct injection *d)
{
	int worker = (int)d->task.worker;
	_free_ char *path = xasprintf("/proc/%d/task/%d/children", worker, worker), *text = NULL;
	char *save = NULL;

	if (fs__read(path, 1 << 16, &text, NULL))
		return;
	for (char *p = strtok_r(text, " ", &save); p; p = strtok_r(NULL, " ", &save)) {
		_free_ char *comm_path = xasprintf("/proc/%s/comm", p), *comm = NULL;
		size_t n = strlen(d->killed);

		if (fs__read(comm_path, 64, &comm, NULL) ||
		    kill((pid_t)strtol(p, NULL, 10), SIGKILL) < 0)
			continue;
		snprintf(d->killed + n, sizeof(d->killed) - n, "%s%.*s", n ? " " : "",
			 (int)strcspn(comm, "\n"), comm);
	}
}

/* Is it time to kill? In the set-up after SETUP_MS or when it ends; in a timed part after work_ms,
 * which is reduced after each timed part that ended earlier. */
static bool is_due(struct injection *d)
{
	uint64_t now = clock__ns();

	if (d->stage == SETUP)
		return d->task.silent || now >= d->kill_at;
	if (!d->task.silent) {
		if (d->kill_at)
			d->work_ms /= 4;
		d->kill_at = 0;
		return false;
	}
	if (!d->kill_at)
		d->kill_at = now + d->work_ms * NSEC_PER_MSEC;
	return now >= d->kill_at;
}

/* Kill once: in a timed part, the programs that the worker has started, or the worker if there are
 * none; in the set-up, the worker. If the worker does not end by itself after that, kill it, too. */
static void kill_when_due(struct injection *d)
{
	if (d->give_up_at && clock__ns() >= d->give_up_at) {
		kill(d->task.worker, SIGKILL);
		return;
	}
	if (d->killed[0] || !is_due(d))
		return;
	if (d->stage == WORK)
		kill_programs(d);
	if (!d->killed[0]) {
		snprintf(d->killed, sizeof(d->killed), "worker");
		kill(d->task.worker, SIGKILL);
	}
	d->give_up_at = clock__ns() + GIVE_UP_MS * NSEC_PER_MSEC * d->host->inject;
}

/* Read what the task would have sent to the host. Only WIRE_DONE matters. */
static void read_reports(struct injection *d)
{
	struct wire_msg m;

	while (!wire__recv(&d->reports, &m, 0, NULL)) {
		if (m.type == WIRE_DONE) {
			d->done = true;
			d->status = m.status;
			snprintf(d->reason, sizeof(d->reason), "%s", m.text);
		}
		wire_msg__release(&m);
	}
}

/* The runs take several seconds, so the host needs heartbeats. */
static int send_beat(struct injection *d)
{
	uint64_t now = clock__ns();

	if (now < d->beat_at)
		return 0;
	d->beat_at = now + AGENT_BEAT_MS * NSEC_PER_MSEC;
	return agent__send(d->host, WIRE_MSG(.type = WIRE_BEAT));
}

/* Run the task until it has ended or the host is gone. 0 or -errno of the connection. */
static int run_task(struct injection *d)
{
	int ret = 0;

	while (ret >= 0 && task__running(&d->task)) {
		struct pollfd p[] = { { .fd = d->task.pidfd, .events = POLLIN },
				      { .fd = d->task.pipe.fd, .events = POLLIN } };

		kill_when_due(d);
		poll(p, ARRAY_SIZE(p), TURN_MS);
		ret = task__step(&d->task, &d->mute);
		read_reports(d);
		if (ret >= 0)
			ret = send_beat(d);
	}
	task__abort(&d->task, &d->mute);
	return ret < 0 ? ret : 0;
}

/* Run the job with one kill. Returns 0 whatever the result of the job, which judge() and check_leaks()
 * evaluate. */
static int fail_once(struct injection *d, const struct wire_msg *job, struct err *err)
{
	/* task__start() takes over its job, so make a copy. */
	_free_ char *line = wire_msg__encode(job);
	struct wire_msg copy;
	int fd[2], ret = line ? wire_msg__decode(line, strcspn(line, "\n"), &copy, err) :
				err__set(err, -E2BIG, "the job does not fit a message");

	if (ret)
		return ret;
	if (pipe2(fd, O_CLOEXEC) < 0) {
		wire_msg__release(&copy);
		return err__set(err, -errno, "cannot make a pipe: %s", strerror(errno));
	}
	/* Nobody reads while task__step() writes, so everything that it sends must fit into the
	 * pipe. */
	fcntl(fd[1], F_SETPIPE_SZ, PIPE_SIZE);
	wire__init(&d->reports, fd[0]);
	d->mute = *d->host;
	wire__init(&d->mute.out, fd[1]);
	d->kill_at = d->stage == SETUP ? clock__ns() + SETUP_MS * NSEC_PER_MSEC : 0;
	ret = task__start(&d->task, &d->mute, &copy);
	if (!ret)
		ret = run_task(d);
	read_reports(d);
	wire__release(&d->reports);
	wire__release(&d->mute.out);
	close(fd[0]);
	close(fd[1]);
	return ret ? err__set(err, ret, "cannot inject a fault: %s", strerror(-ret)) : 0;
}

/* Check that the job has failed if something was killed, and only then. 0, or -EIO with the reason. */
static int judge(struct injection *d, struct err *err)
{
	const char *stage = stages[d->stage];

	/* The worker was killed after its last message: that does not count. */
	if (d->done && d->status == WIRE_OK && streq(d->killed, "worker"))
		d->killed[0] = '\0';
	if (!d->done)
		return err__set(err, -EIO, "fault injection: the job did not report its end");
	if (!d->killed[0] && d->status != WIRE_OK)
		return err__set(err, -EIO,
				"fault injection: it failed before anything was killed in the %s: %s",
				stage, d->reason);
	if (d->killed[0] && d->status == WIRE_OK)
		return err__set(err, -EIO,
				"fault injection: it did not fail, though in its %s %s was killed",
				stage, d->killed);
	return 0;
}

/* Check that the job left nothing behind. The kernel may release some things later, so poll for up to
 * SETTLE_MS. */
static int check_leaks(struct injection *d, struct err *err)
{
	uint64_t end = clock__ns() + SETTLE_MS * NSEC_PER_MSEC * d->host->inject;

	for (;;) {
		struct timespec nap = { .tv_nsec = 50 * 1000 * 1000 };
		_cleanup_(strvec__release) struct strvec now = { 0 };
		_free_ char *added = NULL;

		guest_state__list("", &now);
		added = guest_state__added(&d->host->inject_base, &now);
		if (!*added)
			return 0;
		if (clock__ns() >= end)
			return err__set(err, -EIO,
					"fault injection: after it had failed in its %s (%s "
					"killed) there was left: %s",
					stages[d->stage], d->killed, added);
		nanosleep(&nap, NULL);
		send_beat(d); /* if the host is gone, the next other message fails */
	}
}

/* Run the job once and make it fail in stage `s`. If it succeeds all the same, try again, and kill
 * earlier: the killed program was about to exit anyway, or the timed parts were too short. */
static int inject(struct injection *d, struct agent *a, enum stage s, const struct wire_msg *job,
		  struct err *err)
{
	uint64_t work_ms = WORK_MS;
	int ret;

	for (int tries = 1;; tries++) {
		*d = (struct injection){ .host = a, .stage = s, .work_ms = work_ms };
		ret = fail_once(d, job, err);
		if (ret || tries == TRIES || !d->done || d->status != WIRE_OK)
			return ret;
		/* If the set-up was too short, trying again does not help. */
		if (s == SETUP && (!d->killed[0] || streq(d->killed, "worker")))
			return ret;
		work_ms = d->work_ms / 2;
	}
}

/* Kill in the timed part first: its set-up, which is not disturbed, loads the workload's modules. If
 * loading a cipher's module were killed during the self-test, the module would stay pinned and the
 * cipher unusable (the kernel's crypto_wait_for_test()), which is not the workload's fault. */
int inject__run(struct agent *a, const struct wire_msg *job, struct err *err)
{
	static const enum stage order[] = { WORK, SETUP };
	_free_ char *key = xasprintf("inject/%s", job->name);
	char *what[ARRAY_SIZE(order)] = { NULL }; /* one clause per stage */
	_free_ char *text = NULL;
	int ret = 0;

	if (!a->inject_base.n)
		guest_state__list("", &a->inject_base);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(order); i++) {
		struct injection d;

		ret = inject(&d, a, order[i], job, err);
		if (ret || d.status == WIRE_UNSUPPORTED)
			goto out;
		ret = judge(&d, err);
		if (!ret)
			ret = check_leaks(&d, err);
		what[order[i]] = xasprintf("%s: %s%s%s", stages[order[i]],
					   d.killed[0] ? d.killed : "too short",
					   d.killed[0] ? " killed: " : "",
					   d.killed[0] ? d.reason : "");
	}
	if (ret)
		goto out;
	text = xasprintf("%s; %s", what[SETUP], what[WORK]);
	ret = agent__send(a, WIRE_MSG(.type = WIRE_FACT, .name = key, .text = text));
	if (ret)
		err__set(err, ret, "cannot talk to the host: %s", strerror(-ret));
out:
	for (size_t i = 0; i < ARRAY_SIZE(order); i++)
		free(what[i]);
	return ret;
}
