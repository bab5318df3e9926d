// SPDX-License-Identifier: GPL-2.0-only
/* speedtest1.c - checks that tests are in order, and that their sum agrees with TOTAL. */
#include "workloads/output/speedtest1.h"

#include "lib/units.h"

#include <ctype.h>
#include <math.h>

#define FIRST_TEST 100
#define LAST_TEST 990
#define STEP 0.001 /* s: resolution of the printed times, which are truncated */

struct reader {
	struct speedtest_out *out;
	bool header, total, other;
	unsigned int last; /* number of the last test */
	double sum;
};

/* Parse the seconds at the end of a line of dots and blanks: "0.008s". */
static bool seconds(const char *line, size_t len, double *out)
{
	_free_ char *number = NULL;
	size_t begin;

	if (!len || line[len - 1] != 's')
		return false;
	for (begin = --len;
	     begin && (isdigit((unsigned char)line[begin - 1]) || line[begin - 1] == '.'); begin--)
		;
	if (!begin || line[begin - 1] != ' ')
		return false;
	number = xstrndup(line + begin, len - begin);
	return !units__double(number, out) && *out >= 0;
}

/* `line` has length `len` and is not NUL-terminated. */
static bool begins(const char *line, size_t len, const char *with)
{
	return len >= strlen(with) && !memcmp(line, with, strlen(with));
}

/* " 100 - 2500 INSERTs into ..." */
static void test_line(struct reader *r, const char *line, size_t len)
{
	char *after;
	unsigned long number = strtoul(line, &after, 10);
	double s;

	if ((size_t)(after - line) >= len || !begins(after, len - (size_t)(after - line), " - ") ||
	    !seconds(line, len, &s))
		return;
	if (number <= r->last || number > LAST_TEST || (!r->last && number != FIRST_TEST)) {
		r->other = true;
		return;
	}
	if (number == FIRST_TEST)
		r->out->rows = strtoull(after + 3, NULL, 10);
	r->last = (unsigned int)number;
	r->out->tests++;
	r->sum += s;
}

/* Lines in any other format are messages; skip them. */
static void read_line(struct reader *r, const char *line, size_t len)
{
	size_t blanks = strspn(line, " ");

	if (begins(line, len, SPEEDTEST_HEADER)) {
		const char *v = line + strlen(SPEEDTEST_HEADER);

		r->header = true;
		snprintf(r->out->version, sizeof(r->out->version), "%.*s",
			 (int)strspn(v, "0123456789."), v);
	} else if (blanks < len && isdigit((unsigned char)line[blanks])) {
		test_line(r, line + blanks, len - blanks);
	} else if (blanks < len && begins(line + blanks, len - blanks, "TOTAL.")) {
		r->total = seconds(line, len, &r->out->total);
	}
}

/* TOTAL is the exact sum of the printed times: if it differs, a line is missing. */
static int judge(const struct reader *r, struct err *err)
{
	const struct speedtest_out *o = r->out;

	if (!r->header)
		return err__set(err, -EPROTO, "speedtest1: no line '" SPEEDTEST_HEADER "...'");
	if (r->other || r->last != LAST_TEST)
		return err__set(err, -EPROTO,
				"speedtest1: the tests are not those from %d to %d, "
				"each later than the one before; the last was %u",
				FIRST_TEST, LAST_TEST, r->last);
	if (!r->total)
		return err__set(err, -EPROTO, "speedtest1: no line 'TOTAL... Ns'");
	if (!(fabs(o->total - r->sum) < STEP / 2))
		return err__set(err, -EPROTO,
				"speedtest1: the %u tests took %.3f s, the TOTAL "
				"says %.3f s",
				o->tests, r->sum, o->total);
	return 0;
}

int speedtest_out__parse(const char *text, struct speedtest_out *out, struct err *err)
{
	struct reader r = { .out = out };

	*out = (struct speedtest_out){ 0 };
	while (*text) {
		size_t len = strcspn(text, "\n");

		read_line(&r, text, len);
		text += len + (text[len] == '\n');
	}
	return judge(&r, err);
}
