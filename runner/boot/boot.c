// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot.c - runs one boot: start the target, wait for the agent's hello, let it run one job after
 * another, power off. In exact mode nothing is sent to the agent: it reads its jobs from a file,
 * and writes the same messages to another file, which is read here. session.c waits for messages
 * and enforces the deadlines.
 */
#include "runner/boot/boot.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/boot/expect.h"
#include "runner/boot/jobs.h"
#include "runner/boot/profile.h"
#include "runner/boot/facts.h"
#include "runner/boot/sampled.h"
#include "runner/boot/session.h"
#include "runner/targets/qemu_find.h"
#include "runner/boot/tlb.h"

#include <sys/socket.h>

/* How long the host waits beyond a limit that the agent itself enforces. */
#define BACKSTOP_NS (10 * NSEC_PER_SEC)
/* The limits of an exact boot are in guest time, in which 500 million instructions are a second. An
 * idle host CPU needs two to four seconds to emulate those. */
#define EXACT_SLOWDOWN 10
#define LOG_MAX 4096 /* limit for what is kept of the agent's log, in bytes */
#define QUIT_MS 5000 /* to send quit, and then to wait for each message */
#define POWER_OFF_MS 10000
#define EXACT_POWER_OFF_MS 60000

/* `what` appears in all failure messages of this step, and on the progress line. */
static void begin_step(struct session *s, const char *what)
{
	s->doing = what;
	if (s->opts->progress)
		s->opts->progress(s->opts->arg, what, 0, 0);
}

/* How long the host waits, in ns, for something that the agent limits to `ms` of its own time. */
static uint64_t host_timeout(const struct session *s, uint64_t ms)
{
	return ms * NSEC_PER_MSEC * (s->one_way ? EXACT_SLOWDOWN : 1) + BACKSTOP_NS;
}

/* The agent sent something invalid: either a bug of kduel or a corrupted stream. The boot is over.
 * Returns -1, for the caller to return. */
static int protocol_error(struct session *s, const struct err *err)
{
	record__status(s->rec, BOOT_PROTOCOL, "while %s: %s", s->doing, err->msg);
	return -1;
}

/* Append what the agent logs to a fact of the boot, up to LOG_MAX. */
static void keep_log(struct session *s, const char *text)
{
	const struct store_boot *boot = &s->rec->boot;
	_free_ char *all = NULL;
	const char *old = NULL;

	for (size_t i = 0; i < boot->n_facts; i++)
		if (streq(boot->facts[i].key, FACT_AGENT_LOG))
			old = boot->facts[i].value;
	all = old ? xasprintf("%s; %s", old, text) : xstrdup(text);
	if (strlen(all) <= LOG_MAX)
		record__agent_words(s->rec, FACT_AGENT_LOG, all);
}

/* Handle the end of a job. 0, or -1 if the boot is over. */
static int job_done(struct session *s, const struct wire_msg *m)
{
	static const enum boot_status as[WIRE_STATUS_MAX] = {
		[WIRE_OK] = BOOT_OK,
		[WIRE_FAILED] = BOOT_WORKLOAD_FAILED,
		[WIRE_TIMEOUT] = BOOT_WORKLOAD_TIMEOUT,
		[WIRE_CRASHED] = BOOT_WORKLOAD_FAILED,
	};

	if (m->status == WIRE_OK)
		return 0;
	/* An oops kills the process that triggered it: that is not a failure of the workload. */
	if (session__blame_kernel(s))
		return -1;
	if (m->status == WIRE_UNSUPPORTED) {
		_free_ char *key = xasprintf("unsupported/%s", s->doing);

		/* Other workloads of the boot are still valid. */
		record__agent_words(s->rec, key, m->text);
		return 0;
	}
	record__status(s->rec, as[m->status], "%s: %s", s->doing, m->text);
	return -1;
}

/* Iterations count from 0. Messages about the boot as a whole have WIRE_BOOT (-1), which is never a
 * warm-up. */
