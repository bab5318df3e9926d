// SPDX-License-Identifier: GPL-2.0-only
#include "runner/record.h"

#include "collectors/collector.h"
#include "workloads/workload.h"

#include <stdarg.h>

#define DMESG_MAX (4u << 20)
#define SAMPLES_MAX 1000000u
#define SAMPLES_AT_ONCE 256u

void record__init(struct record *r, enum metric_platform platform)
{
	*r = (struct record){ .platform = platform };
	store__uuid(r->boot.uuid);
	r->boot.detail = "";
}

void record__release(struct record *r)
{
	strvec__release(&r->pool);
	free(r->boot.facts);
	free(r->boot.iterations);
	free(r->boot.samples);
	free(r->console);
	free(r->dmesg);
	*r = (struct record){ 0 };
}

const char *record__keep(struct record *r, const char *s)
{
	strvec__push(&r->pool, s);
	return r->pool.v[r->pool.n - 1];
}

void record__status(struct record *r, enum boot_status status, const char *fmt, ...)
{
	char text[2048];
	va_list ap;

	if (r->boot.status != BOOT_OK)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	r->boot.status = status;
	r->boot.detail = record__keep(r, text);
}

void record__fact(struct record *r, const char *key, const char *value)
{
	struct store_boot *b = &r->boot;

	/* A later phase may say a fact again: the newest counts. */
	for (size_t i = 0; i < b->n_facts; i++) {
		if (streq(b->facts[i].key, key)) {
			b->facts[i].value = record__keep(r, value);
			return;
		}
	}
	b->facts = xrealloc(b->facts, b->n_facts + 1, sizeof(*b->facts));
	b->facts[b->n_facts].key = record__keep(r, key);
	b->facts[b->n_facts++].value = record__keep(r, value);
}

/* The table entry of a sample, with the plug-in's own copy of its name. */
static const struct metric *lookup(const struct wire_msg *msg, const char **source,
				   unsigned int *version)
{
	const struct workload *wl = workload__find(msg->source);
	const struct collector *col = collector__find(msg->source);

	if (wl) {
		*source = wl->name;
		*version = wl->version;
		return metric__find(wl->metrics, msg->metric);
	}
	if (col) {
		*source = col->name;
		*version = col->version;
		return metric__find(col->metrics, msg->metric);
	}
	return NULL;
}

/* Samples follow the end of their iteration, which said whether the kernel complained. */
static bool is_tainted(const struct store_boot *b, const char *workload, int iter)
{
	for (size_t i = 0; i < b->n_iterations; i++)
		if (b->iterations[i].iter == iter && streq(b->iterations[i].workload, workload))
			return b->iterations[i].tainted;
	return false;
}

/* Samples of one iteration arrive together, so only the last ones need a look. */
static bool is_known(const struct store_boot *b, const struct metric *m, const char *workload,
		     int iter)
{
	for (size_t i = b->n_samples; i-- > 0 && b->n_samples - i < SAMPLES_AT_ONCE;)
		if (b->samples[i].metric == m && b->samples[i].iter == iter &&
		    streq(b->samples[i].workload, workload))
			return true;
	return false;
}

int record__sample(struct record *r, const struct wire_msg *msg, const char *workload,
		   bool warmup, struct err *err)
{
	struct store_boot *b = &r->boot;
	const struct metric *m;
	const char *source;
	unsigned int version;

	m = lookup(msg, &source, &version);
	if (!m)
		return err__set(err, -EPROTO, "sample of an unknown metric %s/%s", msg->source,
				msg->metric);
	if (is_known(b, m, workload, m->per_boot ? WIRE_BOOT : msg->iter))
		return err__set(err, -EPROTO, "a second sample of %s/%s in one iteration",
				msg->source, msg->metric);
	if (b->n_samples >= SAMPLES_MAX)
		return err__set(err, -EPROTO, "more than %u samples in one boot", SAMPLES_MAX);
	/* Grown by doubling: whole powers of two are full. */
	if (!(b->n_samples & (b->n_samples - 1)))
		b->samples = xrealloc(b->samples, b->n_samples ? b->n_samples * 2 : 1,
				      sizeof(*b->samples));
	b->samples[b->n_samples++] = (struct store_sample){
		.workload = workload,
		.source = source,
		.version = version,
		.metric = m,
		.iter = m->per_boot ? WIRE_BOOT : msg->iter,
		.value = msg->value,
		.basis = metric__basis(m->kind, r->platform),
		.warmup = warmup && !m->per_boot,
		.tainted = is_tainted(b, workload, msg->iter),
		.enabled_ns = msg->enabled_ns,
		.running_ns = msg->running_ns,
	};
	return 0;
}

void record__iteration(struct record *r, const struct wire_msg *msg, const char *workload,
		       bool warmup)
{
	struct store_boot *b = &r->boot;

	b->iterations = xrealloc(b->iterations, b->n_iterations + 1, sizeof(*b->iterations));
	b->iterations[b->n_iterations++] = (struct store_iteration){
		.workload = workload,
		.iter = msg->iter,
		.warmup = warmup,
		.tainted = msg->tainted,
		.ns = msg->ns,
	};
}

void record__text(struct record *r, const struct wire_msg *msg)
{
	size_t len = strlen(msg->text);

	if (!streq(msg->name, "dmesg") || r->dmesg_len + len > DMESG_MAX)
		return;
	r->dmesg = xrealloc(r->dmesg, r->dmesg_len + len + 1, 1);
	memcpy(r->dmesg + r->dmesg_len, msg->text, len + 1);
	r->dmesg_len += len;
}

void record__finish(struct record *r, char *console, size_t len)
{
	free(r->console);
	r->console = console;
	r->boot.console = console;
	r->boot.console_len = console ? len : 0;
	r->boot.dmesg = r->dmesg;
}
