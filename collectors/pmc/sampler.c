// SPDX-License-Identifier: GPL-2.0-only
/* sampler.c - libperf's counter with a ring buffer on each CPU. */
#include "collectors/pmc/sampler.h"

#include "workloads/support/limits.h"

#include <linux/perf_event.h>
#include <linux/types.h>
#include <perf/core.h>
#include <perf/cpumap.h>
#include <perf/evsel.h>
#include <perf/threadmap.h>
#include <unistd.h>

struct pmc_sampler {
	struct perf_evsel *evsel;
	struct perf_cpu_map *cpus;
	struct perf_thread_map *threads;
	int n_cpus;
	uint64_t *counted; /* by CPU, as of the last time it was drained */
	bool opened, mapped;
};

static int be_silent(enum libperf_print_level level __unused, const char *fmt __unused,
		     va_list ap __unused)
{
	return 0;
}

static int pages_of(uint64_t room)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	int pages = 1;

	while ((uint64_t)pages * page < room)
		pages *= 2;
	return pages;
}

int pmc_sampler__open(const struct pmc_sampling *what, struct pmc_sampler **out)
{
	struct pmc_sampler *s = xcalloc(1, sizeof(*s));
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = what->type,
		.config = what->config,
		.sample_period = what->period,
		.sample_type = PERF_SAMPLE_IP,
		.read_format = PERF_FORMAT_TOTAL_TIME_ENABLED | PERF_FORMAT_TOTAL_TIME_RUNNING,
		.disabled = 1,
		.pinned = 1, /* always on, or not at all */
		.exclude_user = 1,
		.exclude_hv = 1,
		.exclude_guest = 1,
		.exclude_idle = what->skip_idle,
	};
	struct err err;
	int ret = -ENOMEM;

	*out = NULL;
	libperf_init(be_silent); /* sets libperf's page size */
	s->evsel = perf_evsel__new(&attr);
	s->cpus = perf_cpu_map__new(NULL); /* the online CPUs */
	s->threads = perf_thread_map__new_dummy();
	if (!s->evsel || !s->cpus || !s->threads)
		goto out;
	perf_thread_map__set_pid(s->threads, 0, -1);
	s->n_cpus = perf_cpu_map__nr(s->cpus);
	s->counted = xcalloc((size_t)s->n_cpus + 1, sizeof(*s->counted));
	ret = limits__files((size_t)s->n_cpus, &err) ? -EMFILE : 0;
	if (!ret)
		ret = perf_evsel__open(s->evsel, s->cpus, s->threads);
	s->opened = !ret;
	if (!ret && perf_evsel__mmap(s->evsel, pages_of(what->room)))
		ret = errno == EPERM ? -ENOBUFS : -errno; /* libperf returns -1 */
	s->mapped = s->opened && !ret;
out:
	if (ret)
		pmc_sampler__close(s);
	else
		*out = s;
	return ret;
}

void pmc_sampler__start(struct pmc_sampler *s)
{
	perf_evsel__enable(s->evsel);
}

void pmc_sampler__stop(struct pmc_sampler *s)
{
	perf_evsel__disable(s->evsel);
}

/* Did the counter run as long as it was enabled, and how much did it count? Nothing can be read
 * from a pinned counter that lost its place. */
static void read_counter(struct pmc_sampler *s, int cpu, struct pmc_samples *out)
{
	struct perf_counts_values v = { { { 0 } } };

	if (perf_evsel__read(s->evsel, cpu, 0, &v) || !v.ena || v.run < v.ena - v.ena / 1000) {
		out->idle++;
		return;
	}
	out->counted += v.val - s->counted[cpu];
	s->counted[cpu] = v.val;
}

int pmc_sampler__drain(struct pmc_sampler *s, struct pmc_samples *out)
{
	int ret = 0;

	out->cpus += (size_t)s->n_cpus;
	for (int cpu = 0; !ret && cpu < s->n_cpus; cpu++) {
		struct perf_event_mmap_page *page = perf_evsel__mmap_base(s->evsel, cpu, 0);
		uint64_t head, tail;

		if (!page)
			return -ENODEV;
		head = __atomic_load_n(&page->data_head, __ATOMIC_ACQUIRE);
		tail = page->data_tail;
		/* The record of lost samples comes with the next sample, which may never come:
		 * check for a full ring. */
		read_counter(s, cpu, out);
		out->lost += head - tail >
			     page->data_size - 2 * sizeof(struct perf_event_header) - 8;
		ret = pmc_ring__take((const uint8_t *)page + page->data_offset, page->data_size,
				     tail, head, out);
		__atomic_store_n(&page->data_tail, head, __ATOMIC_RELEASE);
	}
	return ret;
}

void pmc_sampler__close(struct pmc_sampler *s)
{
	if (!s)
		return;
	if (s->mapped)
		perf_evsel__munmap(s->evsel);
	if (s->opened)
		perf_evsel__close(s->evsel);
	if (s->evsel)
		perf_evsel__delete(s->evsel);
	perf_cpu_map__put(s->cpus);
	perf_thread_map__put(s->threads);
	free(s->counted);
	free(s);
}