static bool is_warmup(const struct boot_job *job, const struct wire_msg *m)
{
	return m->iter >= 0 && (unsigned int)m->iter < job->warmup;
}

/* Handle a message of a running job: 1 if the job goes on, 0 if it is done, -1 if the boot is
 * over. */
static int job_message(struct session *s, const struct boot_job *job, const struct wire_msg *m)
{
	struct store_sample sample;
	struct err err;
	int ret;

	switch (m->type) {
	case WIRE_BEAT:
		/* The agent sends no heartbeats in a timed part, so the part has ended, with or
		 * without success. */
		session__expect(s, WAIT_TALK, s->talk_ns);
		return 1;
	case WIRE_LOG:
		keep_log(s, m->text);
		return 1;
	case WIRE_FACT:
		if (!record__agent_fact(s->rec, m->name, m->text, &err))
			return 1;
		record__status(s->rec, BOOT_PROTOCOL, "%s", err.msg);
		return -1;
	case WIRE_TEXT:
		ret = record__text(s->rec, m->name, m->text, &err);
		return ret ? protocol_error(s, &err) : 1;
	case WIRE_ITER_BEGIN:
		if (s->opts->progress)
			s->opts->progress(s->opts->arg, s->doing, m->iter + 1,
					  job->order.iterations);
		/* The plan sets the limit. The guest's own can only shorten it. */
		session__expect(s, WAIT_ITERATION,
				host_timeout(s, m->max_ms < job->iteration_ms ? m->max_ms :
										job->iteration_ms));
		return 1;
	case WIRE_ITER_END:
		record__iteration(s->rec,
				  &(struct store_iteration){
					  .workload = job->as,
					  .iter = m->iter,
					  .warmup = is_warmup(job, m),
					  .tainted = m->tainted,
					  .ns = m->ns,
				  },
				  m->ops);
		session__expect(s, WAIT_TALK, s->talk_ns);
		return 1;
	case WIRE_SAMPLE:
		sample = (struct store_sample){
			.workload = job->as,
			.iter = m->iter,
			.value = m->value,
			.warmup = is_warmup(job, m),
			.enabled_ns = m->enabled_ns,
			.running_ns = m->running_ns,
		};
		ret = record__resolve(s->rec, m->source, m->metric, &sample, &err);
		/* Samples of a collector's own job always belong to the boot. Those of a workload's
		 * job must match the table. */
		if (!ret && job->order.kind == WIRE_WORKLOAD &&
		    (m->iter == WIRE_BOOT) != sample.metric->per_boot)
			ret = err__set(&err, -EPROTO, "%s/%s is counted per %s", m->source,
				       m->metric, sample.metric->per_boot ? "boot" : "iteration");
		if (!ret)
			ret = record__sample(s->rec, &sample, &err);
		return ret ? protocol_error(s, &err) : 1;
	case WIRE_DONE:
		return job_done(s, m);
	default: /* protocol__take() rejects all others */
		return 1;
	}
}

/* Send a job, and handle its messages until it is done. 0, or -1 if the boot is over. */
static int run_job(struct session *s, const struct boot_job *job)
{
	struct wire_msg m;
	int ret = 1;

	if (!s->one_way && session__send(s, &job->order))
		return -1;
	protocol__begin_job(&s->protocol, &job->order);
	s->bound = clock__ns() + host_timeout(s, job->bound_ms);
	s->rec->declared = job->declared;
	/* There are no heartbeats in one-way mode: the agent is silent while it sets up the job. */
	if (s->one_way)
		s->talk_ns = host_timeout(s, job->order.setup_ms);
	session__expect(s, WAIT_TALK, s->talk_ns);
	while (ret > 0) {
		if (session__next(s, &m))
			return -1;
		ret = job_message(s, job, &m);
		wire_msg__release(&m);
	}
	return ret;
}

