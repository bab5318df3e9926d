// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compares every format of fixed reports with a file in tests/data/golden/, and checks what must
 * hold for any report: whatever names contain, they do not break the format.
 *
 * KDUEL_UPDATE_GOLDEN=1 writes the files instead; review the differences before committing.
 */
#include "lib/fs.h"
#include "reports/render/markdown_text.h"
#include "reports/render/render.h"
#include "reports/report/words.h"
#include "reports/web/frame.h"
#include "tests/unit/reports/made.h"

#include <jansson.h>

static char *render_filtered(const struct report *r, const char *format,
			     const struct report_filter *f)
{
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);
	struct report_view v;
	struct err err;

	if (report_view__make(r, f, &v, &err) || render__report(&v, format, out, &err))
		fail_msg("%s", err.msg);
	report_view__release(&v);
	fclose(out);
	return text;
}

static char *render(const struct report *r, const char *format)
{
	return render_filtered(r, format, &(struct report_filter){ 0 });
}

static void compare_golden(struct report *r, const char *name, const char *format)
{
	struct report_filter f = { .fold = render__folds(format) };
	_free_ char *path = xasprintf("tests/data/golden/%s.%s", name, format);
	_free_ char *got = render_filtered(r, format, &f), *want = NULL;

	if (getenv("KDUEL_UPDATE_GOLDEN"))
		assert_int_equal(fs__write_atomic(path, got, strlen(got)), 0);
	if (fs__read(path, 1u << 20, &want, NULL))
		fail_msg("%s is missing", path);
	assert_string_equal(got, want);
}

static const char *const formats[] = { "csv", "json", "junit", "mail", "markdown", "text" };

/* The verdict shows the margin that counted, the list of margins shows both. */
static void two_margins(void **state __unused)
{
	static const struct metric mpki = {
		.name = "walk_mpki", .unit = "/1000 insns", .margin_rel = 0.02, .margin_abs = 0.01
	};
	struct report_row row = { .metric = &mpki,
				  .j = { .verdict = VERDICT_NO_CHANGE, .margin = log1p(0.02) } };
	_free_ char *both = words__margin(&mpki), *rel = words__judged(&row), *abs = NULL;

	assert_string_equal(both, "2 %, at least 0.01 /1000 insns");
	assert_string_equal(rel, "no change (< 2 %)");
	row.j.margin = 0.05;
	abs = words__judged(&row);
	assert_string_equal(abs, "no change (< 0.01 /1000 insns)");
}

/* A command is marked up as code, whatever is around it; a single back quote is not a command. */
static void commands_are_set_as_such(void **state __unused)
{
	static const struct {
		const char *text, *html, *markdown;
	} cases[] = {
		{ "see `kduel show 1 --console`; more",
		  "see <code>kduel show 1 <span>--console</span></code>; more",
		  "see `kduel show 1 --console`; more" },
		{ "`kduel list`, `kduel aa <P>`",
		  "<code>kduel list</code>, <code>kduel aa &lt;P&gt;</code>",
		  "`kduel list`, `kduel aa <P>`" },
		{ "a`b <i> `kduel", "a`b &lt;i&gt; `kduel", "a\\`b &lt;i&gt; \\`kduel" },
		{ "", "", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *html = NULL, *markdown = NULL;
		struct html h = { 0 };
		size_t len;
		FILE *out = xmemstream(&markdown, &len);

		piece__prose(&h, cases[i].text);
		html = html__take(&h, NULL);
		markdown__prose(cases[i].text, out);
		fclose(out);
		assert_string_equal(html, cases[i].html);
		assert_string_equal(markdown, cases[i].markdown);
	}
}

static void golden_files(void **state)
{
	static const struct {
		const char *name;
		struct report *(*make)(void);
	} reports[] = { { "usual", usual }, { "hostile", hostile }, { "unchanged", unchanged } };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(reports); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(formats); k++) {
			struct report *r = reports[i].make();

			compare_golden(r, reports[i].name, formats[k]);
			report__free(r);
		}
	}
}

/* Parse one field of RFC 4180 text into buf; returns the character after it. */
static char next_field(const char **text, char *buf, size_t len)
{
	const char *s = *text;
	bool quoted = *s == '"';
	size_t n = 0;

	for (s += quoted; *s; s++) {
		if (quoted && s[0] == '"' && s[1] != '"')
			break;
		if (!quoted && strchr(",\n", *s))
			break;
		s += quoted && *s == '"';
		assert_true(n + 1 < len);
		buf[n++] = *s;
	}
	buf[n] = '\0';
	s += quoted;
	*text = s + 1;
	return *s;
}

/* Parse a record into an array of owned strings; returns their number. */
static size_t next_record(const char **text, char *fields[64])
{
	char buf[1024], end;
	size_t n = 0;

	do {
		end = next_field(text, buf, sizeof(buf));
		assert_true(n < 64);
		fields[n++] = xstrdup(buf);
	} while (end == ',');
	assert_int_equal(end, '\n');
	return n;
}

static const char *column(char *head[64], char *fields[64], size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (streq(head[i], name))
			return fields[i];
	fail_msg("no column %s", name);
	return NULL;
}

static void free_record(char *fields[64], size_t n)
{
	for (size_t i = 0; i < n; i++)
		free(fields[i]);
}

