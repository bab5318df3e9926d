// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf-bench: benchmarks of `perf bench`, selected by name, with one call of perf each: the figure
 * that it prints, and in exact mode kernel instructions per operation. hackbench is such a
 * benchmark, too, but has an older metric of its own.
 */
#include "lib/text.h"
#include "workloads/output/perf_suite.h"
#include "workloads/support/words.h"
#include "workloads/workload.h"

#define SUITES_MAX 32
#define WORDS_MAX 16

struct chosen {
	const struct perf_suite *suite[SUITES_MAX];
	size_t n;
};

struct state {
	struct chosen suites;
	bool works[SUITES_MAX]; /* supported by this perf */
	char *output[SUITES_MAX]; /* of the current iteration */
};

/* Each suite has one metric, and another one in exact mode. */
enum { FIGURE, INSNS, PER_SUITE };

/* The suites named in `suites`, in the order of the table. */
static int choose(const struct param_set *ps, struct chosen *c, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 }, known = { 0 };
	int ret = words__split("suites", param_set__get(ps, "suites")->text, &names, err);

	*c = (struct chosen){ 0 };
	for (const struct perf_suite *s = perf_suite__all; s->name; s++) {
		strvec__push(&known, s->name);
		if (strvec__has(&names, s->name) && c->n < SUITES_MAX)
			c->suite[c->n++] = s;
	}
	for (size_t i = 0; !ret && i < names.n; i++)
		if (!strvec__has(&known, names.v[i]))
			ret = words__unknown("suites", "suite", names.v[i], &known, err);
	return ret;
}

/* The name of a suite's instruction count: "sched-pipe.kernel_insns". The caller frees. */
static char *insns_name(const struct perf_suite *s)
{
	return xasprintf("%.*s.kernel_insns", (int)strcspn(s->metric, "."), s->metric);
}

static void add_figure(const struct perf_suite *s, struct metric_list *out)
{
	metric_list__add(out, &(struct metric){ .name = s->metric,
						.unit = s->unit,
						.better = s->better,
						.kind = METRIC_TIME,
						.primary = true,
						.margin_rel = 0.02,
						.help = s->what });
}

static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	struct chosen c;
	int ret = choose(ps, &c, err);

	for (size_t i = 0; !ret && i < c.n; i++) {
		_free_ char *name = insns_name(c.suite[i]);
		_free_ char *help =
			xasprintf("instructions in the kernel, per operation, perf's own "
				  "start and end included: %s",
				  c.suite[i]->what);

		add_figure(c.suite[i], out);
		metric_list__add(out, &(struct metric){ .name = name,
							.unit = "insns/op",
							.better = BETTER_LOWER,
							.kind = METRIC_COUNT,
							.primary = true,
							.margin_rel = 0.005,
							.margin_abs = 1,
							.help = help });
	}
	return ret;
}

/* A saved output tells which suites were run. */
static int declare_output(const struct param_set *ps __unused, const char *text,
			  struct metric_list *out, struct err *err)
{
	struct perf_suite_run run;
	int ret;

	while (!(ret = perf_suite__next(&text, &run, err)))
		if (!out->n || !metric__find(out->v, run.suite->metric))
			add_figure(run.suite, out);
	return ret == -ENOENT && out->n ? 0 : ret;
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct perf_suite_run run;
	int ret;

	while (!(ret = perf_suite__next(&text, &run, &job->err)))
		job__sample(job, run.suite->metric, run.value);
	return ret == -ENOENT && job->n_samples ? 0 : ret;
}

/* Run perf bench with the arguments of the suite. */
static int call(struct job *job, const struct perf_suite *s, uint64_t count,
		struct proc_result *res)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_free_ char *args = NULL;
	char *save;

	args = s->args ? xstrdup(s->args) : xasprintf("%s -t %%THREADS -r %%SECONDS", s->name);
	strvec__push_all(&argv, "perf", "bench", NULL);
	if (!s->args)
		*strchr(args, '/') = ' ';
	for (char *w = strtok_r(args, " ", &save); w; w = strtok_r(NULL, " ", &save)) {
		if (streq(w, "%COUNT"))
			strvec__pushf(&argv, "%llu", (unsigned long long)count);
		else
			strvec__push(&argv, streq(w, "%THREADS") ? job__text(job, "threads") :
					    streq(w, "%SECONDS") ? job__text(job, "seconds") :
								   w);
	}
	return job__execv(job, 0, res, argv.v);
}

/* Number of operations for this count; 0: it runs for a fixed time. */
static uint64_t operations(struct job *job, const struct perf_suite *s, uint64_t count)
{
	return !s->args ? 0 : count * (s->each ? s->each : job__u64(job, "threads"));
}

