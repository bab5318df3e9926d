// SPDX-License-Identifier: GPL-2.0-only
#include "runner/agent/around.h"

int around__put_params(struct param_set *set, const struct wire_msg *msg, const char *prefix,
		       struct err *err)
{
	size_t len = prefix ? strlen(prefix) : 0;

	for (size_t i = 0; i < msg->n_params; i++) {
		const char *name = msg->params[i].name, *slash = strchr(name, '/');
		int rc = 0;

		if (!prefix && !slash)
			rc = param_set__put(set, name, msg->params[i].value, err);
		else if (prefix && slash && slash == name + len && str_starts(name, prefix))
			rc = param_set__put(set, slash + 1, msg->params[i].value, err);
		if (rc)
			return rc;
	}
	return 0;
}

static int add(struct around *a, const char *name, struct err *err)
{
	struct source *s = &a->v[a->n];

	s->col = collector__find(name);
	if (!s->col)
		return err__set(err, -ENOENT, "this agent has no collector '%s'", name);
	param_set__init(&s->params, s->col->params);
	a->n++;
	return 0;
}

int around__bind(struct around *a, const struct wire_msg *msg, struct err *err)
{
	int rc = 0;

	a->v = xcalloc(msg->n_collectors + 1, sizeof(*a->v));
	if (msg->kind == WIRE_COLLECTOR) {
		rc = add(a, msg->name, err);
		return rc ? rc : around__put_params(&a->v[0].params, msg, NULL, err);
	}
	for (size_t i = 0; !rc && i < msg->n_collectors; i++) {
		rc = add(a, msg->collectors[i], err);
		if (!rc)
			rc = around__put_params(&a->v[i].params, msg, msg->collectors[i], err);
	}
	return rc;
}

enum call {
	CALL_PREPARE,
	CALL_COLLECT,
	CALL_RELEASE,
};

/* The job, as the collector sees it, for the time of one call. */
static int as_source(struct source *s, struct job *job, enum call call, enum collect_phase phase)
{
	const struct param_set *params = job->params;
	const char *source = job->source;
	void *priv = job->priv;
	int rc = 0;

	job->source = s->col->name;
	job->params = &s->params;
	job->priv = s->priv;
	if (call == CALL_COLLECT)
		rc = s->col->collect(job, phase);
	else if (call == CALL_PREPARE && s->col->prepare)
		rc = s->col->prepare(job);
	else if (call == CALL_RELEASE && s->col->release)
		s->col->release(job);
	s->priv = job->priv;
	job->source = source;
	job->params = params;
	job->priv = priv;
	return rc;
}

int around__prepare(const struct around *a, struct job *job)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < a->n; i++)
		rc = as_source(&a->v[i], job, CALL_PREPARE, COLLECT_BEFORE_ITERATION);
	return rc;
}

int around__collect(const struct around *a, size_t i, struct job *job, enum collect_phase phase)
{
	return as_source(&a->v[i], job, CALL_COLLECT, phase);
}

int around__collect_all(const struct around *a, struct job *job, enum collect_phase phase)
{
	int rc = 0;

	for (size_t i = 0; !rc && i < a->n; i++) {
		size_t k = phase == COLLECT_BEFORE_ITERATION ? i : a->n - 1 - i;

		if (a->v[k].col->phases & phase)
			rc = around__collect(a, k, job, phase);
	}
	return rc;
}

uint64_t around__max_ms(const struct around *a)
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

void around__release(struct around *a, struct job *job)
{
	for (size_t i = 0; i < a->n; i++) {
		as_source(&a->v[i], job, CALL_RELEASE, COLLECT_AT_END);
		param_set__release(&a->v[i].params);
	}
	free(a->v);
	*a = (struct around){ 0 };
}
