// SPDX-License-Identifier: GPL-2.0-only
/*
 * seqread-xfs: xfs_io reads a file on XFS sequentially, with reads of 4k, 64k and 1m, while all of
 * it is in the page cache. This times copying from the page cache; each iteration verifies that the
 * pages were cached (mincore) and the disk was not read (/proc/diskstats).
 */
#include "lib/fs.h"
#include "workloads/support/loopdisk.h"
#include "workloads/support/resident.h"
#include "workloads/support/tmpfs.h"
#include "workloads/workload.h"
#include "workloads/output/xfs_io.h"

#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define MIB (1ull << 20)
#define DISK_MIN (384 * MIB) /* mkfs.xfs refuses anything below 300 MB */
#define METADATA (128 * MIB) /* log and other metadata */
#define TOOL_TIMEOUT_S 600
#define OUTPUT_MAX 4096

static const struct block {
	const char *name, *metric; /* as xfs_io's -b wants it */
	uint64_t bytes;
} blocks[] = {
	{ "4k", "bw_4k", 4096 },
	{ "64k", "bw_64k", 65536 },
	{ "1m", "bw_1m", 1 << 20 },
};

struct state {
	struct loopdisk disk;
	bool mounted;
	char mnt[160], file[176];
	uint64_t disk_reads; /* during the timed part */
	char out[OUTPUT_MAX]; /* output of xfs_io in the timed part */
};

/* Is this block size wanted? Choice 0 is "all", the others are blocks[] in order. */
static bool wanted(const struct job *job, size_t i)
{
	uint64_t choice = job__u64(job, "blocks");

	return !choice || choice == i + 1;
}

/* XFS needs room for its log and metadata, and mkfs.xfs has a minimum size. */
static uint64_t disk_bytes(uint64_t size)
{
	uint64_t need = size + size / 16 + METADATA;

	return need > DISK_MIN ? need : DISK_MIN;
}

/* -K: do not discard a new disk, whose backing file is sparse. */
static int make_fs(struct job *job, struct state *st)
{
	char path[160];
	int ret;

	tmpfs__path(job, "disk", path, sizeof(path));
	ret = loopdisk__open(&st->disk, path, disk_bytes(job__u64(job, "size")), &job->err);
	if (!ret)
		ret = job__exec(job, TOOL_TIMEOUT_S, NULL, "mkfs.xfs", "-q", "-f", "-K",
				st->disk.path, NULL);
	if (ret)
		return ret;
	if (mkdir(st->mnt, 0700) < 0 || mount(st->disk.path, st->mnt, "xfs", MS_NOATIME, NULL) < 0)
		return job__fail(job, -errno, "cannot mount %s (xfs) on %s: %s", st->disk.path,
				 st->mnt, strerror(errno));
	st->mounted = true;
	return 0;
}

/* The file is written, dropped from the cache, and read back in like by a first reader, so that the
 * state of the cache does not depend on how it was written. */
static int make_file(struct job *job, struct state *st)
{
	unsigned long long size = job__u64(job, "size");
	_free_ char *write = xasprintf("pwrite -q -b 4m 0 %llu", size);
	_free_ char *drop = xasprintf("fadvise -d 0 %llu", size);
	_free_ char *read = xasprintf("pread -q -b 1m 0 %llu", size);

	return job__exec(job, TOOL_TIMEOUT_S, NULL, "xfs_io", "-f", "-c", write, "-c", "fsync",
			 "-c", drop, "-c", read, st->file, NULL);
}

/* Checked before and after: pages reclaimed in between would have been read from the disk. */
static int check_resident(struct job *job, const struct state *st)
{
	uint64_t missing;
	int ret = resident__missing(st->file, job__u64(job, "size"), &missing);

	if (ret)
		return job__fail(job, ret, "mincore of %s: %s", st->file, strerror(-ret));
	return missing ? job__fail(job, -EIO,
				   "%llu pages of the file are not in the page cache: "
				   "give the guest more memory or lower size",
				   (unsigned long long)missing) :
			 0;
}

static const char *const modules[] = { "loop", "xfs", NULL };

static int setup(struct job *job)
{
	struct state *st = xcalloc(1, sizeof(*st));
	uint64_t size = job__u64(job, "size");
	int ret = 0;

	job->priv = st;
	st->disk.fd = -1;
	snprintf(st->mnt, sizeof(st->mnt), "%s/mnt", job->dir);
	snprintf(st->file, sizeof(st->file), "%s/file", st->mnt);
	if (size % MIB)
		ret = job__fail(job, -EINVAL, "size (%llu bytes) must be a multiple of 1M",
				(unsigned long long)size);
	if (!ret)
		ret = tmpfs__mount(job, 2 * size + METADATA, "size");
	if (!ret)
		ret = job__modprobe_each(job, modules);
	if (!ret)
		ret = make_fs(job, st);
	if (!ret)
		ret = make_file(job, st);
	return ret ? ret : check_resident(job, st);
}

/* Number of reads that the loop device has completed. */
static int disk_reads(struct job *job, const struct state *st, uint64_t *reads)
{
	_free_ char *text = NULL;
	int ret = fs__read("/proc/diskstats", 1 << 20, &text, NULL);

	if (!ret)
		ret = diskstats__reads(text, st->disk.name, reads);
	return ret ? job__fail(job, ret, "cannot read the reads of %s from /proc/diskstats: %s",
			       st->disk.name, strerror(-ret)) :
		     0;
}

