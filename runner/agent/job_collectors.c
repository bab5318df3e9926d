// SPDX-License-Identifier: GPL-2.0-only
/* job_collectors.c - collectors use the workload's struct job. Around each call of a collector, its
 * own parameters and `priv` are put in place. */
#include "runner/agent/job_collectors.h"

int job_collectors__put_params(struct param_set *set, const struct wire_msg *msg,
			       const char *prefix, struct err *err)
{
	size_t len = prefix ? strlen(prefix) : 0;

	for (size_t i = 0; i < msg->n_params; i++) {
		const char *name = msg->params[i].name, *slash = strchr(name, '/');
		int ret = 0;

		if (!prefix && !slash)
			ret = param_set__put(set, name, msg->params[i].value, err);
		else if (prefix && slash && slash == name + len && str_starts(name, prefix))
			ret = param_set__put(set, slash + 1, msg->params[i].value, err);
		if (ret)
			return ret;
	}
	return 0;
}

/* Append a collector with its default parameters; a->v has room for it. */
static int add_collector(struct job_collectors *a, const char *name, struct err *err)
{
	struct job_collector *s = &a->v[a->n];

	s->col = collector__find(name);
	if (!s->col)
		return err__set(err, -ENOENT, "this agent has no collector '%s'", name);
	param_set__init(&s->params, s->col->params);
	a->n++;
	return 0;
}

int job_collectors__bind(struct job_collectors *a, const struct wire_msg *msg, struct err *err)
{
	int ret = 0;

	a->v = xcalloc(msg->n_collectors + 1, sizeof(*a->v));
	/* In a collector's own job, parameters have no prefix. */
	if (msg->kind == WIRE_COLLECTOR) {
		ret = add_collector(a, msg->name, err);
		return ret ? ret : job_collectors__put_params(&a->v[0].params, msg, NULL, err);
	}
	for (size_t i = 0; !ret && i < msg->n_collectors; i++) {
		ret = add_collector(a, msg->collectors[i], err);
		if (!ret)
			ret = job_collectors__put_params(&a->v[i].params, msg, msg->collectors[i],
							 err);
	}
	return ret;
}

enum call {
	CALL_PREPARE,
	CALL_COLLECT,
	CALL_RELEASE,
};

/* Call a hook of the collector with source, params and priv of `job` replaced by the collector's. */
static int call_hook(struct job_collector *s, struct job *job, enum call call,
		     enum collect_phase phase)
{
	const struct param_set *params = job->params;
	const char *source = job->source;
	void *priv = job->priv;
	int ret = 0;

	job->source = s->col->name;
	job->params = &s->params;
	job->priv = s->priv;
	if (call == CALL_COLLECT)
		ret = s->col->collect(job, phase);
	else if (call == CALL_PREPARE && s->col->prepare)
		ret = s->col->prepare(job);
	else if (call == CALL_RELEASE && s->col->release)
		s->col->release(job);
	s->priv = job->priv;
	job->source = source;
	job->params = params;
	job->priv = priv;
	return ret;
}

int job_collectors__prepare(const struct job_collectors *a, struct job *job)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < a->n; i++)
		ret = call_hook(&a->v[i], job, CALL_PREPARE, COLLECT_BEFORE_ITERATION);
	return ret;
}

int job_collectors__collect(const struct job_collectors *a, size_t i, struct job *job,
			    enum collect_phase phase)
{
	return call_hook(&a->v[i], job, CALL_COLLECT, phase);
}

/* Collectors nest around the iteration: in order before it, in reverse order after it. The last one is
 * the innermost. */
int job_collectors__collect_all(const struct job_collectors *a, struct job *job,
				enum collect_phase phase)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < a->n; i++) {
		size_t k = phase == COLLECT_BEFORE_ITERATION ? i : a->n - 1 - i;

		if (a->v[k].col->phases & phase)
			ret = job_collectors__collect(a, k, job, phase);
	}
	return ret;
}

void job_collectors__stage(void *collectors, bool begin, size_t metric, uint64_t operations)
{
	const struct job_collectors *a = collectors;

	for (size_t i = 0; i < a->n; i++)
		if (a->v[i].col->stage)
			a->v[i].col->stage(begin, metric, operations);
}

int job_collectors__point(void *collectors, struct job *job, size_t index, struct point *at)
{
	const struct job_collectors *a = collectors;
	int ret = 0;

	for (size_t i = 0; !ret && i < a->n; i++)
		if (a->v[i].col->point)
			ret = a->v[i].col->point(job, index, at);
	return ret;
}

uint64_t job_collectors__max_ms(const struct job_collectors *a)
{
	uint64_t ms = 0;

	for (size_t i = 0; i < a->n; i++) {
		const struct collector *c = a->v[i].col;

		if (c->phases & COLLECT_BEFORE_ITERATION)
			ms += c->max_s * 1000ull;
		if (c->phases & COLLECT_AFTER_ITERATION)
			ms += c->max_s * 1000ull;
	}
	return ms;
}

void job_collectors__release(struct job_collectors *a, struct job *job)
{
	for (size_t i = 0; i < a->n; i++) {
		call_hook(&a->v[i], job, CALL_RELEASE, COLLECT_AT_END);
		param_set__release(&a->v[i].params);
	}
	free(a->v);
	*a = (struct job_collectors){ 0 };
}
