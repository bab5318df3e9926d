// SPDX-License-Identifier: GPL-2.0-only
/* worker.c - run one job: call the hooks of the workload and its collectors in order, and report
 * results outside of timed parts. */
#include "runner/agent/worker.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/agent/job_collectors.h"
#include "runner/agent/taint.h"
#include "workloads/workload.h"

#include <math.h>
#include <unistd.h>

struct worker {
	const struct wire_msg *msg;
	const struct workload *wl; /* NULL if the job is a collector */
	struct job_collectors collectors;
	struct param_set params;
	const struct metric *metrics; /* of the workload */
	struct metric_list declared;
	struct job job;
	struct wire wire;
	int go, kmsg;
	uint64_t iter_max_ms;
	size_t facts_sent, texts_sent;
};

/* Look up the plug-ins of the job and parse its parameters. The caller calls release_job(), even after
 * a failure. */
static int bind_job(struct worker *w, struct err *err)
{
	const struct wire_msg *msg = w->msg;
	int ret = job_collectors__bind(&w->collectors, msg, err);

	if (ret || msg->kind == WIRE_COLLECTOR)
		return ret;
	w->wl = workload__find(msg->name);
	if (!w->wl)
		return err__set(err, -ENOENT, "this agent has no workload '%s'", msg->name);
	w->job.source = w->job.workload = w->wl->name;
	w->job.params = &w->params;
	w->job.iterations = w->wl->no_iterations ? 1 : msg->iterations;
	param_set__init(&w->params, w->wl->params);
	ret = job_collectors__put_params(&w->params, msg, NULL, err);
	if (!ret)
		ret = workload__metrics(w->wl, &w->params, &w->declared, &w->metrics, err);
	w->job.metrics = w->metrics;
	return ret;
}

static void release_job(struct worker *w)
{
	job_collectors__release(&w->collectors, &w->job);
	param_set__release(&w->params);
	metric_list__release(&w->declared);
	job__release(&w->job);
	wire__release(&w->wire);
}

static void init_worker(struct worker *w, const struct wire_msg *msg, const struct job_env *env,
			const char *dir)
{
	*w = (struct worker){ .msg = msg, .go = -1, .kmsg = -1 };
	w->job.env = env;
	w->job.seed = msg->seed;
	w->job.stage = job_collectors__stage;
	w->job.point = job_collectors__point;
	w->job.stage_arg = &w->collectors;
	snprintf(w->job.dir, sizeof(w->job.dir), "%s", dir);
}

/* Without the main process, which reads the messages, the results are lost: exit. */
static void send_msg(struct worker *w, const struct wire_msg *m)
{
	if (wire__send(&w->wire, m, -1))
		_exit(1);
}

/* Send facts that were added since the last call. */
static void send_facts(struct worker *w)
{
	for (; w->facts_sent < w->job.n_facts; w->facts_sent++) {
		const struct job_fact *f = &w->job.facts[w->facts_sent];

		send_msg(w, WIRE_MSG(.type = WIRE_FACT, .name = f->key, .text = f->value));
	}
}

/* Send texts that were added since the last call. */
static void send_texts(struct worker *w)
{
	for (; w->texts_sent < w->job.n_texts; w->texts_sent++) {
		const struct job_text *t = &w->job.texts[w->texts_sent];

		if (wire__send_text(&w->wire, t->name, t->text, t->len, -1))
			_exit(1);
	}
}

/* Send all samples. -EINVAL with job->err set if a plug-in is wrong: it reports a metric that is not in
 * its table, or a value that is not finite, which JSON cannot represent. */
static int send_samples(struct worker *w)
{
	struct job *job = &w->job;

	for (size_t i = 0; i < job->n_samples; i++) {
		const struct job_sample *s = &job->samples[i];
		const struct metric *m;

		m = metric__find(w->wl && streq(s->source, w->wl->name) ?
					 w->metrics :
					 collector__find(s->source)->metrics,
				 s->metric);
		if (!m)
			return job__fail(job, -EINVAL,
					 "%s reports '%s', which is none of its metrics", s->source,
					 s->metric);
		if (!isfinite(s->value))
			return job__fail(job, -EINVAL,
					 "%s reports %g for '%s', expected a finite number",
					 s->source, s->value, s->metric);
		send_msg(w,
			 WIRE_MSG(.type = WIRE_SAMPLE, .job = w->msg->job,
				  .iter = m->per_boot || !w->wl ? WIRE_BOOT : (int)job->iteration,
				  .source = (char *)s->source, .metric = (char *)s->metric,
				  .value = s->value, .enabled_ns = s->enabled_ns,
				  .running_ns = s->running_ns));
	}
	return 0;
}

/* Announce the iteration, and wait until the main process has forwarded that and goes to sleep. */
static void announce(struct worker *w)
{
	char c;

	send_msg(w, WIRE_MSG(.type = WIRE_ITER_BEGIN, .job = w->msg->job,
			     .iter = (int)w->job.iteration,
			     .max_ms = w->iter_max_ms + job_collectors__max_ms(&w->collectors)));
	while (read(w->go, &c, 1) != 1)
		if (errno != EINTR)
			_exit(1);
	(void)taint__check(w->kmsg); /* skip what was logged until now */
}

