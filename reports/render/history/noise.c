// SPDX-License-Identifier: GPL-2.0-only
/* noise.c - the A/A report as text and JSON. */
#include "reports/render/history/noise.h"
#include "reports/render/json.h"
#include "reports/render/grid.h"
#include "reports/report/words.h"

#include <math.h>

enum { NAME, BOOT, ITER, LAG, P, RATE, MDE, M = MDE + AA_MDE, BEST, COLUMNS };

/* A number with `digits` decimals, or "-" for NAN. */
static void put(struct grid *g, size_t row, size_t col, int digits, double v)
{
	if (isnan(v))
		grid__put(g, row, col, "-");
	else
		grid__put(g, row, col, "%.*f", digits, v);
}

/* A spread or effect, in the display unit of the metric. */
static void put_size(struct grid *g, size_t row, size_t col, const struct aa_row *of, double v)
{
	double share = metric__points(of->series->metric.unit);
	_free_ char *size = words__size(share,
					aa__size(share, of->noise.linear, of->noise.typical, v));

	grid__put(g, row, col, "%s", size);
}

static void put_row(struct grid *g, const struct aa_row *row)
{
	const struct aa_noise *v = &row->noise;
	size_t r = grid__row(g);

	grid__put(g, r, NAME, "%s/%s", row->series->workload, row->series->metric.name);
	put_size(g, r, BOOT, row, v->sd_boot);
	put_size(g, r, ITER, row, v->sd_iter);
	put(g, r, LAG, 2, v->lag1);
	put(g, r, P, 3, row->series->basis == BASIS_EMULATED ? NAN : v->p);
	put(g, r, RATE, 1, 100 * v->false_rate);
	for (size_t i = 0; i < AA_MDE; i++)
		put_size(g, r, MDE + i, row, v->mde[i]);
	put(g, r, M, v->n_iter == floor(v->n_iter) ? 0 : 1, v->n_iter);
	put(g, r, BEST, 0, v->best_iter ? v->best_iter : NAN);
}

/* Explain the columns, and how many false alarms to expect by chance. */
static void print_legend(const struct aa_report *r, FILE *out)
{
	fprintf(out,
		"\nboot, iter: spread (standard deviation) between boots and between iterations of\n"
		"a boot, %% of the value (pt: points, of a share). lag: correlation of a boot with\n"
		"the next. p: of the actual labels. false: labellings of these boots that\n"
		"the comparison calls different at 5 %%, in per cent. 3, 5, 10: smallest effect, %%,\n"
		"that this many boots a side find in 4 of 5 campaigns, with n iterations a boot.\n"
		"best: iterations a boot that give the most precise result in a given time.\n\n");
	fprintf(out,
		"%zu of %zu metrics differ at 5 %% (about %.1f are to be expected), %zu when p is "
		"adjusted.\n",
		r->alarms, r->tested, 0.05 * (double)r->tested, r->adjusted_alarms);
	if (!isnan(r->boot_s))
		fprintf(out, "A boot costs %.3g s besides its iterations.\n", r->boot_s);
	if (r->n_bad)
		fprintf(out, "%zu metrics are left out: a value is not a finite number.\n",
			r->n_bad);
}

static void print_text(const struct aa_report *r, FILE *out)
{
	static const char *const head[COLUMNS] = { "metric", "boot", "iter", "lag", "p",   "false",
						   "3",	     "5",    "10",   "n",   "best" };
	struct grid g = { .n_cols = COLUMNS, .left = 1 };
	size_t row = grid__row(&g);

	fputs(r->n_campaigns > 1 ? "A/A campaigns" : "A/A campaign", out);
	for (size_t i = 0; i < r->n_campaigns; i++)
		fprintf(out, " %.8s,", r->campaigns[i]->uuid);
	fprintf(out, " %s: %u boot%s of one kernel, machine %s\n\n", r->campaign->name, r->n_boots,
		plural_s(r->n_boots), *r->machine ? r->machine : "unknown");
	if (r->few)
		fprintf(out, "%s\n\n", r->few);
	for (size_t i = 0; i < COLUMNS; i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < r->n_rows; i++)
		put_row(&g, &r->rows[i]);
	grid__print(&g, false, out);
	grid__release(&g);
	print_legend(r, out);
}

static json_t *row_json(const struct aa_row *row)
{
	const struct aa_noise *v = &row->noise;
	const struct series *s = row->series;
	json_t *mde = json_object();
	double share = metric__points(s->metric.unit);

	for (size_t i = 0; i < AA_MDE; i++) {
		char key[16];

		snprintf(key, sizeof(key), "%u", aa__mde_boots[i]);
		json_object_set_new(mde, key,
				    json__number(
					    aa__size(share, v->linear, v->typical, v->mde[i])));
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
			 " s:o, s:I, s:b, s:o, s:o, s:o, s:I}",
			 "workload", s->workload, "source", s->source, "metric", s->metric.name,
			 "unit", s->metric.unit, "basis", metric__basis_name(s->basis), "linear",
			 v->linear, "n_boots", (json_int_t)row->n_boots, "typical",
			 json__number(v->typical), "sd_boot", json__number(v->sd_boot), "sd_iter",
			 json__number(v->sd_iter), "lag1", json__number(v->lag1), "n_iter",
			 json__number(v->n_iter), "p",
			 json__number(s->basis == BASIS_EMULATED ? NAN : v->p), "padj",
			 json__number(row->padj), "false_rate", json__number(v->false_rate),
			 "splits", (json_int_t)v->splits, "all_splits", v->all_splits,
			 share > 0 ? "mde_points" : "mde_pct", mde, "iter_s",
			 json__number(row->iter_s), "best_iterations",
			 v->best_iter ? json_integer(v->best_iter) : json_null(), "tainted",
			 (json_int_t)row->tainted);
}

static void print_json(const struct aa_report *r, FILE *out)
{
	json_t *rows = json_array(), *campaigns = json_array(), *all;

	for (size_t i = 0; i < r->n_rows; i++)
		json_array_append_new(rows, row_json(&r->rows[i]));
	for (size_t i = 0; i < r->n_campaigns; i++)
		json_array_append_new(campaigns, json_string(r->campaigns[i]->uuid));
	all = json_pack("{s:i, s:s, s:s, s:o, s:s?, s:s, s:I, s:o, s:I, s:I, s:I, s:o}", "schema",
			1, "kind", "aa", "campaign", r->campaign->uuid, "campaigns", campaigns,
			"too_few", r->few, "machine", r->machine, "boots", (json_int_t)r->n_boots,
			"boot_s", json__number(r->boot_s), "tested", (json_int_t)r->tested,
			"alarms", (json_int_t)r->alarms, "adjusted_alarms",
			(json_int_t)r->adjusted_alarms, "metrics", rows);
	json__print(all, out);
}

void aa_report__print(const struct aa_report *r, bool json, FILE *out)
{
	if (json)
		print_json(r, out);
	else
		print_text(r, out);
}
