// SPDX-License-Identifier: GPL-2.0-only
/*
 * kselftest.c - sums up the results of several programs; a program without totals is an error.
 */
#include "workloads/output/kselftest.h"

#include "lib/units.h"
#include "workloads/output/runs.h"

/* Parse `word` and an unsigned integer of at most 7 digits at *p; advances *p. */
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

/* The state of parsing one program, or the output of a runner of several. */
struct reader {
	struct kselftest *out;
	uint64_t planned;
	bool open; /* between its plan (planned > 0) and its totals */
	uint64_t results, not_ok, skips; /* lines since the plan */
	bool runner; /* these lines are from run_kselftest.sh */
	bool begun; /* seen "TAP version 13": the plan comes next */
	/* For run_vmtests.sh, since the last SUMMARY. If its output is TAP, lines of its programs
	 * are indented by "# ". */
	uint64_t pass, fail, skip, unsaid; /* unsaid: passed despite a "not ok" */
	uint64_t inner_not_ok; /* of the current program, indented */
	const char *inner; /* the first of these lines */
	bool subtests; /* indented by blanks: tests within a test */
	bool tap, summary; /* summary: "1..N" comes next */
};

/* Does the line have "# SKIP" or another directive? TAP ignores case. */
static bool has_directive(const char *line, size_t len, const char *word)
{
	for (const char *p = line; (p = memmem(p, len - (size_t)(p - line), "# ", 2)); p++)
		if (!strncasecmp(p + 2, word, strlen(word)))
			return true;
	return false;
}

/* "ok" or "not ok", with or without number and name after it. */
static bool is_result(const char *line, const char *word)
{
	size_t len = strlen(word);

	return str_starts(line, word) && (line[len] == ' ' || line[len] == '\n' || !line[len]);
}

/* A "not ok" line, unless it says that the failure was expected. */
static bool is_failure(const char *line, size_t len)
{
	return is_result(line, "not ok") && !has_directive(line, len, "SKIP") &&
	       !has_directive(line, len, "TODO") && !has_directive(line, len, "XFAIL");
}

/* The end of a program that reported `failed` failures. */
static void end_program(struct reader *r, uint64_t failed, uint64_t skipped)
{
	/* A line may have been printed twice: by a program and by a child that it forked. */
	uint64_t others = r->planned - skipped, most = r->not_ok < others ? r->not_ok : others;

	r->out->programs++;
	r->out->tests += r->planned;
	r->out->failed += failed < r->not_ok ? most : failed;
	r->out->skipped += skipped;
	r->open = false;
	r->results = r->not_ok = r->skips = 0;
}

/* A program ends with totals, run_kselftest.sh with the result of its last one. */
static int close_open(struct reader *r, struct err *err)
{
	if (!r->open)
		return 0;
	if (!r->runner || r->results != r->planned)
		return err__set(err, -EPROTO,
				"kselftest: a program of %llu tests has ended without '# Totals:', "
				"after %llu results: the output is truncated",
				(unsigned long long)r->planned, (unsigned long long)r->results);
	end_program(r, 0, r->skips);
	return 0;
}

/* "1..N" begins a program. "1..0 # SKIP why" is a whole program, which counts as one test.
 * run_vmtests.sh ends with "1..N". */
static int plan_line(struct reader *r, const char *line, struct err *err)
{
	const char *p = line;
	uint64_t n;
	int ret = close_open(r, err);

	if (ret)
		return ret;
	if (!parse_field(&p, "1..", &n))
		return err__set(err, -EPROTO, "kselftest: expected '1..N', found '%.*s'",
				(int)strcspn(line, "\n"), line);
	if (r->summary && n == r->planned) {
		r->summary = false;
		return 0;
	}
	r->planned = n ? n : 1;
	r->open = n > 0;
	r->runner = false;
	r->results = r->not_ok = r->skips = 0;
	if (!n)
		end_program(r, 0, 1);
	return 0;
}

