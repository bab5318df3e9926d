// SPDX-License-Identifier: GPL-2.0-only
/* cgroup.c - opens counters for a cgroup, whose directory is passed to perf_event_open(2). */
#include "collectors/pmc/cgroup.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* c->n is the number of open counters, so that after an error pmc_cgroup__close() closes just
 * those. */
int pmc_cgroup__open(struct pmc_cgroup *c, const char *path, struct perf_event_attr *attrs,
		     size_t n, const int *cpus, size_t n_cpus)
{
	_close_ int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	*c = (struct pmc_cgroup){ .n_cpus = n_cpus };
	if (dir < 0)
		return -errno;
	c->fds = xcalloc(n * n_cpus + 1, sizeof(*c->fds));
	for (; c->n < n * n_cpus; c->n++) {
		size_t cpu = c->n % n_cpus;

		c->fds[c->n] = (int)syscall(SYS_perf_event_open, &attrs[c->n / n_cpus], dir,
					    cpus[cpu], c->n < n_cpus ? -1 : c->fds[cpu],
					    PERF_FLAG_PID_CGROUP | PERF_FLAG_FD_CLOEXEC);
		if (c->fds[c->n] < 0)
			return -errno;
	}
	return 0;
}

/* Switching the leader of a group, which is the first counter of each CPU, switches all of it. */
void pmc_cgroup__switch(const struct pmc_cgroup *c, bool on)
{
	for (size_t i = 0; i < c->n_cpus; i++)
		ioctl(c->fds[i], on ? PERF_EVENT_IOC_ENABLE : PERF_EVENT_IOC_DISABLE, 0);
}

void pmc_cgroup__read(const struct pmc_cgroup *c, struct pmc_reading *out)
{
	for (size_t i = 0; i < c->n; i++) {
		uint64_t v[3]; /* value, time enabled, time running: read_format in set.c */

		out[i] = (struct pmc_reading){ 0 };
		if (read(c->fds[i], v, sizeof(v)) == (ssize_t)sizeof(v))
			out[i] = (struct pmc_reading){ v[0], v[1], v[2] };
	}
}

void pmc_cgroup__close(struct pmc_cgroup *c)
{
	for (size_t i = 0; i < c->n; i++)
		close(c->fds[i]);
	free(c->fds);
	*c = (struct pmc_cgroup){ 0 };
}