static void forget(struct state *st)
{
	for (size_t i = 0; i < SUITES_MAX; i++) {
		free(st->output[i]);
		st->output[i] = NULL;
	}
}

/* Older releases of perf report suites that they do not have. A suite that runs for a fixed time is
 * assumed to exist. */
static int supported(struct job *job)
{
	_cleanup_(strvec__release) struct strvec lacks = { 0 };
	struct state *st = xcalloc(1, sizeof(*st));
	_free_ char *text = NULL;
	int ret = choose(job->params, &st->suites, &job->err);
	size_t works = 0;

	for (size_t i = 0; !ret && i < st->suites.n; i++) {
		const struct perf_suite *s = st->suites.suite[i];

		st->works[i] = !s->args || !call(job, s, 1, NULL);
		works += st->works[i];
		if (!st->works[i])
			strvec__pushf(&lacks, "%s: %.300s", s->name, job->err.msg);
	}
	text = strvec__join(&lacks, "; ");
	if (!ret && !works)
		ret = job__fail(job, -EOPNOTSUPP, "%s", text);
	if (ret) {
		free(st);
		return ret;
	}
	job->err = (struct err){ 0 };
	if (lacks.n)
		job__fact(job, "perf-bench/unsupported", "%s", text);
	job->priv = st;
	return 0;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	int ret = 0;

	for (size_t i = 0; !ret && i < st->suites.n; i++) {
		const struct perf_suite *s = st->suites.suite[i];
		const uint64_t count = s->count * job__u64(job, "scale");
		const uint64_t ops = operations(job, s, count);
		_cleanup_(proc_result__release) struct proc_result res = { 0 };

		if (!st->works[i])
			continue;
		if (ops)
			job__stage_begin(job, i * PER_SUITE + INSNS);
		ret = call(job, s, count, &res);
		if (ops)
			job__stage_end(job, i * PER_SUITE + INSNS, ops);
		job->operations += ops;
		if (ret)
			return err__prefix(&job->err, ret, "%s: ", s->name);
		st->output[i] = xstrdup(res.out);
	}
	return ret;
}

/* Check that perf ran this suite, once, with the requested count. */
static int check(struct job *job, const struct perf_suite *s, const char *text, double *value)
{
	const uint64_t count = s->count * job__u64(job, "scale");
	struct perf_suite_run run, second;
	int ret = perf_suite__next(&text, &run, &job->err);

	if (ret)
		return ret == -ENOENT ? -EPROTO : ret;
	if (run.suite != s || !perf_suite__next(&text, &second, NULL))
		return job__fail(job, -EPROTO, "perf bench did not run %s, once", s->name);
	if (run.executed && run.executed != count)
		return job__fail(job, -EPROTO,
				 "%s: perf executed %llu operations, %llu were asked for", s->name,
				 (unsigned long long)run.executed, (unsigned long long)count);
	if (!(run.value > 0))
		return job__fail(job, -ERANGE, "%s took no measurable time: raise scale", s->name);
	*value = run.value;
	return 0;
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	double values[SUITES_MAX] = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < st->suites.n; i++)
		if (st->works[i])
			ret = check(job, st->suites.suite[i], st->output[i] ? st->output[i] : "",
				    &values[i]);
	forget(st); /* never reuse a result of this iteration */
	for (size_t i = 0; !ret && i < st->suites.n; i++)
		if (st->works[i])
			job__sample(job, job->metrics[i * PER_SUITE + FIGURE].name, values[i]);
	return ret;
}

static void teardown(struct job *job)
{
	if (job->priv)
		forget(job->priv);
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "suites", .type = PARAM_TEXT,
	      .def = "sched/pipe syscall/basic mem/memcpy futex/wake",
	      .help = "benchmarks of perf bench, separated by blanks or commas"),
	PARAM(.name = "scale", .type = PARAM_INT, .def = "1", .full = "20", .min = 1, .max = 10000,
	      .help = "factor for the default number of operations of each"),
	PARAM(.name = "threads", .type = PARAM_INT, .def = "2", .full = "16", .min = 1, .max = 1024,
	      .help = "threads of the futex and epoll benchmarks"),
	PARAM(.name = "seconds", .type = PARAM_INT, .def = "1", .full = "10", .min = 1, .max = 600,
	      .help = "duration of futex/hash, futex/lock-pi and epoll"),
	{ .name = NULL },
};

const struct workload wl_perf_bench = {
	.name = "perf-bench",
	.version = 1,
	.summary = "benchmarks of perf bench by name: sched, syscall, mem, futex, epoll",
	.packages = STRINGS("linux-perf"),
	.params = params,
	.declare = declare,
	.declare_output = declare_output,
	.iteration_max_s = 240,
	.setup_max_s = 60,
	.supported = supported,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
