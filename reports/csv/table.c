// SPDX-License-Identifier: GPL-2.0-only
/*
 * table.c - reads samples from CSV and sorts them by metric, kernel, boot and iteration. A sample
 * takes 32 bytes and a million of them is common, so names are stored as numbers and nothing is
 * stored twice.
 */
#include "reports/csv/table.h"

enum { METRIC, KERNEL, SLOT, BOOT, ITER, VALUE, UNIT, BETTER, PRIMARY, COLUMNS };

static const struct csv_column columns[COLUMNS] = {
	[METRIC] = { "metric", false },	 [KERNEL] = { "kernel", false },
	[SLOT] = { "slot", false },	 [BOOT] = { "boot", false },
	[ITER] = { "iter", false },	 [VALUE] = { "value", false },
	[UNIT] = { "unit", true },	 [BETTER] = { "better", true },
	[PRIMARY] = { "primary", true },
};

/* The table being read. */
struct reader {
	struct csv *csv;
	struct csv_field f[COLUMNS];
	struct csv_samples *t;
	struct err *err;
};

/* Empty or missing means "lower". */
static int read_better(const struct reader *r, enum metric_better *out)
{
	const struct csv_field *f = &r->f[BETTER];

	*out = f->text && streq(f->text, "higher") ? BETTER_HIGHER : BETTER_LOWER;
	if (!f->text || !*f->text || streq(f->text, metric__better_name(*out)))
		return 0;
	return csv__fail(r->csv, f, r->err, "better must be lower or higher, found '%.40s'",
			 f->text);
}

/* Empty or missing means yes. The words come in pairs, no and yes. */
static int read_primary(const struct reader *r, bool *out)
{
	static const char *const words[] = { "no", "yes", "0", "1", "false", "true" };
	const struct csv_field *f = &r->f[PRIMARY];

	*out = true;
	if (!f->text || !*f->text)
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (streq(f->text, words[i])) {
			*out = i % 2;
			return 0;
		}
	}
	return csv__fail(r->csv, f, r->err, "primary must be yes or no, found '%.40s'", f->text);
}

/* Direction and family must be those of the metric's first row. Its unit may differ: that is a
 * finding about the metric, not a malformed file. */
static int check_metric(const struct reader *r, struct csv_metric *m, enum metric_better better,
			bool primary)
{
	const char *unit = r->f[UNIT].text ? r->f[UNIT].text : "";

	if (better != m->better)
		return csv__fail(r->csv, &r->f[BETTER], r->err,
				 "metric '%.80s' is %s-is-better here and was not in line %u",
				 m->name, metric__better_name(better), m->line);
	if (primary != m->primary)
		return csv__fail(r->csv, &r->f[PRIMARY], r->err,
				 "metric '%.80s' is %s here and was not in line %u", m->name,
				 primary ? "primary" : "secondary", m->line);
	if (!m->unit_line && !streq(unit, m->unit)) {
		m->unit_line = (uint32_t)r->f[METRIC].line;
		m->other_unit = xstrdup(unit);
	}
	return 0;
}

/* The index of the metric on this line, which is added if it is new. */
static int read_metric(struct reader *r, uint32_t *metric)
{
	const struct csv_field *name = &r->f[METRIC];
	struct csv_samples *t = r->t;
	enum metric_better better;
	bool primary;
	int ret = read_better(r, &better);

	if (!ret)
		ret = read_primary(r, &primary);
	if (ret)
		return ret;
	if (!*name->text)
		return csv__fail(r->csv, name, r->err, "a metric must have a name");
	*metric = names__add(&t->names, name->text);
	if (*metric < t->n_metrics)
		return check_metric(r, &t->metrics[*metric], better, primary);
	/* The first line of a metric defines it. */
	*APPEND(t->metrics, t->n_metrics) = (struct csv_metric){
		.name = t->names.v[*metric],
		.unit = xstrdup(r->f[UNIT].text ? r->f[UNIT].text : ""),
		.line = (uint32_t)name->line,
		.better = better,
		.primary = primary,
	};
	return 0;
}

static int read_u32(const struct reader *r, int column, uint32_t *out)
{
	uint64_t v;
	int ret = csv__u64(r->csv, &r->f[column], columns[column].name, &v, r->err);

	if (!ret && v > UINT32_MAX)
		ret = csv__fail(r->csv, &r->f[column], r->err, "%s must be below 2^32, found %s",
				columns[column].name, r->f[column].text);
	*out = (uint32_t)v;
	return ret;
}

/* Parse one line; its number is kept for errors that are only detected when samples are
 * compared. */
