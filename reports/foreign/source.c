// SPDX-License-Identifier: GPL-2.0-only
/* source.c - collects what a parser finds in a file: values, normalized names, notes and errors. */
#include "reports/foreign/source.h"

#include "lib/utf8.h"

#include <math.h>

#define NOTES_MAX 20
#define NAME_MAX_LEN 80 /* bytes of a variant, workload or metric name */

static __printf(3, 0) char *tell(const struct source *s, size_t line, const char *fmt, va_list ap)
{
	_free_ char *text = xvasprintf(fmt, ap);

	utf8__clean(text, strlen(text), false);
	return xasprintf("%s:%zu: %s", s->name, line, text);
}

int source__fail(const struct source *s, size_t line, const char *fmt, ...)
{
	_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = tell(s, line, fmt, ap);
	va_end(ap);
	return err__set(s->err, -EINVAL, "%s", text);
}

void source__note(const struct source *s, size_t line, const char *fmt, ...)
{
	_free_ char *text = NULL;
	va_list ap;

	if (++s->f->n_notes > NOTES_MAX)
		return;
	va_start(ap, fmt);
	text = tell(s, line, fmt, ap);
	va_end(ap);
	strvec__push(&s->f->notes, text);
}

void source__lack(const struct source *s, const char *what)
{
	_free_ char *text = xasprintf("%s: %s", s->tool, what);

	if (!strvec__has(&s->f->lacks, text))
		strvec__push(&s->f->lacks, text);
}

/* Times and costs per operation are better when lower, rates when higher. */
int unit__better(const char *unit)
{
	static const char *const times[] = {
		"s",	   "sec",	   "secs",	   "seconds",	 "second", "ms",
		"msec",	   "us",	   "usec",	   "ns",	 "nsec",   "min",
		"minutes", "milliseconds", "microseconds", "nanoseconds"
	};
	static const char *const rates[] = {
		"/s", "/min", "per second", "per minute", "ops/", "fps"
	};

	for (size_t i = 0; i < ARRAY_SIZE(times); i++)
		if (!strcasecmp(unit, times[i]))
			return BETTER_LOWER;
	if (str_ends(unit, "/op") || strcasestr(unit, "per op"))
		return BETTER_LOWER;
	for (size_t i = 0; i < ARRAY_SIZE(rates); i++)
		if (strcasestr(unit, rates[i]))
			return BETTER_HIGHER;
	return strcasestr(unit, "seconds") ? BETTER_LOWER : -1;
}

/* Normalize a name: each run of other characters becomes one '_'. `lower`: to lower case. `empty`
 * if nothing is left. The caller frees. */
static char *plain(const char *name, const char *empty, bool lower)
{
	char *out = xcalloc(NAME_MAX_LEN + 1, 1);
	size_t n = 0;

	for (const char *p = name ? name : ""; *p && n < NAME_MAX_LEN; p++) {
		char c = lower && *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
		bool is_plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
				c == '-' || (c >= 'A' && c <= 'Z');

		if (is_plain)
			out[n++] = c;
		else if (n && out[n - 1] != '_')
			out[n++] = '_';
	}
	while (n && out[n - 1] == '_')
		out[--n] = '\0';
	if (n)
		return out;
	free(out);
	return xstrdup(empty);
}

/* `name`, with a number appended if it is already taken. As a file may have a hundred thousand
 * equal names, each remembers its highest number. The caller frees. */
static char *unlike(struct foreign *f, const char *prefix, const char *name)
{
	uint32_t first = 0;

	for (uint32_t i = 1;; i++) {
		char *own = i > 1 ? xasprintf("%s-%u", name, i) : xstrdup(name);
		_free_ char *whole = xasprintf("%s/%s", prefix, own);
		const size_t n = f->taken.n;
		const uint32_t at = names__add(&f->taken, whole);

		if (at == n) {
			GROW(f->numbers, n);
			f->numbers[n] = 1;
		}
		if (i == 1)
			first = at;
		if (at == n) {
			f->numbers[first] = i;
			return own;
		}
		free(own);
		if (i < f->numbers[first])
			i = f->numbers[first];
	}
}

static bool is_key(const char *text)
{
	return text && *text;
}

/* The index of a figure's metric, which is added if it is new; the first occurrence defines it. */
static uint32_t metric_of(struct foreign *f, const struct figure *fig)
{
	_free_ char *key = xasprintf("%s\n%s\n%s", is_key(fig->workload) ? fig->workload : "",
				     is_key(fig->metric) ? fig->metric : "",
				     is_key(fig->unit) ? fig->unit : "");
	uint32_t at = names__add(&f->keys, key);
	_free_ char *workload = NULL, *name = NULL;
	char *unit;

	if (at < f->n_metrics)
		return at;
	workload = plain(fig->workload, "results", true);
	name = plain(fig->metric, "value", true);
	unit = xstrndup(fig->unit ? fig->unit : "", 24);
	utf8__clean(unit, strlen(unit), false);
	*APPEND(f->metrics, f->n_metrics) = (struct foreign_metric){
		.workload = xstrdup(workload),
		.metric = {
			.name = unlike(f, workload, name),
			.unit = unit,
			.better = fig->better < 0 ? BETTER_LOWER : (enum metric_better)fig->better,
			.kind = fig->count ? METRIC_COUNT : METRIC_TIME,
			.primary = fig->better >= 0 && !fig->secondary,
			.describes = fig->better < 0,
			.margin_rel = 0.02,
		},
	};
	return at;
}

/* The run of this file and variant, which is added if it is new. Searches backwards through the
 * runs of the file. */
static int run_of(struct source *s, const struct figure *fig, uint32_t *run)
{
	struct foreign *f = s->f;
	const char *name = s->variant ? s->variant : fig->variant ? fig->variant : "results";
	size_t variant = names__add(&f->sides, name);

	if (variant == f->variants.n) {
		_free_ char *letters = plain(name, "results", false);
		_free_ char *own = unlike(f, "", letters);

		strvec__push(&f->variants, own);
	}

	for (size_t i = f->n_runs; i && f->runs[i - 1].file == s->file; i--) {
		if (f->runs[i - 1].variant == variant) {
			*run = (uint32_t)i - 1;
			return 0;
		}
	}
	if (f->n_runs == FOREIGN_RUNS_MAX)
		return source__fail(s, fig->line, "more than %d files and kernels",
				    FOREIGN_RUNS_MAX);
	*run = (uint32_t)f->n_runs;
	*APPEND(f->runs, f->n_runs) = (struct foreign_run){ .variant = variant, .file = s->file };
	return 0;
}

int source__put(struct source *s, const struct figure *fig)
{
	struct foreign *f = s->f;
	size_t known = f->places.n;
	char place[32];
	uint32_t metric, run = 0, at;
	int ret;

	if (!isfinite(fig->value))
		return source__fail(s, fig->line, "a value must be a finite number");
	if (f->n_samples == FOREIGN_SAMPLES_MAX)
		return source__fail(s, fig->line, "more than %d values", FOREIGN_SAMPLES_MAX);
	ret = run_of(s, fig, &run);
	if (ret)
		return ret;
	metric = metric_of(f, fig);
	snprintf(place, sizeof(place), "%u %u", metric, run);
	at = names__add(&f->places, place);
	if (at == known) {
		GROW(f->next, known);
		f->next[at] = 0;
	}
	*APPEND(f->samples, f->n_samples) = (struct foreign_sample){
		.value = fig->value,
		.metric = metric,
		.run = run,
		.iter = f->next[at]++,
		.enabled_ns = fig->enabled_ns,
		.running_ns = fig->running_ns,
	};
	return 0;
}
