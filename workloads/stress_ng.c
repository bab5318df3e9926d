// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress-ng: stressors selected by name, one after the other, each for a fixed number of "bogo
 * operations". What one of these is depends on the stressor and on the release of stress-ng.
 */
#include "lib/units.h"
#include "workloads/output/stress_ng.h"
#include "workloads/support/words.h"
#include "workloads/workload.h"

#define STRESSORS_MAX 64
#define OPS_MAX 1000000000000ull

struct stressor {
	char name[STRESS_NG_NAME];
	uint64_t ops;
};

struct chosen {
	struct stressor v[STRESSORS_MAX];
	size_t n;
};

struct state {
	struct chosen stressors;
	char *output[STRESSORS_MAX]; /* of the current iteration */
};

/* The metrics of each stressor. */
enum { RATE, SYSTEM, INSNS, PER_STRESSOR };

/* Parse "NAME:OPS". */
static int read_one(const char *word, struct stressor *s, struct err *err)
{
	const char *colon = strchr(word, ':');
	_free_ char *name = colon ? xstrndup(word, (size_t)(colon - word)) : NULL;

	if (!name || !stress_ng__is_name(name) || units__u64(colon + 1, &s->ops) || !s->ops ||
	    s->ops > OPS_MAX)
		return err__set(err, -EINVAL,
				"stressors: expected NAME:OPERATIONS such as pipe:2000, not '%.80s'",
				word);
	snprintf(s->name, sizeof(s->name), "%s", name);
	return 0;
}

static int choose(const struct param_set *ps, struct chosen *c, struct err *err)
{
	_cleanup_(strvec__release) struct strvec words = { 0 };
	int ret = words__split("stressors", param_set__get(ps, "stressors")->text, &words, err);

	c->n = 0;
	if (!ret && words.n > STRESSORS_MAX)
		ret = err__set(err, -EINVAL, "stressors: more than %d", STRESSORS_MAX);
	for (size_t i = 0; !ret && i < words.n; i++) {
		ret = read_one(words.v[i], &c->v[c->n], err);
		for (size_t k = 0; !ret && k < c->n; k++)
			if (streq(c->v[k].name, c->v[c->n].name))
				ret = err__set(err, -EINVAL, "stressors: '%s' is listed twice",
					       c->v[k].name);
		c->n += !ret;
	}
	return ret;
}

static void add_metric(const char *stressor, const char *what, struct metric m,
		       struct metric_list *out)
{
	_free_ char *name = xasprintf("%s.%s", stressor, what);

	m.name = name;
	metric_list__add(out, &m);
}

static void add_figures(const char *stressor, struct metric_list *out)
{
	add_metric(stressor, "rate",
		   (struct metric){ .unit = "op/s",
				    .better = BETTER_HIGHER,
				    .kind = METRIC_TIME,
				    .primary = true,
				    .margin_rel = 0.02,
				    .help = "bogo operations per second of real time" },
		   out);
	add_metric(stressor, "system",
		   (struct metric){ .unit = "s",
				    .better = BETTER_LOWER,
				    .kind = METRIC_TIME,
				    .margin_rel = 0.02,
				    .resolution = 0.01,
				    .help = "CPU time in the kernel, of all instances" },
		   out);
}

static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	struct chosen c;
	int ret = choose(ps, &c, err);

	for (size_t i = 0; !ret && i < c.n; i++) {
		add_figures(c.v[i].name, out);
		add_metric(c.v[i].name, "kernel_insns",
			   (struct metric){
				   .unit = "insns/op",
				   .better = BETTER_LOWER,
				   .kind = METRIC_COUNT,
				   .primary = true,
				   .margin_rel = 0.005,
				   .margin_abs = 1,
				   .help = "instructions in the kernel, per bogo operation, "
					   "stress-ng's own start and end included" },
			   out);
	}
	return ret;
}

/* A saved output tells which stressors ran. */
static int declare_output(const struct param_set *ps __unused, const char *text,
			  struct metric_list *out, struct err *err)
{
	_free_ struct stress_ng_run *run = xcalloc(1, sizeof(*run));
	int ret;

	while (!(ret = stress_ng__next(&text, run, err)))
		for (size_t i = 0; i < run->n; i++) {
			_free_ char *name = xasprintf("%s.rate", run->v[i].name);

			if (!out->n || !metric__find(out->v, name))
				add_figures(run->v[i].name, out);
		}
	return ret == -ENOENT && out->n ? 0 : ret;
}

static void report(struct job *job, const struct stress_ng_row *row)
{
	_free_ char *rate = xasprintf("%s.rate", row->name);
	_free_ char *system = xasprintf("%s.system", row->name);

	/* Use the declared names, which outlive ours. */
	job__sample(job, metric__find(job->metrics, rate)->name, row->rate);
	job__sample(job, metric__find(job->metrics, system)->name, row->system_s);
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	_free_ struct stress_ng_run *run = xcalloc(1, sizeof(*run));
	int ret;

	while (!(ret = stress_ng__next(&text, run, &job->err)))
		for (size_t i = 0; i < run->n; i++)
			report(job, &run->v[i]);
	return ret == -ENOENT && job->n_samples ? 0 : ret;
}

