// SPDX-License-Identifier: GPL-2.0-only
/*
 * sqlite-speedtest: speedtest1, the benchmark of SQLite's authors, on a temporary database. It only
 * exists in SQLite's source: kduel compiles it when it makes the guest, against the guest's own
 * library.
 */
#include "lib/fs.h"
#include "workloads/output/runs.h"
#include "workloads/output/speedtest1.h"
#include "workloads/workload.h"

#define PROGRAM "speedtest1"
#define ROWS_PER_SIZE 500

struct state {
	char *output; /* of the current iteration */
	bool noted;
};

static int supported(struct job *job)
{
	_free_ char *path = fs__find_program(PROGRAM);

	return path ? 0 :
		      job__fail(job, -EOPNOTSUPP,
				"there is no program " PROGRAM " here: no "
				"package has it, and only a guest's image is built with it");
}

/* speedtest1 is run without a database name: SQLite creates a temporary file in this directory and
 * unlinks it at once. */
static int setup(struct job *job)
{
	job->priv = xcalloc(1, sizeof(struct state));
	return setenv("SQLITE_TMPDIR", job->dir, 1) < 0 ? -errno : 0;
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = job__exec(job, 0, &res, PROGRAM, "--multithread", "--testset", "main", "--size",
			    job__text(job, "size"), NULL);

	job->operations = 1;
	if (!ret) {
		free(st->output);
		st->output = xstrdup(res.out);
	}
	return ret;
}

static int report(struct job *job, const char *text, struct speedtest_out *got)
{
	int ret = speedtest_out__parse(text, got, &job->err);

	if (ret)
		return ret;
	if (!(got->total > 0))
		return job__fail(job, -ERANGE, "speedtest1 took no measurable time: raise size");
	job__sample(job, "time", got->total);
	return 0;
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct speedtest_out got;
	int ret = 0;

	for (char *run; !ret && (run = runs__cut(&text, STRINGS(SPEEDTEST_HEADER))); free(run))
		ret = report(job, run, &got);
	return ret;
}

static int verify(struct job *job)
{
	uint64_t rows = ROWS_PER_SIZE * job__u64(job, "size");
	struct state *st = job->priv;
	struct speedtest_out got;
	int ret = report(job, st->output ? st->output : "", &got);

	free(st->output); /* never reuse a result of this iteration */
	st->output = NULL;
	if (ret)
		return ret;
	if (got.rows != rows)
		return job__fail(job, -EPROTO,
				 "speedtest1 worked on %llu rows; with size %s there should be %llu",
				 (unsigned long long)got.rows, job__text(job, "size"),
				 (unsigned long long)rows);
	if (!st->noted)
		job__fact(job, "sqlite-speedtest/sqlite", "%s, %u tests", got.version, got.tests);
	st->noted = true;
	return 0;
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (st)
		free(st->output);
	unsetenv("SQLITE_TMPDIR");
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "size", .type = PARAM_INT, .def = "5", .full = "1000", .min = 1, .max = 1e5,
	      .help = "speedtest1 --size: 500 rows each in the first table"),
	{ .name = NULL },
};

static const struct metric metrics[] = {
	METRIC(.name = "time", .unit = "s", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.01, .resolution = 0.001,
	       .help = "TOTAL, the sum of all tests, as speedtest1 measures it"),
	{ .name = NULL },
};

const struct workload wl_sqlite_speedtest = {
	.name = "sqlite-speedtest",
	.version = 1,
	.summary = "speedtest1, SQLite's own benchmark",
	.packages = STRINGS("libc6-dev", "libsqlite3-dev", "src:sqlite3"),
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 600,
	.setup_max_s = 30,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
