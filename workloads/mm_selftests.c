// SPDX-License-Identifier: GPL-2.0-only
/*
 * mm-selftests: some of the kernel's own tests of memory management, as a gate: does it still work?
 * They come out of a kernel's source, are compiled in the guest and run once. memfd_secret takes
 * its pages out of the linear map, which a linear map in large blocks has to be split for.
 */
#include "lib/fs.h"
#include "lib/strvec.h"
#include "workloads/output/kselftest.h"
#include "workloads/workload.h"

#define TESTS "tools/testing/selftests"
#define OUTPUT_MAX (1u << 20)

/* Each is one file that needs no other, and headers no newer than 6.1's. */
static const char *const programs[] = {
	"map_fixed_noreplace", "map_populate", "memfd_secret",
	"mlock-random-test",   "mlock2-tests", "mremap_dontunmap",
};

struct state {
	char *output[ARRAY_SIZE(programs)]; /* of each; NULL: did not run */
};

/* The caller frees. */
static char *tarball(const struct job *job)
{
	const char *own = job__text(job, "tarball");

	return *own ? xstrdup(own) :
		      xasprintf("/usr/src/linux-source-%s.tar.xz", job__text(job, "series"));
}

static void more_packages(const struct param_set *ps, struct strvec *out)
{
	const char *series = param_set__get(ps, "series")->text;

	if (*series)
		strvec__pushf(out, "linux-source-%s", series);
}

static int supported(struct job *job)
{
	static const char *const tools[] = { "gcc", "tar", "xz" };
	_free_ char *source = tarball(job);

	if (job__need_scratch(job, "mm-selftests looks for faults of the kernel"))
		return -EOPNOTSUPP;
	if (!*job__text(job, "series") && !*job__text(job, "tarball"))
		return job__fail(job, -EOPNOTSUPP,
				 "no source of a kernel is at hand: set series (of a "
				 "package linux-source-SERIES in the guest's suites) or tarball");
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		_free_ char *path = fs__find_program(tools[i]);

		if (!path)
			return job__fail(job, -EOPNOTSUPP, "there is no program %s here", tools[i]);
	}
	return fs__exists(source) ? 0 : job__fail(job, -EOPNOTSUPP, "there is no %s here", source);
}

/* The directory mm was named vm up to 6.2: hence series 6.3 or later. */
static int unpack(struct job *job, const char *source)
{
	return job__exec(job, 0, NULL, "tar", "-xf", source, "-C", job->dir, "--strip-components=1",
			 "--wildcards", "*/" TESTS "/mm", "*/" TESTS "/*.h", "*/tools/include/uapi",
			 NULL);
}

/* Headers of the kernel's tests first; uapi headers last, where the guest's lack something
 * newer. */
static int compile(struct job *job, const char *name)
{
	_free_ char *c = xasprintf("%s/" TESTS "/mm/%s.c", job->dir, name);
	_free_ char *out = xasprintf("%s/%s", job->dir, name);
	_free_ char *own = xasprintf("-I%s/" TESTS, job->dir);
	_free_ char *uapi = xasprintf("-idirafter%s/tools/include/uapi", job->dir);

	return job__exec(job, 0, NULL, "gcc", "-O2", "-w", "-D_GNU_SOURCE=", own, uapi, "-o", out,
			 c, "-lpthread", "-lcap", NULL);
}

static int setup(struct job *job)
{
	_free_ char *source = tarball(job);
	int ret;

	job->priv = xcalloc(1, sizeof(struct state));
	ret = unpack(job, source);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++)
		ret = compile(job, programs[i]);
	if (!ret)
		job__fact(job, "mm-selftests/source", "%s", source);
	return ret;
}

/* Run one program. Exit codes of kselftest.h: 0 all passed, 1 some failed, 4 all skipped; anything
 * else is a crash or a test that gave up. */
