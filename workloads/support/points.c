// SPDX-License-Identifier: GPL-2.0-only
/* points.c - points of a curve over operations: conversion to and from text, and metrics. */
#include "workloads/support/points.h"

#include "lib/strvec.h"
#include "lib/units.h"

#include <math.h>

#define STATE_PER 1000.0

/* Name, unit, kind, and the margins. */
static const struct value {
	const char *name, *unit;
	enum metric_kind kind;
	bool describes; /* no direction: more large leaves just mean fewer small ones */
	bool primary;
	double margin_rel, margin_abs;
	const char *help;
} values[POINT_VALUES] = {
	[POINT_NS] = { "ns", "ns/op", METRIC_TIME, false, true, 0.02, 0, "time of an operation" },
	[POINT_INSNS] = { "instructions", "insns/op", METRIC_COUNT, false, true, 0.005, 1,
			  "kernel instructions of an operation" },
	[POINT_TLBI_ALL] = { "tlbi_all", "TLBI/op", METRIC_COUNT, false, false, 0.02, 0.01,
			     "TLBI of everything" },
	[POINT_TLBI_ASID] = { "tlbi_asid", "TLBI/op", METRIC_COUNT, false, false, 0.02, 0.01,
			      "TLBI of one address space" },
	[POINT_TLBI_VA] = { "tlbi_va", "TLBI/op", METRIC_COUNT, false, false, 0.02, 0.01,
			    "TLBI of one address" },
	[POINT_TLBI_RANGE] = { "tlbi_range", "TLBI/op", METRIC_COUNT, false, false, 0.02, 0.01,
			       "TLBI of a range" },
	[POINT_SPLITS] = { "splits", "splits/1000 op", METRIC_STATE, false, false, 0.02, 1,
			   "blocks of the linear map that were split" },
	[POINT_TABLE_BYTES] = { "table_bytes", "B/1000 op", METRIC_STATE, false, false, 0.02, 4096,
				"growth of the kernel's page tables" },
	[POINT_4K] = { "bytes_4k", "B/1000 op", METRIC_STATE, false, true, 0.02, 65536,
		       "growth of the linear map's part in pages of 4 KiB" },
	[POINT_16K] = { "bytes_16k", "B/1000 op", METRIC_STATE, false, true, 0.02, 65536,
			"growth of the linear map's part in pages of 16 KiB" },
	[POINT_64K] = { "bytes_64k", "B/1000 op", METRIC_STATE, true, false, 0.02, 65536,
			"the same in runs (or pages) of 64 KiB" },
	[POINT_2M] = { "bytes_2m", "B/1000 op", METRIC_STATE, true, false, 0.02, 2 << 20,
		       "the same in blocks (or runs) of 2 MiB" },
	[POINT_32M] = { "bytes_32m", "B/1000 op", METRIC_STATE, true, false, 0.02, 32 << 20,
			"the same in runs (or blocks) of 32 MiB" },
	[POINT_512M] = { "bytes_512m", "B/1000 op", METRIC_STATE, true, false, 0.02, 512 << 20,
			 "the same in blocks of 512 MiB" },
	[POINT_1G] = { "bytes_1g", "B/1000 op", METRIC_STATE, true, false, 0.02, 1 << 30,
		       "the same in blocks (or runs) of 1 GiB" },
	[POINT_16G] = { "bytes_16g", "B/1000 op", METRIC_STATE, true, false, 0.02, 16.0 * (1 << 30),
			"the same in runs of 16 GiB" },
};

struct point *points__add(struct points *p, const char *part, uint64_t operations)
{
	struct point *at = APPEND(p->v, p->n);

	*at = (struct point){ .operations = operations };
	snprintf(at->part, sizeof(at->part), "%s", part);
	for (size_t i = 0; i < POINT_VALUES; i++)
		at->v[i] = POINT_UNKNOWN;
	return at;
}

void points__release(struct points *p)
{
	free(p->v);
	*p = (struct points){ 0 };
}

const char *point__name(enum point_value value)
{
	return values[value].name;
}

enum point_value point__find(const char *name)
{
	size_t i = 0;

	while (i < POINT_VALUES && !streq(values[i].name, name))
		i++;
	return (enum point_value)i;
}

enum point_value point__of_leaf(const char *size)
{
	char name[24];

	snprintf(name, sizeof(name), "bytes_%.8s", size);
	for (char *c = name; *c; c++)
		*c = (char)(*c >= 'A' && *c <= 'Z' ? *c | 0x20 : *c);
	return point__find(name);
}

static bool is_known(const struct points *p, enum point_value value)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->v[i].v[value] != POINT_UNKNOWN)
			return true;
	return false;
}

char *points__format(const struct points *p)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);

	fprintf(f, "%-12s %11s", "part", "operations");
	for (size_t k = 0; k < POINT_VALUES; k++)
		if (is_known(p, k))
			fprintf(f, " %13s", values[k].name);
	fputc('\n', f);
	for (size_t i = 0; i < p->n; i++) {
		fprintf(f, "%-12s %11llu", p->v[i].part, (unsigned long long)p->v[i].operations);
		for (size_t k = 0; k < POINT_VALUES; k++) {
			if (!is_known(p, k))
				continue;
			if (p->v[i].v[k] == POINT_UNKNOWN)
				fprintf(f, " %13s", "-");
			else
				fprintf(f, " %13llu", (unsigned long long)p->v[i].v[k]);
		}
		fputc('\n', f);
	}
	fclose(f);
	return text;
}

