// SPDX-License-Identifier: GPL-2.0-only
/*
 * fio-dmcrypt: 4k buffered sequential writes to ext4 on dm-crypt on a RAM disk, with the fio
 * command line published with the kernel series; its --size of 100G is a parameter here.
 *
 * Each iteration begins with a new RAM disk and a new file system: the disk allocates a page on the
 * first write to it, which is part of what is measured, so a second pass over the same disk would
 * measure something else.
 */
#include "lib/fs.h"
#include "lib/units.h"
#include "workloads/support/dmcrypt.h"
#include "workloads/output/fio_json.h"
#include "workloads/support/memory.h"
#include "workloads/workload.h"

#include <sys/stat.h>
#include <unistd.h>

#define JOB_NAME "iops-test-job"
#define BLOCK 4096 /* --bs */
#define RESULT_MAX (1u << 20)

/* Block devices belong to the whole system, as they have no namespaces. */
static int supported(struct job *job)
{
	int ret = job__need_scratch(job, "fio-dmcrypt makes and destroys block devices");

	if (!ret && geteuid())
		ret = job__fail(job, -EOPNOTSUPP, "fio-dmcrypt needs to be root");
	return ret;
}

/* The size in the plan, or else what the file needs. */
static uint64_t disk_bytes(const struct job *job)
{
	uint64_t least = dmcrypt__disk_bytes(job__u64(job, "size")), asked = job__u64(job, "disk");

	return asked ? asked : least;
}

static int check_sizes(struct job *job)
{
	uint64_t size = job__u64(job, "size"), least = dmcrypt__disk_bytes(size);
	char a[32];

	if (size % BLOCK)
		return job__fail(job, -EINVAL, "size (%llu bytes) must be a multiple of 4K",
				 (unsigned long long)size);
	if (disk_bytes(job) >= least)
		return 0;
	return job__fail(job, -EINVAL, "disk %s is too small for a file of %s: it takes %s",
			 job__text(job, "disk"), job__text(job, "size"),
			 units__fmt_size(least, a, sizeof(a)));
}

/* RAM is needed for the disk's pages and for the page cache of the file. */
static int check_memory(struct job *job)
{
	uint64_t size = job__u64(job, "size");

	return memory__need(job, dmcrypt__disk_bytes(size) + size, "size", job__text(job, "size"));
}

/* brd is loaded later, with its size. The fast cipher drivers must be there before the device is
 * opened, or they are not used. */
static const char *const modules[] = { "brd",		"dm-crypt",   "?aes-ce-blk",
				       "?aes-neon-blk", "?aes-arm64", "?aesni-intel",
				       "?xts",		"?ext4",      NULL };

/* Make the disk and file system for an iteration, if there is enough memory for the disk and the
 * page cache. */
static int make_disk(struct job *job)
{
	int ret = check_memory(job);

	return ret ? ret : dmcrypt__up(job, disk_bytes(job));
}

static int setup(struct job *job)
{
	int ret = check_sizes(job);

	if (!ret)
		ret = check_memory(job);
	if (!ret)
		ret = job__modprobe_each(job, modules + 1);
	if (!ret)
		ret = make_disk(job);
	if (!ret)
		ret = dmcrypt__check(job);
	return ret ? ret : dmcrypt__facts(job);
}

static void result_path(const struct job *job, char *path, size_t size)
{
	snprintf(path, size, "%s/fio.json", job->dir);
}

static int run(struct job *job)
{
	char path[sizeof(job->dir) + 16], output[sizeof(path) + 16], size[40];

	result_path(job, path, sizeof(path));
	snprintf(output, sizeof(output), "--output=%s", path);
	snprintf(size, sizeof(size), "--size=%llu", (unsigned long long)job__u64(job, "size"));
	job->operations = job__u64(job, "size") / BLOCK;
	return job__exec(job, 0, NULL, "fio", "--directory=" DMCRYPT_MOUNT,
			 "--random_generator=lfsr", "--norandommap", "--randrepeat", "1",
			 "--status-interval=999", "--rw=write", "--bs=4k", "--loops=1",
			 "--ioengine=sync", "--iodepth=1", "--numjobs=1", "--fsync_on_close=1",
			 "--group_reporting", "--thread", "--name=" JOB_NAME, "--eta-newline=1",
			 size, "--output-format=json", output, NULL);
}

/* st_blocks is in units of 512 bytes: if there are too few, blocks were not written. */
static int check_file(struct job *job)
{
	const char *path = DMCRYPT_MOUNT "/" JOB_NAME ".0.0";
	uint64_t size = job__u64(job, "size");
	struct stat st;

	if (stat(path, &st) < 0)
		return job__fail(job, -errno, "fio's file %s: %s", path, strerror(errno));
	if ((uint64_t)st.st_size != size || (uint64_t)st.st_blocks * 512 < size)
		return job__fail(job, -EIO,
				 "fio's file has %llu bytes, %llu of them on disk; %llu "
				 "were to be written",
				 (unsigned long long)st.st_size,
				 (unsigned long long)st.st_blocks * 512, (unsigned long long)size);
	return 0;
}

