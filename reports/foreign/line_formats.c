// SPDX-License-Identifier: GPL-2.0-only
/*
 * line_formats.c - parses line-based results: Go benchmarks as for benchstat, the table of
 * `fastpath result show`, and `perf stat -x` or -j.
 */
#include "reports/foreign/line_formats.h"
#include "lib/units.h"

#include <jansson.h>

/* Iterates over the lines of a text, which it NUL-terminates. */
struct lines {
	char *next;
	size_t line; /* number of the last line returned */
};

static char *lines__next(struct lines *l)
{
	char *at = l->next, *end;

	if (!at || !*at)
		return NULL;
	end = strchrnul(at, '\n');
	l->next = *end ? end + 1 : end;
	*end = '\0';
	l->line++;
	return at;
}

/* Parse a number with an optional minus sign. */
static bool number(const char *text, double *out)
{
	bool minus = *text == '-';

	if (units__double(text + minus, out))
		return false;
	*out = minus ? -*out : *out;
	return true;
}

static char *trim(char *text)
{
	size_t n;

	text += strspn(text, " \t");
	n = strlen(text);
	while (n && (text[n - 1] == ' ' || text[n - 1] == '\t'))
		text[--n] = '\0';
	return text;
}

/* --- Go -------------------------------------------------------------------------------------- */

/* Lines "Unit UNIT better=higher": the directions that the benchmark declares for its units. */
struct go_units {
	struct names names;
	int *better; /* indexed like `names` */
};

static void take_unit(struct go_units *u, char *words)
{
	char *save = NULL, *unit = strtok_r(words, " \t", &save), *w;
	size_t known = u->names.n, at;

	while (unit && (w = strtok_r(NULL, " \t", &save))) {
		if (!str_starts(w, "better="))
			continue;
		at = names__add(&u->names, unit);
		if (at == known)
			GROW(u->better, known);
		u->better[at] = streq(w, "better=higher") ? BETTER_HIGHER : BETTER_LOWER;
		known = u->names.n;
	}
}

static int better_of(struct go_units *u, const char *unit)
{
	for (size_t i = 0; i < u->names.n; i++)
		if (streq(u->names.v[i], unit))
			return u->better[i];
	return unit__better(unit);
}

/* "BenchmarkNAME N VALUE UNIT [VALUE UNIT ...]". With -v, Go prints the name alone before running
 * it: skip that. */
static int put_go(struct source *s, struct go_units *u, const char *pkg, char *line, size_t at)
{
	char *save = NULL, *name = strtok_r(line, " \t", &save), *n = strtok_r(NULL, " \t", &save);
	char *value, *unit;
	const char *slash = strrchr(pkg, '/');
	_free_ char *whole = xasprintf("%s%s%s", slash ? slash + 1 : pkg, *pkg ? "/" : "",
				       name + strlen("Benchmark"));
	uint64_t count;

	if (!n)
		return 0;
	if (units__u64(n, &count))
		return source__fail(s, at,
				    "expected the number of iterations after %.80s, found "
				    "'%.40s'",
				    name, n);
	for (bool first = true; (value = strtok_r(NULL, " \t", &save)); first = false) {
		struct figure fig = { .workload = whole, .line = at, .secondary = !first };
		int ret;

		unit = strtok_r(NULL, " \t", &save);
		if (!unit || !number(value, &fig.value))
			return source__fail(s, at, "expected a value and its unit, found '%.40s'",
					    value);
		fig.metric = fig.unit = unit;
		fig.better = better_of(u, unit);
		ret = source__put(s, &fig);
		if (ret)
			return ret;
	}
	return 0;
}

int benchstat__parse(struct source *s)
{
	struct go_units units = { 0 };
	struct lines l = { .next = s->text };
	char *line;
	const char *pkg = "";
	int ret = 0;

	while (!ret && (line = lines__next(&l))) {
		if (str_starts(line, "pkg:"))
			pkg = trim(line + strlen("pkg:"));
		else if (str_starts(line, "Unit "))
			take_unit(&units, line + strlen("Unit "));
		else if (str_starts(line, "--- FAIL") || str_starts(line, "FAIL\t"))
			source__note(s, l.line, "a benchmark failed: '%.80s'", line);
		else if (str_starts(line, "Benchmark"))
			ret = put_go(s, &units, pkg, line, l.line);
	}
	names__release(&units.names);
	free(units.better);
	return ret;
}

