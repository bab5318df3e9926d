// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf: what the CPUs count during a workload, separately for kernel and user space; see
 * docs/COUNTERS.md. For events that cannot be counted a fact gives the reason, and there are no
 * samples.
 */
#include "collectors/collector.h"
#include "collectors/pmc/pmu.h"
#include "collectors/pmc/proof.h"
#include "lib/fs.h"

#include <linux/perf_event.h>

#define ONLINE "/sys/devices/system/cpu/online"
#define SLOTS_MAX (3 * PMC_MAX)

extern const struct collector col_perf;

static const char *const side_names[] = { "kernel.", "user.", "" };
/* Metrics of the agent's own processes have names of their own, so that they never share a row with
 * those of whole CPUs. */
#define TREE "process."

struct perf {
	struct pmc_pmu pmu;
	struct pmc_slot slots[SLOTS_MAX];
	size_t n_slots;
	char reported[SLOTS_MAX][160]; /* the status last reported as a fact */
	struct pmc_group *groups;
	struct pmc_set **sets; /* one per group; NULL: not open */
	struct pmc_reading **before;
	size_t n_groups;
	unsigned int n_turns;
	/* Counting whole CPUs is not permitted: count this process and its descendants. */
	bool tree;
	char *online; /* CPUs that were online when the sets were opened */
};

/* Find the name of a metric in the table, as samples point to its strings. */
static const char *metric_name(const struct perf *p, enum pmc_side side, const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "%s%s%s", p->tree ? TREE : "", side_names[side], what);
	for (const struct metric *m = col_perf.metrics; m->name; m++)
		if (streq(m->name, name))
			return m->name;
	abort();
}

/* Report the status of a counter, unless it is the same as last time. */
static void report_status(struct job *job, struct perf *p, size_t slot, const char *status)
{
	const struct pmc_spec *s = &p->slots[slot].spec;
	char key[64];

	if (streq(p->reported[slot], status))
		return;
	snprintf(p->reported[slot], sizeof(p->reported[slot]), "%s", status);
	snprintf(key, sizeof(key), "perf/%s%s", side_names[s->side], pmc_event__name(s->event));
	job__fact(job, key, "%s", status);
}

/* Add a slot for an event on one side. Its status says why, if the PMU cannot count the event. */
static void add_slot(struct perf *p, enum pmc_event e, enum pmc_side side, const uint64_t *codes,
		     const char *forbidden)
{
	struct pmc_slot *slot = &p->slots[p->n_slots++];

	slot->spec.event = e;
	slot->spec.side = side;
	pmc_pmu__judge(&p->pmu, codes, forbidden, slot);
}

/* Add slots for the events and sides in the parameters. Software events are not split into
 * sides. */
static int make_slots(struct job *job, struct perf *p)
{
	const char *forbidden = job__text(job, "hardware"), *sides = job__text(job, "sides");
	uint64_t codes[PMC_MAX];
	bool want[PMC_MAX];
	int ret = pmc__parse_wanted(job__text(job, "events"), want, &job->err);

	if (!ret)
		ret = pmc__parse_table(job__text(job, "table"), codes, &job->err);
	if (ret)
		return ret;
	if (!forbidden[0])
		forbidden = NULL;
	for (unsigned int i = 0; i < PMC_MAX; i++) {
		enum pmc_event e = (enum pmc_event)i;

		if (!want[e])
			continue;
		if (pmc_event__software(e)) {
			add_slot(p, e, PMC_ALL, codes, NULL);
			continue;
		}
		if (!streq(sides, "user"))
			add_slot(p, e, PMC_KERNEL, codes, forbidden);
		if (!streq(sides, "kernel"))
			add_slot(p, e, PMC_USER, codes, forbidden);
	}
	return 0;
}

static void close_sets(struct perf *p)
{
	for (size_t i = 0; i < p->n_groups; i++) {
		pmc_set__close(p->sets[i]);
		free(p->before[i]);
		p->sets[i] = NULL;
		p->before[i] = NULL;
	}
	free(p->online);
	p->online = NULL;
}

