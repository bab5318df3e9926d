// SPDX-License-Identifier: GPL-2.0-only
#include "runner/agent/worker.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/around.h"
#include "runner/agent/taint.h"
#include "workloads/workload.h"

#include <math.h>
#include <unistd.h>

struct worker {
	const struct wire_msg *msg;
	const struct workload *wl; /* NULL when the job is a collector */
	struct around around;
	struct param_set params;
	const struct metric *metrics; /* of the workload */
	struct metric_list declared;
	struct job job;
	struct wire wire;
	int go, kmsg;
	uint64_t iter_max_ms;
	size_t facts_sent, texts_sent;
};

/* Find what the job names. On failure some of it may be bound; unbind() takes care. */
static int bind_job(struct worker *w, struct err *err)
{
	const struct wire_msg *msg = w->msg;
	int rc = around__bind(&w->around, msg, err);

	if (rc || msg->kind == WIRE_COLLECTOR)
		return rc;
	w->wl = workload__find(msg->name);
	if (!w->wl)
		return err__set(err, -ENOENT, "this agent has no workload '%s'", msg->name);
	w->job.source = w->job.workload = w->wl->name;
	w->job.params = &w->params;
	w->job.iterations = w->wl->no_iterations ? 1 : msg->iterations;
	param_set__init(&w->params, w->wl->params);
	rc = around__put_params(&w->params, msg, NULL, err);
	if (!rc)
		rc = workload__metrics(w->wl, &w->params, &w->declared, &w->metrics, err);
	w->job.metrics = w->metrics;
	return rc;
}

static void unbind(struct worker *w)
{
	around__release(&w->around, &w->job);
	param_set__release(&w->params);
	metric_list__release(&w->declared);
	job__release(&w->job);
	wire__release(&w->wire);
}

static void prepare(struct worker *w, const struct wire_msg *msg, const struct job_env *env,
		    const char *dir)
{
	*w = (struct worker){ .msg = msg, .go = -1, .kmsg = -1 };
	w->job.env = env;
	w->job.seed = msg->seed;
	snprintf(w->job.dir, sizeof(w->job.dir), "%s", dir);
}

/* The main process is the only reader; when it is gone there is nobody to work for. */
static void send_msg(struct worker *w, const struct wire_msg *m)
{
	if (wire__send(&w->wire, m, -1))
		_exit(1);
}

static void send_facts(struct worker *w)
{
	for (; w->facts_sent < w->job.n_facts; w->facts_sent++) {
		const struct job_fact *f = &w->job.facts[w->facts_sent];

		send_msg(w,
			 &(struct wire_msg){ .type = WIRE_FACT, .name = f->key, .text = f->value });
	}
}

static void send_texts(struct worker *w)
{
	for (; w->texts_sent < w->job.n_texts; w->texts_sent++) {
		const struct job_text *t = &w->job.texts[w->texts_sent];

		if (wire__send_text(&w->wire, t->name, t->text, t->len, -1))
			_exit(1);
	}
}

static const struct metric *metric_of(const struct worker *w, const struct job_sample *s)
{
	if (w->wl && streq(s->source, w->wl->name))
		return metric__find(w->metrics, s->metric);
	return metric__find(collector__find(s->source)->metrics, s->metric);
}

static int send_samples(struct worker *w)
{
	struct job *job = &w->job;

	for (size_t i = 0; i < job->n_samples; i++) {
		const struct job_sample *s = &job->samples[i];
		const struct metric *m = metric_of(w, s);

		if (!m)
			return job__fail(job, -EINVAL,
					 "%s reports '%s', which is none of its "
					 "metrics",
					 s->source, s->metric);
		if (!isfinite(s->value))
			return job__fail(job, -EINVAL,
					 "%s reports %g for '%s', expected a finite "
					 "number",
					 s->source, s->value, s->metric);
		send_msg(w, &(struct wire_msg){ .type = WIRE_SAMPLE,
						.job = w->msg->job,
						.iter = m->per_boot || !w->wl ? WIRE_BOOT :
										(int)job->iteration,
						.source = (char *)s->source,
						.metric = (char *)s->metric,
						.value = s->value,
						.enabled_ns = s->enabled_ns,
						.running_ns = s->running_ns });
	}
	return 0;
}

/* Announce the iteration and wait until the main process has passed that on: from then
 * on it sleeps. */
static int announce(struct worker *w)
{
	char c;

	send_msg(w, &(struct wire_msg){ .type = WIRE_ITER_BEGIN,
					.job = w->msg->job,
					.iter = (int)w->job.iteration,
					.max_ms = w->iter_max_ms + around__max_ms(&w->around) });
	while (read(w->go, &c, 1) != 1)
		if (errno != EINTR)
			_exit(1);
	(void)taint__check(w->kmsg); /* what was logged before does not count */
	return 0;
}

/* Collectors frame run() closely: verification must not count as work. */
static int timed_part(struct worker *w, uint64_t *ns)
{
	uint64_t begin;
	int rc = around__collect_all(&w->around, &w->job, COLLECT_AHEAD);

	if (!rc)
		rc = around__collect_all(&w->around, &w->job, COLLECT_BEFORE_ITERATION);
	if (rc)
		return rc;
	begin = clock__ns();
	rc = w->wl->run(&w->job);
	*ns = clock__ns() - begin;
	return rc ? rc : around__collect_all(&w->around, &w->job, COLLECT_AFTER_ITERATION);
}

