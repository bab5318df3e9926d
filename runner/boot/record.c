// SPDX-License-Identifier: GPL-2.0-only
/*
 * record.c - checks what the agent and the TLB model report against the plug-ins' tables, and
 * limits how much of it is kept.
 */
#include "runner/boot/record.h"

#include "collectors/collector.h"
#include "lib/hash.h"
#include "reports/store/profile.h"
#include "workloads/workload.h"

#include <stdarg.h>

/* Limits for one boot, so that a broken agent cannot exhaust the host's memory: bytes of dmesg,
 * bytes of all other texts together, samples, names of texts. No real boot comes near. */
#define DMESG_MAX (4u << 20)
#define TEXTS_MAX (64u << 20)
#define SAMPLES_MAX 1000000u
#define TEXT_NAMES_MAX 256u

void record__init(struct record *r, enum metric_platform platform)
{
	*r = (struct record){ .platform = platform };
	store__uuid(r->boot.uuid);
	r->boot.detail = "";
}

void record__release(struct record *r)
{
	strvec__release(&r->pool);
	strvec__release(&r->dropped);
	for (size_t i = 0; i < r->boot.n_texts; i++)
		free((char *)r->boot.texts[i].text);
	free(r->boot.texts);
	free(r->boot.facts);
	free(r->boot.iterations);
	free(r->boot.samples);
	profile__free(r->boot.profiles, r->boot.n_profiles);
	free(r->operations);
	free(r->seen);
	free(r->console);
	free(r->dmesg);
	*r = (struct record){ 0 };
}

/* strvec copies the string. When it grows the array of pointers moves, but never the strings. */
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
	/* Text from the agent must not look like another line of kduel's output. */
	str__one_line(text);
	r->boot.status = status;
	r->boot.detail = record__keep(r, text);
}

