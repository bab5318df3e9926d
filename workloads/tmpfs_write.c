// SPDX-License-Identifier: GPL-2.0-only
/*
 * tmpfs-write: write a new file sequentially. Each of its pages is allocated, and cleared or copied
 * to, through the linear map.
 */
#include "lib/clock.h"
#include "workloads/support/fixed.h"
#include "workloads/support/tmpfs.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "file"

struct state {
	uint64_t took_ns;
	size_t block;
	char buf[];
};

static int setup(struct job *job)
{
	uint64_t size = job__u64(job, "size"), block = job__u64(job, "block");
	struct state *st = xcalloc(1, sizeof(*st) + block);
	int ret = tmpfs__check_block(job, size, block, TMPFS_PAGE);

	job->priv = st;
	st->block = block;
	return ret ? ret : tmpfs__mount(job, size, "size");
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	uint64_t size = job__u64(job, "size"), begin = clock__ns();
	int ret = tmpfs__fill(job, FILE_NAME, size, st->buf, st->block, TMPFS_PAGE);

	st->took_ns = clock__ns() - begin;
	job->operations = size / st->block;
	return ret;
}

/* One word per page proves that it was written; reading everything would take as long as
 * writing. */
static int check_content(struct job *job, int fd, uint64_t size)
{
	for (uint64_t at = 0; at < size; at += TMPFS_PAGE) {
		uint64_t word = 0;

		if (pread(fd, &word, sizeof(word), (off_t)at) != sizeof(word) ||
		    word != tmpfs__word(at))
			return job__fail(job, -EIO,
					 "at offset %llu the file does not have what was written there",
					 (unsigned long long)at);
	}
	return 0;
}

/* Removes the file, so that the next iteration allocates its pages again. */
static int verify(struct job *job)
{
	uint64_t size = job__u64(job, "size");
	char path[sizeof(job->dir) + 32];
	const struct state *s = job->priv;
	struct stat st;
	_close_ int fd = -1;
	int ret;

	tmpfs__path(job, FILE_NAME, path, sizeof(path));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0)
		return job__fail(job, -errno, "the file that was written, %s: %s", path,
				 strerror(errno));
	if ((uint64_t)st.st_size != size || (uint64_t)st.st_blocks * 512 < size)
		return job__fail(job, -EIO,
				 "the file has %llu bytes, %llu of them in memory; %llu "
				 "were to be written",
				 (unsigned long long)st.st_size,
				 (unsigned long long)st.st_blocks * 512, (unsigned long long)size);
	ret = check_content(job, fd, size);
	unlink(path);
	return ret ? ret : fixed__report(job, s->took_ns);
}

static void teardown(struct job *job)
{
	tmpfs__umount(job);
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "256M", .full = "16G", .min = TMPFS_PAGE,
	      .max = 0x1p45, .help = "bytes to write"),
	PARAM(.name = "block", .type = PARAM_SIZE, .def = "64K", .min = TMPFS_PAGE, .max = 16 << 20,
	      .help = "bytes in a write: one operation"),
	{ .name = NULL },
};

const struct workload wl_tmpfs_write = {
	.name = "tmpfs-write",
	.version = 1,
	.summary = "sequential write of a new file on tmpfs",
	.params = params,
	.metrics = fixed__metrics,
	.iteration_max_s = 120,
	.setup_max_s = 60,
	.supported = tmpfs__supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
};