static int report_figures(struct job *job, const struct fio_write *w)
{
	if (!(w->iops > 0))
		return job__fail(job, -ERANGE, "fio took no measurable time: raise size");
	job__sample(job, "iops", w->iops);
	job__sample(job, "bw", w->bw);
	job__sample(job, "clat_mean", w->clat_mean_ns / 1000);
	job__sample(job, "clat_p99", w->clat_p99_ns / 1000);
	return 0;
}

static int parse(struct job *job, const char *text, size_t len)
{
	struct fio_write w;
	size_t at = 0;
	int ret;

	while (!(ret = fio_json__next(text, len, &at, &w, &job->err)) &&
	       !(ret = report_figures(job, &w)))
		;
	return ret == -ENOENT && job->n_samples ? 0 : ret;
}

/* Report the result of this iteration and check the number of bytes written. */
static int report(struct job *job)
{
	uint64_t size = job__u64(job, "size");
	char path[sizeof(job->dir) + 16];
	_free_ char *text = NULL;
	struct fio_write w;
	size_t len;
	int ret;

	result_path(job, path, sizeof(path));
	ret = fs__read(path, RESULT_MAX, &text, &len);
	unlink(path); /* never reuse a result of this iteration */
	if (ret)
		return job__fail(job, ret, "cannot read fio's result %s: %s", path, strerror(-ret));
	ret = fio_json__write(text, len, &w, &job->err);
	if (!ret)
		ret = report_figures(job, &w);
	if (ret)
		return ret;
	if (w.io_bytes != size)
		return job__fail(job, -EIO, "fio says it wrote %llu bytes; %llu were asked for",
				 (unsigned long long)w.io_bytes, (unsigned long long)size);
	if (job->iteration == 0)
		job__fact(job, "fio-dmcrypt/fio", "%s", w.version);
	return 0;
}

/* Also prepares the next iteration, as this is the only place between two that is not timed. */
static int verify(struct job *job)
{
	int ret = report(job);

	if (!ret)
		ret = check_file(job);
	if (ret || job->iteration + 1 >= job->iterations)
		return ret;
	ret = dmcrypt__down(job);
	return ret ? ret : make_disk(job);
}

static void teardown(struct job *job)
{
	struct err before = job->err;

	/* Where the workload is not allowed, nothing was started. */
	if (!job->env->scratch)
		return;
	if (dmcrypt__down(job))
		job__fact(job, "fio-dmcrypt/teardown", "%s", job->err.msg);
	job->err = before; /* the reason of a failed iteration matters more */
}

static const struct param params[] = {
	PARAM(.name = "size", .type = PARAM_SIZE, .def = "32M", .full = "100G", .min = 1 << 20,
	      .max = 0x1p50,
	      .help = "bytes to write; the RAM disk and the page cache take about twice that"),
	PARAM(.name = "disk", .type = PARAM_SIZE, .def = "0", .full = "128G", .min = 0,
	      .max = 0x1p50,
	      .help = "size of the RAM disk, which takes memory only for what is written; 0: as needed"),
	{ .name = NULL },
};

static const struct metric metrics[] = {
	METRIC(.name = "iops", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.02, .help = "4k writes per second"),
	METRIC(.name = "bw", .unit = "kB/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	       .margin_rel = 0.02, .resolution = 1, .help = "bytes written per second"),
	METRIC(.name = "clat_mean", .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .margin_rel = 0.02, .help = "mean completion latency of a write"),
	METRIC(.name = "clat_p99", .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.05,
	       .help = "99th percentile of completion latency"),
	{ .name = NULL },
};

const struct workload wl_fio_dmcrypt = {
	.name = "fio-dmcrypt",
	.version = 1,
	.summary = "fio 4k sequential writes on ext4 on dm-crypt on a RAM disk",
	.packages = STRINGS("cryptsetup-bin", "dmsetup", "e2fsprogs", "fio"),
	.modules = modules,
	.needs = NEEDS(NEED(.symbol = "BLK_DEV_RAM", .module = "brd", .loadable = true,
			    .why = "the disk is a RAM disk, of a size that brd gets when loaded"),
		       NEED(.symbol = "DM_CRYPT", .module = "dm-crypt", .why = "it is encrypted"),
		       NEED(.symbol = "CRYPTO_XTS", .module = "xts", .why = "by aes-xts-plain64"),
		       NEED(.symbol = "CRYPTO_AES", .why = "by aes-xts-plain64"),
		       NEED(.symbol = "EXT4_FS", .module = "ext4", .why = "fio's file is on ext4")),
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 300,
	.setup_max_s = 120,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
