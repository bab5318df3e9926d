// SPDX-License-Identifier: GPL-2.0-only
/* expect.c - writes expectations and their results. */
#include "reports/render/expect.h"

#include "reports/render/json.h"
#include "reports/render/markdown_text.h"
#include "reports/render/notes.h"

#define INDENT 14 /* column at which the text after the verdict starts */

void expect__text(const struct report_expects *e, size_t width, FILE *out)
{
	if (!e->n)
		return;
	fprintf(out, "\n== What the plan expects ==\n");
	for (size_t i = 0; i < e->n; i++) {
		const struct report_expect *x = &e->v[i];
		struct para p = { .out = out, .width = width, .first = 2, .indent = INDENT };

		para__add(&p, "%s", expect__name(x->verdict));
		p.gap = p.col < INDENT ? INDENT - p.col : 1;
		para__add(&p, "%s: %s; %s", x->label, x->text, x->evidence);
		para__end(&p);
	}
}

void expect__markdown(const struct report_expects *e, FILE *out)
{
	if (!e->n)
		return;
	fputs("\n### What the plan expects\n\n| variant | expected | verdict | evidence |\n"
	      "|---|---|---|---|\n",
	      out);
	for (size_t i = 0; i < e->n; i++) {
		fputs("|", out);
		markdown__cell(xstrdup(e->v[i].label), out);
		markdown__cell(xstrdup(e->v[i].text), out);
		markdown__cell(xstrdup(expect__name(e->v[i].verdict)), out);
		markdown__cell(xstrdup(e->v[i].evidence), out);
		fputc('\n', out);
	}
}

json_t *expect__json(const struct report_expects *e)
{
	json_t *list = json_array();

	for (size_t i = 0; i < e->n; i++) {
		const struct report_expect *x = &e->v[i];

		json_array_append_new(list,
				      json_pack("{s:o, s:o, s:s, s:o, s:I, s:I, s:I}", "variant",
						json__text(x->label), "expected",
						json__text(x->text), "verdict",
						expect__name(x->verdict), "evidence",
						json__text(x->evidence), "boots_pass",
						(json_int_t)x->boots[EXPECT_PASS], "boots_fail",
						(json_int_t)x->boots[EXPECT_FAIL],
						"boots_cannot_say",
						(json_int_t)x->boots[EXPECT_CANNOT_SAY]));
	}
	return list;
}

static void put_counts(struct html *h, const struct report_expects *e)
{
	html__fmt(h, " tests=\"%zu\" failures=\"%u\" errors=\"%u\" skipped=\"%u\">\n", e->n,
		  e->count[EXPECT_FAIL], e->count[EXPECT_CANNOT_SAY], e->count[EXPECT_NOT_RUN]);
}

void expect__junit(struct html *h, const char *campaign, const struct report_expects *e)
{
	if (!e->n)
		return;
	html__fmt(h, "  <testsuite name=\"expectations of %s\"", campaign);
	put_counts(h, e);
	for (size_t i = 0; i < e->n; i++) {
		const struct report_expect *x = &e->v[i];
		const char *tag = x->verdict == EXPECT_FAIL	  ? "failure" :
				  x->verdict == EXPECT_CANNOT_SAY ? "error" :
								    NULL;

		html__fmt(h, "    <testcase classname=\"%s.%s\" name=\"%s\">\n", campaign, x->label,
			  x->text);
		if (x->verdict == EXPECT_NOT_RUN)
			html__fmt(h, "      <skipped message=\"%s\"/>\n", x->evidence);
		else if (tag)
			html__fmt(h, "      <%s type=\"expectation\" message=\"%s\"/>\n", tag,
				  x->evidence);
		else
			html__fmt(h, "      <system-out>%s</system-out>\n", x->evidence);
		html__put(h, "    </testcase>\n");
	}
	html__put(h, "  </testsuite>\n");
}

void expect__junit_alone(const char *campaign, const struct report_expects *e, FILE *out)
{
	_cleanup_(html__release) struct html h = { 0 };

	html__put(&h, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
	html__fmt(&h, "<testsuites name=\"%s\"", campaign);
	put_counts(&h, e);
	expect__junit(&h, campaign, e);
	html__put(&h, "</testsuites>\n");
	fwrite(h.buf, 1, h.len, out);
}