static int start(struct job *job, const char *name, char **output)
{
	_free_ char *path = xasprintf("%s/%s", job->dir, name);
	/* By lines: a test that forks with text in its buffer would print that twice. */
	char *const argv[] = { (char *)"stdbuf", (char *)"-oL", path, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&(struct proc_opts){ .argv = argv,
						 .cwd = job->dir,
						 .max_output = OUTPUT_MAX },
			    &res);

	if (ret)
		return job__fail(job, ret, "cannot run %s: %s", name, strerror(-ret));
	if (res.status != 0 && res.status != 1 && res.status != 4)
		ret = job__fail(job, -EIO, "%s ended with %s %d", name,
				res.status > 128 ? "signal" : "exit code",
				res.status > 128 ? res.status - 128 : res.status);
	else
		*output = xstrdup(res.out);
	return ret;
}

/* Free the outputs. */
static void forget(struct state *st)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		free(st->output[i]);
		st->output[i] = NULL;
	}
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	int ret = 0;

	forget(st);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++)
		ret = start(job, programs[i], &st->output[i]);
	job->operations = ARRAY_SIZE(programs);
	return ret;
}

static void report(struct job *job, const struct kselftest *sum)
{
	job__sample(job, "failed", (double)sum->failed);
	job__sample(job, "skipped", (double)sum->skipped);
	job__sample(job, "tests", (double)sum->tests);
	job__fact(job, "mm-selftests/programs", "sums of %llu program%s",
		  (unsigned long long)sum->programs, sum->programs == 1 ? "" : "s");
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct kselftest sum;
	int ret = kselftest__parse(text, &sum, &job->err);

	if (!ret)
		report(job, &sum);
	return ret;
}

/* Add the totals of one program's output to `sum`; the first failure becomes a fact. */
static int add_totals(struct job *job, const char *name, const char *output, struct kselftest *sum)
{
	struct kselftest one;
	int ret = kselftest__parse(output ? output : "", &one, &job->err);

	if (ret)
		return err__prefix(&job->err, ret, "%s: ", name);
	if (one.failed)
		job__fact(job, "mm-selftests/failed", "%s: %s", name, one.first);
	sum->failed += one.failed;
	sum->skipped += one.skipped;
	sum->tests += one.tests;
	sum->programs += one.programs;
	return 0;
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	struct kselftest sum = { 0 };
	int ret = 0;

	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++)
		ret = add_totals(job, programs[i], st->output[i], &sum);
	forget(st); /* never reuse a result of this iteration */
	if (!ret && sum.tests == sum.skipped)
		ret = job__fail(job, -EPROTO, "all %llu tests were skipped",
				(unsigned long long)sum.tests);
	if (!ret)
		report(job, &sum);
	return ret;
}

static void teardown(struct job *job)
{
	if (job->priv)
		forget(job->priv);
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "series", .type = PARAM_TEXT, .def = "",
	      .help = "of the kernel whose tests are run, as in linux-source-6.12 (6.3 or later)"),
	PARAM(.name = "tarball", .type = PARAM_TEXT, .def = "",
	      .help = "a kernel's source in the guest; none: that of the package"),
	{ .name = NULL },
};

#define NUMBER(metric, ...)                                                             \
	METRIC(.name = metric, .unit = "tests", .kind = METRIC_STATE, .per_boot = true, \
	       .margin_abs = 0.5, .resolution = 1, __VA_ARGS__)

static const struct metric metrics[] = {
	NUMBER("failed", .primary = true, .better = BETTER_LOWER, .per = "tests",
	       .help = "tests that failed, those excepted that expect it"),
	NUMBER("skipped", .describes = true, .deterministic = true,
	       .help = "tests that this kernel cannot do"),
	NUMBER("tests", .describes = true, .deterministic = true, .better = BETTER_HIGHER,
	       .help = "tests that there are"),
	{ .name = NULL },
};

const struct workload wl_mm_selftests = {
	.name = "mm-selftests",
	.version = 1,
	.summary = "the kernel's own tests of memory management, as a gate",
	.packages = STRINGS("coreutils", "gcc", "libc6-dev", "libcap-dev", "tar", "xz-utils"),
	.params = params,
	.metrics = metrics,
	.more_packages = more_packages,
	.iteration_max_s = 600,
	.setup_max_s = 1200,
	.no_iterations = true,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