/* Run the workload and the collectors around it. Verification comes later, outside of the collectors,
 * so that they do not measure it. */
static int run_timed(struct worker *w, uint64_t *ns)
{
	uint64_t begin;
	int ret = job_collectors__collect_all(&w->collectors, &w->job, COLLECT_AHEAD);

	if (!ret)
		ret = job_collectors__collect_all(&w->collectors, &w->job,
						  COLLECT_BEFORE_ITERATION);
	if (ret)
		return ret;
	begin = clock__ns();
	ret = w->wl->run(&w->job);
	*ns = clock__ns() - begin;
	if (!ret)
		ret = job_collectors__collect_all(&w->collectors, &w->job, COLLECT_AFTER_ITERATION);
	return ret ? ret : job_collectors__collect_all(&w->collectors, &w->job, COLLECT_BEHIND);
}

/* Run one iteration. Nothing is sent between WIRE_ITER_BEGIN and WIRE_ITER_END, so that reporting is
 * not measured. */
static int run_iteration(struct worker *w)
{
	struct job *job = &w->job;
	uint64_t ns = 0;
	int ret;

	job__clear_samples(job);
	job->operations = 0;
	announce(w);
	ret = run_timed(w, &ns);
	if (ret)
		return ret;
	send_msg(w, WIRE_MSG(.type = WIRE_ITER_END, .job = w->msg->job, .iter = (int)job->iteration,
			     .ns = ns, .tainted = taint__check(w->kmsg), .ops = job->operations));
	ret = w->wl->verify ? w->wl->verify(job) : 0;
	if (!ret)
		ret = send_samples(w);
	send_facts(w);
	send_texts(w);
	return ret;
}

/* Stop at the first failure, as the workload may be in any state after it. */
static int run_iterations(struct worker *w)
{
	struct job *job = &w->job;

	if (!job->iterations)
		return job__fail(job, -EINVAL, "the job asks for no iterations");
	w->kmsg = taint__open();
	for (job->iteration = 0; job->iteration < job->iterations; job->iteration++) {
		int ret = run_iteration(w);

		/* Once set up, a workload can no longer claim to be unsupported. */
		if (ret)
			return err__prefix(&job->err, ret == -EOPNOTSUPP ? -EIO : ret,
					   "iteration %u: ", job->iteration);
	}
	return 0;
}

/* Call all hooks in order. teardown() is called after any failure except that of supported(), after
 * which there is nothing to tear down. */
static int run_workload(struct worker *w)
{
	const struct workload *wl = w->wl;
	struct job *job = &w->job;
	struct err why;
	int ret = wl->supported ? wl->supported(job) : 0;

	if (ret)
		return ret;
	if (wl->setup)
		ret = wl->setup(job);
	if (!ret)
		ret = job_collectors__prepare(&w->collectors, job);
	if (ret)
		err__prefix(&job->err, ret, "set-up: ");
	else
		ret = run_iterations(w);
	why = job->err; /* teardown() may overwrite it */
	send_facts(w);
	send_msg(w,
		 WIRE_MSG(.type = WIRE_BEAT)); /* the tear-down begins: it has its own deadline */
	if (wl->teardown)
		wl->teardown(job);
	job->err = why;
	return ret;
}

/* Run a single collector, for phases outside of workloads: after boot and at the end. */
static int run_collector(struct worker *w)
{
	enum collect_phase phase = (enum collect_phase)w->msg->phase;
	int ret;

	if (!(w->collectors.v[0].col->phases & phase))
		return job__fail(&w->job, -EINVAL, "%s has nothing to collect in phase %d",
				 w->msg->name, (int)phase);
	ret = job_collectors__collect(&w->collectors, 0, &w->job, phase);
	return ret ? ret : send_samples(w);
}

static enum wire_status status_of(int ret)
{
	switch (ret) {
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
	int ret;

	init_worker(&w, msg, env, dir);
	wire__init(&w.wire, fd);
	w.go = go;
	ret = worker__bounds(msg, &w.iter_max_ms, &setup_ms, &w.job.err);
	if (!ret)
		ret = bind_job(&w, &w.job.err);
	if (!ret)
		ret = w.wl ? run_workload(&w) : run_collector(&w);
	send_facts(&w);
	send_texts(&w);
	if (ret && !w.job.err.msg[0])
		job__fail(&w.job, ret, "%s failed without a reason: %s", msg->name, strerror(-ret));
	send_msg(&w, WIRE_MSG(.type = WIRE_DONE, .job = msg->job, .status = status_of(ret),
			      .text = ret ? w.job.err.msg : (char *)""));
	release_job(&w);
	/* Do this here, while the main process sends heartbeats: a large tree takes long to remove. */
	fs__rm_rf(dir);
	return 0;
}

int worker__teardown(const struct wire_msg *msg, const struct job_env *env, const char *dir)
{
	struct worker w;
	int ret;

	init_worker(&w, msg, env, dir);
	ret = bind_job(&w, &w.job.err);
	if (!ret && w.wl && w.wl->teardown)
		w.wl->teardown(&w.job);
	release_job(&w);
	fs__rm_rf(dir);
	return ret ? 1 : 0;
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
