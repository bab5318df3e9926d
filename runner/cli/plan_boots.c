// SPDX-License-Identifier: GPL-2.0-only
/* plan_boots.c - compute how many boots it takes to see an effect, given the measured noise. */
#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/history/planner.h"
#include "reports/report/words.h"
#include "reports/stats/aa.h"
#include "reports/stats/stats.h"
#include "reports/render/json.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"

#include <fnmatch.h>
#include <math.h>

struct plan_boots_opts {
	const char *campaign, *db, *metric, *workload, *machine;
	double effect, power; /* ratios: 0.02, 0.8 */
	double n_iter; /* per boot; 0: as many as were measured */
	bool json;
	bool one_machine; /* the noise of all rows is from the same machine */
};

enum { OPT_EFFECT = OPTION_TAKE_FIRST, OPT_ITERATIONS, OPT_POWER };

/* Parse a value in (lo, hi]; a "%" at the end is allowed. */
static int read_number(const char *option, const char *text, double lo, double hi, double *out,
		       struct err *err)
{
	size_t n = strcspn(text, "%");
	_free_ char *digits = xstrndup(text, n);

	if ((text[n] && text[n + 1]) || units__double(digits, out) || *out <= lo || *out > hi)
		return err__set(err, -EINVAL, "--%s must be more than %g and at most %g, not '%s'",
				option, lo, hi, text);
	return 0;
}

/* Convert per cent to ratios. */
static int take_plan_boots_option(void *opts, int key, const char *value, struct err *err)
{
	struct plan_boots_opts *o = opts;
	int ret;

	switch (key) {
	case OPT_EFFECT:
		ret = read_number("effect", value, 0, 1000, &o->effect, err);
		o->effect /= 100;
		return ret;
	case OPT_POWER:
		ret = read_number("power", value, 50, 99.9, &o->power, err);
		o->power /= 100;
		return ret;
	default:
		return read_number("iterations", value, 0, 10000, &o->n_iter, err);
	}
}

static int check_plan_boots_options(void *opts, size_t n, char **args, struct err *err __unused)
{
	struct plan_boots_opts *o = opts;

	o->campaign = n ? args[0] : NULL;
	return 0;
}

static const struct options options = {
	.command = "plan-boots",
	.args = "[CAMPAIGN]",
	.doc = "Computes for every metric how many boots of each side find an effect, from measured "
	       "noise: that of `kduel aa` on this machine, or of the boots of a campaign (its id, "
	       "the beginning of it, or \"latest\"), each variant around its own mean.\v"
	       "Exit codes: 0; 4 if there is no measured noise to plan from.",
	.table =
		OPTION_TABLE(OPTION_TAKE("effect", OPT_EFFECT, "PCT",
					 "the change to find, in per cent; for a share, in points "
					 "(default 2)"),
			     OPTION_TAKE("iterations", OPT_ITERATIONS, "N",
					 "counted iterations of each boot (default: as measured)"),
			     OPTION_TEXT("machine", "KEY", struct plan_boots_opts, machine,
					 "A/A runs of this machine (default: of all that are known)"),
			     OPTION_TEXT("metric", "GLOB", struct plan_boots_opts, metric,
					 "only these metrics"),
			     OPTION_TAKE("power", OPT_POWER, "PCT",
					 "in how many campaigns of 100 to find it (default 80)"),
			     OPTION_TEXT("workload", "W", struct plan_boots_opts, workload,
					 "only this workload")),
	.max_args = 1,
	.take = take_plan_boots_option,
	.check = check_plan_boots_options,
	.shared = { { &options__db, offsetof(struct plan_boots_opts, db) },
		    { &options__format, offsetof(struct plan_boots_opts, json) } },
};

/* Does the row match the options? Emulated times get no verdict whatever the number of boots, so
 * they never do. */
static bool is_wanted(const struct plan_boots_opts *o, const struct planner_row *r)
{
	return (!o->metric || !fnmatch(o->metric, r->metric, 0)) &&
	       (!o->workload || streq(o->workload, r->workload)) && r->basis != BASIS_EMULATED;
}