/* --- reading ------------------------------------------------------------------------------ */

struct reader {
	const char *name;
	unsigned int line;
	enum point_value column[POINT_VALUES];
	size_t n_columns;
	struct err *err;
};

/* The next word of a line; NULL at its end. */
static char *next_word(char **at)
{
	char *word = *at + strspn(*at, " ");

	if (!*word)
		return NULL;
	*at = word + strcspn(word, " ");
	if (**at)
		*(*at)++ = '\0';
	return word;
}

static int read_heading(struct reader *r, char *line)
{
	const char *word = next_word(&line);
	bool seen[POINT_VALUES + 1] = { false };

	if (!word || !streq(word, "part") || !(word = next_word(&line)) ||
	    !streq(word, "operations"))
		return err__set(r->err, -EINVAL,
				"%s:%u: expected a heading that begins with part, operations",
				r->name, r->line);
	while ((word = next_word(&line))) {
		enum point_value value = point__find(word);

		if (value == POINT_VALUES || seen[value])
			return err__set(r->err, -EINVAL, "%s:%u: %s column '%.40s'", r->name,
					r->line, value == POINT_VALUES ? "unknown" : "a second",
					word);
		seen[value] = true;
		r->column[r->n_columns++] = value;
	}
	return 0;
}

static bool read_number(const char *word, uint64_t *v)
{
	return word && !units__u64(word, v) && *v != POINT_UNKNOWN;
}

static bool is_part(const char *word)
{
	return word && *word && strlen(word) < POINT_PART_MAX &&
	       !word[strspn(word, "abcdefghijklmnopqrstuvwxyz0123456789-")];
}

static int read_point(struct reader *r, char *line, struct points *p)
{
	const char *part = next_word(&line), *word = next_word(&line);
	struct point *at;
	uint64_t operations;

	if (!is_part(part) || !read_number(word, &operations))
		return err__set(r->err, -EINVAL,
				"%s:%u: expected the name of a part and a number of operations",
				r->name, r->line);
	if (p->n == POINTS_MAX)
		return err__set(r->err, -EINVAL, "%s:%u: more than %d points", r->name, r->line,
				POINTS_MAX);
	at = points__add(p, part, operations);
	for (size_t i = 0; i < r->n_columns; i++) {
		word = next_word(&line);
		if (word && streq(word, "-"))
			continue;
		if (!read_number(word, &at->v[r->column[i]]))
			return err__set(r->err, -EINVAL,
					"%s:%u: expected a number or '-' for %s, found '%.40s'",
					r->name, r->line, point__name(r->column[i]),
					word ? word : "");
	}
	return next_word(&line) ?
		       err__set(r->err, -EINVAL, "%s:%u: there is more on the line than columns",
				r->name, r->line) :
		       0;
}

int points__parse(const char *name, const char *text, struct points *p, struct err *err)
{
	struct reader r = { .name = name, .err = err };
	int ret = 0;

	*p = (struct points){ 0 };
	while (!ret && *text) {
		const size_t len = strcspn(text, "\n");
		_free_ char *line = xstrndup(text, len);

		ret = r.line++ ? read_point(&r, line, p) : read_heading(&r, line);
		text += len + (text[len] == '\n');
	}
	return ret || r.line ? ret : err__set(err, -EINVAL, "%s: there are no points in it", name);
}

/* --- metrics ------------------------------------------------------------------------------ */

void points__declare(const char *part, const char *what, struct metric_list *out)
{
	for (size_t k = 0; k < POINT_VALUES; k++) {
		const struct value *v = &values[k];
		_free_ char *name = xasprintf("%s.%s", part, v->name);
		_free_ char *help = xasprintf("%s: %s", v->help, what);

		metric_list__add(out, &(struct metric){ .name = name,
							.unit = v->unit,
							.better = BETTER_LOWER,
							.kind = v->kind,
							.primary = v->primary,
							.describes = v->describes,
							.margin_rel = v->margin_rel,
							.margin_abs = v->margin_abs,
							.help = help });
	}
}

bool points__rate(const struct points *p, const char *part, enum point_value value, double *rate)
{
	const struct point *first = NULL, *last = NULL;
	double change;

	for (size_t i = 0; i < p->n; i++) {
		const struct point *at = &p->v[i];

		if (!streq(at->part, part) || at->v[value] == POINT_UNKNOWN)
			continue;
		if (!first)
			first = at;
		last = at;
	}
	if (!first || last->operations <= first->operations)
		return false;
	change = (double)last->v[value] - (double)first->v[value];
	*rate = change / (double)(last->operations - first->operations) *
		(values[value].kind == METRIC_STATE ? STATE_PER : 1);
	return true;
}