/* --- fastpath -------------------------------------------------------------------------------- */

#define CELLS_MAX 16

/* Split a line "| a | b |" into trimmed cells; 0 if it is not such a line. */
static size_t cells_of(char *line, char *cells[CELLS_MAX])
{
	size_t n = 0;
	char *bar;

	line = trim(line);
	if (*line++ != '|')
		return 0;
	while (n < CELLS_MAX && (bar = strchr(line, '|'))) {
		*bar = '\0';
		cells[n++] = trim(line);
		line = bar + 1;
	}
	return n;
}

static size_t column(char *const cells[], size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && !streq(cells[i], name))
		i++;
	return i;
}

/* Split "score (runs/min)": cuts the text in the last parentheses off and returns it, the unit. */
static char *take_unit_of(char *class)
{
	char *open = strrchr(class, '('), *close = open ? strrchr(open, ')') : NULL;

	if (!close || open == class)
		return class + strlen(class);
	*close = '\0';
	*open = '\0';
	trim(class);
	return open + 1;
}

/* The table of one kernel; its first line names the columns. */
int fastpath__parse(struct source *s)
{
	struct lines l = { .next = s->text };
	size_t bench = CELLS_MAX, class = 0, mean = 0, n_columns = 0;
	char *line, *cells[CELLS_MAX], *last = (char *)"";
	int ret = 0;

	while (!ret && (line = lines__next(&l))) {
		size_t n = cells_of(line, cells);
		struct figure fig = { .line = l.line };

		if (!n)
			continue;
		if (!n_columns) {
			bench = column(cells, n, "Benchmark");
			class = column(cells, n, "Result Class");
			mean = column(cells, n, "mean");
			n_columns = n;
			if (bench == n || class == n || mean == n)
				return source__fail(s, l.line,
						    "expected the columns Benchmark, Result Class and "
						    "mean: the table of `fastpath result show` with "
						    "one --swprofile");
			continue;
		}
		if (n != n_columns)
			return source__fail(s, l.line, "expected %zu columns, found %zu", n_columns,
					    n);
		/* Only the first of a benchmark's lines names it. */
		last = *cells[bench] ? cells[bench] : last;
		fig.workload = last;
		fig.unit = take_unit_of(cells[class]);
		fig.metric = cells[class];
		fig.better = unit__better(fig.unit);
		if (!number(cells[mean], &fig.value))
			return source__fail(s, l.line, "expected a number as mean, found '%.40s'",
					    cells[mean]);
		ret = source__put(s, &fig);
	}
	return !ret && !n_columns ? source__fail(s, 1, "no table of `fastpath result show` in it") :
				    ret;
}

/* --- perf stat ------------------------------------------------------------------------------- */

/* One count of perf, from either format. */
struct perf_count {
	const char *value, *unit, *event;
	/* Time that the counter ran, and its share of the enabled time in %. */
	double run_ns, percent;
	bool repeated; /* a mean of perf stat -r */
};

static int put_count(struct source *s, const struct perf_count *c, size_t line)
{
	bool time = !strcasecmp(c->unit, "msec") || !strcasecmp(c->unit, "ns");
	struct figure fig = { .workload = "perf-stat",
			      .metric = c->event,
			      .unit = *c->unit ? c->unit : "events",
			      .better = BETTER_LOWER,
			      .count = !time,
			      .line = line };

	if (*c->value == '<') {
		source__note(s, line, "%.80s was %.40s: left out", c->event, c->value);
		return 0;
	}
	if (!number(c->value, &fig.value))
		return source__fail(s, line, "expected a count of %.80s, found '%.40s'", c->event,
				    c->value);
	if (c->repeated)
		source__lack(s,
			     "with -r has only the means of its runs, so how far they are apart is "
			     "unknown");
	/* Nothing runs for 30 years, so those times are not believed. */
	if (c->run_ns > 0 && c->percent > 0 && c->percent <= 100 &&
	    c->run_ns * 100 / c->percent < 1e18) {
		fig.running_ns = (uint64_t)c->run_ns;
		fig.enabled_ns = (uint64_t)(c->run_ns * 100 / c->percent);
	}
	return source__put(s, &fig);
}

static const char *json_text(const json_t *o, const char *key)
{
	const char *text = json_string_value(json_object_get(o, key));

	return text ? text : "";
}

