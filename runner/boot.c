// SPDX-License-Identifier: GPL-2.0-only
#include "runner/boot.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "runner/session.h"
#include "runner/targets/qemu-find.h"

#include <sys/socket.h>

/* On top of a bound that the agent itself enforces, before the host steps in. */
#define BACKSTOP_NS (10 * NSEC_PER_SEC)
#define COLLECTOR_JOB_BASE 1000
#define POWER_OFF_MS 10000

static void doing(struct session *s, const char *what)
{
	s->doing = what;
	if (s->opts->progress)
		s->opts->progress(s->opts->arg, what);
}

static uint64_t agent_timeout(const struct session *s)
{
	return s->opts->spec->plan->target.agent_timeout_ns;
}

static int refuse(struct session *s, const struct err *err)
{
	record__status(s->rec, BOOT_PROTOCOL, "while %s: %s", s->doing, err->msg);
	return -1;
}

/* What a job is, as far as its messages are concerned. */
struct job_view {
	int id;
	const char *workload; /* the name that its samples are filed under */
	unsigned int warmup; /* leading iterations that do not count */
};

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

static bool is_warmup(const struct job_view *job, const struct wire_msg *m)
{
	return m->iter >= 0 && (unsigned int)m->iter < job->warmup;
}

/* One message of a running job: 1 it goes on, 0 the job is done, -1 the boot is over. */
static int take(struct session *s, const struct job_view *job, const struct wire_msg *m)
{
	struct err err;

	switch (m->type) {
	case WIRE_BEAT:
		/* None comes out of a timed part: it has ended, one way or the other. */
		session__expect(s, WAIT_TALK, agent_timeout(s));
		return 1;
	case WIRE_LOG:
		return 1;
	case WIRE_FACT:
		record__fact(s->rec, m->name, m->text);
		return 1;
	case WIRE_TEXT:
		record__text(s->rec, m);
		return 1;
	case WIRE_ITER_BEGIN:
		session__expect(s, WAIT_ITERATION, m->max_ms * NSEC_PER_MSEC + BACKSTOP_NS);
		return 1;
	case WIRE_ITER_END:
		record__iteration(s->rec, m, job->workload, is_warmup(job, m));
		session__expect(s, WAIT_TALK, agent_timeout(s));
		return 1;
	case WIRE_SAMPLE:
		if (!record__sample(s->rec, m, job->workload, is_warmup(job, m), &err))
			return 1;
		return refuse(s, &err);
	case WIRE_DONE:
		if (m->job == job->id)
			return job_done(s, m);
		break;
	default:
		break;
	}
	err__set(&err, -EPROTO, "unexpected message '%s'", wire_type__name(m->type));
	return refuse(s, &err);
}

static int run_job(struct session *s, const struct job_view *job, const struct wire_msg *order)
{
	int ret = session__send(s, order);

	session__expect(s, WAIT_TALK, agent_timeout(s));
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

static struct wire_param *params_of(const struct param_set *set)
{
	struct wire_param *p = xcalloc(set->n, sizeof(*p));

	for (size_t i = 0; i < set->n; i++) {
		p[i].name = (char *)set->v[i].param->name;
		p[i].value = set->v[i].text;
	}
	return p;
}

static int run_workload(struct session *s, int id, const struct plan_workload *w)
{
	const struct plan *plan = s->opts->spec->plan;
	struct job_view job = { id, w->wl->name, w->warmup };
	_free_ struct wire_param *params = params_of(&w->params);
	_free_ char **around = xcalloc(plan->n_collectors, sizeof(*around));
	struct wire_msg order = {
		.type = WIRE_JOB,
		.kind = WIRE_WORKLOAD,
		.job = id,
		.name = (char *)w->wl->name,
		.params = params,
		.n_params = w->params.n,
		.iterations = w->wl->no_iterations ? 1 : w->iterations,
		.warmup = w->wl->no_iterations ? 0 : w->warmup,
		.max_ms = w->max_ns / NSEC_PER_MSEC,
		.setup_ms = w->setup_ns / NSEC_PER_MSEC,
		.seed = s->opts->work_seed,
		.collectors = around,
	};

	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct collector *c = plan->collectors[i].col;

		if (c->phases & (COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION))
			around[order.n_collectors++] = (char *)c->name;
	}
	doing(s, w->wl->name);
	return run_job(s, &job, &order);
}