/* Counters exist only on the CPUs that were online when they were opened; after() compares. */
static void open_sets(struct job *job, struct perf *p)
{
	struct pmc_scope scope = { .cpus = job__text(job, "cpus"),
				   .cgroup = job__text(job, "cgroup"),
				   .tree = p->tree };
	bool pinned = streq(job__text(job, "groups"), "pinned");

	close_sets(p);
	fs__read(ONLINE, 4096, &p->online, NULL);
	for (size_t i = 0; i < p->n_groups; i++) {
		struct pmc_group *g = &p->groups[i];
		int ret = pmc_set__open(g, &scope, pinned, &p->sets[i]);

		for (size_t k = 0; ret && k < g->n; k++)
			snprintf(g->slots[k]->status, sizeof(g->slots[k]->status),
				 "not counted: %s%s%s", scope.cgroup, scope.cgroup[0] ? ": " : "",
				 strerror(-ret));
		if (!ret)
			p->before[i] = xcalloc(g->n * pmc_set__cpus(p->sets[i]),
					       sizeof(**p->before));
	}
}

/* Report which PMU is used and how the events are grouped. */
static void report_pmu(struct job *job, const struct perf *p)
{
	_free_ char *groups = xstrdup("");

	for (size_t i = 0; i < p->n_groups; i++) {
		char *longer = xasprintf("%s%s%zu", groups, i ? "+" : "", p->groups[i].n);

		free(groups);
		groups = longer;
	}
	job__fact(job, "perf/pmu", "%s%s; groups of %s in %u turns; table: %s",
		  p->pmu.name[0] ? p->pmu.name : "none",
		  p->pmu.others ? " (and others that are not counted)" : "",
		  groups[0] ? groups : "none", p->n_turns,
		  job__text(job, "core")[0] ? job__text(job, "core") : "none");
}

/* Fall back to our own processes only if the plan names neither CPUs nor a cgroup. */
static void choose_scope(struct job *job, struct perf *p)
{
	const char *cpus = job__text(job, "cpus"), *cgroup = job__text(job, "cgroup");

	p->tree = !cpus[0] && !cgroup[0] &&
		  !pmc_proof__permitted(&(struct pmc_scope){ .cpus = "" });
	if (p->tree)
		job__fact(job, "perf/scope",
			  "the agent's own processes, as metrics " TREE "*: counting whole "
			  "CPUs needs kernel.perf_event_paranoid 0 or less, or CAP_PERFMON");
	else
		job__fact(job, "perf/scope", "%s%s%s", cpus[0] ? "CPUs " : "all CPUs", cpus,
			  cgroup[0] ? ", a cgroup" : "");
}

static int prepare(struct job *job)
{
	struct perf *p = xcalloc(1, sizeof(*p));
	struct pmc_scope scope = { .cpus = job__text(job, "cpus") };
	int ret;

	job->priv = p;
	pmc_pmu__find(PMC_SYSFS, &p->pmu);
	ret = make_slots(job, p);
	if (ret)
		return ret;
	choose_scope(job, p);
	scope.tree = p->tree;
	pmc_proof__slots(p->slots, p->n_slots, &scope);
	p->n_groups = pmc__group(p->slots, p->n_slots, pmc_proof__fits, &scope, &p->groups);
	p->n_turns = pmc__turns(p->groups, p->n_groups, pmc_proof__fits, &scope);
	p->sets = xcalloc(p->n_groups + 1, sizeof(struct pmc_set *));
	p->before = xcalloc(p->n_groups + 1, sizeof(struct pmc_reading *));
	open_sets(job, p);
	report_pmu(job, p);
	return 0;
}

/* Does the group count in this iteration? Rotated: every group does, as the kernel gives each its
 * share of the time. Pinned: iterations alternate between turns, each with the groups that fit the
 * PMU together. */
static bool in_turn(const struct job *job, const struct perf *p, size_t group)
{
	unsigned int turn = p->groups[group].turn;

	return p->sets[group] && (turn == PMC_EVERY_TURN || job->iteration % p->n_turns == turn ||
				  streq(job__text(job, "groups"), "rotated"));
}

/* Read all groups first, then start them, so that reading one does not count in another. */
static int before(struct job *job)
{
	struct perf *p = job->priv;

	if (!p->online)
		open_sets(job, p);
	for (size_t i = 0; i < p->n_groups; i++)
		if (in_turn(job, p, i))
			pmc_set__read(p->sets[i], p->before[i]);
	for (size_t i = 0; i < p->n_groups; i++)
		if (in_turn(job, p, i))
			pmc_set__start(p->sets[i]);
	return 0;
}

/* Add a sample with its times; if they differ, the value was scaled. */
static void put_total(struct job *job, const char *metric, const struct pmc_total *t)
{
	job__sample(job, metric, t->value);
	job->samples[job->n_samples - 1].enabled_ns = t->enabled_ns;
	job->samples[job->n_samples - 1].running_ns = t->running_ns;
}

