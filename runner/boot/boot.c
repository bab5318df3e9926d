// SPDX-License-Identifier: GPL-2.0-only
#include "runner/boot/boot.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/boot/jobs.h"
#include "runner/boot/facts.h"
#include "runner/boot/session.h"
#include "runner/targets/qemu_find.h"
#include "runner/boot/tlb.h"

#include <sys/socket.h>

/* On top of a bound that the agent itself enforces, before the host steps in. */
#define BACKSTOP_NS (10 * NSEC_PER_SEC)
/* An exact boot's own bounds are in the guest's time, of which 500 million instructions are a
 * second. Emulated they take two to four seconds of a host CPU that has nothing else to do. */
#define EXACT_SLOWDOWN 10
#define POWER_OFF_MS 10000
#define EXACT_POWER_OFF_MS 60000

static void doing(struct session *s, const char *what)
{
	s->doing = what;
	if (s->opts->progress)
		s->opts->progress(s->opts->arg, what);
}

/* How long the host waits for what the agent is to end within `ms` of its own time. */
static uint64_t patience(const struct session *s, uint64_t ms)
{
	return ms * NSEC_PER_MSEC * (s->one_way ? EXACT_SLOWDOWN : 1) + BACKSTOP_NS;
}

static int refuse(struct session *s, const struct err *err)
{
	record__status(s->rec, BOOT_PROTOCOL, "while %s: %s", s->doing, err->msg);
	return -1;
}

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
	/* An oops kills the process that met it: its end is not the workload's doing. */
	if (session__blame_kernel(s))
		return -1;
	if (m->status == WIRE_UNSUPPORTED) {
		_free_ char *key = xasprintf("unsupported/%s", s->doing);

		/* The other workloads' numbers are none the worse for it. */
		record__fact(s->rec, key, m->text);
		return 0;
	}
	record__status(s->rec, as[m->status], "%s: %s", s->doing, m->text);
	return -1;
}

static bool is_warmup(const struct boot_job *job, const struct wire_msg *m)
{
	return m->iter >= 0 && (unsigned int)m->iter < job->warmup;
}

/* One message of a running job: 1 it goes on, 0 the job is done, -1 the boot is over. */
static int take(struct session *s, const struct boot_job *job, const struct wire_msg *m)
{
	struct store_sample sample;
	struct err err;

	switch (m->type) {
	case WIRE_BEAT:
		/* None comes out of a timed part: it has ended, one way or the other. */
		session__expect(s, WAIT_TALK, s->talk_ns);
		return 1;
	case WIRE_LOG:
		return 1;
	case WIRE_FACT:
		record__fact(s->rec, m->name, m->text);
		return 1;
	case WIRE_TEXT:
		record__text(s->rec, m->name, m->text);
		return 1;
	case WIRE_ITER_BEGIN:
		session__expect(s, WAIT_ITERATION, patience(s, m->max_ms));
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
		if (!record__resolve(s->rec, m->source, m->metric, &sample, &err) &&
		    !record__sample(s->rec, &sample, &err))
			return 1;
		return refuse(s, &err);
	case WIRE_DONE:
		if (m->job == job->order.job)
			return job_done(s, m);
		break;
	default:
		break;
	}
	err__set(&err, -EPROTO, "unexpected message '%s'", wire_type__name(m->type));
	return refuse(s, &err);
}

static int run_job(struct session *s, const struct boot_job *job)
{
	int ret = s->one_way ? 0 : session__send(s, &job->order);

	s->rec->declared = job->declared;
	/* No heartbeat tells that a job of a list is still being prepared. */
	if (s->one_way)
		s->talk_ns = patience(s, job->order.setup_ms);
	session__expect(s, WAIT_TALK, s->talk_ns);
	while (!ret) {
		struct wire_msg m;

		if (session__next(s, &m))
			return -1;
		ret = take(s, job, &m);
		wire_msg__release(&m);
		if (ret == 0)
			return 0;
		ret = ret > 0 ? 0 : -1;
	}
	return ret;
}

