// SPDX-License-Identifier: GPL-2.0-only
/* sampled.c - parses the text described in collectors/support/sampled.h, which is untrusted. */
#include "runner/boot/sampled.h"

#include "collectors/support/sampled.h"
#include "lib/names.h"
#include "runner/boot/profile.h"

/* The limits of reports/store/profile.c, which could not read more than that. */
#define FUNCTIONS_MAX (1u << 20)
#define SAMPLES_MAX (1ull << 40)

struct reader {
	struct record *rec;
	const char *workload;
	char *at;
	unsigned int line;
	const char *event;
	uint64_t period;
	size_t functions;
	struct names names; /* of the current iteration's functions, in their order */
	struct err *err;
};

static int fail(const struct reader *r, const char *what)
{
	return err__set(r->err, -EPROTO, SAMPLED_TEXT "%s:%u: %s", r->workload, r->line, what);
}

/* Parse a decimal number at r->at, and skip the character after it, which must be `last`. */
static bool number(struct reader *r, char last, uint64_t max, uint64_t *v)
{
	char *end;

	if (*r->at < '0' || *r->at > '9')
		return false;
	errno = 0;
	*v = strtoull(r->at, &end, 10);
	if (errno || *end != last || *v > max)
		return false;
	r->at = end + 1;
	return true;
}

/* Parse a word of printable characters, which may be empty. The `last` after it is overwritten with
 * NUL. */
static const char *word(struct reader *r, char last)
{
	char *s = r->at, *end = s;

	while (*end > ' ' && *end < 0x7f)
		end++;
	if (*end != last)
		return NULL;
	*end = '\0';
	r->at = end + 1;
	return s;
}

/* Add a function to the iteration. Functions with the same name and module count as one. */
static int read_function(struct reader *r, struct store_profile *p)
{
	_free_ char *key = NULL;
	struct profile_function f = { .caller = NO_FUNCTION };
	uint32_t index;

	r->line++;
	if (!number(r, '\t', SAMPLES_MAX, &f.count[FUNCTION_INSNS]) || !(f.name = word(r, '\t')) ||
	    !(f.module = word(r, '\n')))
		return fail(r, "expected samples, a function and a module");
	if (++r->functions > FUNCTIONS_MAX)
		return fail(r, "more functions than a kernel has");
	key = xasprintf("%s\n%s", f.name, f.module);
	index = names__add(&r->names, key);
	if (!p->v || index == p->n) {
		GROW(p->v, p->n);
		p->v[p->n++] = f;
	} else {
		p->v[index].count[FUNCTION_INSNS] += f.count[FUNCTION_INSNS];
	}
	return 0;
}

/* Parse the iteration at r->at. Its names still point into the agent's text. */
static int read_iteration(struct reader *r, struct store_profile *p)
{
	uint64_t iter, sum = 0;
	int ret = 0;

	p->workload = xstrdup(r->workload);
	r->line++;
	if (*r->at++ != ':' || !number(r, '\t', INT32_MAX, &iter) ||
	    !number(r, '\n', SAMPLES_MAX, &p->kernel))
		return fail(r, "expected ':ITERATION SAMPLES'");
	for (size_t i = 0; i < r->rec->boot.n_profiles; i++)
		if (r->rec->boot.profiles[i].iter == (int)iter &&
		    streq(r->rec->boot.profiles[i].workload, r->workload))
			return fail(r, "an iteration that had samples before");
	names__release(&r->names);
	while (!ret && *r->at && *r->at != ':')
		ret = read_function(r, p);
	for (size_t i = 0; i < p->n; i++)
		sum += p->v[i].count[FUNCTION_INSNS];
	if (!ret && sum != p->kernel)
		ret = fail(r, "the functions do not have the samples of the iteration");
	p->event = r->event;
	p->period = r->period;
	p->iter = (int)iter;
	p->operations = record__operations(r->rec, r->workload, p->iter);
	return ret;
}

/* Iterations that did not finish are not recorded. */
static bool has_iteration(const struct record *rec, const struct store_profile *p)
{
	for (size_t i = 0; i < rec->boot.n_iterations; i++)
		if (rec->boot.iterations[i].iter == p->iter &&
		    streq(rec->boot.iterations[i].workload, p->workload))
			return true;
	return false;
}

/* The event, as a constant string; NULL: there is no such event. */
static const char *event_named(const char *name)
{
	static const char *const events[] = { "instructions", "cycles", "cpu-clock" };

	for (size_t i = 0; name && i < ARRAY_SIZE(events); i++)
		if (streq(events[i], name))
			return events[i];
	return NULL;
}

static int read_text(struct reader *r)
{
	int ret = 0;

	r->line = 1;
	if (!str_starts(r->at, SAMPLED_HEAD))
		return fail(r, "expected '" SAMPLED_HEAD "EVENT PERIOD'");
	r->at += strlen(SAMPLED_HEAD);
	r->event = event_named(word(r, ' '));
	if (!r->event || !number(r, '\n', SAMPLES_MAX, &r->period) || !r->period)
		return fail(r, "expected '" SAMPLED_HEAD "EVENT PERIOD'");
	while (!ret && *r->at) {
		struct store_profile p = { 0 };

		ret = read_iteration(r, &p);
		if (!ret && has_iteration(r->rec, &p)) {
			p.text = profile__keep_names(p.v, p.n);
			*APPEND(r->rec->boot.profiles, r->rec->boot.n_profiles) = p;
		} else {
			free((char *)p.workload);
			free(p.v);
		}
	}
	return ret;
}

int sampled__collect(struct record *rec, struct err *err)
{
	struct store_boot *b = &rec->boot;
	int ret = 0;

	for (size_t i = b->n_texts; i-- > 0;) {
		_free_ char *name = NULL, *text = NULL;
		struct reader r = { .rec = rec, .err = err };

		if (!str_starts(b->texts[i].name, SAMPLED_TEXT))
			continue;
		name = xstrdup(b->texts[i].name);
		text = record__take_text(rec, name);
		r.workload = name + strlen(SAMPLED_TEXT);
		r.at = text;
		if (!ret)
			ret = read_text(&r);
		names__release(&r.names);
	}
	return ret;
}
