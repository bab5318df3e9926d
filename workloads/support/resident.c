// SPDX-License-Identifier: GPL-2.0-only
/* resident.c - mincore(2) over windows of a mapping. */
#include "workloads/support/resident.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW (256ull << 20) /* mapped at a time */

/* Map one window without touching it, and count its pages that are not in the page cache. */
static int missing_in(int fd, uint64_t at, size_t len, size_t page, uint64_t *pages)
{
	size_t n = (len + page - 1) / page;
	_free_ unsigned char *there = xcalloc(n, 1);
	void *p = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, (off_t)at);
	int ret;

	if (p == MAP_FAILED)
		return -errno;
	ret = mincore(p, len, there) < 0 ? -errno : 0;
	for (size_t i = 0; i < n && !ret; i++)
		*pages += !(there[i] & 1);
	munmap(p, len);
	return ret;
}

int resident__missing(const char *path, uint64_t size, uint64_t *pages)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	struct stat st;
	int ret = 0;

	*pages = 0;
	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if ((uint64_t)st.st_size < size)
		return -ENODATA;
	for (uint64_t at = 0; at < size && !ret; at += WINDOW)
		ret = missing_in(fd, at, size - at < WINDOW ? size - at : WINDOW, page, pages);
	return ret;
}
