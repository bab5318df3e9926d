// SPDX-License-Identifier: GPL-2.0-only
/*
 * pts.c - parses composite.xml of the Phoronix Test Suite: a list of results, each with one entry
 * per tested system. Document types are rejected, as they may define exponentially growing
 * entities.
 */
#include "reports/foreign/pts.h"

#include "lib/units.h"

#include <expat.h>
#include <math.h>

#define DEPTH_MAX 64
#define TEXT_MAX (256u << 10) /* per element: the values of all runs */

enum {
	IDENTIFIER,
	TITLE,
	DESCRIPTION,
	ARGUMENTS,
	SCALE,
	PROPORTION,
	FORMAT,
	SYSTEM,
	VALUE,
	RAW,
	FIELDS
};

/* The path of each field in the document. */
static const char *const places[FIELDS] = {
	[IDENTIFIER] = "/PhoronixTestSuite/Result/Identifier",
	[TITLE] = "/PhoronixTestSuite/Result/Title",
	[DESCRIPTION] = "/PhoronixTestSuite/Result/Description",
	[ARGUMENTS] = "/PhoronixTestSuite/Result/Arguments",
	[SCALE] = "/PhoronixTestSuite/Result/Scale",
	[PROPORTION] = "/PhoronixTestSuite/Result/Proportion",
	[FORMAT] = "/PhoronixTestSuite/Result/DisplayFormat",
	[SYSTEM] = "/PhoronixTestSuite/Result/Data/Entry/Identifier",
	[VALUE] = "/PhoronixTestSuite/Result/Data/Entry/Value",
	[RAW] = "/PhoronixTestSuite/Result/Data/Entry/RawString",
};

struct reader {
	struct source *s;
	XML_Parser xml;
	char path[512]; /* of the open element */
	unsigned int depth;
	char *text; /* its text; owned */
	size_t len;
	char *field[FIELDS]; /* of the current result and entry; owned */
	int ret;
};

static size_t line_of(const struct reader *r)
{
	return (size_t)XML_GetCurrentLineNumber(r->xml);
}

static void stop(struct reader *r, int ret)
{
	r->ret = ret;
	if (ret)
		XML_StopParser(r->xml, XML_FALSE);
}

static void XMLCALL on_doctype(void *arg, const XML_Char *name __unused,
			       const XML_Char *system __unused, const XML_Char *public_id __unused,
			       int internal __unused)
{
	struct reader *r = arg;

	stop(r, source__fail(r->s, line_of(r), "a document type, which no result file has"));
}

static void forget(struct reader *r, int from, int to)
{
	for (int i = from; i < to; i++) {
		free(r->field[i]);
		r->field[i] = NULL;
	}
}

static void XMLCALL on_start(void *arg, const XML_Char *name, const XML_Char **attributes __unused)
{
	struct reader *r = arg;
	size_t n = strlen(r->path), more = strlen(name) + 1;

	if (r->ret)
		return;
	if (r->depth++ >= DEPTH_MAX || n + more >= sizeof(r->path)) {
		stop(r, source__fail(r->s, line_of(r), "elements within elements, too deep"));
		return;
	}
	snprintf(r->path + n, sizeof(r->path) - n, "/%s", name);
	r->len = 0;
	if (r->depth == 1 && !streq(name, "PhoronixTestSuite"))
		stop(r, source__fail(r->s, line_of(r),
				     "expected <PhoronixTestSuite>, found <%.40s>", name));
	if (streq(r->path, "/PhoronixTestSuite/Result"))
		forget(r, 0, FIELDS);
	else if (streq(r->path, "/PhoronixTestSuite/Result/Data/Entry"))
		forget(r, SYSTEM, FIELDS);
}

static void XMLCALL on_text(void *arg, const XML_Char *text, int len)
{
	struct reader *r = arg;

	if (r->ret)
		return;
	if (r->len + (size_t)len > TEXT_MAX) {
		stop(r, source__fail(r->s, line_of(r), "more than %u bytes of text in an element",
				     TEXT_MAX));
		return;
	}
	memcpy(r->text + r->len, text, (size_t)len);
	r->len += (size_t)len;
}

