// SPDX-License-Identifier: GPL-2.0-only
/* delta.c - reads growing counters before and after an iteration, and reports the differences. */
#include "collectors/support/delta.h"

#include "lib/fs.h"

#include <stdarg.h>

#define TEXT_MAX (4u << 20)
#define MAX_METRICS 32

struct values {
	uint64_t v[MAX_METRICS];
	bool there[MAX_METRICS];
};

/* Find the text after the word `key` at the beginning of a line; NULL if there is none. */
static const char *after_key(const char *text, const char *key)
{
	size_t len = strlen(key);

	while (text && *text) {
		if (!strncmp(text, key, len) && (text[len] == ' ' || text[len] == '\t'))
			return text + len;
		text = strchr(text, '\n');
		text = text ? text + 1 : NULL;
	}
	return NULL;
}

/* Parse a number that is followed by a blank or a newline; at the end of the text it may be
 * truncated. */
static bool parse_count(const char *at, uint64_t *value)
{
	char *end;

	if (!strspn(at, "0123456789"))
		return false;
	*value = strtoull(at, &end, 10);
	return *end == '\n' || *end == ' ';
}

bool delta__field(const char *text, const char *key, unsigned int field, uint64_t *value)
{
	const char *at = after_key(text, key);

	while (at && field--) {
		at += strspn(at, " \t");
		if (!field)
			return parse_count(at, value);
		at += strcspn(at, " \t\n");
	}
	return false;
}

/* A line of /proc/pressure: "some avg10=0.00 avg60=0.00 avg300=0.00 total=123". */
bool delta__total(const char *text, const char *key, uint64_t *value)
{
	static const char word[] = "total=";
	const char *line = after_key(text, key), *at = line ? strstr(line, word) : NULL;

	return at && at < line + strcspn(line, "\n") && parse_count(at + sizeof(word) - 1, value);
}

/* Consecutive rows with the same file share one reading of it. */
static void read_values(const struct metric *metrics, const struct delta_at *at, struct values *v)
{
	const char *path = "";
	char *text = NULL;

	for (size_t i = 0; i < MAX_METRICS && metrics[i].name; i++) {
		if (!streq(at[i].path, path)) {
			free(text);
			text = NULL;
			path = at[i].path;
			if (fs__read(path, TEXT_MAX, &text, NULL))
				text = NULL;
		}
		v->there[i] = text &&
			      (at[i].field ? delta__field(text, at[i].key, at[i].field, &v->v[i]) :
					     delta__total(text, at[i].key, &v->v[i]));
	}
	free(text);
}

int delta__unsupported(struct job *job, const char *fmt, ...)
{
	_free_ char *key = xasprintf("%s/status", job->source);
	_free_ char *why = NULL;
	va_list ap;

	/* Once per workload: it does not change from one iteration to the next. */
	if (job->iteration)
		return 0;
	va_start(ap, fmt);
	why = xvasprintf(fmt, ap);
	va_end(ap);
	job__fact(job, key, "unsupported: %s", why);
	return 0;
}

int delta__collect(struct job *job, enum collect_phase phase, const struct metric *metrics,
		   const struct delta_at *at)
{
	struct values *before = job->priv, after = { 0 };
	bool any = false;

	if (phase == COLLECT_BEFORE_ITERATION) {
		if (!before)
			job->priv = before = xcalloc(1, sizeof(*before));
		read_values(metrics, at, before);
		for (size_t i = 0; i < MAX_METRICS; i++)
			any |= before->there[i];
		return any ? 0 :
			     delta__unsupported(job, "this kernel has none of the counters (%s)",
						at->path);
	}
	read_values(metrics, at, &after);
	for (size_t i = 0; before && i < MAX_METRICS && metrics[i].name; i++)
		/* A counter that went backwards was reset or has wrapped: no sample. */
		if (before->there[i] && after.there[i] && after.v[i] >= before->v[i])
			job__sample(job, metrics[i].name,
				    (double)(after.v[i] - before->v[i]) * at[i].scale);
	return 0;
}
