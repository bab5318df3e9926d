// SPDX-License-Identifier: GPL-2.0-only
/* regex_size.c - walk an expression and multiply out its repetitions, without compiling it. */
#include "workloads/output/regex_size.h"
#include "lib/base.h"

#include <math.h>

#define NESTED_MAX 32

/* Between two parentheses: what is complete, and what a repetition would repeat. */
struct level {
	double sum, last;
};

struct walk {
	struct level v[NESTED_MAX];
	size_t n; /* at least 1 */
};

/* The piece before is complete: a repetition applies to the newest only. */
static void add_size(struct walk *w, double size)
{
	struct level *l = &w->v[w->n - 1];

	l->sum += l->last;
	l->last = size;
}

/* Where there is nothing to repeat, the sign stands for itself. */
static void multiply(struct walk *w, double factor)
{
	struct level *l = &w->v[w->n - 1];

	l->last = l->last > 0 ? l->last * factor : 1;
}

/* Behind a bracket expression that begins at `p`. A "]" that comes first is one of its members. */
static const char *skip_bracket(const char *p)
{
	p += p[1] == '^' ? 2 : 1;
	p += *p == ']';
	while (*p && *p != ']') {
		const char *end = NULL;

		if (*p == '[' && (p[1] == ':' || p[1] == '.' || p[1] == '='))
			end = strstr(p + 2, (char[]){ p[1], ']', '\0' });
		p = end ? end + 2 : p + 1;
	}
	return *p ? p + 1 : p;
}

/* "{m}", "{m,}", "{m,n}": the larger number is how often a copy is there. */
static const char *repeat(struct walk *w, const char *p)
{
	char *end;
	double m = strtod(p + 1, &end), n = *end == ',' ? strtod(end + 1, &end) : 0;

	multiply(w, fmax(fmax(m, n), 1) + 1);
	return *end == '}' ? end + 1 : p + 1;
}

/* A group is one piece of the level around it. An extra ")" stands for itself. */
static void close_group(struct walk *w)
{
	double size = 0;

	if (w->n > 1) {
		w->n--;
		size = w->v[w->n].sum + w->v[w->n].last;
	}
	add_size(w, size + 1);
}

/* One token; NULL: nested too deep. */
static const char *step(struct walk *w, const char *p)
{
	switch (*p) {
	case '(':
		if (w->n == NESTED_MAX)
			return NULL;
		w->v[w->n++] = (struct level){ 0, 0 };
		return p + 1;
	case ')':
		close_group(w);
		return p + 1;
	case '[':
		add_size(w, 1);
		return skip_bracket(p);
	case '{':
		return repeat(w, p);
	case '+':
	case '*':
	case '?':
		multiply(w, 2);
		return p + 1;
	case '\\':
		add_size(w, 1);
		return p + (p[1] ? 2 : 1);
	default:
		add_size(w, 1);
		return p + 1;
	}
}

double regex_size(const char *ere)
{
	struct walk w = { .n = 1 };

	while (*ere) {
		ere = step(&w, ere);
		if (!ere)
			return INFINITY;
	}
	while (w.n > 1)
		close_group(&w);
	return w.v[0].sum + w.v[0].last;
}