/* The values of an entry: those of all runs, separated by colons, or a single one. A failed test
 * has none. */
static int put_entry(struct reader *r)
{
	char **f = r->field;
	const char *what = f[DESCRIPTION] && *f[DESCRIPTION] ? f[DESCRIPTION] : f[ARGUMENTS];
	const char *unit = f[SCALE] ? f[SCALE] : "", *order = f[PROPORTION] ? f[PROPORTION] : "";
	bool raw = f[RAW] && *f[RAW];
	struct figure fig = { .variant = f[SYSTEM],
			      .workload = f[IDENTIFIER] && *f[IDENTIFIER] ? f[IDENTIFIER] :
									    f[TITLE],
			      .metric = what,
			      .unit = unit,
			      .line = line_of(r) };
	char *values = raw ? f[RAW] : f[VALUE], *save = NULL;

	if (f[FORMAT] && !streq(f[FORMAT], "BAR_GRAPH")) {
		source__note(r->s, fig.line,
			     "%.80s is a %.40s, which has no values of runs: left out",
			     fig.workload ? fig.workload : "a result", f[FORMAT]);
		return 0;
	}
	if (!values || !*values) {
		source__note(r->s, fig.line, "%.80s has no value of %.80s: left out",
			     fig.workload ? fig.workload : "a result",
			     fig.variant ? fig.variant : "a system");
		return 0;
	}
	if (!raw)
		source__lack(r->s, "has only one value for all runs of a test, so how far they are "
				   "apart is unknown");
	fig.better = streq(order, "HIB") ? BETTER_HIGHER :
		     streq(order, "LIB") ? BETTER_LOWER :
					   unit__better(unit);
	for (char *v = strtok_r(values, ":", &save); v; v = strtok_r(NULL, ":", &save)) {
		bool minus = *v == '-';
		int ret = 0;

		if (units__double(v + minus, &fig.value))
			return source__fail(r->s, fig.line, "'%.40s' is not a number", v);
		fig.value = minus ? -fig.value : fig.value;
		ret = source__put(r->s, &fig);
		if (ret)
			return ret;
	}
	return 0;
}

static void XMLCALL on_end(void *arg, const XML_Char *name)
{
	struct reader *r = arg;
	size_t n = strlen(r->path), less = strlen(name) + 1;

	if (r->ret)
		return;
	for (int i = 0; i < FIELDS; i++) {
		if (streq(r->path, places[i])) {
			free(r->field[i]);
			r->field[i] = xstrndup(r->text, r->len);
		}
	}
	if (streq(r->path, "/PhoronixTestSuite/Result/Data/Entry"))
		stop(r, put_entry(r));
	r->path[n > less ? n - less : 0] = '\0';
	r->depth--;
	r->len = 0;
}

int pts__parse(struct source *s)
{
	struct reader r = { .s = s, .xml = XML_ParserCreate("UTF-8") };

	if (!r.xml)
		return err__set(s->err, -ENOMEM, "%s: no memory for a parser of XML", s->name);
	r.text = xcalloc(TEXT_MAX + 1, 1);
	XML_SetUserData(r.xml, &r);
	XML_SetElementHandler(r.xml, on_start, on_end);
	XML_SetCharacterDataHandler(r.xml, on_text);
	XML_SetStartDoctypeDeclHandler(r.xml, on_doctype);
	if (XML_Parse(r.xml, s->text, (int)s->len, 1) == XML_STATUS_ERROR && !r.ret)
		r.ret = source__fail(s, line_of(&r),
				     "not XML as the Phoronix Test Suite writes it: %s",
				     XML_ErrorString(XML_GetErrorCode(r.xml)));
	XML_ParserFree(r.xml);
	forget(&r, 0, FIELDS);
	free(r.text);
	return r.ret;
}