/* "# Totals:" ends a program: ksft_print_cnts() in kselftest.h. The sum must match the plan. */
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
	if (r->begun && !r->open && !(pass + fail + xfail + xpass + skip + error)) {
		/* It gave up before planning any tests, and reports success. */
		r->begun = false;
		r->planned = 1;
		end_program(r, 0, 1);
		return 0;
	}
	if (!r->open || pass + fail + xfail + xpass + skip + error != r->planned)
		return err__set(err, -EPROTO, "kselftest: %.*s is not what was planned, %llu tests",
				(int)strcspn(line, "\n"), line,
				(unsigned long long)(r->open ? r->planned : 0));
	end_program(r, fail + error, skip);
	return 0;
}

static void note_first(struct reader *r, const char *line, size_t len)
{
	if (!r->out->first[0])
		snprintf(r->out->first, sizeof(r->out->first), "%.*s", (int)len, line);
}

/* "ok N what" or "not ok N what". For run_kselftest.sh a program is "ok" if it returns 0, whatever
 * it has printed; and a test with subtests may be "ok" even if one of them is not. */
static void result_line(struct reader *r, const char *line, size_t len)
{
	bool failed = is_failure(line, len), skipped = has_directive(line, len, "SKIP");

	r->runner |= memmem(line, len, " selftests: ", 12) != NULL;
	if ((r->runner || r->subtests) && !failed && !skipped && r->inner_not_ok) {
		failed = true;
		line = r->inner;
		len = strcspn(line, "\n");
	}
	r->inner_not_ok = 0;
	r->subtests = false;
	r->results++;
	r->not_ok += failed;
	r->skips += skipped;
	if (failed)
		note_first(r, line, len);
}

/* A failure that no totals include: after its program's totals, or outside of any program. */
static int check_place(const struct reader *r, const char *line, size_t len, struct err *err)
{
	return r->open || !is_failure(line, len) ?
		       0 :
		       err__set(err, -EPROTO,
				"kselftest: '%.*s' belongs to no program: expected it between '1..N' "
				"and '# Totals:'",
				(int)(len < 200 ? len : 200), line);
}

/* "SUMMARY: PASS=48 SKIP=2 FAIL=1" must agree with the marks before it. */
static int summary_line(struct reader *r, const char *line, struct err *err)
{
	uint64_t pass, skip, fail;
	const char *p = line;

	if (!parse_field(&p, "SUMMARY: PASS=", &pass) || !parse_field(&p, " SKIP=", &skip) ||
	    !parse_field(&p, " FAIL=", &fail))
		return err__set(err, -EPROTO,
				"kselftest: expected 'SUMMARY: PASS=N SKIP=N FAIL=N', found '%.*s'",
				(int)strcspn(line, "\n"), line);
	if (pass != r->pass || skip != r->skip || fail != r->fail)
		return err__set(err, -EPROTO,
				"kselftest: run_vmtests.sh says '%.*s', and above it are %llu "
				"[PASS], %llu [SKIP] and %llu [FAIL]: the output is truncated",
				(int)strcspn(line, "\n"), line, (unsigned long long)r->pass,
				(unsigned long long)r->skip, (unsigned long long)r->fail);
	r->planned = pass + skip + fail;
	r->not_ok = 0;
	end_program(r, fail + r->unsaid, skip);
	r->pass = r->skip = r->fail = r->unsaid = r->inner_not_ok = 0;
	r->summary = r->tap;
	return 0;
}

static bool is_word(const char *line, size_t len, const char *word)
{
	return len == strlen(word) && !strncmp(line, word, len);
}

/* run_vmtests.sh: only its own marks count; each of its programs is one test. */
static int vmtests_line(struct reader *r, const char *line, size_t len, struct err *err)
{
	bool inner = str_starts(line, "# ");

	if (inner) {
		line += 2;
		len -= 2;
	}
	if (str_starts(line, "SUMMARY: PASS="))
		return summary_line(r, line, err);
	if (r->summary && !inner && str_starts(line, "1.."))
		return plan_line(r, line, err);
	if (is_word(line, len, "[PASS]")) {
		r->pass++;
		r->unsaid += r->inner_not_ok > 0;
	} else if (is_word(line, len, "[FAIL]")) {
		r->fail++;
	} else if (is_word(line, len, "[SKIP]")) {
		r->skip++;
	} else {
		if (is_failure(line, len)) {
			r->inner_not_ok += inner || !r->tap;
			note_first(r, line, len);
		}
		return 0;
	}
	r->inner_not_ok = 0;
	return 0;
}

