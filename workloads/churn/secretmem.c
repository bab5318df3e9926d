// SPDX-License-Identifier: GPL-2.0-only
/*
 * secretmem: memory that is only accessible to one process (memfd_secret(2)). The kernel removes
 * each of its pages from the linear map, and restores it when the page is freed.
 */
#include "workloads/churn/part.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447 /* the same on all architectures */
#endif
#define BYTES (16u << 10)

static int drop(struct churn *c)
{
	if (c->mem)
		munmap(c->mem, c->len);
	c->mem = NULL;
	base__close_fd(&c->fd[0]);
	return 0;
}

static void close_part(struct churn *c)
{
	(void)drop(c);
}

static int make(struct churn *c)
{
	void *mem;

	c->fd[0] = (int)syscall(SYS_memfd_secret, 0);
	if (c->fd[0] < 0 && errno == ENOSYS)
		return err__set(&c->err, -EOPNOTSUPP,
				"memfd_secret: the kernel has none (CONFIG_SECRETMEM, "
				"secretmem.enable=1), or cannot change its linear map "
				"(rodata=)");
	if (c->fd[0] < 0)
		return churn__fail(c, "memfd_secret");
	if (ftruncate(c->fd[0], BYTES))
		return churn__fail(c, "ftruncate of memfd_secret");
	mem = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd[0], 0);
	if (mem == MAP_FAILED)
		return churn__fail(c, "mmap of memfd_secret");
	c->mem = mem;
	c->len = BYTES;
	memset(mem, 1, BYTES);
	return 0;
}

const struct churn_part churn_secretmem = {
	.name = "secretmem",
	.what = "16 KiB of secret memory unmapped and mapped",
	.make = make,
	.drop = drop,
	.close = close_part,
};