/* A single xfs_io for all block sizes, so that its startup is part of none of them. */
static int read_file(struct job *job, struct state *st)
{
	char words[ARRAY_SIZE(blocks)][64];
	_cleanup_(strvec__release) struct strvec argv = { 0 };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	strvec__push_all(&argv, "xfs_io", "-r", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		if (!wanted(job, i))
			continue;
		snprintf(words[i], sizeof(words[i]), "pread -b %s 0 %llu", blocks[i].name,
			 (unsigned long long)job__u64(job, "size"));
		strvec__push_all(&argv, "-c", words[i], NULL);
		job->operations += job__u64(job, "size") / blocks[i].bytes;
	}
	strvec__push(&argv, st->file);
	ret = job__execv(job, 0, &res, argv.v);
	if (!ret)
		snprintf(st->out, sizeof(st->out), "%s", res.out);
	return ret;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	uint64_t before = 0, after = 0;
	int ret = disk_reads(job, st, &before);

	job->operations = 0;
	st->out[0] = '\0';
	if (!ret)
		ret = read_file(job, st);
	if (!ret)
		ret = disk_reads(job, st, &after);
	if (!ret)
		st->disk_reads = after - before;
	return ret;
}

/* Derive the block size from the number of reads; NULL: none of ours, or a file so small that
 * several sizes give the same number. */
static const struct block *block_of(const struct xfs_io_read *r)
{
	const struct block *found = NULL;

	for (size_t i = 0; i < ARRAY_SIZE(blocks); i++) {
		if (r->ops != (r->asked + blocks[i].bytes - 1) / blocks[i].bytes)
			continue;
		if (found)
			return NULL;
		found = &blocks[i];
	}
	return found;
}

/* Report a sample for each block size in the output, and mark it in `seen`. */
static int report(struct job *job, const char *text, bool *seen)
{
	struct xfs_io_read r;
	size_t n = 0;
	int ret;

	for (; !(ret = xfs_io__next(&text, &r, &job->err)); n++) {
		const struct block *b = block_of(&r);

		if (r.bytes != r.asked)
			return job__fail(job, -EIO, "xfs_io read %llu bytes of %llu",
					 (unsigned long long)r.bytes, (unsigned long long)r.asked);
		if (!b)
			return job__fail(job, -EPROTO,
					 "xfs_io read %llu bytes in %llu operations: "
					 "cannot tell which block size that is, 4k, 64k or 1m",
					 (unsigned long long)r.bytes, (unsigned long long)r.ops);
		if (!(r.rate > 0))
			return job__fail(job, -ERANGE,
					 "reading took no measurable time: raise size");
		if (seen)
			seen[b - blocks] = r.bytes == job__u64(job, "size");
		job__sample(job, b->metric, r.rate);
	}
	if (ret != -ENOENT)
		return ret;
	return n ? 0 : job__fail(job, -EPROTO, "xfs_io: there is no line 'read N/M bytes at ...'");
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	return report(job, text, NULL);
}

static int verify(struct job *job)
{
	bool seen[ARRAY_SIZE(blocks)] = { 0 };
	struct state *st = job->priv;
	int ret = report(job, st->out, seen);

	st->out[0] = '\0'; /* never reuse a result of this iteration */
	for (size_t i = 0; i < ARRAY_SIZE(blocks) && !ret; i++)
		if (wanted(job, i) && !seen[i])
			ret = job__fail(job, -EIO, "xfs_io did not read the file with -b %s",
					blocks[i].name);
	if (!ret && st->disk_reads)
		ret = job__fail(job, -EIO, "%llu reads went to the disk in the timed part",
				(unsigned long long)st->disk_reads);
	return ret ? ret : check_resident(job, st);
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (!st)
		return; /* another process was killed, and its mount namespace is gone with it */
	if (st->mounted)
		umount2(st->mnt, MNT_DETACH);
	loopdisk__close(&st->disk);
	job__free_priv(job);
	tmpfs__umount(job);
}

static const struct param params[] = {
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "128M", .full = "100G", .min = 1 << 20,
	      .max = 0x1p45,
	      .help = "bytes of the file; the disk, which is memory, and the page cache "
		      "take about twice that"),
	PARAM(.name = "blocks", .type = PARAM_ENUM, .def = "all", .choices = "all|4k|64k|1m",
	      .help = "size of a read: one operation"),
	{ .name = NULL },
};

#define BANDWIDTH(metric, text)                                                               \
	METRIC(.name = metric, .unit = "MiB/s", .better = BETTER_HIGHER, .kind = METRIC_TIME, \
	       .primary = true, .margin_rel = 0.02,                                           \
	       .help = "bytes per second with reads of " text)

static const struct metric metrics[] = {
	BANDWIDTH("bw_4k", "4 KiB"),
	BANDWIDTH("bw_64k", "64 KiB"),
	BANDWIDTH("bw_1m", "1 MiB"),
	{ .name = NULL },
};

const struct workload wl_seqread_xfs = {
	.name = "seqread-xfs",
	.version = 1,
	.summary = "xfs_io sequential read of a cached file on XFS",
	.packages = STRINGS("xfsprogs"),
	.modules = modules,
	.needs = NEEDS(NEED(.symbol = "XFS_FS", .module = "xfs", .why = "the file is on XFS"),
		       NEED(.symbol = "BLK_DEV_LOOP", .module = "loop",
			    .why = "the disk is a file in memory")),
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 120,
	.setup_max_s = 180,
	.supported = tmpfs__supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
