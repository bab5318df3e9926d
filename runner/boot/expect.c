// SPDX-License-Identifier: GPL-2.0-only
/* expect.c - checks what a boot recorded against the `expect` lines of its variant. */
#include "runner/boot/expect.h"

#include "collectors/support/dmesg_line.h"
#include "collectors/support/dmesg_read.h"
#include "reports/analysis/expect.h"
#include "reports/stats/stats.h"
#include "runner/plan/expect.h"

#include <fnmatch.h>

#define EXCERPT 200 /* bytes of a line or fact shown as evidence */

struct answer {
	enum expect_verdict verdict;
	char *why; /* owned */
};

static void set(struct answer *a, enum expect_verdict v, char *why)
{
	free(a->why);
	a->verdict = v;
	a->why = why;
}

static struct gate_row row_of(const struct store_sample *s)
{
	return (struct gate_row){ s->workload, s->source, s->metric->name, s->metric->primary };
}

/* Compute the median of the series that sample `first` belongs to, without warm-ups and tainted
 * samples. Returns how many samples it is of; 0: none count, or `first` is not the first sample of
 * its series. */
static size_t median_of(const struct store_boot *b, size_t first, double *median)
{
	const struct store_sample *f = &b->samples[first];
	double *v = xcalloc(b->n_samples, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; i < b->n_samples; i++) {
		const struct store_sample *s = &b->samples[i];

		if (s->metric != f->metric || !streq(s->workload, f->workload))
			continue;
		if (i < first) {
			n = 0;
			break;
		}
		if (!s->warmup && !s->tainted)
			v[n++] = s->value;
	}
	*median = n ? stats__median(v, n) : 0;
	free(v);
	return n;
}

/* All matching series must fulfil the expectation. The evidence shown is the value nearest to
 * failing or, if one fails, the one that fails most. */
static void judge_metric(const struct store_boot *b, const struct plan_expect *e, struct answer *a)
{
	bool high_is_bad = e->op == EXPECT_AT_MOST || e->op == EXPECT_BELOW;
	double shown = 0;

	for (size_t i = 0; i < b->n_samples; i++) {
		const struct store_sample *s = &b->samples[i];
		const struct gate_row row = row_of(s);
		double v;
		bool holds;

		if (!gate__means(e->what, &row) || !median_of(b, i, &v))
			continue;
		holds = plan_expect__holds(e, v);
		if (a->verdict == EXPECT_FAIL && holds)
			continue;
		if (a->why && a->verdict != EXPECT_CANNOT_SAY &&
		    holds == (a->verdict == EXPECT_PASS) && (high_is_bad ? v <= shown : v >= shown))
			continue;
		shown = v;
		set(a, holds ? EXPECT_PASS : EXPECT_FAIL,
		    xasprintf("%.10g %s (%s)", v, s->metric->unit, s->workload));
	}
}

static void judge_fact(const struct store_boot *b, const struct plan_expect *e, struct answer *a)
{
	for (size_t i = 0; i < b->n_facts; i++)
		if (streq(b->facts[i].key, e->what))
			set(a,
			    fnmatch(e->pattern, b->facts[i].value, 0) ? EXPECT_FAIL : EXPECT_PASS,
			    xasprintf("%.*s", EXCERPT, b->facts[i].value));
}

/* Does the line contain text that matches the pattern? */
static bool has_line_like(const char *line, const char *pattern)
{
	_free_ char *anywhere = xasprintf("*%s*", pattern);

	return !fnmatch(anywhere, line, 0);
}

struct log_search {
	const char *pattern;
	char *line; /* the first that matches; owned */
};

static void look_at_line(void *arg, const struct dmesg_log *log,
			 const struct dmesg_finding *found __unused)
{
	struct log_search *s = arg;
	const char *text = dmesg_line__text(log->line, NULL);

	if (!s->line && has_line_like(text, s->pattern))
		s->line = xasprintf("%.*s", EXCERPT, text);
}