/* Iterations per boot to plan with; --iterations does not apply to metrics with one value per boot. */
static double iterations(const struct plan_boots_opts *o, const struct planner_row *r)
{
	return o->n_iter > 0 && !isnan(r->noise.sd_iter) ? o->n_iter : r->noise.n_iter;
}

/* How many boots of each side find the effect with this power; 0: more than STATS_MAX_BOOTS. */
static unsigned int boots(const struct plan_boots_opts *o, const struct planner_row *r)
{
	return planner__boots(&r->noise, o->effect, o->power, iterations(o, r));
}

/* A relative size as a number to show: per cent, or points if the metric is a share. */
static double size_of(const struct planner_noise *v, double size)
{
	return aa__size(v->share, v->linear, v->typical, size);
}

/* Prints "-" for NAN: a metric with one value per boot has no spread between iterations. */
static void put_size(struct grid *g, size_t row, size_t col, const struct planner_noise *v,
		     double size)
{
	_free_ char *text = words__size(v->share, size_of(v, size));

	grid__put(g, row, col, "%s", text);
}

/* The column "machine" is left out if all rows have the same. */
static void put_row(struct grid *g, const struct plan_boots_opts *o, const struct planner_row *r)
{
	size_t row = grid__row(g);
	unsigned int n = boots(o, r), best = planner__best_iterations(&r->noise);

	grid__put(g, row, 0, "%s/%s", r->workload, r->metric);
	put_size(g, row, 1, &r->noise, r->noise.sd_boot);
	put_size(g, row, 2, &r->noise, r->noise.sd_iter);
	grid__put(g, row, 3, "%.3g", iterations(o, r));
	grid__put(g, row, 4, "%u", r->n_boots);
	put_size(g, row, 5, &r->noise, planner__effect(&r->noise, 5));
	grid__put(g, row, 6, n ? "%u" : ">%u", n ? n : STATS_MAX_BOOTS);
	grid__put(g, row, 7, best ? "%u" : "-", best);
	if (!o->one_machine)
		grid__put(g, row, 8, "%s", r->machine);
}

/* A table wider than 100 columns is folded. */
static void print_text(const struct plan_boots_opts *o, const struct planner_row *rows, size_t n)
{
	static const char *const heads[] = { "metric",	"boots %", "iter. %",	 "iter.",  "from",
					     "5 see %", "needed",  "best iter.", "machine" };
	struct grid g = { .n_cols = ARRAY_SIZE(heads) - o->one_machine,
			  .left = 1u << 0 | 1u << (ARRAY_SIZE(heads) - 1) };
	size_t row = grid__row(&g);

	printf("Boots of each side that find a change of %g %% in %g of 100 campaigns%s%s\n\n",
	       100 * o->effect, 100 * o->power, *rows[0].machine && o->one_machine ? ", on " : "",
	       o->one_machine ? rows[0].machine : "");
	for (size_t i = 0; i < g.n_cols; i++)
		grid__put(&g, row, i, "%s", heads[i]);
	for (size_t i = 0; i < n; i++)
		if (is_wanted(o, &rows[i]))
			put_row(&g, o, &rows[i]);
	grid__print(&g, grid__width(&g) > 100, stdout);
	grid__release(&g);
	printf("\nboots %%, iter. %%: spread between boots, and between iterations of a boot. iter.: "
	       "counted\niterations of a planned boot. from: how many boots the spread is from. 5 see: the "
	       "smallest\nchange that 5 boots of each side find in 80 of 100 campaigns. best iter.: "
	       "iterations of a\nboot that find most in the same time. pt: points, for a share, whose effect "
	       "is in points, too.\n");
}

