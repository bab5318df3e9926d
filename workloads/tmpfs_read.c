// SPDX-License-Identifier: GPL-2.0-only
/*
 * tmpfs-read, tmpfs-rand4k, tmpfs-rand64: read a file that is entirely in memory, sequentially or
 * at random places. The kernel copies from the linear map: one page after the other, or on each
 * read from another page of a file larger than the reach of any TLB.
 */
#include "lib/clock.h"
#include "lib/rng.h"
#include "workloads/support/fixed.h"
#include "workloads/support/tmpfs.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <unistd.h>

#define FILE_NAME "file"
#define FILL_BLOCK (64u << 10)
#define LINE 64u /* minimum block size */

struct state {
	bool random;
	uint64_t ops, size, blocks; /* blocks: number of places to read from */
	size_t block, stride; /* bytes per read; distance of the words in the file */
	uint64_t took_ns, sum; /* sum of the words that were read */
	struct rng rng;
	int fd;
	char *buf;
};

static int make_file(struct job *job, struct state *st)
{
	char path[sizeof(job->dir) + 32];
	int ret;

	tmpfs__path(job, FILE_NAME, path, sizeof(path));
	ret = tmpfs__mount(job, st->size, "size");
	if (!ret)
		ret = tmpfs__fill(job, FILE_NAME, st->size, st->buf, FILL_BLOCK, st->stride);
	if (ret)
		return ret;
	st->fd = open(path, O_RDONLY | O_CLOEXEC);
	return st->fd < 0 ? job__fail(job, -errno, "%s: %s", path, strerror(errno)) : 0;
}

/* Prepare the file; `random` distinguishes the workloads. */
static int begin(struct job *job, bool random)
{
	uint64_t size = job__u64(job, "size"), block = job__u64(job, "block");
	struct state *st = xcalloc(1, sizeof(*st));
	int ret = tmpfs__check_block(job, size, block, random ? LINE : TMPFS_PAGE);

	job->priv = st;
	*st = (struct state){ .random = random, .size = size, .block = block, .fd = -1 };
	st->stride = block < TMPFS_PAGE ? LINE : TMPFS_PAGE;
	st->blocks = size / block;
	st->ops = random ? job__u64(job, "ops") : st->blocks;
	st->buf = xcalloc(block > FILL_BLOCK ? block : FILL_BLOCK, 1);
	if (!ret)
		ret = tmpfs__check_block(job, size, FILL_BLOCK, TMPFS_PAGE);
	return ret ? ret : make_file(job, st);
}

static int setup_sequential(struct job *job)
{
	return begin(job, false);
}

static int setup_random(struct job *job)
{
	return begin(job, true);
}

/* The offset of the i-th read; call it in order, after rewind_order(). */
static uint64_t next_place(struct state *st, uint64_t i)
{
	return (st->random ? rng__below(&st->rng, st->blocks) : i) * st->block;
}

static void rewind_order(const struct job *job, struct state *st)
{
	rng__seed(&st->rng, rng__derive(job->seed, job->iteration, 0));
}

/* Sum up the words of the block just read: little work, but it proves that each page or line was
 * read. */
static uint64_t sum_of(const struct state *st)
{
	uint64_t sum = 0, word;

	for (size_t k = 0; k < st->block; k += st->stride) {
		memcpy(&word, st->buf + k, sizeof(word));
		sum += word;
	}
	return sum;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	uint64_t from;
	int ret = 0;

	rewind_order(job, st);
	st->sum = 0;
	from = clock__ns();
	for (uint64_t i = 0; !ret && i < st->ops; i++) {
		ssize_t n = pread(st->fd, st->buf, st->block, (off_t)next_place(st, i));

		if (n != (ssize_t)st->block)
			ret = job__fail(job, n < 0 ? -errno : -EIO, "a read of %zu bytes gave %zd",
					st->block, n);
		else
			st->sum += sum_of(st);
	}
	st->took_ns = clock__ns() - from;
	job->operations = st->ops;
	return ret;
}

/* The expected sum: the same places in the same order, with tmpfs__word() instead of the file. */
static uint64_t expected_sum(const struct job *job, struct state *st)
{
	uint64_t want = 0;

	rewind_order(job, st);
	for (uint64_t i = 0; i < st->ops; i++) {
		uint64_t at = next_place(st, i);

		for (size_t k = 0; k < st->block; k += st->stride)
			want += tmpfs__word(at + k);
	}
	return want;
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	uint64_t want = expected_sum(job, st), got = st->sum;

	st->sum = 0; /* never reuse a result of this iteration */
	if (got != want)
		return job__fail(job, -EIO,
				 "what was read is not what is in the file: checksum "
				 "%016llx instead of %016llx",
				 (unsigned long long)got, (unsigned long long)want);
	return fixed__report(job, st->took_ns);
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (st) {
		base__close_fd(&st->fd);
		free(st->buf);
	}
	job__free_priv(job);
	tmpfs__umount(job);
}

#define SIZE_PARAM                                                                                 \
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "256M", .full = "16G", .min = FILL_BLOCK, \
	      .max = 0x1p45, .help = "bytes of the file")
#define OPS_PARAM(quick)                                                                   \
	PARAM(.name = "ops", .type = PARAM_INT, .def = quick, .full = "4000000", .min = 1, \
	      .max = 1e10, .help = "reads")

static const struct param sequential_params[] = {
	SIZE_PARAM,
	PARAM(.name = "block", .type = PARAM_SIZE, .def = "64K", .min = TMPFS_PAGE, .max = 16 << 20,
	      .help = "bytes in a read: one operation"),
	{ .name = NULL },
};

static const struct param page_params[] = {
	SIZE_PARAM,
	OPS_PARAM("40000"),
	PARAM(.name = "block", .type = PARAM_SIZE, .def = "4K", .min = LINE, .max = 16 << 20,
	      .help = "bytes in a read, which begins at a multiple of it"),
	{ .name = NULL },
};

static const struct param line_params[] = {
	SIZE_PARAM,
	OPS_PARAM("60000"),
	PARAM(.name = "block", .type = PARAM_SIZE, .def = "64", .min = LINE, .max = 16 << 20,
	      .help = "bytes in a read, which begins at a multiple of it"),
	{ .name = NULL },
};

#define READER(id, title, text, table, begin_with) \
	const struct workload wl_##id = {          \
		.name = title,                     \
		.version = 1,                      \
		.summary = text,                   \
		.params = table,                   \
		.metrics = fixed__metrics,         \
		.iteration_max_s = 120,            \
		.setup_max_s = 120,                \
		.supported = tmpfs__supported,     \
		.setup = begin_with,               \
		.run = run,                        \
		.verify = verify,                  \
		.teardown = teardown,              \
	}

READER(tmpfs_rand4k, "tmpfs-rand4k", "reads of 4 KiB at random places of a file on tmpfs",
       page_params, setup_random);
READER(tmpfs_rand64, "tmpfs-rand64", "reads of 64 bytes at random places of a file on tmpfs",
       line_params, setup_random);
READER(tmpfs_read, "tmpfs-read", "sequential read of a file on tmpfs", sequential_params,
       setup_sequential);
