// SPDX-License-Identifier: GPL-2.0-only
/*
 * job.c - results are appended to the job; programs run with a timeout, and errors quote the end of
 * their output.
 */
#include "workloads/support/job.h"

#include "lib/strvec.h"

#include <stdarg.h>

#define TAIL_BYTES 600

uint64_t job__u64(const struct job *job, const char *name)
{
	return param_set__get(job->params, name)->u;
}

double job__number(const struct job *job, const char *name)
{
	return param_set__get(job->params, name)->d;
}

const char *job__text(const struct job *job, const char *name)
{
	return param_set__get(job->params, name)->text;
}

void job__sample(struct job *job, const char *metric, double value)
{
	*APPEND(job->samples, job->n_samples) = (struct job_sample){
		.source = job->source,
		.metric = metric,
		.value = value,
	};
}

void job__fact(struct job *job, const char *key, const char *fmt, ...)
{
	char text[4096];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	*APPEND(job->facts, job->n_facts) = (struct job_fact){ xstrdup(key), xstrdup(text) };
}

void job__keep(struct job *job, const char *name, char *text, size_t len)
{
	struct job_text *t = APPEND(job->texts, job->n_texts);

	t->name = xstrdup(name);
	t->text = text;
	t->len = len;
}

void job__stage_begin(struct job *job, size_t metric)
{
	if (job->stage)
		job->stage(job->stage_arg, true, metric, 0);
}

void job__stage_end(struct job *job, size_t metric, uint64_t operations)
{
	if (job->stage)
		job->stage(job->stage_arg, false, metric, operations);
}

int job__point(struct job *job, struct points *points)
{
	const size_t last = points->n - 1;

	return job->point ? job->point(job->stage_arg, job, last, &points->v[last]) : 0;
}

int job__fail(struct job *job, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(job->err.msg, sizeof(job->err.msg), fmt, ap);
	va_end(ap);
	return code;
}

static const char *tail(const char *text, size_t len)
{
	return len > TAIL_BYTES ? text + len - TAIL_BYTES : text;
}

/* Check how a program ended; errors quote the end of its standard error, or else of its standard
 * output. */
static int judge(struct job *job, const char *prog, unsigned int timeout_s,
		 const struct proc_result *res)
{
	const char *said = res->err_len ? tail(res->err, res->err_len) :
					  tail(res->out, res->out_len);

	if (res->timed_out)
		return job__fail(job, -ETIMEDOUT, "%s did not end within %u s: %s", prog, timeout_s,
				 said);
	if (res->status > 128)
		return job__fail(job, -EIO, "%s was killed by signal %d: %s", prog,
				 res->status - 128, said);
	if (res->status)
		return job__fail(job, -EIO, "%s exited with %d: %s", prog, res->status, said);
	return 0;
}

int job__execv(struct job *job, unsigned int timeout_s, struct proc_result *res, char *const *argv)
{
	struct proc_result own;
	int ret;

	if (!res)
		res = &own;
	ret = proc__run(&(struct proc_opts){ .argv = argv, .timeout_ms = timeout_s * 1000 }, res);
	if (ret)
		job__fail(job, ret, "cannot run %s: %s", argv[0], strerror(-ret));
	else
		ret = judge(job, argv[0], timeout_s, res);
	if (res == &own)
		proc_result__release(res);
	return ret;
}

int job__exec(struct job *job, unsigned int timeout_s, struct proc_result *res, ...)
{
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	const char *word;
	va_list ap;
	int ret;

	va_start(ap, res);
	while ((word = va_arg(ap, const char *)))
		strvec__push(&argv, word);
	va_end(ap);
	if (argv.n)
		ret = job__execv(job, timeout_s, res, argv.v);
	else
		ret = job__fail(job, -EINVAL, "no program to run was given");
	return ret;
}

int job__modprobe(struct job *job, const char *name, const char *options)
{
	if (!job->env->modprobe)
		return job__fail(job, -EOPNOTSUPP, "cannot load module %s here", name);
	return job->env->modprobe(job->env->arg, name, options, &job->err);
}

/* If an optional module is missing, job->err is unchanged. */
int job__modprobe_each(struct job *job, const char *const *names)
{
	struct err before = job->err;
	int ret = 0;

	for (; *names && !ret; names++) {
		bool optional = **names == '?';

		ret = job__modprobe(job, *names + optional, NULL);
		if (ret && optional) {
			job->err = before;
			ret = 0;
		}
	}
	return ret;
}

int job__need_scratch(struct job *job, const char *why)
{
	return job->env->scratch ?
		       0 :
		       job__fail(job, -EOPNOTSUPP,
				 "%s: on a throw-away guest only, or on a machine whose file says "
				 "'disposable: yes'; not on this system",
				 why);
}

void job__free_priv(struct job *job)
{
	free(job->priv);
	job->priv = NULL;
}

void job__clear_samples(struct job *job)
{
	job->n_samples = 0;
}

void job__release(struct job *job)
{
	for (size_t i = 0; i < job->n_facts; i++) {
		free(job->facts[i].key);
		free(job->facts[i].value);
	}
	for (size_t i = 0; i < job->n_texts; i++) {
		free(job->texts[i].name);
		free(job->texts[i].text);
	}
	free(job->texts);
	free(job->facts);
	free(job->samples);
	job->texts = NULL;
	job->facts = NULL;
	job->samples = NULL;
	job->n_facts = job->n_texts = job->n_samples = 0;
}