static int wait_hello(struct session *s)
{
	const struct plan *plan = s->opts->spec->plan;
	const char *want = s->opts->spec->release;
	struct wire_msg m;
	int ret = 0;

	doing(s, "booting");
	session__expect(s, WAIT_HELLO, plan->target.boot_timeout_ns);
	do {
		if (session__next(s, &m))
			return -1;
		if (m.type == WIRE_HELLO && m.proto != WIRE_PROTO) {
			record__status(s->rec, BOOT_PROTOCOL,
				       "the agent speaks protocol %d, this kduel %d; rebuild it",
				       m.proto, WIRE_PROTO);
			ret = -1;
		} else if (m.type == WIRE_HELLO && want && !streq(m.text, want)) {
			record__status(s->rec, BOOT_PROTOCOL,
				       "another kernel booted: %s, the variant's is %s", m.text,
				       want);
			ret = -1;
		} else if (m.type == WIRE_HELLO) {
			record__fact(s->rec, "agent/version", m.name);
			record__fact(s->rec, "agent/release", m.text);
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

static int run_all(struct session *s, const struct boot_jobs *jobs)
{
	if (wait_hello(s))
		return -1;
	for (size_t i = 0; i < jobs->n; i++) {
		doing(s, jobs->v[i].order.name);
		if (run_job(s, &jobs->v[i]))
			return -1;
	}
	return 0;
}

/* Ask the agent to end and take its last texts. What fails here does not touch a boot that
 * has done its work, unless the kernel itself complained. */
static void say_goodbye(struct session *s)
{
	struct wire_msg quit = { .type = WIRE_QUIT }, m;
	struct err err;
	uint64_t end = clock__ns() + s->talk_ns;
	int status;
	bool bye = false;

	s->doing = "powering off";
	if (wire__send(&s->wire, &quit, 5000))
		return;
	while (!bye && clock__ns() < end && !wire__recv(&s->wire, &m, 5000, &err)) {
		if (m.type == WIRE_TEXT)
			record__text(s->rec, m.name, m.text);
		bye = m.type == WIRE_BYE;
		wire_msg__release(&m);
	}
	if (!bye)
		return;
	/* The agent waits for us to hang up, so that its last words are not lost. */
	shutdown(s->run.fd, SHUT_RDWR);
	session__wait(s, POWER_OFF_MS, &status);
}

/* The list of jobs ends with quit, and the figures come with the end of the target. */
static void await_power_off(struct session *s)
{
	struct wire_msg m;
	int status = 0, ret;
	bool bye = false;

	s->doing = "powering off";
	s->talk_ns = patience(s, 0);
	session__expect(s, WAIT_TALK, s->talk_ns);
	while (!bye) {
		if (session__next(s, &m))
			return;
		if (m.type == WIRE_TEXT)
			record__text(s->rec, m.name, m.text);
		bye = m.type == WIRE_BYE;
		wire_msg__release(&m);
	}
	ret = session__wait(s, EXACT_POWER_OFF_MS, &status);
	if (session__blame_kernel(s))
		return;
	if (ret == -ETIMEDOUT)
		record__status(s->rec, BOOT_TARGET_KILLED,
			       "%s did not end within %d s of the "
			       "agent's last word",
			       s->opts->ops->name, EXACT_POWER_OFF_MS / 1000);
	else if (ret || status)
		record__status(s->rec, BOOT_TARGET_KILLED,
			       "%s ended with status %d after the "
			       "agent's last word",
			       s->opts->ops->name, status);
}

static void note_host(struct session *s, const struct boot_spec *spec)
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

static int check_disk(struct session *s)
{
	const struct boot_spec *spec = s->opts->spec;
	uint64_t have = fs__free_bytes(spec->run_dir);

	if (have >= spec->plan->target.min_free)
		return 0;
	record__status(s->rec, BOOT_HOST_DISK_FULL,
		       "%llu MiB free at %s, the plan wants %llu (target.min_free)",
		       (unsigned long long)(have >> 20), spec->run_dir,
		       (unsigned long long)(spec->plan->target.min_free >> 20));
	return -1;
}

static int start(struct session *s, const struct boot_jobs *jobs)
{
	const struct boot_spec *spec = s->opts->spec;
	_free_ char *list = xasprintf("%s/" TARGET_JOBS, spec->run_dir);
	struct err err;
	int ret;

	if (check_disk(s))
		return -1;
	ret = s->one_way ? boot_jobs__write(jobs, list, &err) : 0;
	if (!ret)
		ret = s->opts->ops->start(spec, &s->run, &err);
	if (ret == -ENOSPC)
		record__status(s->rec, BOOT_HOST_DISK_FULL, "%s", err.msg);
	else if (ret)
		record__status(s->rec, BOOT_TARGET_MISSING, "%s", err.msg);
	if (ret)
		return -1;
	if (s->one_way)
		wire__follow(&s->wire, s->run.fd);
	else
		wire__init(&s->wire, s->run.fd);
	console__init(&s->console, s->run.console);
	return 0;
}

static void talk(struct session *s, const struct boot_jobs *jobs)
{
	int ret = run_all(s, jobs);

	if (!ret && s->one_way)
		await_power_off(s);
	else if (!ret)
		say_goodbye(s);
	session__blame_kernel(s);
}

/* What the plugin counted, of a boot that went well and whose workload could run. Its file goes
 * when the target is stopped. */
static void collect_plugin(struct session *s)
{
	const struct boot_spec *spec = s->opts->spec;
	struct record *rec = s->rec;
	struct err err;

	if (!s->one_way || spec->workload < 0 || rec->boot.status != BOOT_OK ||
	    !rec->boot.n_iterations)
		return;
	if (tlbmodel__collect(rec, spec->run_dir, spec->plan->workloads[spec->workload].wl->name,
			      spec->tlb, &err))
		record__status(rec, BOOT_PROTOCOL, "%s", err.msg);
}

void boot__run(const struct boot_opts *opts, struct record *rec)
{
	struct session s = { .opts = opts, .rec = rec, .doing = "starting" };
	struct boot_jobs jobs;
	char *log = NULL;
	size_t len = 0;

	rec->boot.started_ns = clock__wall_ns();
	rec->boot.seed = opts->spec->seed;
	rec->boot.command = "";
	note_host(&s, opts->spec);
	boot_jobs__build(opts->spec, opts->work_seed, &jobs);
	s.run.fd = s.run.leash = -1;
	s.one_way = opts->spec->exact && opts->ops->one_way;
	s.talk_ns = opts->spec->plan->target.agent_timeout_ns;
	if (!start(&s, &jobs)) {
		talk(&s, &jobs);
		collect_plugin(&s);
		log = console__read_all(&s.console, &len);
		wire__release(&s.wire);
	}
	opts->ops->stop(&s.run);
	boot_jobs__release(&jobs);
	rec->boot.ended_ns = clock__wall_ns();
	record__finish(rec, log, len);
}
