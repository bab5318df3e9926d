// SPDX-License-Identifier: GPL-2.0-only
/*
 * set.c - a libperf evlist for one group: on each CPU, in a cgroup, or inherited by child
 * processes.
 */
#include "collectors/pmc/set.h"

#include "collectors/pmc/cgroup.h"
#include "workloads/support/limits.h"

#include <linux/perf_event.h>
#include <linux/types.h>
#include <perf/cpumap.h>
#include <perf/evlist.h>
#include <perf/evsel.h>
#include <perf/threadmap.h>

struct pmc_set {
	struct perf_evlist *list;
	struct perf_cpu_map *cpus;
	struct perf_thread_map *threads;
	struct perf_evsel *leader; /* owned by the list, like all its counters */
	size_t n, n_cpus;
	struct pmc_cgroup cgroup; /* counts instead of `list` if its .n is not 0 */
};

static void init_attr(struct perf_event_attr *a, const struct pmc_spec *s,
		      const struct pmc_scope *scope, bool leads, bool pinned)
{
	*a = (struct perf_event_attr){
		.size = sizeof(*a),
		.type = s->type,
		.config = s->config,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		/* The leader switches the whole group. */
		.disabled = leads,
		.pinned = leads && pinned,
		.inherit = scope->tree,
		.exclude_user = s->side == PMC_KERNEL,
		.exclude_kernel = s->side == PMC_USER,
		.exclude_hv = s->side != PMC_ALL,
		.exclude_guest = s->side != PMC_ALL,
	};
}

/* The list owns the counters; perf_evlist__set_leader() makes the first one lead the group. */
static int add_counters(struct pmc_set *s, const struct pmc_group *g, const struct pmc_scope *scope,
			bool pinned)
{
	for (size_t i = 0; i < g->n; i++) {
		struct perf_event_attr attr;
		struct perf_evsel *evsel;

		init_attr(&attr, &g->slots[i]->spec, scope, !i, pinned);
		evsel = perf_evsel__new(&attr);
		if (!evsel)
			return -ENOMEM;
		if (!i)
			s->leader = evsel;
		perf_evlist__add(s->list, evsel);
		s->n++;
	}
	perf_evlist__set_leader(s->list);
	return 0;
}

/* The CPUs and the thread to count: pid 0 is this thread, -1 every thread on the CPUs. */
static int make_maps(struct pmc_set *s, const struct pmc_scope *scope)
{
	s->threads = perf_thread_map__new_dummy();
	/* In all releases of libperf an empty list means any CPU, and NULL means the online
	 * CPUs. */
	s->cpus = perf_cpu_map__new(scope->tree			  ? "" :
				    scope->cpus && scope->cpus[0] ? scope->cpus :
								    NULL);
	if (!s->threads || !s->cpus)
		return -ENOMEM;
	perf_thread_map__set_pid(s->threads, 0, scope->self || scope->tree ? 0 : -1);
	s->n_cpus = (size_t)perf_cpu_map__nr(s->cpus);
	return 0;
}

/* Use libperf's attributes and CPUs, but our own system calls. */
static int open_in_cgroup(struct pmc_set *s, const char *path)
{
	struct perf_event_attr attrs[PMC_GROUP_MAX];
	int *cpus = xcalloc(s->n_cpus + 1, sizeof(*cpus)), ret;
	struct perf_evsel *evsel;
	size_t n = 0;

	perf_evlist__for_each_evsel(s->list, evsel) attrs[n++] = *perf_evsel__attr(evsel);
	for (size_t i = 0; i < s->n_cpus; i++)
		cpus[i] = perf_cpu_map__cpu(s->cpus, (int)i).cpu;
	ret = pmc_cgroup__open(&s->cgroup, path, attrs, n, cpus, s->n_cpus);
	free(cpus);
	return ret;
}

/* Do not use perf_evlist__open(): it needs the maps in the list, and the list's counters then hold
 * references that libperf 6.1 never drops. */
static int open_list(struct pmc_set *s)
{
	struct perf_evsel *evsel;
	int ret = 0;

	perf_evlist__for_each_evsel(s->list, evsel) if (!ret)
		ret = perf_evsel__open(evsel, s->cpus, s->threads);
	return ret;
}

int pmc_set__open(const struct pmc_group *g, const struct pmc_scope *scope, bool pinned,
		  struct pmc_set **out)
{
	struct pmc_set *s = xcalloc(1, sizeof(*s));
	struct err err;
	int ret;

	*out = NULL;
	s->list = perf_evlist__new();
	ret = s->list ? add_counters(s, g, scope, pinned) : -ENOMEM;
	if (!ret)
		ret = make_maps(s, scope);
	/* Each counter needs a file on each CPU: thousands on a machine with 192 CPUs. */
	if (!ret && limits__files(s->n * s->n_cpus, &err))
		ret = -EMFILE;
	if (!ret)
		ret = !scope->tree && scope->cgroup && scope->cgroup[0] ?
			      open_in_cgroup(s, scope->cgroup) :
			      open_list(s);
	if (ret)
		pmc_set__close(s);
	else
		*out = s;
	return ret;
}

void pmc_set__start(struct pmc_set *s)
{
	if (s->cgroup.n)
		pmc_cgroup__switch(&s->cgroup, true);
	else
		perf_evsel__enable(s->leader);
}

void pmc_set__stop(struct pmc_set *s)
{
	if (s->cgroup.n)
		pmc_cgroup__switch(&s->cgroup, false);
	else
		perf_evsel__disable(s->leader);
}

size_t pmc_set__cpus(const struct pmc_set *s)
{
	return s->n_cpus;
}

void pmc_set__read(struct pmc_set *s, struct pmc_reading *out)
{
	struct perf_evsel *evsel;

	if (s->cgroup.n) {
		pmc_cgroup__read(&s->cgroup, out);
		return;
	}
	perf_evlist__for_each_evsel(s->list, evsel)
	{
		for (size_t cpu = 0; cpu < s->n_cpus; cpu++, out++) {
			/* A counter in error state reads as end of file. Then this function leaves
			 * `v` unchanged and may return 0. */
			struct perf_counts_values v = { { { 0 } } };

			if (perf_evsel__read(evsel, (int)cpu, 0, &v))
				v = (struct perf_counts_values){ { { 0 } } };
			*out = (struct pmc_reading){ v.val, v.ena, v.run };
		}
	}
}

void pmc_set__close(struct pmc_set *s)
{
	if (!s)
		return;
	pmc_cgroup__close(&s->cgroup);
	if (s->list) {
		perf_evlist__close(s->list);
		perf_evlist__delete(s->list);
	}
	perf_cpu_map__put(s->cpus);
	perf_thread_map__put(s->threads);
	free(s);
}