void record__fact(struct record *r, const char *key, const char *value)
{
	struct store_boot *b = &r->boot;

	/* A later phase may report a fact again: the last value counts. */
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

void record__agent_words(struct record *r, const char *key, const char *text)
{
	_free_ char *line = xstrdup(text);

	str__one_line(line);
	record__fact(r, key, line);
}

int record__agent_fact(struct record *r, const char *key, const char *value, struct err *err)
{
	for (size_t i = 0; streq(key, FACT_AGENT_BOOT_ID) && i < r->boot.n_facts; i++) {
		const struct boot_fact *f = &r->boot.facts[i];

		if (streq(f->key, FACT_BOOT_ID) && !streq(f->value, value))
			return err__set(err, -EPROTO,
					"the agent runs in boot %s, the host in boot %s", value,
					f->value);
	}
	record__fact(r, key, value);
	return 0;
}

int record__resolve(const struct record *r, const char *source, const char *metric,
		    struct store_sample *s, struct err *err)
{
	const struct workload *wl = workload__find(source);
	const struct collector *col = wl ? NULL : collector__find(source);

	s->metric = NULL;
	if (wl) {
		s->source = wl->name;
		s->version = wl->version;
		s->metric = metric__find(wl->declare ? r->declared : wl->metrics, metric);
	} else if (col) {
		s->source = col->name;
		s->version = col->version;
		s->metric = metric__find(col->metrics, metric);
	}
	return s->metric ?
		       0 :
		       err__set(err, -EPROTO, "sample of an unknown metric %s/%s", source, metric);
}

/* The iteration, if it has ended; else NULL. */
static const struct store_iteration *find_iteration(const struct record *r, const char *workload,
						    int iter)
{
	const struct store_iteration *it = r->boot.iterations;

	for (size_t i = 0; i < r->boot.n_iterations; i++)
		if (it[i].iter == iter && streq(it[i].workload, workload))
			return &it[i];
	return NULL;
}

bool record__is_warmup(const struct record *r, const char *workload, int iter)
{
	const struct store_iteration *it = find_iteration(r, workload, iter);

	return it && it->warmup;
}

/* The slot of a sample in the hash table: free, or that of an earlier one of the same metric,
 * workload and iteration. Linear probing; the table is at most half full. */
static size_t *place_of(const struct record *r, const struct metric *m, const char *workload,
			int iter)
{
	uint64_t h = hash__text(workload) ^ (uint64_t)(uintptr_t)m ^ (uint64_t)(uint32_t)iter << 32;
	size_t i = (size_t)(h * 0x9e3779b97f4a7c15ull >> 20) % r->n_seen;

	for (; r->seen[i]; i = (i + 1) % r->n_seen) {
		const struct store_sample *s = &r->boot.samples[r->seen[i] - 1];

		if (s->metric == m && s->iter == iter && streq(s->workload, workload))
			break;
	}
	return &r->seen[i];
}

/* Make room in the hash table for one more sample. */
static void grow_seen(struct record *r)
{
	const struct store_boot *b = &r->boot;

	if (2 * (b->n_samples + 1) <= r->n_seen)
		return;
	free(r->seen);
	r->n_seen = 4 * (b->n_samples + 64);
	r->seen = xcalloc(r->n_seen, sizeof(*r->seen));
	for (size_t i = 0; i < b->n_samples; i++)
		*place_of(r, b->samples[i].metric, b->samples[i].workload, b->samples[i].iter) = i +
												 1;
}

int record__sample(struct record *r, const struct store_sample *s, struct err *err)
{
	struct store_boot *b = &r->boot;
	const struct metric *m = s->metric;
	const int iter = m->per_boot ? WIRE_BOOT : s->iter;
	const struct store_iteration *it;
	struct store_sample *at;
	size_t *seen;

	grow_seen(r);
	seen = place_of(r, m, s->workload, iter);
	if (*seen)
		return err__set(err, -EPROTO, "a second sample of %s/%s in one iteration",
				s->source, m->name);
	if (b->n_samples >= SAMPLES_MAX)
		return err__set(err, -EPROTO, "more than %u samples in one boot", SAMPLES_MAX);
	GROW(b->samples, b->n_samples);
	at = &b->samples[b->n_samples++];
	*seen = b->n_samples;
	*at = *s;
	at->iter = iter;
	at->basis = metric__basis(m->kind, r->platform);
	at->warmup = s->warmup && !m->per_boot;
	/* Samples come after the end of their iteration, when it is known whether the kernel
	 * complained. */
	it = find_iteration(r, s->workload, s->iter);
	at->tainted = it && it->tainted;
	return 0;
}

void record__iteration(struct record *r, const struct store_iteration *it, uint64_t operations)
{
	struct store_boot *b = &r->boot;

	b->iterations = xrealloc(b->iterations, b->n_iterations + 1, sizeof(*b->iterations));
	b->iterations[b->n_iterations++] = *it;
	r->operations = xrealloc(r->operations, b->n_iterations, sizeof(*r->operations));
	r->operations[b->n_iterations - 1] = operations;
}

uint64_t record__operations(const struct record *r, const char *workload, int iter)
{
	const struct store_iteration *it = find_iteration(r, workload, iter);

	return it ? r->operations[it - r->boot.iterations] : 0;
}

/* The text of that name, which is added if it is new. Valid until the next one is added. NULL:
 * there are too many names. */
static struct store_text *text_of(struct record *r, const char *name)
{
	struct store_boot *b = &r->boot;

	for (size_t i = 0; i < b->n_texts; i++)
		if (streq(b->texts[i].name, name))
			return &b->texts[i];
	if (b->n_texts + r->dropped.n >= TEXT_NAMES_MAX)
		return NULL;
	b->texts = xrealloc(b->texts, b->n_texts + 1, sizeof(*b->texts));
	b->texts[b->n_texts] = (struct store_text){ .name = record__keep(r, name) };
	return &b->texts[b->n_texts++];
}

/* Drop a text as a whole: half of a log or of a page-table dump would be taken for a complete one.
 * The last text takes its slot. */
static void drop_text(struct record *r, struct store_text *t)
{
	_free_ char *key = xasprintf("dropped/%s", t->name);

	strvec__push(&r->dropped, t->name);
	record__fact(r, key, "the texts of one boot are limited to 64 MiB");
	free((char *)t->text);
	r->texts_len -= t->len;
	*t = r->boot.texts[--r->boot.n_texts];
}

char *record__take_text(struct record *r, const char *name)
{
	struct store_boot *b = &r->boot;
	char *text = NULL;

	for (size_t i = 0; !text && i < b->n_texts; i++) {
		if (!streq(b->texts[i].name, name))
			continue;
		text = (char *)b->texts[i].text;
		r->texts_len -= b->texts[i].len;
		memmove(&b->texts[i], &b->texts[i + 1], (--b->n_texts - i) * sizeof(*b->texts));
	}
	return text;
}

int record__text(struct record *r, const char *name, const char *text, struct err *err)
{
	size_t len = strlen(text);
	struct store_text *t;
	char *grown;

	if (streq(name, "dmesg")) {
		if (r->dmesg_len + len > DMESG_MAX)
			return 0;
		r->dmesg = xrealloc(r->dmesg, r->dmesg_len + len + 1, 1);
		memcpy(r->dmesg + r->dmesg_len, text, len + 1);
		r->dmesg_len += len;
		return 0;
	}
	if (strvec__has(&r->dropped, name))
		return 0;
	t = text_of(r, name);
	if (!t)
		return err__set(err, -EPROTO, "more than %u texts in one boot", TEXT_NAMES_MAX);
	if (r->texts_len + len > TEXTS_MAX) {
		drop_text(r, t);
		return 0;
	}
	grown = xrealloc((char *)t->text, t->len + len + 1, 1);
	memcpy(grown + t->len, text, len + 1);
	t->text = grown;
	t->len += len;
	r->texts_len += len;
	return 0;
}

void record__finish(struct record *r, char *console, size_t len)
{
	free(r->console);
	r->console = console;
	r->boot.console = console;
	r->boot.console_len = console ? len : 0;
	r->boot.dmesg = r->dmesg;
}
