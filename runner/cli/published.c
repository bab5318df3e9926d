// SPDX-License-Identifier: GPL-2.0-only
/* published.c - read configs/published.yaml, and compare its setups with that of a campaign. */
#include "runner/cli/published.h"

#include "lib/units.h"
#include "runner/cli/log.h"
#include "runner/config/table.h"
#include "runner/plan/read.h"
#include "workloads/workload.h"

/* A figure while it is parsed: `change` and `at` still have to be converted. */
struct entry {
	struct published_figure f;
	char *change;
	yaml_node_t *at;
};

static const struct yaml_field figure_fields[] = {
	FIELD("name", TEXT, struct entry, f.name),
	FIELD("workload", NAME, struct entry, f.workload),
	FIELD("rows", LIST, struct entry, f.rows),
	FIELD("change", TEXT, struct entry, change, .required = true),
	FIELD("at", NODE, struct entry, at),
	FIELD("differs", TEXT, struct entry, f.differs),
	FIELD("how", TEXT, struct entry, f.how, .required = true),
	FIELD("from", TEXT, struct entry, f.from, .required = true),
	{ 0 },
};

/* A number with a mandatory sign: "+3.5", "-12.77". */
static bool read_signed(const char *text, double *out)
{
	bool negative = *text == '-';

	if (!negative && *text != '+')
		return false;
	if (units__double(text + 1, out))
		return false;
	*out = negative ? -*out : *out;
	return true;
}

/* One change, or a range such as "+90 to +150". */
static bool read_change(const char *text, struct published_figure *f)
{
	const char *to = strstr(text, " to ");
	_free_ char *first = xstrndup(text, to ? (size_t)(to - text) : strlen(text));

	return read_signed(first, &f->lo) && read_signed(to ? to + 4 : first, &f->hi) &&
	       f->lo <= f->hi;
}

/* Parse `at`: the workload's parameters in the published setup, checked as in a plan. */
static void read_at(struct yaml *y, const yaml_node_t *n, struct published_figure *f)
{
	const struct workload *wl = f->workload ? workload__find(f->workload) : NULL;
	size_t count = yaml__pairs(y, n, "at");
	_cleanup_(param_set__release) struct param_set set = { 0 };
	struct err err;

	param_set__init(&set, wl ? wl->params : NULL);
	for (size_t i = 0; i < count; i++) {
		yaml_node_t *key, *value;
		const char *name = yaml__pair(y, n, i, &key, &value);
		const char *text = name ? yaml__scalar(y, value, name, "a single value") : NULL;

		if (text && param_set__put(&set, name, text, &err))
			yaml__note(y, value, "%s", err.msg);
		else if (text)
			strvec__pushf(&f->at, "%s=%s", name, text);
	}
}

/* Complete the rows: a METRIC without a source is the workload's own. The name defaults to that of
 * the first row. A figure that kduel does not measure needs a name, and the reason in `differs`. */
static void finish_rows(struct yaml *y, const yaml_node_t *n, struct published_figure *f)
{
	const char *first = f->rows.n ? f->rows.v[0] : "", *slash = strchr(first, '/');

	if (!f->workload != !f->rows.n)
		yaml__note(y, n, "'workload' and 'rows' go together");
	else if (!f->workload && !(f->name && f->differs))
		yaml__note(y, n, "a figure without 'rows' needs 'name' and 'differs'");
	if (f->workload && !workload__find(f->workload))
		yaml__note(y, n, "no workload '%.64s'", f->workload);
	if (!f->name)
		f->name = xasprintf("%s/%s", f->workload ? f->workload : "",
				    slash ? slash + 1 : first);
	for (size_t i = 0; f->workload && i < f->rows.n; i++)
		if (!strchr(f->rows.v[i], '/')) {
			char *own = xasprintf("%s/%s", f->workload, f->rows.v[i]);

			free(f->rows.v[i]);
			f->rows.v[i] = own;
		}
}

static void read_figure(struct yaml *y, yaml_node_t *n, struct published *p)
{
	struct entry e = { 0 };

	yaml__read(y, n, "a figure", figure_fields, &e);
	if (e.change && !read_change(e.change, &e.f))
		yaml__note(y, n,
			   "'change' must be per cent with a sign, such as -9.6, or a range "
			   "such as +90 to +150, not '%.64s'",
			   e.change);
	if (e.at)
		read_at(y, e.at, &e.f);
	finish_rows(y, n, &e.f);
	free(e.change);
	*APPEND(p->v, p->n) = e.f;
}

/* The strings under `sources` only define YAML anchors, which figures refer to. */
static void read_figures(struct yaml *y, yaml_node_t *root, void *out)
{
	struct top {
		yaml_node_t *figures;
		struct strvec sources; /* not used, but must be allowed */
	} top = { 0 };
	static const struct yaml_field fields[] = {
		FIELD("figures", NODE, struct top, figures, .required = true),
		FIELD("sources", LIST, struct top, sources),
		{ 0 },
	};
	struct published *p = out;
	size_t n;

	yaml__read(y, root, "the table of published figures", fields, &top);
	n = top.figures ? yaml__count(y, top.figures, "figures") : 0;
	for (size_t i = 0; i < n; i++)
		read_figure(y, yaml__item(y, top.figures, i), p);
	strvec__release(&top.sources);
}