static int read_sample(struct reader *r, struct csv_sample *s)
{
	const struct csv_field *kernel = &r->f[KERNEL];
	int ret;

	s->line = (uint32_t)kernel->line;
	s->b = streq(kernel->text, "B");
	if (!s->b && !streq(kernel->text, "A"))
		return csv__fail(r->csv, kernel, r->err,
				 "kernel must be A (the baseline) or B "
				 "(the candidate), found '%.40s'",
				 kernel->text);
	ret = read_metric(r, &s->metric);
	if (!ret)
		ret = read_u32(r, SLOT, &s->slot);
	if (!ret)
		ret = read_u32(r, BOOT, &s->boot);
	if (!ret)
		ret = read_u32(r, ITER, &s->iter);
	return ret ? ret : csv__double(r->csv, &r->f[VALUE], "value", &s->value, r->err);
}

/* Compare indices of metrics by name. */
static int compare_names(const void *x, const void *y, void *metrics)
{
	const struct csv_metric *m = metrics;

	return strcmp(m[*(const uint32_t *)x].name, m[*(const uint32_t *)y].name);
}

/* Sort metrics by name; rank[i] is the new index of metric i. */
static void sort_metrics(struct csv_samples *t, uint32_t *rank)
{
	size_t n = t->n_metrics;
	_free_ uint32_t *order = xcalloc(n + 1, sizeof(*order));
	struct csv_metric *sorted = xcalloc(n + 1, sizeof(*sorted));

	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, n, sizeof(*order), compare_names, t->metrics);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = t->metrics[order[i]];
		rank[order[i]] = (uint32_t)i;
	}
	free(t->metrics);
	t->metrics = sorted;
}

static int compare_u32(uint32_t x, uint32_t y)
{
	return (x > y) - (x < y);
}

/* Order within a metric: kernel, boot, iteration; duplicates by line, for the error message. */
static int compare_samples(const void *x, const void *y)
{
	const struct csv_sample *a = x, *b = y;
	int c = (int)a->b - (int)b->b;

	if (!c)
		c = compare_u32(a->boot, b->boot);
	if (!c)
		c = compare_u32(a->iter, b->iter);
	return c ? c : compare_u32(a->line, b->line);
}

/* Files are usually sorted already. */
static void sort_samples(struct csv_sample *s, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		if (compare_samples(&s[i - 1], &s[i]) > 0) {
			qsort(s, n, sizeof(*s), compare_samples);
			return;
		}
	}
}

/* Counting sort by metric, then sort each metric. Sorting everything at once takes three times as
 * long for a million rows in random order. */
static void sort(struct csv_samples *t)
{
	_free_ uint32_t *rank = xcalloc(t->n_metrics + 1, sizeof(*rank));
	_free_ size_t *end = xcalloc(t->n_metrics + 1, sizeof(*end));
	struct csv_sample *sorted = xcalloc(t->n_samples + 1, sizeof(*sorted));

	sort_metrics(t, rank);
	for (size_t i = 0; i < t->n_samples; i++) {
		t->samples[i].metric = rank[t->samples[i].metric];
		end[t->samples[i].metric + 1]++;
	}
	for (size_t m = 1; m <= t->n_metrics; m++)
		end[m] += end[m - 1];
	/* end[m] is where metric m begins until its samples are placed, and then where it ends. */
	for (size_t i = 0; i < t->n_samples; i++)
		sorted[end[t->samples[i].metric]++] = t->samples[i];
	for (size_t m = 0, at = 0; m < t->n_metrics; at = end[m++])
		sort_samples(&sorted[at], end[m] - at);
	free(t->samples);
	t->samples = sorted;
}

int csv_samples__read(struct csv *csv, struct csv_samples *t, struct err *err)
{
	struct reader r = { .csv = csv, .t = t, .err = err };
	int ret;

	*t = (struct csv_samples){ 0 };
	ret = csv__header(csv, columns, COLUMNS, err);
	while (!ret && (ret = csv__row(csv, r.f, err)) > 0) {
		GROW(t->samples, t->n_samples);
		ret = read_sample(&r, &t->samples[t->n_samples]);
		t->n_samples += !ret;
	}
	if (!ret)
		sort(t);
	return ret;
}

void csv_samples__release(struct csv_samples *t)
{
	for (size_t i = 0; i < t->n_metrics; i++) {
		free(t->metrics[i].unit);
		free(t->metrics[i].other_unit);
	}
	names__release(&t->names);
	free(t->metrics);
	free(t->samples);
	*t = (struct csv_samples){ 0 };
}
