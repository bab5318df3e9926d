// SPDX-License-Identifier: GPL-2.0-only
/* creation.c - collects the instructions spent on creating the linear map, in the order of a
 * chart. */
#include "reports/report/creation.h"
#include "lib/units.h"
#include "reports/analysis/guest.h"
#include "reports/report/values.h"

#include <ctype.h>
#include <limits.h>

#define PARTS 4 /* parts of a version: three numbers and the N of -rcN */

/* Parse "6.18.15" as 6, 18, 15, ULONG_MAX and "7.0-rc2" as 7, 0, 0, 2: ULONG_MAX sorts a release
 * after its release candidates. Returns the end of the version number. */
static const char *parse(const char *release, unsigned long part[PARTS])
{
	const char *at = release;

	for (size_t i = 0; i < PARTS - 1; i++) {
		part[i] = 0;
		if (i && (*at != '.' || !isdigit((unsigned char)at[1])))
			continue;
		at += i ? 1 : 0;
		if (isdigit((unsigned char)*at))
			part[i] = strtoul(at, (char **)&at, 10);
	}
	part[PARTS - 1] = ULONG_MAX;
	if ((str_starts(at, "-rc") || str_starts(at, "~rc")) && isdigit((unsigned char)at[3]))
		part[PARTS - 1] = strtoul(at + 3, (char **)&at, 10);
	return at;
}

static int compare_numbers(const char *a, const char *b)
{
	unsigned long x[PARTS], y[PARTS];

	parse(a, x);
	parse(b, y);
	for (size_t i = 0; i < PARTS; i++)
		if (x[i] != y[i])
			return x[i] < y[i] ? -1 : 1;
	return 0;
}

int release__compare(const char *a, const char *b)
{
	const int order = compare_numbers(a, b);

	return order ? order : strverscmp(a, b);
}

bool release__is_same(const char *a, const char *b)
{
	return !compare_numbers(a, b);
}

char *release__number(const char *release)
{
	unsigned long part[PARTS];

	return xstrndup(release, (size_t)(parse(release, part) - release));
}

static bool is_creation(const struct series *s)
{
	return streq(s->workload, "boot") && streq(s->metric.name, "kernel.map_instructions");
}

/* "r6.18-blocks" for "r6.18-blocks-16G" if `ram` is 16 GiB. The caller frees. */
static char *without_size(const char *variant, double ram)
{
	const char *dash = strrchr(variant, '-');
	uint64_t bytes;

	if (dash && dash > variant && !units__size(dash + 1, &bytes) && (double)bytes == ram)
		return xstrndup(variant, (size_t)(dash - variant));
	return xstrdup(variant);
}

/* Index of the first point of the same line and release. Points are still in the order of the plan,
 * so this orders the lines within a release. */
static size_t first_of_line(const struct creation *c, const struct creation_point *p)
{
	size_t i = 0;

	while (!streq(c->v[i].line, p->line) || !streq(c->v[i].release, p->release))
		i++;
	return i;
}

static int compare_points(const void *a, const void *b)
{
	const struct creation_point *x = a, *y = b;
	const int order = release__compare(x->release, y->release);

	if (order)
		return order;
	if (x->series != y->series)
		return x->series < y->series ? -1 : 1;
	return (x->ram > y->ram) - (x->ram < y->ram);
}

/* Sort the points, and number the lines in that order. */
static void put_in_order(struct creation *c)
{
	size_t before = 0;

	for (size_t i = 0; i < c->n; i++)
		c->v[i].series = first_of_line(c, &c->v[i]);
	if (c->n)
		qsort(c->v, c->n, sizeof(*c->v), compare_points);
	for (size_t i = 0; i < c->n; i++) {
		const size_t place = c->v[i].series;

		c->n_lines += !i || place != before;
		before = place;
		c->v[i].series = c->n_lines - 1;
	}
}

/* Number of different kernel versions among the points with this RAM. */
static size_t releases_at(const struct creation *c, double ram)
{
	const char *last = NULL;
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct creation_point *p = &c->v[i];

		if (p->ram != ram || !*p->release)
			continue;
		n += !last || !release__is_same(last, p->release);
		last = p->release;
	}
	return n;
}

/* The RAM size measured on the most releases; the largest one if several sizes tie. */
static void choose_ram(struct creation *c)
{
	size_t most = 1;

	for (size_t i = 0; i < c->n; i++) {
		const double ram = c->v[i].ram;
		const size_t n = ram > 0 ? releases_at(c, ram) : 0;

		if (n > most || (n == most && n > 1 && ram > c->ram)) {
			most = n;
			c->ram = ram;
		}
	}
}

int creation__load(struct store *st, const char *campaign, struct creation *out, struct err *err)
{
	_cleanup_(variant_values__release) struct variant_values values = { 0 };
	const struct campaign *c;
	int ret;

	*out = (struct creation){ 0 };
	ret = store__load(st, campaign, &out->campaign, err);
	if (ret)
		return ret;
	c = out->campaign;
	ret = variant_values__load(st, c, is_creation, &values, err);
	for (size_t i = 0; !ret && i < values.n; i++) {
		const struct variant_value *v = &values.v[i];
		const struct campaign_variant *of = &c->variants[v->variant];
		const double ram = guest__ram(c, v->variant);

		if (!v->n)
			continue;
		*APPEND(out->v, out->n) = (struct creation_point){
			.variant = of->name,
			.release = of->release,
			.cpu = of->cpu,
			.line = without_size(of->name, ram),
			.ram = ram,
			.instructions = v->median,
			.lo = v->lo,
			.hi = v->hi,
			.n = v->n,
			.basis = v->series->basis,
		};
	}
	put_in_order(out);
	choose_ram(out);
	return ret;
}

void creation__release(struct creation *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->v[i].line);
	free(c->v);
	campaign__free(c->campaign);
	*c = (struct creation){ 0 };
}