static void csv_gives_back_what_went_in(void **state)
{
	struct report *reports[] = { hostile(), usual() };

	(void)state;
	for (size_t k = 0; k < ARRAY_SIZE(reports); k++) {
		const struct report_block *b = &reports[k]->blocks[0];
		_free_ char *text = render(reports[k], "csv");
		const char *p = text;
		char *head[64], *f[64];
		size_t n = next_record(&p, head), rows = 0;

		for (; *p; rows++) {
			const struct report_row *r = &b->rows[rows];

			assert_int_equal(next_record(&p, f), n);
			assert_string_equal(column(head, f, n, "title"), b->title);
			if (rows < b->n_rows) {
				const char *pct = column(head, f, n, "effect_pct");

				assert_string_equal(column(head, f, n, "row"), "metric");
				assert_string_equal(column(head, f, n, "metric"), r->metric->name);
				assert_string_equal(column(head, f, n, "unit"), r->metric->unit);
				assert_string_equal(column(head, f, n, "workload"), r->workload);
				assert_string_equal(column(head, f, n, "note"), r->note);
				assert_true(isnan(r->j.pct) ? !*pct :
							      strtod(pct, NULL) == r->j.pct);
			} else {
				assert_string_equal(column(head, f, n, "row"), "geomean");
				assert_true(strtod(column(head, f, n, "effect_pct"), NULL) == -6.5);
				assert_string_equal(column(head, f, n, "verdict"), "");
			}
			free_record(f, n);
		}
		assert_int_equal(rows, b->n_rows + b->n_means);
		free_record(head, n);
		report__free(reports[k]);
	}
}

static void json_gives_back_what_went_in(void **state)
{
	struct report *r = hostile();
	_free_ char *text = render(r, "json");
	json_t *j = json_loads(text, 0, NULL), *block, *row;

	(void)state;
	assert_non_null(j);
	block = json_array_get(json_object_get(j, "blocks"), 0);
	row = json_array_get(json_object_get(block, "rows"), 0);
	assert_string_equal(json_string_value(json_object_get(block, "title")), NAME);
	assert_string_equal(json_string_value(json_object_get(row, "metric")), NAME);
	assert_string_equal(json_string_value(json_object_get(row, "unit")), UNIT);
	json_decref(j);
	report__free(r);
}

/* Count the cell borders in a line of Markdown: bars that are not escaped. */
static size_t count_bars(const char *line, size_t len)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += line[i] == '|' && (!i || line[i - 1] != '\\');
	return n;
}

static void markdown_keeps_its_shape(void **state)
{
	struct report *r = hostile();
	_free_ char *text = render(r, "markdown");
	size_t bars = 0, lines = 0;

	(void)state;
	assert_null(strstr(text, "<script"));
	assert_null(strstr(text, "[x](http"));
	assert_null(strchr(text, '\x1b'));
	for (const char *p = text, *nl; (nl = strchr(p, '\n')); p = nl + 1) {
		size_t len = (size_t)(nl - p);

		if (*p == '|' && bars) {
			assert_int_equal(count_bars(p, len), bars);
			lines++;
		}
		bars = *p == '|' ? count_bars(p, len) : 0;
	}
	/* Variants: header, delimiter row, 2 rows; metrics: header, delimiter row, 3 rows. The
	 * header of each sets `bars`. */
	assert_int_equal(lines, 3 + 4);
	report__free(r);
}

/* Whatever names contain, terminals and mailers get printable lines of bounded length. */
static void lines_stay_lines(void **state)
{
	static const char *const plain[] = { "text", "mail" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(plain); i++) {
		struct report *r = hostile();
		_free_ char *text = render(r, plain[i]);

		for (const char *p = text; *p; p++)
			assert_true(*p == '\n' || (*p >= ' ' && *p != 0x7f));
		report__free(r);
	}
}

/* Commands are meant to be copied and URLs to be followed: they are not broken across lines. */
static void widest(const char *text, size_t width)
{
	for (const char *p = text, *nl; (nl = strchr(p, '\n')); p = nl + 1) {
		size_t len = (size_t)(nl - p);

		if (len > width && !str_starts(p, "  kduel run ") && !memmem(p, len, "://", 3))
			fail_msg("%zu columns: %.*s", len, (int)len, p);
		assert_true(nl == p || nl[-1] != ' ');
	}
}

static void lines_are_short(void **state)
{
	static struct report *(*const make[])(void) = { usual, hostile, unchanged };
	static const struct report_filter filters[] = { { .fold = true },
							{ .fold = false },
							{ .primary = true } };
	struct report *r = usual();
	_free_ char *text = render(r, "text");

	(void)state;
	widest(text, 100);
	report__free(r);
	for (size_t i = 0; i < ARRAY_SIZE(make); i++) {
		for (size_t k = 0; k < ARRAY_SIZE(filters); k++) {
			struct report *any = make[i]();
			_free_ char *mail = render_filtered(any, "mail", &filters[k]);

			widest(mail, 72);
			report__free(any);
		}
	}
}

static void marks_and_words(void **state)
{
	struct report *r = usual(), *same = unchanged();
	_free_ char *text = render(r, "text"), *calm = render(same, "text");

	(void)state;
	assert_non_null(strstr(text, "worse (R)"));
	assert_non_null(strstr(text, "better (I)"));
	assert_non_null(strstr(text, "deterministic"));
	assert_non_null(strstr(text, "description only"));
	assert_non_null(strstr(calm, "Nothing changed beyond 1.2 %: all 2 primary metrics"));
	assert_null(strstr(calm, "(R)"));
	assert_null(strstr(calm, "(I)"));
	report__free(r);
	report__free(same);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_files),
		cmocka_unit_test(two_margins),
		cmocka_unit_test(commands_are_set_as_such),
		cmocka_unit_test(csv_gives_back_what_went_in),
		cmocka_unit_test(json_gives_back_what_went_in),
		cmocka_unit_test(markdown_keeps_its_shape),
		cmocka_unit_test(lines_stay_lines),
		cmocka_unit_test(lines_are_short),
		cmocka_unit_test(marks_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
