// SPDX-License-Identifier: GPL-2.0-only
/* folded.c - prints functions as folded stacks. */
#include "reports/render/explain/folded.h"

#include <ctype.h>
#include <math.h>

#define OPERATIONS 1000 /* the format takes only integers: count per this many operations */

/* Semicolons separate frames and a blank ends the stack: replace them in names. */
static void put_frame(const char *name, const char *mark, FILE *out)
{
	for (const char *c = name; *c; c++)
		fputc(isgraph((unsigned char)*c) && *c != ';' ? *c : '?', out);
	fputs(mark, out);
}

static void put_root(const struct place *p, enum explain_by by, FILE *out)
{
	_free_ char *subsystem = place__subsystem(p);
	const char *root = by == BY_SUBSYSTEM ? subsystem : p->unit;

	if (by != BY_SUBSYSTEM && by != BY_FILE)
		return;
	put_frame(*root ? root : "unknown", ";", out);
}

int explain__folded(const struct explain *e, enum explain_by by, FILE *out, struct err *err)
{
	const size_t *boots = e->places.n_boots;
	const double times = e->per_op ? OPERATIONS : 1;
	const int ret = explain__can_group(e, by, err);

	for (size_t i = 0; !ret && i < e->places.n; i++) {
		const struct place *p = &e->places.v[i];
		const double *after = p->value + boots[EXPLAIN_BEFORE];
		const long long n[EXPLAIN_SIDES] = {
			llround(times * stats__mean(p->value, boots[EXPLAIN_BEFORE])),
			llround(times * stats__mean(after, boots[EXPLAIN_AFTER])),
		};

		if (!n[EXPLAIN_BEFORE] && !n[EXPLAIN_AFTER])
			continue;
		put_root(p, by, out);
		put_frame(*p->name ? p->name : "unknown", "", out);
		if (*p->module) {
			fputc(':', out);
			put_frame(p->module, "", out);
		}
		fputs("_[k]", out);
		for (size_t k = 0; k < p->inlined.n; k++) {
			fputc(';', out);
			put_frame(p->inlined.v[k], "_[i]", out);
		}
		fprintf(out, " %lld %lld\n", n[EXPLAIN_BEFORE], n[EXPLAIN_AFTER]);
	}
	return ret;
}