static int iterate(struct worker *w)
{
	struct job *job = &w->job;
	uint64_t ns = 0;
	int rc;

	job__clear_samples(job);
	job->operations = 0;
	rc = announce(w);
	if (!rc)
		rc = timed_part(w, &ns);
	if (rc)
		return rc;
	send_msg(w, &(struct wire_msg){ .type = WIRE_ITER_END,
					.job = w->msg->job,
					.iter = (int)job->iteration,
					.ns = ns,
					.tainted = taint__check(w->kmsg),
					.ops = job->operations });
	rc = w->wl->verify ? w->wl->verify(job) : 0;
	if (!rc)
		rc = send_samples(w);
	send_facts(w);
	send_texts(w);
	return rc;
}

static int iterate_all(struct worker *w)
{
	struct job *job = &w->job;

	if (!job->iterations)
		return job__fail(job, -EINVAL, "no iterations are asked for");
	w->kmsg = taint__open();
	for (job->iteration = 0; job->iteration < job->iterations; job->iteration++) {
		int rc = iterate(w);

		/* Only before the first iteration may a workload find that it cannot run. */
		if (rc)
			return err__prefix(&job->err, rc == -EOPNOTSUPP ? -EIO : rc,
					   "iteration %u: ", job->iteration);
	}
	return 0;
}

static int do_workload(struct worker *w)
{
	const struct workload *wl = w->wl;
	struct job *job = &w->job;
	struct err why;
	int rc = wl->supported ? wl->supported(job) : 0;

	if (rc)
		return rc;
	if (wl->setup)
		rc = wl->setup(job);
	if (!rc)
		rc = around__prepare(&w->around, job);
	if (rc)
		err__prefix(&job->err, rc, "set-up: ");
	else
		rc = iterate_all(w);
	why = job->err;
	send_facts(w);
	send_msg(w, &(struct wire_msg){ .type = WIRE_BEAT });
	if (wl->teardown)
		wl->teardown(job);
	job->err = why;
	return rc;
}

static int do_collector(struct worker *w)
{
	enum collect_phase phase = (enum collect_phase)w->msg->phase;
	int rc;

	if (!(w->around.v[0].col->phases & phase))
		return job__fail(&w->job, -EINVAL, "%s has nothing to collect in phase %d",
				 w->msg->name, (int)phase);
	rc = around__collect(&w->around, 0, &w->job, phase);
	return rc ? rc : send_samples(w);
}

static enum wire_status status_of(int rc)
{
	switch (rc) {
	case 0:
		return WIRE_OK;
	case -EOPNOTSUPP:
		return WIRE_UNSUPPORTED;
	case -ETIMEDOUT:
		return WIRE_TIMEOUT;
	default:
		return WIRE_FAILED;
	}
}

int worker__main(const struct wire_msg *msg, const struct job_env *env, const char *dir, int fd,
		 int go)
{
	uint64_t setup_ms;
	struct worker w;
	int rc;

	prepare(&w, msg, env, dir);
	wire__init(&w.wire, fd);
	w.go = go;
	rc = worker__bounds(msg, &w.iter_max_ms, &setup_ms, &w.job.err);
	if (!rc)
		rc = bind_job(&w, &w.job.err);
	if (!rc)
		rc = w.wl ? do_workload(&w) : do_collector(&w);
	send_facts(&w);
	send_texts(&w);
	if (rc && !w.job.err.msg[0])
		job__fail(&w.job, rc, "%s failed without a reason: %s", msg->name, strerror(-rc));
	send_msg(&w, &(struct wire_msg){ .type = WIRE_DONE,
					 .job = msg->job,
					 .status = status_of(rc),
					 .text = rc ? w.job.err.msg : (char *)"" });
	unbind(&w);
	/* Here, while the main process tells the host that we live: a kernel's source takes long. */
	fs__rm_rf(dir);
	return 0;
}

int worker__teardown(const struct wire_msg *msg, const struct job_env *env, const char *dir)
{
	struct worker w;
	int rc;

	prepare(&w, msg, env, dir);
	rc = bind_job(&w, &w.job.err);
	if (!rc && w.wl && w.wl->teardown)
		w.wl->teardown(&w.job);
	unbind(&w);
	fs__rm_rf(dir);
	return rc ? 1 : 0;
}

int worker__bounds(const struct wire_msg *msg, uint64_t *max_ms, uint64_t *setup_ms,
		   struct err *err)
{
	const struct workload *wl = workload__find(msg->name);
	const struct collector *col = collector__find(msg->name);

	if (msg->kind == WIRE_COLLECTOR) {
		if (!col)
			return err__set(err, -ENOENT, "this agent has no collector '%s'",
					msg->name);
		*max_ms = *setup_ms = msg->max_ms ? msg->max_ms : col->max_s * 1000ull;
		return 0;
	}
	if (!wl)
		return err__set(err, -ENOENT, "this agent has no workload '%s'", msg->name);
	*max_ms = msg->max_ms ? msg->max_ms : wl->iteration_max_s * 1000ull;
	*setup_ms = msg->setup_ms ? msg->setup_ms : wl->setup_max_s * 1000ull;
	return 0;
}