/* Is this from a mode that splits counts by CPU or the like? Each part would need its own name. */
static bool is_split(const json_t *o)
{
	static const char *const keys[] = { "cpu",  "core",   "socket", "die",
					    "node", "thread", "cgroup" };

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (json_object_get(o, keys[i]))
			return true;
	return false;
}

#define SPLIT_FAULT \
	"counts for each CPU, core, thread or cgroup are not read: count the whole (no -A, --per-*)"

static int put_json_line(struct source *s, const char *line, size_t at)
{
	json_error_t je;
	json_t *o = json_loads(line, JSON_DECODE_INT_AS_REAL, &je);
	struct perf_count c = { .value = json_text(o, "counter-value"),
				.unit = json_text(o, "unit"),
				.event = json_text(o, "event"),
				.run_ns = json_number_value(json_object_get(o, "event-runtime")),
				.percent = json_number_value(json_object_get(o, "pcnt-running")),
				.repeated = json_object_get(o, "variance") != NULL };
	int ret;

	if (!o)
		ret = source__fail(s, at, "not JSON as perf stat -j writes it: %s", je.text);
	else if (is_split(o))
		ret = source__fail(s, at, SPLIT_FAULT);
	else if (!*c.event && json_object_get(o, "metric-value"))
		ret = 0; /* an additional metric of the previous event */
	else if (!*c.event || !*c.value)
		ret = source__fail(s, at, "expected 'event' and 'counter-value'");
	else
		ret = put_count(s, &c, at);
	json_decref(o);
	return ret;
}

/* The separator that splits a line of -x into at least five fields; '\0' if there is none. */
static char separator_of(const char *line)
{
	for (const char *sep = "\t;|!,:"; *sep; sep++) {
		size_t n = 0;

		for (const char *p = line; *p; p++)
			n += *p == *sep;
		if (n >= 4)
			return *sep;
	}
	return '\0';
}

/* Split at a separator. In locales with a decimal comma, numbers contain one; perf then needs
 * another separator. */
static size_t split(char *line, char sep, char *cells[CELLS_MAX])
{
	size_t n = 0;

	for (char *p = line; p && n < CELLS_MAX; n++) {
		char *end = strchr(p, sep);

		if (end)
			*end = '\0';
		cells[n] = trim(p);
		p = end ? end + 1 : NULL;
	}
	for (size_t i = 0; i < n; i++)
		if (sep != ',' && strchr("0123456789", *cells[i]) && strchr(cells[i], ','))
			*strchr(cells[i], ',') = '.';
	return n;
}

/* "VALUE,UNIT,EVENT[,VARIANCE%],RUNTIME,PERCENT[,METRIC,ITS UNIT]", preceded by a time with -I. */
static int put_separated(struct source *s, char *line, size_t at)
{
	char sep = separator_of(line), *cells[CELLS_MAX];
	size_t n = sep ? split(line, sep, cells) : 0, i = 0;
	struct perf_count c = { 0 };
	double first, second;

	if (n < 5)
		return source__fail(s, at,
				    "expected a line of perf stat -x, or -j (perf's output for people "
				    "is not supported), found '%.60s'",
				    line);
	if (n > 5 && number(cells[0], &first) && (number(cells[1], &second) || *cells[1] == '<'))
		i = 1;
	else if (*cells[0] && *cells[0] != '<' && !number(cells[0], &first))
		return source__fail(s, at,
				    strchr("CSDN", *cells[0]) ?
					    SPLIT_FAULT :
					    "expected a count in the first field");
	if (!*cells[i] && !*cells[i + 2])
		return 0; /* an additional metric of the previous event */
	c.value = cells[i];
	c.unit = cells[i + 1];
	c.event = cells[i + 2];
	i += 3;
	c.repeated = i < n && str_ends(cells[i], "%");
	i += c.repeated;
	if (i + 1 < n && !(number(cells[i], &c.run_ns) && number(cells[i + 1], &c.percent)))
		return source__fail(s, at, "expected the time that %.80s was counted, and per cent",
				    c.event);
	if (!*c.event || !*c.value)
		return source__fail(s, at, "expected a count, its unit and its event");
	return put_count(s, &c, at);
}

int perf_stat__parse(struct source *s)
{
	struct lines l = { .next = s->text };
	char *line;
	int ret = 0;

	while (!ret && (line = lines__next(&l))) {
		line = trim(line);
		if (!*line || *line == '#')
			continue;
		ret = *line == '{' ? put_json_line(s, line, l.line) :
				     put_separated(s, line, l.line);
	}
	return ret;
}