/* Figures that are not available are null. */
static json_t *row_json(const struct plan_boots_opts *o, const struct planner_row *r)
{
	bool share = r->noise.share > 0;
	unsigned int n = boots(o, r), best = planner__best_iterations(&r->noise);
	json_t *j = json_object();

	json_object_set_new(j, "workload", json__text(r->workload));
	json_object_set_new(j, "source", json__text(r->source));
	json_object_set_new(j, "metric", json__text(r->metric));
	json_object_set_new(j, "unit", json__text(r->unit));
	json_object_set_new(j, "basis", json__text(metric__basis_name(r->basis)));
	json_object_set_new(j, "machine", json__text(r->machine));
	json_object_set_new(j, "noise_boots", json_integer(r->n_boots));
	json_object_set_new(j, share ? "sd_boot_points" : "sd_boot_pct",
			    json__number(size_of(&r->noise, r->noise.sd_boot)));
	json_object_set_new(j, share ? "sd_iter_points" : "sd_iter_pct",
			    json__number(size_of(&r->noise, r->noise.sd_iter)));
	json_object_set_new(j, "iterations", json__number(iterations(o, r)));
	json_object_set_new(j, "boots_needed", n ? json_integer(n) : json_null());
	json_object_set_new(j, share ? "mde_5_boots_points" : "mde_5_boots_pct",
			    json__number(size_of(&r->noise, planner__effect(&r->noise, 5))));
	json_object_set_new(j, "best_iterations", best ? json_integer(best) : json_null());
	return j;
}

/* Increment "schema" if the meaning of a member changes. */
static void print_json(const struct plan_boots_opts *o, const struct planner_row *rows, size_t n)
{
	json_t *j = json_object(), *list = json_array();

	json_object_set_new(j, "schema", json_integer(1));
	json_object_set_new(j, "kind", json_string("plan-boots"));
	json_object_set_new(j, "effect_pct", json_real(100 * o->effect));
	json_object_set_new(j, "power_pct", json_real(100 * o->power));
	for (size_t i = 0; i < n; i++)
		if (is_wanted(o, &rows[i]))
			json_array_append_new(list, row_json(o, &rows[i]));
	json_object_set_new(j, "rows", list);
	json__print(j, stdout);
}

/* Load the noise of each metric, from the boots of a campaign or from A/A runs of a machine. Free
 * *rows with planner_row__free(). */
static int load(const struct plan_boots_opts *o, struct planner_row **rows, size_t *n,
		struct err *err)
{
	_cleanup_(campaign__freep) struct campaign *c = NULL;
	_cleanup_(store__closep) struct store *st = NULL;
	int ret;

	if (o->campaign) {
		ret = results__load(o->db, o->campaign, &st, &c, err);
		if (!ret)
			ret = planner__load_campaign(st, c, rows, n, err);
	} else {
		ret = results__open(o->db, STORE_READ, &st, err);
		if (!ret)
			ret = planner__load_noise(st, o->machine ? o->machine : "", rows, n, err);
	}
	return ret;
}

int cmd_plan_boots(int argc, char **argv)
{
	struct plan_boots_opts o = { .effect = 0.02, .power = STATS_POWER };
	struct planner_row *rows = NULL;
	struct err err;
	size_t n = 0, n_wanted = 0;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = load(&o, &rows, &n, &err);
	if (ret)
		return cmd__fail(ret, &err);
	o.one_machine = true;
	for (size_t i = 0; i < n; i++) {
		n_wanted += is_wanted(&o, &rows[i]);
		o.one_machine &= streq(rows[i].machine, rows[0].machine);
	}
	if (!n) {
		log__error("no noise is known: run `kduel aa PLAN` on this machine, or name a "
			   "campaign with at least two boots");
		ret = EXIT_TOO_FEW;
	} else if (!n_wanted) {
		log__error("none of the %zu metrics with known noise matches, or gets verdicts", n);
		ret = EXIT_TOO_FEW;
	} else if (o.json) {
		print_json(&o, rows, n);
	} else {
		print_text(&o, rows, n);
	}
	planner_row__free(rows, n);
	return ret;
}
