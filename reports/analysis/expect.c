// SPDX-License-Identifier: GPL-2.0-only
/* expect.c - combines the answers of boots to whether a variant meets the expectations of its
 * plan. */
#include "reports/analysis/expect.h"

#include <math.h>

#define TESTS "mm-selftests"
#define FAILED ".failed"
#define NAMED 3 /* most expectations that a sentence names */

static const char *const names[] = {
	[EXPECT_PASS] = "pass",
	[EXPECT_FAIL] = "fail",
	[EXPECT_CANNOT_SAY] = "cannot say",
	[EXPECT_NOT_RUN] = "cannot run here",
};

const char *expect__name(enum expect_verdict v)
{
	return names[v];
}

/* Parse an answer such as "fail: 71.2 %": returns the verdict and sets *why to the evidence.
 * Anything else is "cannot say". */
static enum expect_verdict read_answer(const char *value, const char **why)
{
	for (int i = 0; i < EXPECT_VERDICTS; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(value, names[i], len) || !str_starts(value + len, ": "))
			continue;
		*why = value + len + 2;
		return (enum expect_verdict)i;
	}
	*why = value;
	return EXPECT_CANNOT_SAY;
}

/* The boot of a fact; NULL if it does not count, as for an interrupted boot or a repeat of
 * another. */
static const struct campaign_boot *find_boot(const struct campaign *c, int64_t id)
{
	for (size_t i = 0; i < c->n_boots; i++)
		if (c->boots[i].id == id)
			return c->boots[i].repeat || !boot_status__fills_slot(c->boots[i].status) ?
				       NULL :
				       &c->boots[i];
	return NULL;
}

/* The answers to one expectation. For each verdict the first evidence; if it is numeric, the
 * smallest and the largest. */
struct answers {
	const char *first[EXPECT_VERDICTS], *last[EXPECT_VERDICTS];
	unsigned int slot[EXPECT_VERDICTS]; /* of the first boot with this verdict */
	bool compare;
};

static bool is_less(const char *a, const char *b)
{
	char *end_a, *end_b;
	double x = strtod(a, &end_a), y = strtod(b, &end_b);

	return end_a != a && end_b != b && x < y;
}

static void take_answer(struct report_expect *e, struct answers *a,
			const struct campaign_boot *boot, const char *value)
{
	const char *why;
	enum expect_verdict v;

	if (streq(value, EXPECT_COMPARE)) {
		a->compare = true;
		return;
	}
	v = read_answer(value, &why);
	if (!e->boots[v]++)
		a->slot[v] = boot->slot;
	if (!a->first[v] || is_less(why, a->first[v]))
		a->first[v] = why;
	if (!a->last[v] || is_less(a->last[v], why))
		a->last[v] = why;
}

struct range {
	double least, most; /* NAN: no boot has a value */
};

/* The range of a metric of the tests over the boots. */
static struct range range_of(const struct expect_tests *t, const char *metric)
{
	struct range r = { NAN, NAN };

	for (size_t i = 0; i < t->n_series; i++) {
		if (!streq(t->series[i].source, TESTS) || !streq(t->series[i].metric.name, metric))
			continue;
		for (size_t k = 0; k < t->n_stats; k++) {
			if (t->stats[k].series != t->series[i].id || !t->stats[k].spread.n)
				continue;
			r.most = fmax(r.most, t->stats[k].median);
			r.least = fmin(r.least, t->stats[k].median);
		}
	}
	return r;
}

struct expect_tests expect_tests__of(const struct series *series, size_t n_series,
				     const struct boot_stat *stats, size_t n_stats)
{
	struct expect_tests t = {
		.series = series, .n_series = n_series, .stats = stats, .n_stats = n_stats
	};
	struct range failed = range_of(&t, "failed"), tests = range_of(&t, "tests"),
		     skipped = range_of(&t, "skipped");

	t.failed_most = failed.most;
	t.failed_least = failed.least;
	t.ran_most = tests.most - skipped.least;
	t.ran_least = tests.least - skipped.most;
	return t;
}

/* Add "cow: 2 failed of 60; baseline: 1 of 60" if this test program did worse than on the other
 * side. Comparisons with NAN, a side without the program, are false. */
static void compare_program(const struct expect_source *from, const char *program, size_t len,
			    struct strvec *worse)
{
	_free_ char *failed = xasprintf("%.*s" FAILED, (int)len, program);
	_free_ char *ran = xasprintf("%.*s.ran", (int)len, program);
	struct range f = range_of(&from->own, failed), r = range_of(&from->own, ran),
		     base_f = range_of(&from->base, failed), base_r = range_of(&from->base, ran);

	if (f.most > base_f.least || r.least < base_r.most)
		strvec__pushf(worse, "%.*s: %.0f failed of %.0f; baseline: %.0f of %.0f", (int)len,
			      program, f.most, r.least, base_f.least, base_r.most);
}

/* Compare each test program by itself: a new failure in one must not be hidden by a fix in
 * another. */
static void compare_programs(const struct expect_source *from, struct strvec *worse)
{
	const struct expect_tests *own = &from->own;

	for (size_t i = 0; i < own->n_series; i++) {
		const char *name = own->series[i].metric.name;
		size_t len = strlen(name), tail = strlen(FAILED);

		if (streq(own->series[i].source, TESTS) && len > tail &&
		    streq(name + len - tail, FAILED))
			compare_program(from, name, len - tail, worse);
	}
}

static bool is_complete(const struct expect_tests *t)
{
	return isfinite(t->failed_most) && isfinite(t->failed_least) && isfinite(t->ran_most) &&
	       isfinite(t->ran_least);
}

