// SPDX-License-Identifier: GPL-2.0-only
/*
 * tmpfs-small: create many small files, read them all, remove them all. Inodes, directory entries
 * and pages are scattered over the linear map.
 */
#include "lib/clock.h"
#include "workloads/support/fixed.h"
#include "workloads/support/tmpfs.h"
#include "workloads/workload.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

/* generous estimate for a file's inode, directory entry and page cache node */
#define INODE_BYTES 2048u

struct state {
	uint64_t files, took_ns, sum;
	size_t size;
	int dir;
	char buf[];
};

/* Names are relative to `dir`, so that the lookup of the job's directory is not measured. */
static int setup(struct job *job)
{
	uint64_t files = job__u64(job, "files"), size = job__u64(job, "size");
	uint64_t pages = (size + TMPFS_PAGE - 1) / TMPFS_PAGE * TMPFS_PAGE;
	struct state *st = xcalloc(1, sizeof(*st) + size);
	int ret;

	job->priv = st;
	*st = (struct state){ .files = files, .size = size, .dir = -1 };
	ret = tmpfs__mount(job, files * (pages + INODE_BYTES), "files");
	if (ret)
		return ret;
	st->dir = open(job->dir, O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	return st->dir < 0 ? job__fail(job, -errno, "%s: %s", job->dir, strerror(errno)) : 0;
}

/* read_one() sums up the words at the start of the files. */
static int make_one(struct state *st, const char *name, uint64_t word)
{
	_close_ int fd = openat(st->dir, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
	ssize_t n;

	if (fd < 0)
		return -errno;
	memcpy(st->buf, &word, sizeof(word));
	n = write(fd, st->buf, st->size);
	return n == (ssize_t)st->size ? 0 : n < 0 ? -errno : -EIO;
}

static int read_one(struct state *st, const char *name)
{
	_close_ int fd = openat(st->dir, name, O_RDONLY | O_CLOEXEC);
	uint64_t word;
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, st->buf, st->size);
	if (n != (ssize_t)st->size)
		return n < 0 ? -errno : -EIO;
	memcpy(&word, st->buf, sizeof(word));
	st->sum += word;
	return 0;
}

enum pass { PASS_MAKE, PASS_READ, PASS_REMOVE, N_PASSES };

static int do_pass(struct state *st, enum pass pass, uint64_t i)
{
	char name[24];

	snprintf(name, sizeof(name), "f%llu", (unsigned long long)i);
	switch (pass) {
	case PASS_MAKE:
		return make_one(st, name, tmpfs__word(i));
	case PASS_READ:
		return read_one(st, name);
	default:
		return unlinkat(st->dir, name, 0) < 0 ? -errno : 0;
	}
}

static int run(struct job *job)
{
	static const char *const what[N_PASSES] = { "making", "reading", "removing" };
	struct state *st = job->priv;
	uint64_t begin = clock__ns();

	st->sum = 0;
	for (unsigned int pass = 0; pass < N_PASSES; pass++) {
		for (uint64_t i = 0; i < st->files; i++) {
			int ret = do_pass(st, pass, i);

			if (ret)
				return job__fail(job, ret, "%s file %llu: %s", what[pass],
						 (unsigned long long)i, strerror(-ret));
		}
	}
	st->took_ns = clock__ns() - begin;
	job->operations = st->files;
	return 0;
}

/* The name of a file that is still there, or "". */
static int find_file(struct state *st, char *name, size_t size)
{
	int fd = openat(st->dir, ".", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *e;

	name[0] = '\0';
	if (!d)
		return -errno;
	while ((e = readdir(d)))
		if (e->d_name[0] != '.')
			snprintf(name, size, "%s", e->d_name);
	closedir(d);
	return 0;
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	uint64_t want = 0, got = st->sum;
	char name[NAME_MAX + 1];
	int ret = find_file(st, name, sizeof(name));

	st->sum = 0; /* never reuse a result of this iteration */
	for (uint64_t i = 0; i < st->files; i++)
		want += tmpfs__word(i);
	if (ret)
		return job__fail(job, ret, "cannot list %s: %s", job->dir, strerror(-ret));
	if (got != want)
		return job__fail(job, -EIO,
				 "what was read from the files is not what was written: "
				 "checksum %016llx instead of %016llx",
				 (unsigned long long)got, (unsigned long long)want);
	if (name[0])
		return job__fail(job, -EIO, "file %s was not removed", name);
	return fixed__report(job, st->took_ns);
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (st)
		base__close_fd(&st->dir);
	job__free_priv(job);
	tmpfs__umount(job);
}

static const struct param params[] = {
	PARAM(.name = "files", .type = PARAM_INT, .def = "6000", .full = "1000000", .min = 1,
	      .max = 1e8, .help = "files: each made, read and removed is one operation"),
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "4K", .min = 8, .max = 16 << 20,
	      .help = "bytes in each"),
	{ .name = NULL },
};

const struct workload wl_tmpfs_small = {
	.name = "tmpfs-small",
	.version = 1,
	.summary = "make, read and remove small files on tmpfs",
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
