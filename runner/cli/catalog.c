// SPDX-License-Identifier: GPL-2.0-only
/* catalog.c - what a plan may name: workloads, collectors, their parameters and metrics, CPUs. */
#include "collectors/collector.h"
#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/render/notes.h"
#include "runner/cli/common.h"
#include "runner/cli/log.h"
#include "runner/cli/options.h"
#include "runner/cli/terminal.h"
#include "runner/config/cpus.h"
#include "workloads/workload.h"

#include <fnmatch.h>

#define WIDTH 80

struct catalog_opts {
	const char *name; /* NULL: all */
};

static int check_catalog_options(void *opts, size_t n, char **args, struct err *err __unused)
{
	struct catalog_opts *o = opts;

	o->name = n ? args[0] : NULL;
	return 0;
}

#define CATALOG_OPTIONS(command_, doc_)                                            \
	ROW(.command = (command_), .args = "[NAME]", .doc = (doc_), .max_args = 1, \
	    .check = check_catalog_options)

static size_t width(void)
{
	size_t columns = terminal__width();

	return columns >= 60 ? columns : WIDTH;
}

/* Print a name and, from column `indent` on, a text that wraps at the width of the terminal. */
static void print_pair(const char *name, size_t indent, const char *text)
{
	struct para p = { .out = stdout, .width = width(), .indent = indent };

	p.col = (size_t)printf("  %s", name);
	p.begun = true;
	p.gap = p.col < indent ? indent - p.col : 2;
	para__add(&p, "%s", text);
	para__end(&p);
}

static const char *type_of(const struct param *p)
{
	static const char *const names[] = {
		[PARAM_INT] = "integer",	[PARAM_SIZE] = "size",
		[PARAM_DURATION] = "duration",	[PARAM_NUMBER] = "number",
		[PARAM_BOOL] = "true or false", [PARAM_CPUS] = "CPU list",
		[PARAM_TEXT] = "text",
	};

	return p->type == PARAM_ENUM ? p->choices : names[p->type];
}

/* "connections: 50          integer, published size 200. HELP" */
static void print_params(const struct param *table)
{
	puts("\nParameters, with their defaults");
	for (const struct param *p = table; p && p->name; p++) {
		_free_ char *name = xasprintf("%s: %s", p->name, *p->def ? p->def : "\"\"");
		_free_ char *text = xasprintf("%s%s%s. %s", type_of(p),
					      p->full ? ", published size " : "",
					      p->full ? p->full : "", p->help);

		print_pair(name, 26, text);
	}
	if (!table || !table->name)
		puts("  none");
}

static const char *margin_text(const struct metric *m, char **keep)
{
	*keep = words__margin(m);
	return m->margin_abs > 0 || m->margin_rel > 0 ? *keep : "-";
}

static void head_metrics(struct grid *g)
{
	static const char *const head[] = { "metric", "unit", "better", "family", "margin", "kind" };
	size_t row = grid__row(g);

	*g = (struct grid){
		.n_cols = ARRAY_SIZE(head), .left = 0x3f, .rows = g->rows, .n_rows = g->n_rows
	};
	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(g, row, i, "%s", head[i]);
}

/* Does a metric match a shell pattern, as METRIC or SOURCE/METRIC? NULL matches everything. */
static bool fits(const char *pattern, const char *source, const struct metric *m)
{
	_free_ char *full = xasprintf("%s/%s", source, m->name);

	return !pattern || !fnmatch(pattern, m->name, 0) || !fnmatch(pattern, full, 0);
}

/* Add a row for each metric of a source that matches the pattern; returns how many. */
static size_t add_metrics(struct grid *g, const char *source, const struct metric *table,
			  const char *pattern)
{
	size_t n = 0;

	for (const struct metric *m = table; m && m->name; m++) {
		_free_ char *margin = NULL;
		size_t row;

		if (!fits(pattern, source, m))
			continue;
		n++;
		row = grid__row(g);
		grid__put(g, row, 0, "%s/%s", source, m->name);
		grid__put(g, row, 1, "%s", m->unit);
		grid__put(g, row, 2, "%s", m->describes ? "-" : metric__better_name(m->better));
		grid__put(g, row, 3, "%s", m->primary ? "primary" : "secondary");
		grid__put(g, row, 4, "%s", margin_text(m, &margin));
		grid__put(g, row, 5, "%s", metric__kind_name(m->kind));
	}
	return n;
}

static size_t add_workload(struct grid *g, const struct workload *wl, const char *pattern)
{
	_cleanup_(param_set__release) struct param_set params = { 0 };
	_cleanup_(metric_list__release) struct metric_list list = { 0 };
	const struct metric *table = NULL;
	struct err err;

	param_set__init(&params, wl->params);
	/* Some have no metrics until a parameter is set, such as the command to run. */
	if (workload__metrics(wl, &params, &list, &table, &err))
		return 0;
	return add_metrics(g, wl->name, table, pattern);
}

/* Print a table of n rows or, if there are none, the reason `none`. Releases the table. */
static void print_metrics(struct grid *g, size_t n, const char *none)
{
	puts("\nMetrics");
	if (n)
		grid__print(g, false, stdout);
	else
		puts(none);
	grid__release(g);
}

