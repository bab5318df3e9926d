// SPDX-License-Identifier: GPL-2.0-only
/*
 * anon-fault: map anonymous memory, touch each page for the first time, unmap it. The kernel
 * allocates and clears each page through the linear map.
 */
#include "lib/clock.h"
#include "workloads/support/fixed.h"
#include "workloads/support/memory.h"
#include "workloads/workload.h"

#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

struct state {
	uint64_t took_ns, faults; /* faults: as counted by the kernel */
};

/* Page tables come on top: one page for every 512 pages of memory. */
static int setup(struct job *job)
{
	uint64_t size = job__u64(job, "size");

	job->priv = xcalloc(1, sizeof(struct state));
	return memory__need(job, size + size / 256, "size", job__text(job, "size"));
}

/* Of the whole process, which does nothing else meanwhile. */
static uint64_t minor_faults(void)
{
	struct rusage ru;

	return getrusage(RUSAGE_SELF, &ru) < 0 ? 0 : (uint64_t)ru.ru_minflt;
}

static int touch(struct job *job, size_t size, size_t page)
{
	volatile char *p;

	/* cppcheck-suppress invalidFunctionArg ; -1 is what mmap(2) asks for with MAP_ANONYMOUS */
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return job__fail(job, -errno, "mmap of %zu bytes: %s", size, strerror(errno));
	/* One fault per page, whatever the system's THP setting; a kernel without THP rejects the
	 * advice. */
	(void)madvise((void *)p, size, MADV_NOHUGEPAGE);
	for (size_t at = 0; at < size; at += page)
		p[at] = 1;
	munmap((void *)p, size);
	return 0;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = job__u64(job, "size");
	uint64_t before = minor_faults(), begin = clock__ns();
	int ret = touch(job, size, page);

	st->took_ns = clock__ns() - begin;
	st->faults = minor_faults() - before;
	job->operations = size / page;
	return ret;
}

/* Not fewer faults than pages, as there would be with huge pages. */
static int verify(struct job *job)
{
	struct state *st = job->priv;
	uint64_t faults = st->faults,
		 want = job__u64(job, "size") / (uint64_t)sysconf(_SC_PAGESIZE);

	st->faults = 0; /* never reuse a result of this iteration */
	if (faults < want)
		return job__fail(job, -EIO,
				 "the kernel counted %llu page faults; %llu pages were "
				 "to be touched",
				 (unsigned long long)faults, (unsigned long long)want);
	return fixed__report(job, st->took_ns);
}

static const struct param params[] = {
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "256M", .full = "16G", .min = 1 << 20,
	      .max = 0x1p45, .help = "bytes to touch; each page is one operation"),
	{ .name = NULL },
};

const struct workload wl_anon_fault = {
	.name = "anon-fault",
	.version = 1,
	.summary = "first touch of anonymous memory",
	.params = params,
	.metrics = fixed__metrics,
	.iteration_max_s = 120,
	.setup_max_s = 10,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = job__free_priv,
};
