// SPDX-License-Identifier: GPL-2.0-only
/* nights.c - reads a table of nightly values (metric, night, value) for the detection of
 * changes. */
#include "reports/csv/nights.h"

#include "lib/fs.h"
#include "lib/names.h"

enum { METRIC, NIGHT, VALUE, COLUMNS };

static const struct csv_column columns[COLUMNS] = {
	[METRIC] = { "metric", false },
	[NIGHT] = { "night", false },
	[VALUE] = { "value", false },
};

struct row {
	uint64_t night;
	double value;
	uint32_t metric; /* first its index in order of appearance, then by name */
	uint32_t line;
};

struct rows {
	struct row *v;
	size_t n;
};

/* Parse one line; for now, metrics are numbered in order of appearance. */
static int read_row(struct csv *csv, const struct csv_field *f, struct names *names, struct row *r,
		    struct err *err)
{
	int ret;

	if (!f[METRIC].len)
		return csv__fail(csv, &f[METRIC], err, "a metric must have a name");
	r->metric = names__add(names, f[METRIC].text);
	r->line = (uint32_t)f[METRIC].line;
	ret = csv__u64(csv, &f[NIGHT], "night", &r->night, err);
	return ret ? ret : csv__double(csv, &f[VALUE], "value", &r->value, err);
}

/* Read the header and all lines; errors name line and column. */
static int read_rows(struct csv *csv, struct names *names, struct rows *rows, struct err *err)
{
	struct csv_field f[COLUMNS];
	int ret = csv__header(csv, columns, COLUMNS, err);

	while (!ret && (ret = csv__row(csv, f, err)) > 0) {
		GROW(rows->v, rows->n);
		ret = read_row(csv, f, names, &rows->v[rows->n], err);
		rows->n += !ret;
	}
	return ret;
}

struct named {
	const char *name;
	uint32_t number;
};

static int compare_named(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* Take over the names, sorted, and renumber the rows' metrics accordingly. */
static void sort_names(struct names *names, struct rows *rows, struct nights_table *t)
{
	_free_ struct named *by_name = xcalloc(names->n, sizeof(*by_name));
	_free_ uint32_t *place = xcalloc(names->n, sizeof(*place));

	for (uint32_t i = 0; i < names->n; i++)
		by_name[i] = (struct named){ names->v[i], i };
	qsort(by_name, names->n, sizeof(*by_name), compare_named);
	t->n_names = names->n;
	t->names = xcalloc(names->n, sizeof(*t->names));
	for (uint32_t i = 0; i < names->n; i++) {
		place[by_name[i].number] = i;
		t->names[i] = xstrdup(by_name[i].name);
	}
	for (size_t i = 0; i < rows->n; i++)
		rows->v[i].metric = place[rows->v[i].metric];
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->metric != y->metric)
		return x->metric < y->metric ? -1 : 1;
	if (x->night != y->night)
		return x->night < y->night ? -1 : 1;
	return (x->line > y->line) - (x->line < y->line);
}

/* Fail if a metric has two values for one night; they are adjacent, as rows are sorted. */
static int check_twice(const struct csv *csv, const struct nights_table *t, const struct rows *rows,
		       struct err *err)
{
	for (size_t i = 1; i < rows->n; i++) {
		const struct row *a = &rows->v[i - 1], *b = &rows->v[i];
		const struct csv_field at = { .line = b->line, .col = 1 };

		if (a->metric == b->metric && a->night == b->night)
			return csv__fail(csv, &at, err,
					 "metric '%.80s' has night %llu already in line %u",
					 t->names[b->metric], (unsigned long long)b->night,
					 a->line);
	}
	return 0;
}

/* All values are in one array, in which each metric has a contiguous range. */
static void fill(struct nights_table *t, const struct rows *rows)
{
	t->v = xcalloc(t->n_names, sizeof(*t->v));
	t->all_nights = xcalloc(rows->n, sizeof(*t->all_nights));
	t->all_values = xcalloc(rows->n, sizeof(*t->all_values));
	for (size_t i = 0; i < rows->n; i++) {
		struct nights *s = &t->v[rows->v[i].metric];

		t->all_nights[i] = rows->v[i].night;
		t->all_values[i] = rows->v[i].value;
		if (!s->n++)
			*s = (struct nights){ .metric = t->names[rows->v[i].metric],
					      .n = 1,
					      .nights = &t->all_nights[i],
					      .values = &t->all_values[i] };
	}
	t->n = t->n_names;
}

int nights_table__read(struct csv *csv, struct nights_table *t, struct err *err)
{
	_cleanup_(names__release) struct names names = { 0 };
	struct rows rows = { 0 };
	int ret;

	*t = (struct nights_table){ 0 };
	ret = read_rows(csv, &names, &rows, err);
	if (!ret && !rows.v) {
		ret = err__set(err, -EINVAL, "the file has no row below its column names");
	} else if (!ret) {
		sort_names(&names, &rows, t);
		qsort(rows.v, rows.n, sizeof(*rows.v), compare_rows);
		ret = check_twice(csv, t, &rows, err);
		if (!ret)
			fill(t, &rows);
	}
	free(rows.v);
	return ret;
}

void nights_table__find(struct nights_table *t, const struct changepoint_params *params,
			bool online)
{
	for (size_t i = 0; i < t->n; i++) {
		struct nights *s = &t->v[i];

		(online ? changepoint__online : changepoint__offline)(s->values, NULL, s->n, params,
								      &s->changes, &s->n_changes);
	}
}

void nights_table__release(struct nights_table *t)
{
	for (size_t i = 0; i < t->n; i++)
		free(t->v[i].changes);
	for (size_t i = 0; i < t->n_names; i++)
		free(t->names[i]);
	free(t->v);
	free(t->names);
	free(t->all_nights);
	free(t->all_values);
	*t = (struct nights_table){ 0 };
}

/* Print the file's numbers of the nights rather than their indices. */
int nights_table__print_csv(const struct nights_table *t, FILE *out, struct err *err)
{
	fputs("metric,alarm_night,change_night,effect_pct,p\n", out);
	for (size_t i = 0; i < t->n; i++) {
		const struct nights *s = &t->v[i];

		for (size_t k = 0; k < s->n_changes; k++) {
			const struct change *c = &s->changes[k];

			csv__put_text(s->metric, out);
			fprintf(out, ",%llu,%llu,", (unsigned long long)s->nights[c->alarm],
				(unsigned long long)s->nights[c->at]);
			csv__put_number(c->pct, out);
			putc(',', out);
			csv__put_number(c->p, out);
			putc('\n', out);
		}
	}
	if (fs__is_short(out))
		return err__set(err, errno ? -errno : -EIO, "cannot write the changes: %s",
				strerror(errno ? errno : EIO));
	return 0;
}