/* Report the ratios whose events are in `by_event` and that are not done yet. */
static void put_ratios(struct job *job, const struct perf *p, enum pmc_side side,
		       const struct pmc_total *by_event, bool *done)
{
	struct pmc_total t;

	for (size_t i = 0; i < pmc_n_ratios; i++)
		if (!done[i] && !pmc_ratio__value(&pmc_ratios[i], by_event, &t)) {
			put_total(job, metric_name(p, side, pmc_ratios[i].name), &t);
			done[i] = true;
		}
}

/* Put the totals of one group into `mine`; events that are new to this iteration become samples. */
static void total_group(struct job *job, struct perf *p, size_t group, struct pmc_total *all,
			struct pmc_total *mine)
{
	const struct pmc_group *g = &p->groups[group];
	bool sparse = job__text(job, "cgroup")[0];
	size_t cpus = pmc_set__cpus(p->sets[group]);
	struct pmc_reading *now = xcalloc(g->n * cpus, sizeof(*now));
	const char *why;

	pmc_set__read(p->sets[group], now);
	for (size_t i = 0; i < g->n; i++) {
		const struct pmc_spec *s = &g->slots[i]->spec;
		struct pmc_total *t = &mine[s->event];

		if (pmc__total(&p->before[group][i * cpus], &now[i * cpus], cpus, sparse, t,
			       &why)) {
			report_status(job, p, (size_t)(g->slots[i] - p->slots), why);
			continue;
		}
		if (t->running_ns < t->enabled_ns)
			report_status(job, p, (size_t)(g->slots[i] - p->slots),
				      "multiplexed: values are scaled "
				      "by the time it was enabled over the time it ran");
		if (!all[s->event].running_ns) {
			all[s->event] = *t;
			put_total(job, metric_name(p, s->side, pmc_event__name(s->event)), t);
		}
	}
	free(now);
}

/* Prefer ratios of events in the same group: its counters ran at the same time. */
static void report_side(struct job *job, struct perf *p, enum pmc_side side)
{
	struct pmc_total all[PMC_MAX] = { 0 };
	bool done[64] = { 0 };

	for (size_t i = 0; i < p->n_groups; i++) {
		struct pmc_total mine[PMC_MAX] = { 0 };

		if (!in_turn(job, p, i) || p->groups[i].slots[0]->spec.side != side)
			continue;
		total_group(job, p, i, all, mine);
		if (side != PMC_ALL)
			put_ratios(job, p, side, mine, done);
	}
	/* Then ratios whose events are in different groups. */
	if (side != PMC_ALL)
		put_ratios(job, p, side, all, done);
}

/* Stop in the reverse order of before(), then report. If CPUs went online or offline, per-CPU
 * counters have missed what ran there: drop the iteration, and let before() open new counters. */
static int after(struct job *job)
{
	struct perf *p = job->priv;
	_free_ char *online = NULL;

	for (size_t i = p->n_groups; i-- > 0;)
		if (in_turn(job, p, i))
			pmc_set__stop(p->sets[i]);
	for (size_t i = 0; i < p->n_slots; i++)
		if (p->slots[i].status[0])
			report_status(job, p, i, p->slots[i].status);
	if (p->online && !p->tree && !fs__read(ONLINE, 4096, &online, NULL) &&
	    !streq(p->online, online)) {
		job__fact(job, "perf/cpus",
			  "iteration %u is not counted: CPUs %.*s were online, then %.*s",
			  job->iteration, (int)strcspn(p->online, "\n"), p->online,
			  (int)strcspn(online, "\n"), online);
		close_sets(p);
		return 0;
	}
	for (enum pmc_side side = PMC_KERNEL; side <= PMC_ALL; side++)
		report_side(job, p, side);
	return 0;
}

static int collect(struct job *job, enum collect_phase phase)
{
	return phase == COLLECT_BEFORE_ITERATION ? before(job) : after(job);
}

static void release(struct job *job)
{
	struct perf *p = job->priv;

	if (!p)
		return;
	close_sets(p);
	pmc_pmu__release(&p->pmu);
	free(p->groups);
	free(p->sets);
	free(p->before);
	free(p);
}