int published__load(struct published *p, struct err *err)
{
	*p = (struct published){ 0 };
	return table__load("published.yaml", read_figures, p, err);
}

/* Compare values, not their spelling: "100G" equals "102400M". */
static bool same_value(const struct param_value *a, const struct param_value *b)
{
	switch (a->param->type) {
	case PARAM_INT:
	case PARAM_SIZE:
	case PARAM_DURATION:
	case PARAM_BOOL:
	case PARAM_ENUM:
		return a->u == b->u;
	case PARAM_NUMBER:
		return !(a->d < b->d) && !(a->d > b->d);
	default:
		return streq(a->text, b->text);
	}
}

/* Append "NAME OURS, published THEIRS" to *list, a string that the caller frees. */
static void note_difference(char **list, const char *name, const char *ours, const char *theirs)
{
	char *old = *list;

	*list = xasprintf("%s%s%s %s, published %s", old ? old : "", old ? "; " : "", name, ours,
			  theirs);
	free(old);
}

/* The effective value of a parameter: `jobs: 0` means one for each CPU of the guest. */
static char *value_of(const struct param_value *v, const struct plan *plan)
{
	if (streq(v->param->name, "jobs") && !v->u && plan->target.kind == TARGET_QEMU)
		return xasprintf("%u", plan->target.cpus);
	return xstrdup(v->text);
}

/* List the parameters in which the plan's workload differs from the published setup; NULL: none,
 * else the caller frees. read_at() has checked that all of f->at are parameters of this workload. */
static char *differences(const struct published_figure *f, const struct plan *plan,
			 const struct plan_workload *w)
{
	_cleanup_(param_set__release) struct param_set theirs = { 0 }, ours = { 0 };
	char *out = NULL;

	param_set__init(&theirs, w->wl->params);
	param_set__init(&ours, w->wl->params);
	for (size_t i = 0; i < f->at.n; i++) {
		const char *value = strchr(f->at.v[i], '=') + 1;
		_free_ char *name = xstrndup(f->at.v[i], (size_t)(value - f->at.v[i]) - 1);
		_free_ char *own = value_of(param_set__get(&w->params, name), plan);

		if (!param_set__put(&theirs, name, value, NULL) &&
		    !param_set__put(&ours, name, own, NULL) &&
		    !same_value(param_set__get(&ours, name), param_set__get(&theirs, name)))
			note_difference(&out, name,
					streq(name, "jobs") && streq(own, "0") ?
						"one for each CPU" :
						own,
					value);
	}
	return out;
}

/* How the plan differs from the published setup of a figure; NULL: it does not. `plan` is NULL if
 * this version cannot read it. */
static char *elsewhere(const struct published_figure *f, const struct plan *plan)
{
	char *out = NULL;

	if (!plan)
		return f->at.n ? xstrdup("this version of kduel cannot read the plan, which has "
					 "the parameters") :
				 NULL;
	for (size_t i = 0; f->workload && !out && i < plan->n_workloads; i++)
		if (streq(plan->workloads[i].wl->name, f->workload))
			out = differences(f, plan, &plan->workloads[i]);
	return out;
}

/* The plan of a campaign; NULL if this version cannot read it. */
static struct plan *plan_of(const struct campaign *c)
{
	_cleanup_(plan_diag__release) struct plan_diag diag = { 0 };
	struct plan *plan = NULL;

	if (plan__parse(c->plan_path, c->plan_text, strlen(c->plan_text), &plan, &diag))
		plan = NULL;
	return plan;
}

/* A comparison may call this for two campaigns: a text from the first one stays. */
void published__place(struct published *p, const struct campaign *c)
{
	struct plan *plan = plan_of(c);

	for (size_t i = 0; i < p->n; i++)
		if (!p->v[i].elsewhere)
			p->v[i].elsewhere = elsewhere(&p->v[i], plan);
	if (plan)
		plan__free(plan);
}

char *published__elsewhere(const struct published_figure *f, const struct campaign *c)
{
	struct plan *plan = plan_of(c);
	char *out = elsewhere(f, plan);

	if (plan)
		plan__free(plan);
	return out;
}

void published__try(struct published *p)
{
	struct err err;

	if (!published__load(p, &err)) {
		p->elsewhere = published__elsewhere;
		return;
	}
	log__warn("%s; no published figures are shown", err.msg);
	published__release(p);
	p->trouble = xstrdup(err.msg);
}

void published__release(struct published *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->v[i].name);
		free(p->v[i].workload);
		strvec__release(&p->v[i].rows);
		free(p->v[i].how);
		free(p->v[i].differs);
		free(p->v[i].elsewhere);
		strvec__release(&p->v[i].at);
		free(p->v[i].from);
	}
	free(p->v);
	free(p->trouble);
	*p = (struct published){ 0 };
}