/* If the beginning of the log is missing, the absence of a line proves nothing. */
static void judge_log(const char *dmesg, const struct plan_expect *e, struct answer *a)
{
	struct log_search s = { .pattern = e->pattern };
	struct dmesg_log log = { .each = look_at_line, .arg = &s };
	bool wanted = e->kind == EXPECT_LOG;
	struct dmesg_summary sum;

	dmesg__summarise(dmesg, &sum);
	dmesg_log__feed(&log, dmesg, strlen(dmesg));
	dmesg_log__end(&log);
	if (s.line)
		set(a, wanted ? EXPECT_PASS : EXPECT_FAIL, s.line);
	else if (sum.has_start)
		set(a, wanted ? EXPECT_FAIL : EXPECT_PASS, xstrdup("no such line"));
	else
		set(a, EXPECT_CANNOT_SAY, xstrdup("the beginning of the log was overwritten"));
}

static void judge_warnings(const char *dmesg, struct answer *a)
{
	struct dmesg_summary s;

	dmesg__summarise(dmesg, &s);
	if (s.complaints)
		set(a, EXPECT_FAIL,
		    xasprintf("%u, the first: %.*s", s.complaints, EXCERPT, s.first[0]));
	else if (s.has_start)
		set(a, EXPECT_PASS, xstrdup("none"));
	else
		set(a, EXPECT_CANNOT_SAY, xstrdup("the beginning of the log was overwritten"));
}

/* A failed boot proves only that it failed. But if the kernel complained, the detail of the failure
 * is that line of its log, which can be matched. */
static void judge_failed(const struct store_boot *b, const struct plan_expect *e, struct answer *a)
{
	bool complained = b->status == BOOT_PANIC || b->status == BOOT_KERNEL_BUG;
	const char *detail = b->detail ? b->detail : "";
	enum expect_verdict v = EXPECT_CANNOT_SAY;

	if (complained && e->kind == EXPECT_NO_WARNING)
		v = EXPECT_FAIL;
	else if (complained && (e->kind == EXPECT_LOG || e->kind == EXPECT_NO_LOG) &&
		 has_line_like(detail, e->pattern))
		v = e->kind == EXPECT_LOG ? EXPECT_PASS : EXPECT_FAIL;
	set(a, v,
	    xasprintf("the boot ended with %s: %.*s", boot_status__name(b->status), EXCERPT,
		      detail));
}

static void judge(const struct store_boot *b, const struct plan_expect *e, struct answer *a)
{
	switch (e->kind) {
	case EXPECT_METRIC:
		set(a, EXPECT_CANNOT_SAY, xstrdup("this boot has no such value"));
		judge_metric(b, e, a);
		break;
	case EXPECT_FACT:
		set(a, EXPECT_CANNOT_SAY, xstrdup("this boot has no such fact"));
		judge_fact(b, e, a);
		break;
	default:
		if (!b->dmesg)
			set(a, EXPECT_CANNOT_SAY, xstrdup("the kernel log was not read"));
		else if (e->kind == EXPECT_NO_WARNING)
			judge_warnings(b->dmesg, a);
		else
			judge_log(b->dmesg, e, a);
	}
}

void boot_expect__judge(const struct boot_spec *spec, struct record *rec)
{
	const struct store_boot *b = &rec->boot;

	/* A boot with such a status is run again. */
	if (!boot_status__fills_slot(b->status))
		return;
	for (size_t i = 0; i < spec->variant->n_expects; i++) {
		const struct plan_expect *e = &spec->variant->expects[i];
		_free_ char *key = xasprintf(FACT_EXPECT "%02zu %s", i + 1, e->text), *value = NULL;
		struct answer a = { 0 };

		if (!plan_expect__applies(spec->plan, e, spec->workload))
			continue;
		if (e->kind == EXPECT_ELSEWHERE)
			set(&a, EXPECT_NOT_RUN, xstrdup(e->pattern));
		else if (b->status != BOOT_OK)
			judge_failed(b, e, &a);
		else if (e->kind != EXPECT_SELFTESTS)
			judge(b, e, &a);
		value = a.why ? xasprintf("%s: %s", expect__name(a.verdict), a.why) :
				xstrdup(EXPECT_COMPARE);
		for (char *s = value; *s; s++)
			if (*s == '\n')
				*s = ' ';
		record__fact(rec, key, value);
		free(a.why);
	}
}