static int run_collectors(struct session *s, enum collect_phase phase, int id)
{
	const struct plan *plan = s->opts->spec->plan;

	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct plan_collector *c = &plan->collectors[i];
		struct job_view job = { id + (int)i, "boot", 0 };
		_free_ struct wire_param *params = NULL;
		struct wire_msg order = {
			.type = WIRE_JOB,
			.kind = WIRE_COLLECTOR,
			.job = job.id,
			.name = (char *)c->col->name,
			.phase = phase,
			.iterations = 1,
			.n_params = c->params.n,
			.max_ms = c->col->max_s * 1000ull,
			.setup_ms = c->col->max_s * 1000ull,
			.seed = s->opts->work_seed,
		};

		if (!(c->col->phases & phase))
			continue;
		params = params_of(&c->params);
		order.params = params;
		doing(s, c->col->name);
		if (run_job(s, &job, &order))
			return -1;
	}
	return 0;
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
				       "another kernel booted: %s, the variant's is %s", m.text, want);
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

static int run_all(struct session *s)
{
	const struct plan *plan = s->opts->spec->plan;

	if (wait_hello(s) || run_collectors(s, COLLECT_AFTER_BOOT, COLLECTOR_JOB_BASE))
		return -1;
	for (size_t i = 0; i < plan->n_workloads; i++)
		if (run_workload(s, (int)i, &plan->workloads[i]))
			return -1;
	return run_collectors(s, COLLECT_AT_END, 2 * COLLECTOR_JOB_BASE);
}

/* Ask the agent to end and take its last texts. What fails here does not touch a boot that
 * has done its work, unless the kernel itself complained. */
static void say_goodbye(struct session *s)
{
	struct wire_msg quit = { .type = WIRE_QUIT }, m;
	struct err err;
	uint64_t end = clock__ns() + agent_timeout(s);
	int status;
	bool bye = false;

	s->doing = "powering off";
	if (wire__send(&s->wire, &quit, 5000))
		return;
	while (!bye && clock__ns() < end && !wire__recv(&s->wire, &m, 5000, &err)) {
		if (m.type == WIRE_TEXT)
			record__text(s->rec, &m);
		bye = m.type == WIRE_BYE;
		wire_msg__release(&m);
	}
	if (!bye)
		return;
	/* The agent waits for us to hang up, so that its last words are not lost. */
	shutdown(s->run.fd, SHUT_RDWR);
	s->opts->ops->wait(&s->run, POWER_OFF_MS, &status);
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

		record__fact(s->rec, "host/qemu", text);
	}
	strvec__release(&argv);
}

static int start(struct session *s)
{
	const struct boot_spec *spec = s->opts->spec;
	uint64_t have = fs__free_bytes(spec->run_dir);
	struct err err;
	int ret;

	if (have < spec->plan->target.min_free) {
		record__status(s->rec, BOOT_HOST_DISK_FULL,
			       "%llu MiB free at %s, the plan wants %llu (target.min_free)",
			       (unsigned long long)(have >> 20), spec->run_dir,
			       (unsigned long long)(spec->plan->target.min_free >> 20));
		return -1;
	}
	ret = s->opts->ops->start(spec, &s->run, &err);
	if (ret == -ENOSPC)
		record__status(s->rec, BOOT_HOST_DISK_FULL, "%s", err.msg);
	else if (ret)
		record__status(s->rec, BOOT_TARGET_MISSING, "%s", err.msg);
	return ret ? -1 : 0;
}

void boot__run(const struct boot_opts *opts, struct record *rec)
{
	struct session s = { .opts = opts, .rec = rec, .doing = "starting" };
	char *log = NULL;
	size_t len = 0;

	rec->boot.started_ns = clock__wall_ns();
	rec->boot.seed = opts->spec->seed;
	rec->boot.command = "";
	note_host(&s, opts->spec);
	s.run.fd = s.run.leash = -1;
	if (!start(&s)) {
		wire__init(&s.wire, s.run.fd);
		console__init(&s.console, s.run.console);
		if (!run_all(&s))
			say_goodbye(&s);
		session__blame_kernel(&s);
		log = console__read_all(&s.console, &len);
		wire__release(&s.wire);
	}
	opts->ops->stop(&s.run);
	rec->boot.ended_ns = clock__wall_ns();
	record__finish(rec, log, len);
}