static int check(const struct param_set *params, struct err *err)
{
	uint64_t codes[PMC_MAX];
	bool want[PMC_MAX];
	int ret = pmc__parse_wanted(param_set__get(params, "events")->text, want, err);

	return ret ? ret : pmc__parse_table(param_set__get(params, "table")->text, codes, err);
}

static const struct param params[] = {
	PARAM(.name = "cgroup", .type = PARAM_TEXT, .def = "",
	      .help = "count only tasks in this directory of cgroupfs; empty: all"),
	PARAM(.name = "core", .type = PARAM_TEXT, .def = "",
	      .help = "file of configs/cores with the event numbers; empty: by the CPU"),
	PARAM(.name = "cpus", .type = PARAM_CPUS, .def = "", .help = "CPUs that are counted"),
	PARAM(.name = "events", .type = PARAM_TEXT, .def = "all",
	      .help = "events and ratios, separated by commas"),
	PARAM(.name = "groups", .type = PARAM_ENUM, .def = "pinned", .choices = "pinned|rotated",
	      .help = "if counters are too few: a group per iteration, or all in turn, scaled"),
	PARAM(.name = "hardware", .type = PARAM_TEXT, .def = "",
	      .help = "why hardware events cannot be used; set by kduel"),
	PARAM(.name = "sides", .type = PARAM_ENUM, .def = "both", .choices = "kernel|user|both",
	      .help = "whose work is counted"),
	PARAM(.name = "table", .type = PARAM_TEXT, .def = "",
	      .help = "EVENT=CODE ... of the core; set by kduel"),
	{ .name = NULL },
};

/* With fewer events a rate is due to chance. */
#define FEW 1000

#define LINE(metric, what, way, basis, main, margin, help_, ...) \
	{ .name = metric,                                        \
	  .unit = what,                                          \
	  .better = BETTER_##way,                                \
	  .kind = METRIC_##basis,                                \
	  .primary = main,                                       \
	  .margin_rel = margin,                                  \
	  .help = help_,                                         \
	  __VA_ARGS__ },
#define NUMBER .resolution = 1, .margin_abs = FEW, .floor = FEW
#define EVENT_LINE(name, kind, help) LINE(name, "events", LOWER, kind, false, 0.02, help, NUMBER)
/* Does the ratio have `.per`? Ratios of times do not, nor do shares, which divide by the sum of two
 * counts. */
#define COUNTED(basis, plus) (METRIC_##basis == METRIC_COUNT && PMC_##plus == PMC_NONE)
#define RATE(scope, over, under, plus, basis, margin)              \
	.margin_abs = margin, .floor = FEW, .events = scope #over, \
	.per = COUNTED(basis, plus) ? scope #under : NULL

static const struct metric metrics[] = {
#define EVENT(name, arm, kind, help)                 \
	EVENT_LINE("kernel." #name, kind, help)      \
	EVENT_LINE(TREE "kernel." #name, kind, help) \
	EVENT_LINE("user." #name, kind, help)        \
	EVENT_LINE(TREE "user." #name, kind, help)
#define RATIO(name, over, under, plus, factor, unit, main, way, kind, margin, help) \
	LINE("kernel." #name, unit, way, kind, main, 0.02, "kernel: " help,         \
	     RATE("kernel.", over, under, plus, kind, margin))                      \
	LINE(TREE "kernel." #name, unit, way, kind, main, 0.02, "kernel: " help,    \
	     RATE(TREE "kernel.", over, under, plus, kind, margin))                 \
	LINE("user." #name, unit, way, kind, false, 0.02, "user space: " help,      \
	     RATE("user.", over, under, plus, kind, margin))                        \
	LINE(TREE "user." #name, unit, way, kind, false, 0.02, "user space: " help, \
	     RATE(TREE "user.", over, under, plus, kind, margin))
#define SOFTWARE(name, config, help)                                   \
	LINE(#name, "events", LOWER, COUNT, false, 0.05, help, NUMBER) \
	LINE(TREE #name, "events", LOWER, COUNT, false, 0.05, help, NUMBER)
#include "collectors/pmc/list.h"
#undef EVENT
#undef RATIO
#undef SOFTWARE
	{ .name = NULL },
};

const struct collector col_perf = {
	.name = "perf",
	.version = 1,
	.summary = "event counters of CPUs and kernel, separately for kernel and user space",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS(NEED(.symbol = "PERF_EVENTS", .why = "it counts by perf_event_open")),
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION,
	.max_s = 20,
	.check = check,
	.prepare = prepare,
	.collect = collect,
	.release = release,
};
