// SPDX-License-Identifier: GPL-2.0-only
/*
 * micro: one kernel entry after the other, each a fixed number of times and on its own: time per
 * operation, and in exact mode kernel instructions per operation.
 */
#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/proc.h"
#include "lib/strvec.h"
#include "workloads/micro/op.h"
#include "workloads/support/choice.h"
#include "workloads/workload.h"

#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define OPS_MAX 64
#define WARM 16 /* warm-up operations: one in so many of those that are timed */
#define PEER_MS 5000 /* time for a killed process to end */

/* The metrics of an operation: time, instructions, and with several threads its scaling. */
enum { TIME, INSNS, SCALING };

struct chosen {
	const struct micro_op *op[OPS_MAX];
	size_t n;
};

struct state {
	struct chosen ops;
	bool works[OPS_MAX]; /* supported by the running kernel */
	double ns[OPS_MAX]; /* per operation, in the latest iteration; 0: none */
	double alone_ns[OPS_MAX]; /* likewise for a single worker; 0: not requested */
};

/* Shared by the threads of an operation. */
struct crew {
	pthread_mutex_t gate; /* held until all threads exist */
	pthread_barrier_t barrier; /* passed before and after the timed part */
	bool dismissed; /* not all could be created: do nothing */
};

struct worker {
	struct micro m;
	char dir[160];
	pthread_t thread;
	const struct micro_op *op;
	uint64_t count;
	struct crew *crew; /* NULL: the only worker, which runs in the main thread */
	int ret;
};

/* --- parameters --------------------------------------------------------------------------- */

/* The operations named in `ops`, in the order of the tables. */
static int choose(const struct param_set *ps, struct chosen *c, struct err *err)
{
	const char *names[OPS_MAX];
	bool chosen[OPS_MAX];
	size_t n = 0;
	int ret;

	*c = (struct chosen){ 0 };
	for (; n < OPS_MAX && micro__op(n); n++)
		names[n] = micro__op(n)->name;
	ret = choice__read(ps, "ops", "operation", names, n, chosen, err);
	for (size_t i = 0; !ret && i < n; i++)
		if (chosen[i])
			c->op[c->n++] = micro__op(i);
	return ret;
}

/* The index of one of an operation's metrics. */
static size_t metric_at(const struct param_set *ps, size_t op, size_t which)
{
	return op * (param_set__get(ps, "threads")->u > 1 ? SCALING + 1 : SCALING) + which;
}

static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	const bool several = param_set__get(ps, "threads")->u > 1;
	struct chosen c;
	int ret = choose(ps, &c, err);

	for (size_t i = 0; !ret && i < c.n; i++) {
		_free_ char *time = xasprintf("%s.time", c.op[i]->name);
		_free_ char *insns = xasprintf("%s.kernel_insns", c.op[i]->name);
		_free_ char *text = xasprintf("instructions in the kernel, per operation: %s",
					      c.op[i]->what);

		metric_list__add(out, &(struct metric){ .name = time,
							.unit = "ns/op",
							.better = BETTER_LOWER,
							.kind = METRIC_TIME,
							.primary = true,
							.margin_rel = 0.02,
							.help = c.op[i]->what });
		/* The absolute margin tolerates a timer tick more or less. */
		metric_list__add(out, &(struct metric){ .name = insns,
							.unit = "insns/op",
							.better = BETTER_LOWER,
							.kind = METRIC_COUNT,
							.primary = true,
							.margin_rel = 0.005,
							.margin_abs = 1,
							.help = text });
		if (several) {
			_free_ char *scaling = xasprintf("%s.scaling", c.op[i]->name);

			metric_list__add(out,
					 &(struct metric){
						 .name = scaling,
						 .unit = "x",
						 .better = BETTER_HIGHER,
						 .kind = METRIC_TIME,
						 .primary = true,
						 .margin_rel = 0.02,
						 .help = "how many times as much all threads did "
							 "as a single one in the same time: at "
							 "most the number of threads" });
		}
	}
	return ret;
}

/* --- one operation ------------------------------------------------------------------------ */

/* Close the operation's descriptors; a socket may be in two slots. */
static void close_descriptors(struct micro *m)
{
	for (size_t i = 0; i < ARRAY_SIZE(m->fd); i++)
		if (m->fd[i] >= 0 && (!i || m->fd[i] != m->fd[i - 1]))
			close(m->fd[i]);
}