/* Wait for the agent's hello and check that the right kernel runs: a boot loader or a wrong path
 * may have started another one. 0, or -1 if the boot is over. */
static int wait_hello(struct session *s)
{
	const struct plan *plan = s->opts->spec->plan;
	const char *want = s->opts->spec->release;
	struct wire_msg m;
	int ret = 0;

	begin_step(s, "booting");
	session__expect(s, WAIT_HELLO, plan->target.boot_timeout_ns);
	do {
		if (session__next(s, &m))
			return -1;
		if (m.type == WIRE_LOG) {
			keep_log(s, m.text);
		} else if (m.type == WIRE_HELLO && want && !streq(m.text, want)) {
			record__status(s->rec, BOOT_PROTOCOL,
				       "another kernel booted: %s, the variant's is %s", m.text,
				       want);
			ret = -1;
		} else if (m.type == WIRE_HELLO) {
			record__agent_words(s->rec, "agent/version", m.name);
			record__agent_words(s->rec, "agent/release", m.text);
			ret = 1;
		} else if (m.type == WIRE_DONE) {
			record__status(s->rec, BOOT_AGENT_DIED,
				       "the agent could not set up its system: %s", m.text);
			ret = -1;
		}
		wire_msg__release(&m);
	} while (!ret);
	return ret > 0 ? 0 : -1;
}

/* Handle a message during power-off: true if it was the last one. Releases the message. */
static bool last_message(struct session *s, struct wire_msg *m)
{
	bool bye = m->type == WIRE_BYE;
	struct err err;

	/* Errors are ignored: at this point the work is done. */
	if (m->type == WIRE_TEXT)
		(void)record__text(s->rec, m->name, m->text, &err);
	else if (m->type == WIRE_LOG)
		keep_log(s, m->text);
	wire_msg__release(m);
	return bye;
}

/* Tell the agent to quit, and read its last texts. The boot has done its work: only a complaint of
 * the kernel can still change its outcome. */
static void quit_agent(struct session *s)
{
	struct wire_msg quit = { .type = WIRE_QUIT }, m;
	struct err err;
	uint64_t end = clock__ns() + s->talk_ns;
	int status;
	bool bye = false;

	s->doing = "powering off";
	if (wire__send(&s->wire, &quit, QUIT_MS))
		return;
	protocol__quit(&s->protocol);
	while (!bye && clock__ns() < end && !wire__recv(&s->wire, &m, QUIT_MS, &err)) {
		if (protocol__take(&s->protocol, &m, &err)) {
			wire_msg__release(&m);
			return;
		}
		bye = last_message(s, &m);
	}
	if (!bye)
		return;
	/* The agent powers off when we hang up, so that no message is lost. shutdown(), not
	 * close(): the descriptor belongs to the target, whose stop() closes it. */
	shutdown(s->run.fd, SHUT_RDWR);
	session__wait(s, POWER_OFF_MS, &status);
}

/* In one-way mode quit is the last in the list of jobs. QEMU's plugin writes its counts at exit, so
 * wait for that. */
static void await_power_off(struct session *s)
{
	struct wire_msg m;
	int status = 0, ret;
	bool bye = false;

	s->doing = "powering off";
	s->talk_ns = host_timeout(s, 0);
	s->bound = clock__ns() + host_timeout(s, POWER_OFF_MS);
	protocol__quit(&s->protocol);
	session__expect(s, WAIT_TALK, s->talk_ns);
	while (!bye) {
		if (session__next(s, &m))
			return;
		bye = last_message(s, &m);
	}
	ret = session__wait(s, EXACT_POWER_OFF_MS, &status);
	if (session__blame_kernel(s))
		return;
	if (ret == -ETIMEDOUT)
		record__status(s->rec, BOOT_TARGET_KILLED,
			       "%s did not exit within %d s of the agent's last message",
			       s->opts->ops->name, EXACT_POWER_OFF_MS / 1000);
	else if (ret || status)
		record__status(s->rec, BOOT_TARGET_KILLED,
			       "%s exited with status %d after the agent's last message",
			       s->opts->ops->name, status);
}

