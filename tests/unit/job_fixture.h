/* SPDX-License-Identifier: GPL-2.0-only */
/* job_fixture.h - a job for one workload, with parameters, without an agent. */
#ifndef JOB_FIXTURE_H
#define JOB_FIXTURE_H

#include "lib/fs.h"
#include "workloads/workload.h"

#include <cmocka.h>
#include <math.h>

struct fixture {
	const struct workload *wl;
	struct param_set params;
	struct metric_list declared;
	struct job_env env;
	struct job job;
};

/* Parameters are "name", "value", ..., NULL. The directory is created in TMPDIR. */
static inline void fixture__begin(struct fixture *f, const char *name, ...)
{
	const char *tmp = getenv("TMPDIR"), *p;
	struct err err = { "" };
	va_list ap;

	*f = (struct fixture){ .wl = workload__find(name), .env = { .scratch = true } };
	assert_non_null(f->wl);
	param_set__init(&f->params, f->wl->params);
	va_start(ap, name);
	while ((p = va_arg(ap, const char *)))
		if (param_set__put(&f->params, p, va_arg(ap, const char *), &err))
			fail_msg("%s: %s", p, err.msg);
	va_end(ap);
	f->job = (struct job){
		.source = f->wl->name, .params = &f->params, .env = &f->env, .iterations = 1
	};
	snprintf(f->job.dir, sizeof(f->job.dir), "%s/kduel-job-XXXXXX", tmp ? tmp : "/tmp");
	assert_non_null(mkdtemp(f->job.dir));
	if (workload__metrics(f->wl, &f->params, &f->declared, &f->job.metrics, &err))
		fail_msg("%s", err.msg);
}

static inline void fixture__end(struct fixture *f)
{
	fs__rm_rf(f->job.dir);
	job__release(&f->job);
	metric_list__release(&f->declared);
	param_set__release(&f->params);
}

/* The value of the only sample of a metric, which must be in the table. */
static inline double fixture__value(const struct fixture *f, const char *metric)
{
	double v = NAN;

	for (size_t i = 0; i < f->job.n_samples; i++) {
		assert_non_null(metric__find(f->job.metrics, f->job.samples[i].metric));
		if (!strcmp(f->job.samples[i].metric, metric)) {
			assert_true(isnan(v));
			v = f->job.samples[i].value;
		}
	}
	if (isnan(v))
		fail_msg("no sample of %s", metric);
	return v;
}

/* A recorded output in tests/data; the caller frees. */
static inline char *fixture__load(const char *name, size_t *len)
{
	_free_ char *path = xasprintf("tests/data/%s", name);
	char *text;

	if (fs__read(path, 1u << 20, &text, len))
		fail_msg("cannot read %s: run the test from the top directory", path);
	return text;
}

/* parse() must refuse `text` with a message that contains `words`. */
static inline void fixture__refuses(struct fixture *f, const char *text, const char *words)
{
	f->job.err.msg[0] = '\0';
	job__clear_samples(&f->job);
	if (f->wl->parse(&f->job, text, strlen(text)) >= 0)
		fail_msg("accepted '%.200s'", text);
	if (!strstr(f->job.err.msg, words))
		fail_msg("'%s' lacks '%s'", f->job.err.msg, words);
}

/* A hook must have returned `want` with a message that contains `says`. */
static inline void fixture__expects(const struct fixture *f, int got, int want, const char *says)
{
	if (got != want || !strstr(f->job.err.msg, says))
		fail_msg("%d: '%s' lacks '%s'", got, f->job.err.msg, says);
}

#endif