static void stop_worker(struct worker *w)
{
	if (w->op->close)
		w->op->close(&w->m);
	close_descriptors(&w->m);
	if (w->m.peer) {
		kill(w->m.peer, SIGKILL);
		proc__wait_ms(w->m.peer, PEER_MS);
	}
	rmdir(w->dir);
}

static int start_worker(struct worker *w, const char *dir, size_t i)
{
	struct micro *m = &w->m;

	*m = (struct micro){ .dir = w->dir, .fd = { -1, -1, -1 } };
	snprintf(w->dir, sizeof(w->dir), "%s/%zu", dir, i);
	if (mkdir(w->dir, 0700))
		return err__set(&m->err, -errno, "%s: %s", w->dir, strerror(errno));
	return w->op->open(m);
}

static int run_count(struct worker *w, uint64_t n)
{
	w->m.done += n;
	return w->op->run(&w->m, n);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct crew *c = w->crew;

	pthread_mutex_lock(&c->gate);
	pthread_mutex_unlock(&c->gate);
	if (c->dismissed)
		return NULL;
	w->ret = run_count(w, w->count / WARM + 1);
	pthread_barrier_wait(&c->barrier);
	if (!w->ret)
		w->ret = run_count(w, w->count);
	pthread_barrier_wait(&c->barrier);
	return NULL;
}

static void begin(struct job *job, size_t metric, uint64_t *ns)
{
	job__stage_begin(job, metric);
	*ns = clock__ns();
}

static void end(struct job *job, size_t metric, uint64_t operations, uint64_t *ns)
{
	*ns = clock__ns() - *ns;
	job__stage_end(job, metric, operations);
}

/* Threads start together; the timed part ends with the last of them. */
static int run_threads(struct job *job, struct worker *w, size_t n, size_t metric, uint64_t *ns)
{
	struct crew crew = { .gate = PTHREAD_MUTEX_INITIALIZER };
	size_t there = 0;
	int ret = 0;

	pthread_barrier_init(&crew.barrier, NULL, (unsigned int)n + 1);
	pthread_mutex_lock(&crew.gate);
	while (!ret && there < n) {
		w[there].crew = &crew;
		ret = -pthread_create(&w[there].thread, NULL, work, &w[there]);
		there += !ret;
	}
	crew.dismissed = ret;
	pthread_mutex_unlock(&crew.gate);
	if (!ret) {
		pthread_barrier_wait(&crew.barrier);
		begin(job, metric, ns);
		pthread_barrier_wait(&crew.barrier);
		end(job, metric, n * w->count, ns);
	}
	for (size_t i = 0; i < there; i++)
		pthread_join(w[i].thread, NULL);
	pthread_barrier_destroy(&crew.barrier);
	return ret ? err__set(&w[n - 1].m.err, ret, "thread %zu: %s", there + 1, strerror(-ret)) :
		     0;
}

/* A single worker runs without a thread: a single-threaded process behaves differently from a
 * multi-threaded one. */
static int run_alone(struct job *job, struct worker *w, size_t metric, uint64_t *ns)
{
	w->ret = run_count(w, w->count / WARM + 1);
	if (w->ret)
		return 0;
	begin(job, metric, ns);
	w->ret = run_count(w, w->count);
	end(job, metric, w->count, ns);
	return 0;
}

/* Run an operation `count` times in each of `n` workers. *ns is the duration of the timed part. 0,
 * or -errno with job->err set; -EOPNOTSUPP if it cannot be done here. */
static int do_op(struct job *job, const struct micro_op *op, size_t n, size_t metric,
		 uint64_t count, uint64_t *ns)
{
	struct worker *w = xcalloc(n, sizeof(*w));
	size_t opened = 0, bad = 0;
	int ret = 0;

	while (!ret && opened < n) {
		w[opened] = (struct worker){ .op = op, .count = count };
		ret = start_worker(&w[opened], job->dir, opened);
		bad = opened++;
	}
	if (!ret)
		ret = n > 1 ? run_threads(job, w, n, metric, ns) : run_alone(job, w, metric, ns);
	for (size_t i = 0; !ret && i < n; i++) {
		ret = w[i].ret ? w[i].ret : op->check(&w[i].m);
		bad = i;
	}
	if (ret)
		job__fail(job, ret, "%s: %s", op->name, w[bad].m.err.msg);
	while (opened)
		stop_worker(&w[--opened]);
	free(w);
	return ret;
}

/* --- hooks -------------------------------------------------------------------------------- */

static bool is_excluded(struct job *job, const struct micro_op *op)
{
	return op->alone && job__u64(job, "threads") > 1;
}

