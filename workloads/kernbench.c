// SPDX-License-Identifier: GPL-2.0-only
/*
 * kernbench: a parallel build with make and gcc, as in mmtests: user, system and elapsed time by
 * GNU time, with a clean before each build. The published figure is the system time of building a
 * kernel; for an emulated guest, a few C files have to do.
 */
#include "lib/fs.h"
#include "workloads/output/gnu_time.h"
#include "workloads/support/kern_tree.h"
#include "workloads/support/limits.h"
#include "workloads/workload.h"

#include <unistd.h>

#define TIME_MAX 65536

static void time_path(const struct job *job, char *path, size_t size)
{
	snprintf(path, size, "%s/time.txt", job->dir);
}

/* 0 means as many jobs as we have CPUs. */
static unsigned int jobs(const struct job *job)
{
	uint64_t n = job__u64(job, "jobs");

	return n ? (unsigned int)n : limits__cpus();
}

static int setup(struct job *job)
{
	struct kern_tree *t = xcalloc(1, sizeof(*t));
	int ret;

	job->priv = t;
	ret = kern_tree__make(job, t);
	if (!ret)
		job__fact(job, "kernbench/jobs", "%u", jobs(job));
	return ret;
}

static int run(struct job *job)
{
	const struct kern_tree *t = job->priv;
	char path[sizeof(job->dir) + 16], j[16];

	time_path(job, path, sizeof(path));
	snprintf(j, sizeof(j), "-j%u", jobs(job));
	job->operations = 1;
	return job__exec(job, 0, NULL, "time", "-o", path, "make", "-s", "-C", t->dir,
			 KERN_TREE_ARCH, j, t->target, NULL);
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct gnu_time t;
	int ret;

	while (!(ret = gnu_time__next(&text, &t, &job->err))) {
		if (!(t.elapsed > 0))
			return job__fail(job, -ERANGE, "the build took no measurable time");
		job__sample(job, "user", t.user);
		job__sample(job, "system", t.system);
		job__sample(job, "elapsed", t.elapsed);
	}
	return ret == -ENOENT && job->n_samples ? 0 : ret;
}

/* Check that the build produced its output, then clean up for the next one. */
static int verify(struct job *job)
{
	const struct kern_tree *t = job->priv;
	char path[sizeof(job->dir) + 16];
	_free_ char *text = NULL;
	size_t len;
	int ret = kern_tree__built(job, t);

	if (ret)
		return ret;
	time_path(job, path, sizeof(path));
	ret = fs__read(path, TIME_MAX, &text, &len);
	if (ret)
		return job__fail(job, ret, "%s: %s", path, strerror(-ret));
	ret = parse(job, text, len);
	if (!ret)
		ret = kern_tree__clean(job, t);
	if (!ret && unlink(path) < 0)
		ret = job__fail(job, -errno, "%s: %s", path, strerror(errno));
	return ret;
}

/* dash is make's shell, though it is not named here. */
static const char *const packages[] = { "coreutils", "dash", "gcc", "libc6-dev",
					"make",	     "time", NULL };

static const struct param params[] = {
	PARAM(.name = "jobs", .type = PARAM_INT, .def = "0", .min = 0, .max = 4096,
	      .help = "make -jN; 0: the number of CPUs"),
	PARAM(.name = "source", .type = PARAM_ENUM, .def = "files", .full = "linux",
	      .choices = "files|linux",
	      .help = "what is built: six C files (libstb-dev), or a kernel (linux-source)"),
	PARAM(.name = "config", .type = PARAM_ENUM, .def = "defconfig",
	      .choices = "defconfig|tinyconfig|allnoconfig", .help = "configuration of the kernel"),
	PARAM(.name = "series", .type = PARAM_TEXT, .def = "6.12",
	      .help = "series of the kernel, as in the name of its package"),
	{ .name = NULL },
};

static const struct metric metrics[] = {
	METRIC(.name = "user", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .margin_rel = 0.02, .resolution = 0.01, .help = "CPU time in user space"),
	METRIC(.name = "system", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.02, .resolution = 0.01,
	       .help = "CPU time in the kernel"),
	METRIC(.name = "elapsed", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.02, .resolution = 0.01, .help = "wall-clock time"),
	{ .name = NULL },
};

const struct workload wl_kernbench = {
	.name = "kernbench",
	.version = 2,
	.summary = "a parallel build with make and gcc",
	.packages = packages,
	.params = params,
	.metrics = metrics,
	.more_packages = kern_tree__packages,
	.iteration_max_s = 600,
	.setup_max_s = 120,
	.supported = kern_tree__check,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = job__free_priv,
	.parse = parse,
};
