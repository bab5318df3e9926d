// SPDX-License-Identifier: GPL-2.0-only
/*
 * kselftest.c - totals of several programs, one after the other; a program without its totals is
 * an error.
 */
#include "workloads/output/kselftest.h"

#include "lib/units.h"

/* `word` and a whole number of at most 7 digits at *p; moves on. */
static bool parse_field(const char **p, const char *word, uint64_t *out)
{
	char buf[8];
	size_t len;

	if (!str_starts(*p, word))
		return false;
	*p += strlen(word);
	len = strspn(*p, "0123456789");
	if (!len || len >= sizeof(buf))
		return false;
	snprintf(buf, sizeof(buf), "%.*s", (int)len, *p);
	*p += len;
	return units__u64(buf, out) == 0;
}

/* `open`: a program has printed how many tests it has (planned > 0), and not yet its totals. */
struct reader {
	struct kselftest *out;
	uint64_t planned;
	bool open;
};

/* "1..N" begins a program; "1..0 # SKIP why" is all that it prints, and counts as one test. */
static int plan_line(struct reader *r, const char *line, struct err *err)
{
	const char *p = line;
	uint64_t n;

	if (r->open)
		return err__set(err, -EPROTO,
				"kselftest: a program has ended without '# Totals:': the "
				"output is cut");
	if (!parse_field(&p, "1..", &n))
		return err__set(err, -EPROTO, "kselftest: expected '1..N', found '%.*s'",
				(int)strcspn(line, "\n"), line);
	r->planned = n;
	r->open = n > 0;
	if (!n) {
		r->out->programs++;
		r->out->tests++;
		r->out->skipped++;
	}
	return 0;
}

/* "# Totals:" ends a program: ksft_print_cnts() of kselftest.h. The sum must be what was
 * planned. */
static int totals_line(struct reader *r, const char *line, struct err *err)
{
	uint64_t pass, fail, xfail, xpass, skip, error;
	const char *p = line;

	if (!parse_field(&p, "# Totals: pass:", &pass) || !parse_field(&p, " fail:", &fail) ||
	    !parse_field(&p, " xfail:", &xfail) || !parse_field(&p, " xpass:", &xpass) ||
	    !parse_field(&p, " skip:", &skip) || !parse_field(&p, " error:", &error))
		return err__set(err, -EPROTO,
				"kselftest: expected '# Totals: pass:N fail:N ...', "
				"found '%.*s'",
				(int)strcspn(line, "\n"), line);
	if (!r->open || pass + fail + xfail + xpass + skip + error != r->planned)
		return err__set(err, -EPROTO, "kselftest: %.*s is not what was planned, %llu tests",
				(int)strcspn(line, "\n"), line, (unsigned long long)r->planned);
	r->out->programs++;
	r->out->tests += r->planned;
	r->out->failed += fail + error;
	r->out->skipped += skip;
	r->open = false;
	return 0;
}

int kselftest__parse(const char *text, struct kselftest *out, struct err *err)
{
	struct reader r = { .out = out };
	int ret = 0;

	*out = (struct kselftest){ 0 };
	for (const char *p = text; *p && !ret; p += *p != '\0') {
		size_t len = strcspn(p, "\n");

		if (str_starts(p, "1.."))
			ret = plan_line(&r, p, err);
		else if (str_starts(p, "# Totals:"))
			ret = totals_line(&r, p, err);
		else if (str_starts(p, "not ok ") && !out->first[0])
			snprintf(out->first, sizeof(out->first), "%.*s", (int)len, p);
		p += len;
	}
	if (ret)
		return ret;
	if (r.open)
		return err__set(err, -EPROTO,
				"kselftest: the last program has no line '# Totals:': "
				"the output is cut");
	return out->programs ? 0 : err__set(err, -EPROTO, "kselftest: there is no line '1..N'");
}