/* Report an unknown name and suggest the nearest one. Returns EXIT_USAGE. */
static int unknown(const char *what, const char *name, const struct strvec *names)
{
	const char *near = units__nearest(name, (const char *const *)names->v, names->n);

	log__error("no %s '%s'%s%s%s; `kduel %ss` lists them", what, name,
		   near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "", what);
	return EXIT_USAGE;
}

int cmd_workloads(int argc, char **argv)
{
	static const struct options options =
		CATALOG_OPTIONS("workloads",
				"Lists the workloads that a plan may name; with NAME, the parameters "
				"of one with their defaults, and its metrics.");
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct catalog_opts o = { NULL };
	const struct workload *wl;
	struct grid g = { 0 };
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	for (size_t i = 0; !o.name && i < workload__count; i++)
		print_pair(workload__all[i]->name, 18, workload__all[i]->summary);
	if (!o.name)
		return EXIT_NO_REGRESSION;
	wl = workload__find(o.name);
	for (size_t i = 0; !wl && i < workload__count; i++)
		strvec__push(&names, workload__all[i]->name);
	if (!wl)
		return unknown("workload", o.name, &names);
	printf("%s: %s\n", wl->name, wl->summary);
	print_params(wl->params);
	head_metrics(&g);
	print_metrics(&g, add_workload(&g, wl, NULL), "  they depend on its parameters");
	return EXIT_NO_REGRESSION;
}

int cmd_collectors(int argc, char **argv)
{
	static const struct options options =
		CATALOG_OPTIONS("collectors",
				"Lists the collectors that a plan may name; with NAME, the "
				"parameters of one with their defaults, and its metrics.");
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct catalog_opts o = { NULL };
	const struct collector *col;
	struct grid g = { 0 };
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	for (size_t i = 0; !o.name && i < collector__count; i++)
		print_pair(collector__all[i]->name, 18, collector__all[i]->summary);
	if (!o.name)
		return EXIT_NO_REGRESSION;
	col = collector__find(o.name);
	for (size_t i = 0; !col && i < collector__count; i++)
		strvec__push(&names, collector__all[i]->name);
	if (!col)
		return unknown("collector", o.name, &names);
	printf("%s: %s\n", col->name, col->summary);
	print_params(col->params);
	head_metrics(&g);
	print_metrics(&g, add_metrics(&g, col->name, col->metrics, NULL),
		      "  none: it records facts");
	return EXIT_NO_REGRESSION;
}

static void print_cpu(const struct cpu_model *cpu)
{
	_free_ char *arg = cpu_model__arg(cpu, false);

	printf("%s\n  kernels   %s\n  QEMU      -cpu %s\n  from      %s\n", cpu->name, cpu->arch,
	       arg,
	       cpu->kvm	     ? "KVM only" :
	       cpu->min_qemu ? cpu->min_qemu :
			       "any");
	if (cpu->note)
		print_pair("note", 12, cpu->note);
}

int cmd_cpus(int argc, char **argv)
{
	static const struct options options =
		CATALOG_OPTIONS("cpus",
				"Lists the CPUs that a variant may name: what QEMU is asked "
				"for, and the first release of QEMU that has it.");
	_cleanup_(cpus__freep) struct cpus *cpus = NULL;
	struct catalog_opts o = { NULL };
	const struct cpu_model *cpu;
	struct err err;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	ret = cpus__load(&cpus, &err);
	if (ret)
		return cmd__fail(ret, &err);
	for (size_t i = 0; !o.name && i < cpus->n; i++) {
		cpu = &cpus->v[i];
		_free_ char *arg = cpu_model__arg(cpu, false);
		_free_ char *text = xasprintf("%s  -cpu %s%s%s", cpu->arch, arg,
					      cpu->kvm ? ", KVM only" : ", QEMU ",
					      cpu->kvm	    ? "" :
					      cpu->min_qemu ? cpu->min_qemu :
							      "any");

		print_pair(cpu->name, 18, text);
	}
	if (o.name && !cpus__find(cpus, o.name, NULL))
		return unknown("cpu", o.name, &cpus->names);
	for (size_t i = 0; o.name && i < cpus->n; i++)
		if (streq(cpus->v[i].name, o.name))
			print_cpu(&cpus->v[i]);
	return EXIT_NO_REGRESSION;
}

int cmd_metrics(int argc, char **argv)
{
	static const struct options options =
		CATALOG_OPTIONS("metrics",
				"Lists metrics as SOURCE/METRIC, where SOURCE is the workload or "
				"collector that measures it; with NAME, those that match it: METRIC "
				"or SOURCE/METRIC, with * and ? as in the shell.");
	_cleanup_(strvec__release) struct strvec names = { 0 };
	struct catalog_opts o = { NULL };
	struct grid g = { 0 };
	size_t n = 0;
	int ret;

	if (!options__parse(&options, argc, argv, &o, &ret))
		return ret;
	head_metrics(&g);
	for (size_t i = 0; i < workload__count; i++)
		n += add_workload(&g, workload__all[i], o.name);
	for (size_t i = 0; i < collector__count; i++)
		n += add_metrics(&g, collector__all[i]->name, collector__all[i]->metrics, o.name);
	if (n)
		grid__print(&g, false, stdout);
	grid__release(&g);
	if (n)
		return EXIT_NO_REGRESSION;
	for (size_t i = 0; i < collector__count; i++)
		for (const struct metric *m = collector__all[i]->metrics; m && m->name; m++)
			strvec__push(&names, m->name);
	return unknown("metric", o.name, &names);
}