/* Likewise with a single worker and without samples, as the baseline for scaling. */
static int do_alone(struct job *job, const struct micro_op *op, uint64_t count, double *ns_per_op)
{
	void (*const stage)(void *, bool, size_t, uint64_t) = job->stage;
	uint64_t ns = 0;
	int ret;

	job->stage = NULL;
	ret = do_op(job, op, 1, 0, count, &ns);
	job->stage = stage;
	*ns_per_op = (double)ns / (double)count;
	return ret;
}

/* Try each operation once: the kernel itself tells what it lacks. */
static int supported(struct job *job)
{
	_cleanup_(strvec__release) struct strvec lacks = { 0 };
	struct state *st = xcalloc(1, sizeof(*st));
	_free_ char *text = NULL;
	size_t works = 0;
	int ret = choose(job->params, &st->ops, &job->err);
	void (*const stage)(void *, bool, size_t, uint64_t) = job->stage;

	job->stage = NULL; /* nothing is measured yet */
	for (size_t i = 0; !ret && i < st->ops.n; i++) {
		const struct micro_op *op = st->ops.op[i];
		uint64_t ns;

		if (is_excluded(job, op)) {
			strvec__pushf(&lacks, "%s: threads share what it changes", op->name);
			continue;
		}
		ret = do_op(job, op, job__u64(job, "threads"), 0, 1, &ns);
		st->works[i] = !ret;
		works += !ret;
		if (ret != -EOPNOTSUPP)
			continue;
		strvec__push(&lacks, job->err.msg);
		ret = 0;
	}
	job->stage = stage;
	text = strvec__join(&lacks, "; ");
	if (!ret && !works)
		ret = job__fail(job, -EOPNOTSUPP, "%s", text);
	if (ret) {
		free(st);
		return ret;
	}
	job->err = (struct err){ 0 };
	if (lacks.n)
		job__fact(job, "micro/unsupported", "%s", text);
	job->priv = st;
	return 0;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	const uint64_t threads = job__u64(job, "threads");

	memset(st->ns, 0, sizeof(st->ns));
	memset(st->alone_ns, 0, sizeof(st->alone_ns));
	for (size_t i = 0; i < st->ops.n; i++) {
		const struct micro_op *op = st->ops.op[i];
		const uint64_t count = op->count * job__u64(job, "scale");
		const size_t metric = metric_at(job->params, i, INSNS);
		uint64_t ns = 0;
		int ret = 0;

		if (!st->works[i])
			continue;
		if (threads > 1) {
			ret = do_alone(job, op, count, &st->alone_ns[i]);
			job->operations += count;
		}
		ret = ret ? ret : do_op(job, op, threads, metric, count, &ns);
		if (ret)
			return ret;
		st->ns[i] = (double)ns / (double)count;
		job->operations += count * threads;
	}
	return 0;
}

/* run() has already checked each operation. */
static int verify(struct job *job)
{
	struct state *st = job->priv;

	for (size_t i = 0; i < st->ops.n; i++) {
		if (st->works[i] && !(st->ns[i] > 0))
			return job__fail(job, -EIO, "%s was not run", st->ops.op[i]->name);
		if (st->works[i])
			job__sample(job, job->metrics[metric_at(job->params, i, TIME)].name,
				    st->ns[i]);
		if (st->works[i] && st->alone_ns[i] > 0)
			job__sample(job, job->metrics[metric_at(job->params, i, SCALING)].name,
				    (double)job__u64(job, "threads") * st->alone_ns[i] / st->ns[i]);
		st->ns[i] = 0;
	}
	return 0;
}

static const struct param params[] = {
	PARAM(.name = "ops", .type = PARAM_TEXT, .words = true, .def = "all",
	      .help = "operations, separated by blanks or commas"),
	PARAM(.name = "scale", .type = PARAM_INT, .def = "1", .full = "20", .min = 1, .max = 100000,
	      .help = "factor for the default number of each operation"),
	PARAM(.name = "threads", .type = PARAM_INT, .def = "1", .min = 1, .max = 1024,
	      .help = "workers of one process that do each operation at the same time"),
	{ .name = NULL },
};

const struct workload wl_micro = {
	.name = "micro",
	.version = 1,
	.summary = "system calls, faults, files, processes and messages, one kind after the other",
	.params = params,
	.declare = declare,
	.iteration_max_s = 240,
	.setup_max_s = 30,
	.supported = supported,
	.run = run,
	.verify = verify,
	.teardown = job__free_priv,
};