/* Random numbers come from a fixed seed, so that every boot does the same. */
static int call(struct job *job, const struct stressor *s, uint64_t ops, struct proc_result *res)
{
	_free_ char *stressor = xasprintf("--%s", s->name), *count = xasprintf("--%s-ops", s->name);
	_free_ char *number = xasprintf("%llu", (unsigned long long)ops);

	return job__exec(job, 0, res, "stress-ng", "--stdout", "--no-rand-seed", "--temp-path",
			 job->dir, "--metrics", stressor, job__text(job, "instances"), count,
			 number, NULL);
}

/* Stressors may harm the system, so require permission; report those that do not exist. */
static int supported(struct job *job)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	_free_ struct state *st = xcalloc(1, sizeof(*st));
	_cleanup_(strvec__release) struct strvec known = { 0 };
	int ret = choose(job->params, &st->stressors, &job->err);
	char *save;

	if (!ret && !job->env->commands)
		ret = job__need_scratch(job, "puts the system under stress");
	if (!ret && job__exec(job, 0, &res, "stress-ng", "--stressors", NULL))
		ret = job__fail(job, -EOPNOTSUPP, "%s", job->err.msg);
	if (ret)
		return ret;
	for (char *w = strtok_r(res.out, " \n", &save); w; w = strtok_r(NULL, " \n", &save))
		strvec__push(&known, w);
	for (size_t i = 0; i < st->stressors.n; i++)
		if (!strvec__has(&known, st->stressors.v[i].name))
			return job__fail(job, -EOPNOTSUPP, "this stress-ng has no stressor '%s'",
					 st->stressors.v[i].name);
	job->priv = st;
	st = NULL;
	return 0;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	int ret = 0;

	for (size_t i = 0; !ret && i < st->stressors.n; i++) {
		const struct stressor *s = &st->stressors.v[i];
		const uint64_t ops = s->ops * job__u64(job, "scale");
		_cleanup_(proc_result__release) struct proc_result res = { 0 };

		job__stage_begin(job, i * PER_STRESSOR + INSNS);
		ret = call(job, s, ops, &res);
		job__stage_end(job, i * PER_STRESSOR + INSNS, ops);
		job->operations += ops;
		if (ret)
			return err__prefix(&job->err, ret, "%s: ", s->name);
		st->output[i] = xstrdup(res.out);
	}
	return ret;
}

/* Check that the output has one run of this stressor, with at least the requested operations. */
static int check(struct job *job, const struct stressor *s, const char *text)
{
	_free_ struct stress_ng_run *run = xcalloc(1, sizeof(*run));
	const uint64_t ops = s->ops * job__u64(job, "scale");
	int ret = stress_ng__next(&text, run, &job->err);

	if (ret)
		return err__prefix(&job->err, ret == -ENOENT ? -EPROTO : ret, "%s: ", s->name);
	if (run->n != 1 || !streq(run->v[0].name, s->name))
		return job__fail(job, -EPROTO, "stress-ng did not run %s, or could not measure it",
				 s->name);
	if (run->v[0].ops < ops)
		return job__fail(job, -EIO, "%s: %llu operations, %llu were asked for", s->name,
				 (unsigned long long)run->v[0].ops, (unsigned long long)ops);
	if (!(run->v[0].rate > 0))
		return job__fail(job, -ERANGE, "%s took no measurable time: raise its operations",
				 s->name);
	report(job, &run->v[0]);
	return 0;
}

static void forget(struct state *st)
{
	for (size_t i = 0; i < STRESSORS_MAX; i++) {
		free(st->output[i]);
		st->output[i] = NULL;
	}
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	int ret = 0;

	for (size_t i = 0; !ret && i < st->stressors.n; i++)
		ret = check(job, &st->stressors.v[i], st->output[i] ? st->output[i] : "");
	forget(st); /* never reuse a result of this iteration */
	return ret;
}

static void teardown(struct job *job)
{
	if (job->priv)
		forget(job->priv);
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "stressors", .type = PARAM_TEXT,
	      .def = "eventfd:1000 futex:500 getrandom:200 pipe:2000 poll:1000 switch:1000",
	      .help = "NAME:OPERATIONS, separated by blanks or commas"),
	PARAM(.name = "scale", .type = PARAM_INT, .def = "1", .full = "20", .min = 1, .max = 100000,
	      .help = "factor for the operations given"),
	PARAM(.name = "instances", .type = PARAM_INT, .def = "1", .min = 1, .max = 1024,
	      .help = "instances of each stressor at the same time, which share its operations"),
	{ .name = NULL },
};

const struct workload wl_stress_ng = {
	.name = "stress-ng",
	.version = 1,
	.summary = "stressors of stress-ng by name, each a fixed number of operations",
	.packages = STRINGS("stress-ng"),
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
