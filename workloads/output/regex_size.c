// SPDX-License-Identifier: GPL-2.0-only
/* regex_size.c - estimates the size of an expression with its repetitions expanded, without
 * compiling it. */
#include "workloads/output/regex_size.h"
#include "lib/base.h"

#include <math.h>

#define NESTED_MAX 32

/* Between two parentheses: the size so far, and that of the last piece, which a repetition would
 * apply to. */
struct level {
	double sum, last;
};

struct walk {
	struct level v[NESTED_MAX];
	size_t n; /* at least 1 */
};

/* Begin a new piece; the previous one is complete, as a repetition only applies to the last one. */
static void add_size(struct walk *w, double size)
{
	struct level *l = &w->v[w->n - 1];

	l->sum += l->last;
	l->last = size;
}

/* A repetition sign with nothing to repeat is a literal. */
static void multiply(struct walk *w, double factor)
{
	struct level *l = &w->v[w->n - 1];

	l->last = l->last > 0 ? l->last * factor : 1;
}

/* The end of a bracket expression that begins at `p`. A "]" in first place is one of its
 * members. */
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

/* "{m}", "{m,}", "{m,n}": the larger number is the number of copies. */
static const char *repeat(struct walk *w, const char *p)
{
	char *end;
	double m = strtod(p + 1, &end), n = *end == ',' ? strtod(end + 1, &end) : 0;

	multiply(w, fmax(fmax(m, n), 1) + 1);
	return *end == '}' ? end + 1 : p + 1;
}

/* A group is a single piece of the enclosing level. An unmatched ")" is a literal. */
static void close_group(struct walk *w)
{
	double size = 0;

	if (w->n > 1) {
		w->n--;
		size = w->v[w->n].sum + w->v[w->n].last;
	}
	add_size(w, size + 1);
}

/* Process one token; NULL: nested too deeply. */
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
