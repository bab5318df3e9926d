// SPDX-License-Identifier: GPL-2.0-only
/* annotate.c - prints the instructions of a function, both sides next to each other. */
#include "reports/render/explain/annotate.h"

#include "reports/render/json.h"

#include <ctype.h>
#include <inttypes.h>

#define WIDTH 34 /* columns of an instruction; longer text is truncated */
#define FEW 2 /* up to this many instructions that did not run are printed rather than summarised */

static double runs_of(const struct annotate *a, const struct annotate_line *l, size_t side)
{
	return l->insn[side] == NO_INSN ? 0 : a->side[side].f.runs[l->insn[side]];
}

static bool ran(const struct annotate *a, const struct annotate_line *l)
{
	return runs_of(a, l, EXPLAIN_BEFORE) > 0 || runs_of(a, l, EXPLAIN_AFTER) > 0;
}

/* Number of consecutive lines, starting at `from`, that neither side executed. */
static size_t idle(const struct annotate *a, size_t from)
{
	size_t i = from;

	while (i < a->n && !ran(a, &a->v[i]))
		i++;
	return i - from;
}

/* One side of a line: executions, offset, instruction. */
static void put_insn(const struct annotate *a, const struct annotate_line *l, size_t side,
		     FILE *out)
{
	const size_t i = l->insn[side];
	char text[WIDTH + 1];
	size_t n = 0;

	if (i == NO_INSN) {
		fprintf(out, "%*s", 8 + 1 + 6 + 1 + WIDTH, "");
		return;
	}
	for (const char *c = a->side[side].text.v[i]; *c && n < WIDTH; c++)
		text[n++] = isprint((unsigned char)*c) ? *c : ' ';
	text[n] = '\0';
	fprintf(out, "%8.*f +0x%-3zx %-*s", a->per_op ? 3 : 0, a->side[side].f.runs[i], 4 * i,
		WIDTH, text);
}

static char mark_of(const struct annotate_line *l)
{
	return l->same				  ? ' ' :
	       l->insn[EXPLAIN_BEFORE] == NO_INSN ? '+' :
	       l->insn[EXPLAIN_AFTER] == NO_INSN  ? '-' :
						    '|';
}

static void put_title(const struct annotate *a, size_t side, FILE *out)
{
	const struct annotate_side *s = &a->side[side];
	_free_ char *others = strvec__join(&s->others, ", ");
	const bool is_module = s->f.name && *s->f.module;
	double total = 0;

	fprintf(out, "%s: ", side == EXPLAIN_BEFORE ? a->e->baseline : a->e->candidate);
	if (!s->f.name) {
		fputs("did not run\n", out);
		return;
	}
	for (size_t i = 0; i < s->f.n; i++)
		total += s->f.runs[i];
	fprintf(out, "%s%s%s%s, %zu instructions, %.*f executed %s, mean of %zu boot%s", s->f.name,
		is_module ? " [" : "", s->f.module, is_module ? "]" : "", s->f.n, a->per_op ? 2 : 0,
		total, a->per_op ? "per operation" : "in the iteration", s->boots,
		plural_s(s->boots));
	fprintf(out, *others ? "; also %s\n" : "\n", others);
}

void annotate__text(const struct annotate *a, FILE *out)
{
	for (size_t i = 0; i < EXPLAIN_SIDES; i++)
		put_title(a, i, out);
	fputc('\n', out);
	for (size_t i = 0; i < a->n; i++) {
		const struct annotate_line *l = &a->v[i];
		const size_t n = idle(a, i);

		if (n > FEW) {
			fprintf(out, "%8s %zu lines that did not run\n", "...", n);
			i += n - 1;
			continue;
		}
		put_insn(a, l, EXPLAIN_BEFORE, out);
		fprintf(out, " %c ", mark_of(l));
		put_insn(a, l, EXPLAIN_AFTER, out);
		fputc('\n', out);
	}
	fprintf(out,
		"\nBefore each instruction: how often it was executed %s, and its place in the function.\n"
		"|: they differ, -: only in %s, +: only in %s.\n",
		a->per_op ? "per operation" : "in the iteration", a->e->baseline, a->e->candidate);
}

static json_t *json_insn(const struct annotate *a, const struct annotate_line *l, size_t side)
{
	const size_t i = l->insn[side];

	if (i == NO_INSN)
		return json_null();
	return json_pack("{s:I, s:o, s:o}", "at", 4 * (json_int_t)i, "runs",
			 json__number(a->side[side].f.runs[i]), "text",
			 json__text(a->side[side].text.v[i]));
}

static json_t *json_side(const struct annotate *a, size_t side)
{
	const struct annotate_side *s = &a->side[side];

	return json_pack("{s:o, s:o, s:o, s:I, s:o}", "variant",
			 json__text(side == EXPLAIN_BEFORE ? a->e->baseline : a->e->candidate),
			 "symbol", s->f.name ? json__text(s->f.name) : json_null(), "module",
			 json__text(s->f.name ? s->f.module : ""), "boots", (json_int_t)s->boots,
			 "others", json__texts(&s->others));
}

void annotate__json(const struct annotate *a, FILE *out)
{
	json_t *lines = json_array();

	for (size_t i = 0; i < a->n; i++)
		json_array_append_new(lines,
				      json_pack("{s:b, s:o, s:o}", "same", a->v[i].same, "before",
						json_insn(a, &a->v[i], EXPLAIN_BEFORE), "after",
						json_insn(a, &a->v[i], EXPLAIN_AFTER)));
	json__print(json_pack("{s:i, s:s, s:o, s:o, s:s, s:b, s:o, s:o, s:o}", "schema", 1, "kind",
			      "annotate", "campaign", json__text(a->e->c->uuid), "workload",
			      json__text(a->e->workload), "metric", a->e->metric, "per_operation",
			      a->per_op, "before", json_side(a, EXPLAIN_BEFORE), "after",
			      json_side(a, EXPLAIN_AFTER), "lines", lines),
		    out);
}
