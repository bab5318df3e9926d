// SPDX-License-Identifier: GPL-2.0-only
/* memory.c - what a process does to its address space. */
#include "workloads/micro/op.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define TOUCHED (2u << 20) /* bytes of a mapping that is touched before it starts over */
#define AROUND (64u << 10) /* bytes of a file that a read fault maps (fault-around), by default */
#define BYTES (64u << 10) /* bytes of a mapping, or a step of the heap, that is not touched */

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

static int map(struct micro *m, size_t len, int flags)
{
	m->len = len;
	m->mem = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | flags, m->fd[0], 0);
	if (m->mem != MAP_FAILED)
		return 0;
	m->mem = NULL;
	return micro__fail(m, "mmap");
}

/* One page per fault; a kernel without THP rejects the advice. */
static int map_small(struct micro *m, int flags)
{
	int ret = map(m, TOUCHED, flags);

	if (!ret)
		(void)madvise(m->mem, m->len, MADV_NOHUGEPAGE);
	return ret;
}

static void unmap(struct micro *m)
{
	if (m->mem)
		munmap(m->mem, m->len);
}

static int open_nothing(struct micro *m __unused)
{
	return 0;
}

static int run_mmap(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		int ret = map(m, BYTES, MAP_ANONYMOUS);

		if (ret)
			return ret;
		if (munmap(m->mem, BYTES))
			return micro__fail(m, "munmap");
		m->got++;
	}
	return 0;
}

static int check_each(struct micro *m)
{
	return micro__expect(m, "operations that did what they should", m->got, m->done);
}

/* Only after all workers are done, as another one may be given this address next. */
static int check_unmapped(struct micro *m)
{
	unsigned char in_core[BYTES / 4096];

	if (!mincore(m->mem, BYTES, in_core) || errno != ENOMEM)
		return err__set(&m->err, -EIO, "the mapping still exists after munmap()");
	return check_each(m);
}

static int open_page(struct micro *m)
{
	int ret = map(m, page_size(), MAP_ANONYMOUS);

	if (ret)
		return ret;
	*(volatile char *)m->mem = 1;
	m->fd[1] = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	return m->fd[1] < 0 ? micro__fail(m, "/dev/zero") : 0;
}

/* Alternate between read-only and writable. */
static int run_mprotect(struct micro *m, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++) {
		if (mprotect(m->mem, m->len, m->got & 1 ? PROT_READ | PROT_WRITE : PROT_READ))
			return micro__fail(m, "mprotect");
		m->got++;
	}
	return 0;
}

/* The kernel cannot write to a read-only page on our behalf either. */
static int check_mprotect(struct micro *m)
{
	const bool writable = read(m->fd[1], m->mem, 1) == 1;

	if (writable == (m->got & 1))
		return err__set(&m->err, -EIO, "after mprotect() the page is %s",
				writable ? "writable" : "read-only");
	return check_each(m);
}

static uint64_t faults(void)
{
	struct rusage ru;

	return getrusage(RUSAGE_THREAD, &ru) < 0 ? 0 : (uint64_t)ru.ru_minflt;
}

/* Touch a byte every `step`; at the end of the mapping, drop all of its pages. */
static int touch(struct micro *m, uint64_t n, size_t step, bool write)
{
	const uint64_t before = faults();
	volatile char *p = m->mem;
	size_t at = 0;

	for (uint64_t i = 0; i < n; i++, at += step) {
		if (at == m->len) {
			if (madvise(m->mem, m->len, MADV_DONTNEED))
				return micro__fail(m, "madvise");
			at = 0;
		}
		if (write)
			p[at] = 1;
		else
			(void)p[at];
	}
	if (madvise(m->mem, m->len, MADV_DONTNEED))
		return micro__fail(m, "madvise");
	m->got += faults() - before;
	return 0;
}

static int open_anon(struct micro *m)
{
	return map_small(m, MAP_ANONYMOUS);
}

static int run_write(struct micro *m, uint64_t n)
{
	return touch(m, n, page_size(), true);
}

/* A file that is entirely in the page cache, unlinked once it is open. */
static int open_file(struct micro *m)
{
	_free_ char *path = xasprintf("%s/mapped", m->dir), *block = xcalloc(1, AROUND);
	int ret = 0;

	m->fd[0] = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (m->fd[0] < 0)
		return micro__fail(m, path);
	unlink(path);
	memset(block, 1, AROUND);
	for (size_t i = 0; !ret && i < TOUCHED / AROUND; i++)
		if (write(m->fd[0], block, AROUND) != AROUND)
			ret = micro__fail(m, "write");
	return ret ? ret : map_small(m, 0);
}

static int run_file(struct micro *m, uint64_t n)
{
	return touch(m, n, AROUND, false);
}

static int check_faults(struct micro *m)
{
	if (m->got < m->done)
		return err__set(&m->err, -EIO,
				"the kernel counted %llu page faults, expected %llu or more",
				(unsigned long long)m->got, (unsigned long long)m->done);
	return 0;
}

/* Not sbrk(): libc's memory is in the heap, too, and must not move. */
static uintptr_t set_break(uintptr_t to)
{
	return (uintptr_t)syscall(SYS_brk, to);
}

static int run_brk(struct micro *m, uint64_t n)
{
	const uintptr_t end = set_break(0);

	for (uint64_t i = 0; i < n; i++)
		m->got += set_break(end + BYTES) == end + BYTES && set_break(end) == end;
	return 0;
}

const struct micro_op micro_memory[] = {
	{ "mmap-munmap", "mmap() of 64 KiB, and munmap()", 4000, false, open_nothing, run_mmap,
	  check_unmapped, NULL },
	{ "mprotect", "mprotect() of a page that is in use", 8000, false, open_page, run_mprotect,
	  check_mprotect, unmap },
	{ "fault-anon", "first write to a page of anonymous memory", 8000, false, open_anon,
	  run_write, check_faults, unmap },
	{ "fault-file", "read fault in a mapped file, 64 KiB apart", 6000, false, open_file,
	  run_file, check_faults, unmap },
	{ "fault-cow", "first write to a page of a privately mapped file", 6000, false, open_file,
	  run_write, check_faults, unmap },
	{ "brk", "brk() up by 64 KiB and down again", 4000, true, open_nothing, run_brk, check_each,
	  NULL },
	{ .name = NULL },
};