/* Record how the boot is started: command line, emulator, host. */
static void record_start(struct session *s, const struct boot_spec *spec)
{
	struct strvec argv = { 0 };
	struct err err;

	if (!s->opts->ops->command(spec, &argv, &err)) {
		_free_ char *line = strvec__shell_line(&argv);

		s->rec->boot.command = record__keep(s->rec, line);
	}
	if (spec->qemu) {
		_free_ char *text = qemu__describe(spec->qemu);

		record__fact(s->rec, FACT_QEMU, text);
	}
	env_host__record(spec, s->opts->ops, s->rec);
	strvec__release(&argv);
}

/* Record the facts that the target reports. */
static void take_facts(struct session *s)
{
	struct strvec *f = &s->run.facts;

	for (size_t i = 0; i + 1 < f->n; i += 2)
		record__fact(s->rec, f->v[i], f->v[i + 1]);
	strvec__release(f);
}

/* Let the target deal with the system after the boot. It may find out more about a failure, such as
 * a crash dump, than was seen until then. Texts beyond the limit are ignored. */
static void finish_target(struct session *s)
{
	struct store_boot *boot = &s->rec->boot;
	struct strvec *texts = &s->run.texts;
	enum boot_status better;
	char why[1024] = "";
	struct err err;

	if (!s->opts->ops->over)
		return;
	better = s->opts->ops->over(&s->run, boot->status, why, sizeof(why));
	take_facts(s);
	for (size_t i = 0; i + 1 < texts->n; i += 2)
		(void)record__text(s->rec, texts->v[i], texts->v[i + 1], &err);
	strvec__release(texts);
	if (better == BOOT_OK)
		return;
	boot->status = BOOT_OK;
	record__status(s->rec, better, "%s", why);
}

/* boot_spec.entered */
static void target_entered(void *arg, const char *what)
{
	begin_step(arg, what);
}

static void open_console(struct session *s)
{
	console__init(&s->console, s->run.console);
	s->console.no_kernel = s->opts->ops->no_console || s->run.no_console;
	s->console.offset = s->run.console_from;
}

/* The target did not start. If the console shows that a kernel died, that is the reason. */
static void blame_start(struct session *s, int ret, const struct err *err)
{
	if (s->run.console) {
		open_console(s);
		if (session__blame_kernel(s))
			return;
	}
	record__status(s->rec,
		       s->run.fault   ? s->run.fault :
		       ret == -EINTR  ? BOOT_INTERRUPTED :
		       ret == -ENOSPC ? BOOT_HOST_DISK_FULL :
					BOOT_TARGET_MISSING,
		       "%s", err->msg);
}

/* Start the target. 0, or -1 with the status set in the record. */
static int start_target(struct session *s, const struct boot_jobs *jobs)
{
	const struct boot_spec *spec = s->opts->spec;
	const uint64_t want = spec->plan->target.min_free, have = fs__free_bytes(spec->run_dir);
	_free_ char *list = xasprintf("%s/" TARGET_JOBS, spec->run_dir);
	struct err err;
	int ret;

	if (have < want) {
		record__status(s->rec, BOOT_HOST_DISK_FULL,
			       "%llu MiB free at %s, the plan wants %llu (target.min_free)",
			       (unsigned long long)(have >> 20), spec->run_dir,
			       (unsigned long long)(want >> 20));
		return -1;
	}
	ret = s->one_way ? boot_jobs__write(jobs, list, &err) : 0;
	if (!ret)
		ret = s->opts->ops->start(spec, &s->run, &err);
	take_facts(s);
	if (ret) {
		blame_start(s, ret, &err);
		return -1;
	}
	if (s->one_way)
		wire__follow(&s->wire, s->run.fd);
	else
		wire__init(&s->wire, s->run.fd);
	wire__await_greeting(&s->wire, s->run.greeting);
	open_console(s);
	env_host__record_running(spec, s->rec);
	return 0;
}