/* Is this the output of run_vmtests.sh? Its marks are at the beginning of a line, or indented once
 * if it writes TAP; run by run_kselftest.sh, they are indented twice. */
static bool is_vmtests(const char *text, bool *tap)
{
	static const char *const marks[] = { "# SUMMARY: PASS=", "# [PASS]\n",	   "# [FAIL]\n",
					     "# [SKIP]\n",	 "SUMMARY: PASS=", "[PASS]\n",
					     "[FAIL]\n",	 "[SKIP]\n" };

	for (size_t i = 0; i < ARRAY_SIZE(marks); i++) {
		*tap = *marks[i] == '#';
		if (runs__line(text, marks[i]))
			return true;
	}
	return false;
}

/* Does this line, from a program run by run_kselftest.sh or from a subtest, report a failure?
 * Totals look like "# Totals: pass:3 fail:1 xfail:0 xpass:0 skip:0 error:0". */
static bool is_inner_failure(const char *line, size_t len)
{
	static const char none[] = " fail:0 ", no_error[] = " error:0";

	if (str_starts(line, "# Totals:"))
		return !memmem(line, len, none, strlen(none)) ||
		       !memmem(line, len, no_error, strlen(no_error));
	return is_failure(line, len) || str_starts(line, "Bail out!");
}

/* "N out of M tests failed" after all tests: mm tests with failures end this way, before their
 * totals. It does not mean that they gave up. */
static bool is_sum_of_failures(const struct reader *r, const char *line)
{
	uint64_t failed, tests;

	return parse_field(&line, "Bail out! ", &failed) &&
	       parse_field(&line, " out of ", &tests) && str_starts(line, " tests failed") &&
	       r->open && tests == r->planned && r->results == tests && failed &&
	       failed == r->not_ok;
}

static int tap_line(struct reader *r, const char *line, size_t len, struct err *err)
{
	size_t blanks = strspn(line, " \t"), mark = str_starts(line, "# ") ? 2 : blanks;

	if (str_starts(line, "1..")) {
		r->begun = false;
		return plan_line(r, line, err);
	}
	if (runs__is_head(line, "TAP version ") || runs__is_head(line, "KTAP version "))
		r->begun = true;
	if (str_starts(line, "# Totals:"))
		return totals_line(r, line, err);
	if (is_sum_of_failures(r, line))
		return 0;
	if (str_starts(line, "Bail out!"))
		return err__set(err, -EIO, "kselftest: a program has given up: %.*s",
				(int)(len < 200 ? len : 200), line);
	if (is_result(line, "ok") || is_result(line, "not ok")) {
		result_line(r, line, len);
		return check_place(r, line, len, err);
	}
	if (mark && is_inner_failure(line + mark, len - mark)) {
		r->subtests |= blanks > 0;
		if (!r->inner_not_ok++)
			r->inner = line + blanks;
	}
	return 0;
}

int kselftest__parse(const char *text, struct kselftest *out, struct err *err)
{
	struct reader r = { .out = out };
	bool vmtests = is_vmtests(text, &r.tap);
	int ret = 0;

	*out = (struct kselftest){ 0 };
	for (const char *p = text; *p && !ret; p += *p != '\0') {
		size_t len = strcspn(p, "\n");

		ret = vmtests ? vmtests_line(&r, p, len, err) : tap_line(&r, p, len, err);
		p += len;
	}
	if (!ret)
		ret = close_open(&r, err);
	if (!ret && r.begun)
		ret = err__set(err, -EPROTO,
			       "kselftest: the last program has ended before its line '1..N': the "
			       "output is cut");
	if (!ret && r.pass + r.fail + r.skip)
		ret = err__set(err, -EPROTO,
			       "kselftest: run_vmtests.sh has ended without 'SUMMARY: PASS=N ...': "
			       "the output is truncated");
	if (ret)
		return ret;
	return out->programs ? 0 : err__set(err, -EPROTO, "kselftest: there is no line '1..N'");
}
