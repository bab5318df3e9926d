// SPDX-License-Identifier: GPL-2.0-only
/* calls.c - system calls that do next to nothing. */
#include "workloads/micro/op.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define BLOCK 4096 /* bytes per read or write of a device */
#define DRAW 256 /* bytes per getrandom(); never returned in part */

static int nothing(struct micro *m __unused)
{
	return 0;
}

static int run_getppid(struct micro *m, uint64_t n)
{
	const long parent = getppid();

	for (uint64_t i = 0; i < n; i++)
		/* Not getppid(): a libc may cache the result. */
		m->got += syscall(SYS_getppid) == parent;
	return 0;
}

static int check_each(struct micro *m)
{
	return micro__expect(m, "calls that returned what they should", m->got, m->done);
}

static int open_device(struct micro *m, const char *path)
{
	m->mem = xcalloc(1, BLOCK);
	memset(m->mem, 0xa5, BLOCK); /* so that zeros must come from the device */
	m->fd[0] = open(path, O_RDWR | O_CLOEXEC);
	return m->fd[0] < 0 ? micro__fail(m, path) : 0;
}

static int open_null(struct micro *m)
{
	return open_device(m, "/dev/null");
}

static int open_zero(struct micro *m)
{
	return open_device(m, "/dev/zero");
}

static void free_mem(struct micro *m)
{
	free(m->mem);
}

static int run_read(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		ssize_t len = read(m->fd[0], m->mem, BLOCK);

		if (len < 0)
			return micro__fail(m, "read");
		m->got += (uint64_t)len;
	}
	return 0;
}

/* Reads at the end of the file. */
static int run_read_end(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		m->got += read(m->fd[0], m->mem, BLOCK) == 0;
	return 0;
}

static int run_write(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		ssize_t len = write(m->fd[0], m->mem, BLOCK);

		if (len < 0)
			return micro__fail(m, "write");
		m->got += (uint64_t)len;
	}
	return 0;
}

static int check_written(struct micro *m)
{
	return micro__expect(m, "bytes written", m->got, m->done * BLOCK);
}

static int check_zeros(struct micro *m)
{
	const char *p = m->mem;
	size_t zeros = 0;

	while (zeros < BLOCK && !p[zeros])
		zeros++;
	return micro__expect(m, "bytes read", m->got, m->done * BLOCK) ?:
		       micro__expect(m, "zeros at the start of the last block", zeros, BLOCK);
}

/* Two equal draws mean that one did not happen. */
static int run_getrandom(struct micro *m, uint64_t n)
{
	uint64_t draw[DRAW / sizeof(uint64_t)] = { 0 };

	for (uint64_t i = 0; i < n; i++) {
		uint64_t before = draw[0];

		if (getrandom(draw, sizeof(draw), 0) != sizeof(draw))
			return micro__fail(m, "getrandom");
		m->got += draw[0] != before;
	}
	return 0;
}

static int open_vdso(struct micro *m)
{
	return getauxval(AT_SYSINFO_EHDR) ?
		       0 :
		       err__set(&m->err, -EOPNOTSUPP, "this kernel has no vDSO for programs");
}

static uint64_t ns_of(const struct timespec *ts)
{
	return (uint64_t)ts->tv_sec * 1000000000u + (uint64_t)ts->tv_nsec;
}

/* Check that the clock never goes backwards. */
static int run_clock_vdso(struct micro *m, uint64_t n)
{
	uint64_t last = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct timespec ts = { 0 };
		uint64_t now;

		clock_gettime(CLOCK_MONOTONIC, &ts);
		now = ns_of(&ts);
		m->got += now && now >= last;
		last = now;
	}
	return 0;
}

static int run_clock_syscall(struct micro *m, uint64_t n)
{
	uint64_t last = 0;

	for (uint64_t i = 0; i < n; i++) {
		struct timespec ts = { 0 };
		uint64_t now;

		syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
		now = ns_of(&ts);
		m->got += now && now >= last;
		last = now;
	}
	return 0;
}

const struct micro_op micro_calls[] = {
	{ "getppid", "the cheapest system call", 60000, false, nothing, run_getppid, check_each,
	  NULL },
	{ "read-null", "read() at the end of /dev/null", 40000, false, open_null, run_read_end,
	  check_each, free_mem },
	{ "write-null", "write() of 4 KiB to /dev/null", 40000, false, open_null, run_write,
	  check_written, free_mem },
	{ "read-zero", "read() of 4 KiB from /dev/zero", 20000, false, open_zero, run_read,
	  check_zeros, free_mem },
	{ "write-zero", "write() of 4 KiB to /dev/zero", 40000, false, open_zero, run_write,
	  check_written, free_mem },
	{ "getrandom", "getrandom() of 256 bytes", 5000, false, nothing, run_getrandom, check_each,
	  NULL },
	{ "clock-vdso", "clock_gettime() without entering the kernel", 100000, false, open_vdso,
	  run_clock_vdso, check_each, NULL },
	{ "clock-syscall", "clock_gettime() as a system call", 50000, false, nothing,
	  run_clock_syscall, check_each, NULL },
	{ .name = NULL },
};