/* Everything from hello to power-off. */
static void run_session(struct session *s, const struct boot_jobs *jobs)
{
	int ret = wait_hello(s);

	if (!ret && s->opts->ops->hello)
		s->opts->ops->hello(&s->run);
	for (size_t i = 0; !ret && i < jobs->n; i++) {
		begin_step(s, jobs->v[i].order.name);
		ret = run_job(s, &jobs->v[i]);
	}
	if (!ret && s->one_way)
		await_power_off(s);
	else if (!ret)
		quit_agent(s);
	session__blame_kernel(s);
}

/* Add what the TLB model's plugin counted, if the boot succeeded and its workload could run. Called
 * before the target is stopped, which removes the file. */
static void collect_tlb(struct session *s)
{
	const struct boot_spec *spec = s->opts->spec;
	struct record *rec = s->rec;
	const struct plan_workload *w;
	struct err err;

	if (!s->one_way || spec->workload < 0 || rec->boot.status != BOOT_OK ||
	    !rec->boot.n_iterations)
		return;
	w = &spec->plan->workloads[spec->workload];
	if (tlbmodel__collect(rec, spec->run_dir, w->wl->name, w->metrics, spec->tlb, &err) ||
	    profile__collect(rec, spec->run_dir, w->wl->name,
			     spec->plan->profile ? spec->built : NULL, &err))
		record__status(rec, BOOT_PROTOCOL, "%s", err.msg);
}

/* Texts with samples are parsed only if the plan has the collector; otherwise they are texts like
 * any other. */
static void collect_samples(struct session *s)
{
	const struct plan *p = s->opts->spec->plan;
	struct err err;

	for (size_t i = 0; i < p->n_collectors; i++)
		if (streq(p->collectors[i].col->name, "perf-record") &&
		    sampled__collect(s->rec, &err))
			record__status(s->rec, BOOT_PROTOCOL, "%s", err.msg);
}

/* The order at the end matters: stop() removes the run directory, so its files are read before; the
 * end time is taken after it, when no process of the boot is left. */
void boot__run(const struct boot_opts *given, struct record *rec)
{
	struct boot_spec spec = *given->spec;
	struct boot_opts mine = *given;
	const struct boot_opts *opts = &mine;
	struct session s = { .opts = opts, .rec = rec, .doing = "starting" };
	struct boot_jobs jobs;
	char *log = NULL;
	size_t len = 0;
	uint64_t began;

	mine.spec = &spec;
	spec.entered = target_entered;
	spec.arg = &s;
	rec->boot.started_ns = clock__wall_ns();
	began = clock__ns();
	rec->boot.seed = opts->spec->seed;
	rec->boot.command = "";
	record_start(&s, opts->spec);
	boot_jobs__build(opts->spec, opts->work_seed, &jobs);
	spec.bound_ns = spec.plan->target.boot_timeout_ns + boot_jobs__bound_ns(&jobs);
	/* stop() is called even if start() failed or was not called. */
	s.run.fd = s.run.leash = -1;
	s.one_way = opts->spec->exact && opts->ops->one_way;
	s.talk_ns = opts->spec->plan->target.agent_timeout_ns;
	if (!start_target(&s, &jobs)) {
		run_session(&s, &jobs);
		collect_tlb(&s);
		collect_samples(&s);
		wire__release(&s.wire);
	}
	finish_target(&s);
	if (s.console.path)
		log = console__read_all(&s.console, &len);
	opts->ops->stop(&s.run);
	boot_jobs__release(&jobs);
	/* Not from the wall clock, which may have been set meanwhile. */
	rec->boot.ended_ns = rec->boot.started_ns + (clock__ns() - began);
	record__finish(rec, log, len);
	boot_expect__judge(opts->spec, rec);
}