/* Pass if no boot has more failures than the best boot of the other side, and none ran fewer
 * tests. */
static void compare_tests(const struct expect_source *from, struct report_expect *e)
{
	const struct expect_tests *own = &from->own, *base = &from->base;
	_cleanup_(strvec__release) struct strvec worse = { 0 };
	_free_ char *programs = NULL;

	if (!is_complete(own) || !is_complete(base)) {
		e->verdict = EXPECT_CANNOT_SAY;
		e->evidence = xasprintf("no results of " TESTS " %s",
					is_complete(own) ? "to compare them with" : "here");
		return;
	}
	compare_programs(from, &worse);
	programs = strvec__join(&worse, "; ");
	e->verdict = own->failed_most > base->failed_least || own->ran_least < base->ran_most ||
				     worse.n ?
			     EXPECT_FAIL :
			     EXPECT_PASS;
	e->evidence = xasprintf("%.0f failed of %.0f that ran; baseline: %.0f of %.0f%s%s",
				own->failed_most, own->ran_least, base->failed_least,
				base->ran_most, worse.n ? "; " : "", programs);
}

/* At least one boot gave an answer. */
static void conclude(struct report_expect *e, const struct answers *a)
{
	const unsigned int *n = e->boots, all = n[0] + n[1] + n[2];
	enum expect_verdict v = n[EXPECT_NOT_RUN]    ? EXPECT_NOT_RUN :
				n[EXPECT_FAIL]	     ? EXPECT_FAIL :
				n[EXPECT_CANNOT_SAY] ? EXPECT_CANNOT_SAY :
						       EXPECT_PASS;
	const char *first = a->first[v];
	bool range = is_less(first, a->last[v]);

	e->verdict = v;
	if (v == EXPECT_PASS || v == EXPECT_NOT_RUN)
		e->evidence = xasprintf("%s%s%s", first, range ? " to " : "",
					range ? a->last[v] : "");
	else
		e->evidence = xasprintf("%s%s%s (%u of %u boots, boot %u is the first)", first,
					range ? " to " : "", range ? a->last[v] : "", n[v], all,
					a->slot[v] + 1);
}

/* Facts are sorted by key, which starts with the number of the line in the plan. */
void report_expect__add(const struct expect_source *from, struct report_expects *out)
{
	const size_t skip = strlen(FACT_EXPECT "00 ");

	for (size_t i = 0, next; i < from->n_facts; i = next) {
		const char *key = from->facts[i].key;
		struct report_expect e = { .label = from->label };
		struct answers a = { 0 };

		for (next = i; next < from->n_facts && streq(from->facts[next].key, key); next++) {
			const struct campaign_boot *boot;

			if (!str_starts(key, FACT_EXPECT) || strlen(key) < skip)
				continue;
			boot = find_boot(from->campaign, from->facts[next].boot);
			if (boot)
				take_answer(&e, &a, boot, from->facts[next].value);
		}
		if (!a.compare && !e.boots[0] && !e.boots[1] && !e.boots[2] && !e.boots[3])
			continue;
		e.text = xstrdup(key + skip);
		if (a.compare && !e.boots[EXPECT_CANNOT_SAY])
			compare_tests(from, &e);
		else
			conclude(&e, &a);
		out->count[e.verdict]++;
		*APPEND(out->v, out->n) = e;
	}
}

/* "LABEL: TEXT (EVIDENCE)" for the first few with a verdict, and the number of the others. The
 * caller frees. */
static char *list_of(const struct report_expects *e, enum expect_verdict v)
{
	_cleanup_(strvec__release) struct strvec list = { 0 };
	unsigned int n = 0;

	for (size_t i = 0; i < e->n; i++)
		if (e->v[i].verdict == v && n++ < NAMED)
			strvec__pushf(&list, "%s: %s (%s)", e->v[i].label, e->v[i].text,
				      e->v[i].evidence);
	if (n > NAMED)
		strvec__pushf(&list, "%u more", n - NAMED);
	return strvec__join(&list, "; ");
}

char *expect__sentence(const struct report_expects *e)
{
	_free_ char *failed = list_of(e, EXPECT_FAIL), *open = list_of(e, EXPECT_CANNOT_SAY);
	unsigned int n = e->count[EXPECT_FAIL], m = e->count[EXPECT_CANNOT_SAY];
	unsigned int elsewhere = e->count[EXPECT_NOT_RUN];
	size_t made = e->n - elsewhere;
	_free_ char *rest = elsewhere ? xasprintf(" %u check%s cannot be run here.", elsewhere,
						  plural_s(elsewhere)) :
					xstrdup("");

	if (n && m)
		return xasprintf("Of %zu expectations %u fail: %s; %u cannot be checked.%s", made,
				 n, failed, m, rest);
	if (n)
		return xasprintf("Of %zu expectations %u fail%s: %s.%s", made, n, n == 1 ? "s" : "",
				 failed, rest);
	if (m)
		return xasprintf("Of %zu expectations %u cannot be checked: %s.%s", made, m, open,
				 rest);
	if (!made)
		return xstrdup(rest + 1);
	return made == 1 ? xasprintf("The one expectation holds.%s", rest) :
			   xasprintf("All %zu expectations hold.%s", made, rest);
}

void report_expects__release(struct report_expects *e)
{
	for (size_t i = 0; i < e->n; i++) {
		free(e->v[i].text);
		free(e->v[i].evidence);
	}
	free(e->v);
	*e = (struct report_expects){ 0 };
}
