// SPDX-License-Identifier: GPL-2.0-only
/*
 * fio-dmcrypt: 4k buffered sequential writes to ext4 on dm-crypt on a RAM disk,
 * with the fio line that was published with the kernel series (its --size, 100G
 * there, is a parameter here).
 *
 * Each iteration begins with a new RAM disk and a new file system: the pages of the
 * disk are allocated by the first write to them, and that is part of what is
 * measured, so a second pass over the same disk would measure something else.
 */
#include "collectors/meminfo-parse.h"
#include "lib/fs.h"
#include "lib/units.h"
#include "workloads/dmcrypt.h"
#include "workloads/fio-json.h"
#include "workloads/workload.h"

#include <sys/stat.h>
#include <unistd.h>

#define JOB_NAME "iops-test-job"
#define RESULT_MAX (1u << 20)
#define SLACK (64ull << 20) /* the system's own needs while fio runs */

static int supported(struct job *job)
{
	if (!job->env->scratch)
		return job__fail(job, -EOPNOTSUPP, "fio-dmcrypt makes and destroys block devices: "
				 "it runs on a throw-away guest only, not on this system");
	if (geteuid())
		return job__fail(job, -EOPNOTSUPP, "fio-dmcrypt needs to be root");
	return 0;
}

/* RAM is needed for the disk's pages and for the page cache of the file. */
static int check_memory(struct job *job)
{
	uint64_t size = job__u64(job, "size"), need = dmcrypt__disk_bytes(size) + size + SLACK, kb;
	char a[32], b[32], c[32];
	_free_ char *text = NULL;
	int err = fs__read("/proc/meminfo", 64 * 1024, &text, NULL);

	if (!err)
		err = meminfo__value(text, "MemAvailable", &kb);
	if (err)
		return job__fail(job, err, "cannot read MemAvailable from /proc/meminfo: %s",
				 strerror(-err));
	if (kb * 1024 >= need)
		return 0;
	return job__fail(job, -ENOMEM, "size %s needs %s of free memory, %s is available: give the "
			 "guest more memory or lower size", units__fmt_size(size, a, sizeof(a)),
			 units__fmt_size(need, b, sizeof(b)),
			 units__fmt_size(kb * 1024, c, sizeof(c)));
}

static int load_modules(struct job *job, const char *const *names)
{
	struct err before = job->err;
	int err = 0;

	for (; *names && !err; names++) {
		bool optional = **names == '?';

		err = job__modprobe(job, *names + optional, NULL);
		if (err && optional) {
			job->err = before;
			err = 0;
		}
	}
	return err;
}

static const char *const packages[] = { "cryptsetup-bin", "dmsetup", "e2fsprogs", "fio", NULL };

/* brd is loaded later than the rest, with its size. The cipher's fast driver is only chosen when it
 * is there before the device is opened. */
static const char *const modules[] = { "brd", "dm-crypt", "?aes-ce-blk", "?aes-neon-blk",
				       "?aes-arm64", "?xts", "?ext4", NULL };

static int begin(struct job *job)
{
	int err = check_memory(job);

	if (!err)
		err = dmcrypt__up(job, dmcrypt__disk_bytes(job__u64(job, "size")));
	return err;
}

static int setup(struct job *job)
{
	int err = load_modules(job, modules + 1);

	if (!err)
		err = begin(job);
	if (!err)
		err = dmcrypt__check(job);
	if (!err)
		err = dmcrypt__facts(job);
	return err;
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
	return job__exec(job, 0, NULL, "fio", "--directory=" DMCRYPT_MOUNT,
			 "--random_generator=lfsr", "--norandommap", "--randrepeat", "1",
			 "--status-interval=999", "--rw=write", "--bs=4k", "--loops=1",
			 "--ioengine=sync", "--iodepth=1", "--numjobs=1", "--fsync_on_close=1",
			 "--group_reporting", "--thread", "--name=" JOB_NAME, "--eta-newline=1",
			 size, "--output-format=json", output, NULL);
}

static int check_file(struct job *job)
{
	const char *path = DMCRYPT_MOUNT "/" JOB_NAME ".0.0";
	uint64_t size = job__u64(job, "size");
	struct stat st;

	if (stat(path, &st) < 0)
		return job__fail(job, -errno, "fio's file %s: %s", path, strerror(errno));
	if ((uint64_t)st.st_size != size || (uint64_t)st.st_blocks * 512 < size)
		return job__fail(job, -EIO, "fio's file has %llu bytes, %llu of them on disk; %llu "
				 "were to be written", (unsigned long long)st.st_size,
				 (unsigned long long)st.st_blocks * 512, (unsigned long long)size);
	return 0;
}

static int report(struct job *job)
{
	uint64_t size = job__u64(job, "size");
	char path[sizeof(job->dir) + 16];
	_free_ char *text = NULL;
	struct fio_write w;
	size_t len;
	int err;

	result_path(job, path, sizeof(path));
	err = fs__read(path, RESULT_MAX, &text, &len);
	if (err)
		return job__fail(job, err, "cannot read fio's result %s: %s", path, strerror(-err));
	err = fio_json__write(text, len, &w, &job->err);
	if (err)
		return err;
	if (w.io_bytes != size)
		return job__fail(job, -EIO, "fio says it wrote %llu bytes; %llu were asked for",
				 (unsigned long long)w.io_bytes, (unsigned long long)size);
	if (!(w.iops > 0))
		return job__fail(job, -ERANGE, "fio took no measurable time: raise size");
	job__sample(job, "iops", w.iops);
	job__sample(job, "bw", w.bw);
	job__sample(job, "clat_mean", w.clat_mean_ns / 1000);
	job__sample(job, "clat_p99", w.clat_p99_ns / 1000);
	if (job->iteration == 0)
		job__fact(job, "fio-dmcrypt/fio", "%s", w.version);
	return 0;
}

/* Also makes ready for the next iteration: here is the only untimed place between two. */
static int verify(struct job *job)
{
	int err = report(job);

	if (!err)
		err = check_file(job);
	if (err || job->iteration + 1 >= job->iterations)
		return err;
	err = dmcrypt__down(job);
	return err ? err : begin(job);
}

static void teardown(struct job *job)
{
	struct err before = job->err;

	/* Nothing was begun where the workload is not allowed. */
	if (!job->env->scratch)
		return;
	if (dmcrypt__down(job))
		job__fact(job, "fio-dmcrypt/teardown", "%s", job->err.msg);
	job->err = before; /* the reason of a failed iteration is worth more */
}

static const struct param params[] = {
	{ .name = "size", .type = PARAM_SIZE, .def = "32M", .min = 1 << 20, .max = 0x1p50,
	  .help = "bytes to write; the RAM disk and the page cache take about twice that" },
	{ .name = NULL },
};

static const struct metric metrics[] = {
	{ .name = "iops", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	  .primary = true, .margin_rel = 0.02, .help = "4k writes per second" },
	{ .name = "bw", .unit = "kB/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	  .margin_rel = 0.02, .resolution = 1, .help = "bytes written per second" },
	{ .name = "clat_mean", .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME,
	  .margin_rel = 0.02, .help = "mean completion latency of a write" },
	{ .name = "clat_p99", .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME,
	  .primary = true, .margin_rel = 0.05, .help = "99th percentile of completion latency" },
	{ .name = NULL },
};

const struct workload wl_fio_dmcrypt = {
	.name = "fio-dmcrypt",
	.version = 1,
	.summary = "fio 4k sequential writes on ext4 on dm-crypt on a RAM disk",
	.packages = packages,
	.modules = modules,
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 300,
	.setup_max_s = 120,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
};
