// SPDX-License-Identifier: GPL-2.0-only
/*
 * mm-selftests: some of the kernel's own tests of memory management, as a gate: does it still work?
 * They are taken from a kernel's source, compiled in the guest, and run once. memfd_secret removes
 * its pages from the linear map, for which large blocks have to be split.
 */
#include "lib/fs.h"
#include "lib/strvec.h"
#include "workloads/output/kselftest.h"
#include "workloads/support/choice.h"
#include "workloads/workload.h"

#include <unistd.h>

#define TESTS "tools/testing/selftests"
#define OUTPUT_MAX (1u << 20)

#define OLD \
	"map_fixed_noreplace map_populate memfd_secret mlock-random-test mlock2-tests mremap_dontunmap"
#define PROGRAM_MAX_S 600
#define MAPPED (2ull << 30) /* by default, mappings larger than all memory are refused */

/* Those of run_vmtests.sh that report in TAP and need no preparation, and also droppable and
 * mseal_test, which it does not run. The programs of OLD consist of a single file and compile with
 * the headers of 6.1; the others need the headers of their own release. */
static const char *const programs[] = {
	"map_fixed_noreplace",	"map_populate",	    "memfd_secret",  "mlock-random-test",
	"mlock2-tests",		"mremap_dontunmap", "cow",	     "droppable",
	"ksm_functional_tests", "madv_populate",    "mdwe_test",     "mkdirty",
	"mremap_test",		"mseal_test",	    "pagemap_ioctl", "split_huge_page_test",
};
#define OLD_PROGRAMS 6 /* the first ones */

/* What programs require. `path` is NULL if it is memory for a mapping of 2 GiB. */
static const struct {
	const char *program, *path;
} needs[] = {
	{ "mremap_test", NULL },
	{ "ksm_functional_tests", "/sys/kernel/mm/ksm/run" },
	{ "split_huge_page_test", "/sys/kernel/debug/split_huge_pages" },
};

/* The rest of run_vmtests.sh (6.12), and why 'all' leaves it out. */
static const struct {
	const char *key, *programs;
} not_run[] = {
	{ "needs-huge-pages",
	  "hugepage-mmap hugepage-shm map_hugetlb hugepage-mremap hugepage-vmemmap hugetlb-madvise "
	  "hugetlb_dio hugetlb_fault_after_madv hugetlb_madv_vs_map compaction_test thuge-gen "
	  "charge_reserved_hugetlb.sh hugetlb_reparenting_test.sh hugetlb-soft-offline "
	  "hugetlb-read-hwpoison va_high_addr_switch.sh" },
	{ "needs-gup-test", "gup_test gup_longterm" },
	{ "needs-a-module", "test_vmalloc.sh test_hmm.sh" },
	{ "needs-another-user", "on-fault-limit" },
	{ "needs-two-nodes", "migration" },
	{ "needs-soft-dirty", "soft-dirty" },
	{ "needs-protection-keys", "protection_keys_32 protection_keys_64" },
	{ "needs-all-addresses", "virtual_address_range" },
	{ "needs-memory", "mrelease_test" },
	{ "needs-arguments", "ksm_tests transhuge-stress uffd-stress" },
	{ "no-tap", "uffd-unit-tests khugepaged" },
};

struct state {
	bool chosen[ARRAY_SIZE(programs)];
	char *output[ARRAY_SIZE(programs)]; /* output of each; NULL: it did not complete */
	/* How it failed to complete; NULL: it did not run either. */
	char *broke[ARRAY_SIZE(programs)];
	const char *lack[ARRAY_SIZE(programs)]; /* what it needs and the machine lacks: not run */
};

static int choose(const struct param_set *ps, bool chosen[ARRAY_SIZE(programs)], struct err *err)
{
	return choice__read(ps, "programs", "program", programs, ARRAY_SIZE(programs), chosen, err);
}

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
				 "there is no kernel source: set series (of a "
				 "package linux-source-SERIES in the guest's suites) or tarball");
	for (size_t i = 0; i < ARRAY_SIZE(tools); i++) {
		_free_ char *path = fs__find_program(tools[i]);

		if (!path)
			return job__fail(job, -EOPNOTSUPP, "there is no program %s here", tools[i]);
	}
	return fs__exists(source) ? 0 : job__fail(job, -EOPNOTSUPP, "there is no %s here", source);
}

/* Up to 6.2 the directory mm was called vm, so series 6.3 or later is needed. */
static int unpack(struct job *job, const char *source, bool others)
{
	return job__exec(job, 0, NULL, "tar", "-xf", source, "-C", job->dir, "--strip-components=1",
			 "--wildcards", "*/" TESTS "/mm", "*/" TESTS "/*.h", "*/tools/include/uapi",
			 others ? "*/mm/gup_test.h" : NULL, NULL);
}

/* The suite's Makefile generates this file, which tells which libraries exist. None is needed. */
static int write_config(struct job *job)
{
	_free_ char *path = xasprintf("%s/" TESTS "/mm/local_config.h", job->dir);

	return fs__write_text(path, "", &job->err);
}

/* The headers of the kernel's tests come first; its uapi headers come last, in case those of the
 * guest lack something newer. */
static int compile(struct job *job, size_t i)
{
	const char *name = programs[i];
	_free_ char *c = xasprintf("%s/" TESTS "/mm/%s.c", job->dir, name);
	_free_ char *out = xasprintf("%s/%s", job->dir, name);
	_free_ char *own = xasprintf("-I%s/" TESTS, job->dir);
	_free_ char *uapi = xasprintf("-idirafter%s/tools/include/uapi", job->dir);
	_free_ char *util = xasprintf("%s/" TESTS "/mm/vm_util.c", job->dir);
	_free_ char *thp = xasprintf("%s/" TESTS "/mm/thp_settings.c", job->dir);

	if (i < OLD_PROGRAMS)
		return job__exec(job, 0, NULL, "gcc", "-O2", "-w", "-D_GNU_SOURCE=", own, uapi,
				 "-o", out, c, "-lpthread", "-lcap", NULL);
	return job__exec(job, 0, NULL, "gcc", "-O2", "-w", "-D_GNU_SOURCE=", own, uapi, "-o", out,
			 c, util, thp, "-lpthread", "-lcap", "-lrt", NULL);
}

static int setup(struct job *job)
{
	_free_ char *source = tarball(job);
	struct state *st = xcalloc(1, sizeof(*st));
	bool others = false;
	int ret;

	job->priv = st;
	ret = choose(job->params, st->chosen, &job->err);
	for (size_t i = OLD_PROGRAMS; i < ARRAY_SIZE(programs); i++)
		others = others || st->chosen[i];
	if (!ret)
		ret = unpack(job, source, others);
	if (!ret && others)
		ret = write_config(job);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++)
		ret = st->chosen[i] ? compile(job, i) : 0;
	if (!ret)
		job__fact(job, "mm-selftests/source", "%s", source);
	for (size_t i = 0; !ret && others && i < ARRAY_SIZE(not_run); i++) {
		_free_ char *key = xasprintf("mm-selftests/not-run/%s", not_run[i].key);

		job__fact(job, key, "%s", not_run[i].programs);
	}
	return ret;
}

/* What this program needs and the machine lacks, or NULL. */
static const char *lacks(const char *name)
{
	const uint64_t memory = (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);

	for (size_t i = 0; i < ARRAY_SIZE(needs); i++) {
		if (!streq(needs[i].program, name))
			continue;
		if (!needs[i].path && memory <= MAPPED)
			return "memory for a mapping of 2 GiB";
		if (needs[i].path && !fs__exists(needs[i].path))
			return needs[i].path;
	}
	return NULL;
}

/* Run one program. Exit statuses of kselftest.h: 0: all passed, 1: some failed, 4: all skipped;
 * anything else is a crash or an aborted test. */
static int start(struct job *job, const char *name, char **output, char **broke)
{
	_free_ char *path = xasprintf("%s/%s", job->dir, name);
	/* Line-buffered: a test that forks with text in its buffer would print it twice. */
	char *const argv[] = { (char *)"stdbuf", (char *)"-oL", path, NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = proc__run(&(struct proc_opts){ .argv = argv,
						 .cwd = job->dir,
						 .timeout_ms = PROGRAM_MAX_S * 1000,
						 .max_output = OUTPUT_MAX },
			    &res);

	if (ret)
		return job__fail(job, ret, "cannot run %s: %s", name, strerror(-ret));
	if (res.timed_out)
		*broke = xasprintf("had not ended after %d s", PROGRAM_MAX_S);
	else if (res.status != 0 && res.status != 1 && res.status != 4)
		*broke = xasprintf("ended with %s %d", res.status > 128 ? "signal" : "exit code",
				   res.status > 128 ? res.status - 128 : res.status);
	else
		*output = xstrdup(res.out);
	return 0;
}

/* Free the outputs. */
static void forget(struct state *st)
{
	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		free(st->output[i]);
		free(st->broke[i]);
		st->output[i] = st->broke[i] = NULL;
		st->lack[i] = NULL;
	}
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	int ret = 0;

	forget(st);
	job->operations = 0;
	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++) {
		if (!st->chosen[i])
			continue;
		job->operations++;
		st->lack[i] = lacks(programs[i]);
		if (!st->lack[i])
			ret = start(job, programs[i], &st->output[i], &st->broke[i]);
	}
	return ret;
}

static void report(struct job *job, const struct kselftest *sum)
{
	job__sample(job, "failed", (double)sum->failed);
	job__sample(job, "skipped", (double)sum->skipped);
	job__sample(job, "tests", (double)sum->tests);
	job__fact(job, "mm-selftests/programs", "sums of %llu program%s",
		  (unsigned long long)sum->programs, plural_s(sum->programs));
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct kselftest sum;
	int ret = kselftest__parse(text, &sum, &job->err);

	if (!ret)
		report(job, &sum);
	return ret;
}

/* Report the totals of one program as a fact. A program that did not complete counts as one failed
 * test; one that cannot run here as one skipped test. */
static void read_program(struct job *job, const char *name, const char *output, const char *broke,
			 const char *lack, struct kselftest *one)
{
	_free_ char *fact = xasprintf("mm-selftests/program/%s", name);
	struct err err;

	if (lack) {
		*one = (struct kselftest){ .tests = 1, .skipped = 1 };
		job__fact(job, fact, "cannot run here: there is no %s", lack);
		return;
	}
	if (!broke && kselftest__parse(output ? output : "", one, &err))
		broke = err.msg;
	if (broke) {
		*one = (struct kselftest){ .tests = 1, .failed = 1 };
		job__fact(job, fact, "failed: %s", broke);
		return;
	}
	job__fact(job, fact, "%llu tests, %llu failed, %llu skipped%s%s",
		  (unsigned long long)one->tests, (unsigned long long)one->failed,
		  (unsigned long long)one->skipped, one->failed ? ": " : "", one->first);
}

static void sample(struct job *job, const char *program, const char *metric, uint64_t value)
{
	_free_ char *name = xasprintf("%s.%s", program, metric);

	/* The sample keeps the pointer, so use the name in the table. */
	job__sample(job, metric__find(job->metrics, name)->name, (double)value);
}

static void report_programs(struct job *job, const struct kselftest *one)
{
	const struct state *st = job->priv;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		if (!st->chosen[i])
			continue;
		sample(job, programs[i], "failed", one[i].failed);
		sample(job, programs[i], "ran", one[i].tests - one[i].skipped);
	}
}

static int verify(struct job *job)
{
	struct kselftest sum = { 0 }, one[ARRAY_SIZE(programs)] = { 0 };
	struct state *st = job->priv;

	for (size_t i = 0; i < ARRAY_SIZE(programs); i++) {
		if (!st->chosen[i])
			continue;
		read_program(job, programs[i], st->output[i], st->broke[i], st->lack[i], &one[i]);
		sum.failed += one[i].failed;
		sum.skipped += one[i].skipped;
		sum.tests += one[i].tests;
		sum.programs += one[i].programs;
	}
	forget(st); /* never reuse a result of this iteration */
	if (!sum.programs)
		return job__fail(job, -EPROTO, "no program completed; the last one %s",
				 job->facts[job->n_facts - 1].value);
	if (sum.tests == sum.skipped)
		return job__fail(job, -EPROTO, "all %llu tests were skipped",
				 (unsigned long long)sum.tests);
	report(job, &sum);
	report_programs(job, one);
	return 0;
}

static void teardown(struct job *job)
{
	if (job->priv)
		forget(job->priv);
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "series", .type = PARAM_TEXT, .def = "",
	      .help = "series of the kernel whose tests are run, as in linux-source-6.12 (6.3 or later)"),
	PARAM(.name = "tarball", .type = PARAM_TEXT, .def = "",
	      .help = "a kernel's source in the guest; none: that of the package"),
	PARAM(.name = "programs", .type = PARAM_TEXT, .words = true, .def = OLD,
	      .help = "programs to run, or 'all', for which the guest needs headers and C library of that "
		      "release or later"),
	{ .name = NULL },
};

#define NUMBER(metric, ...)                                                             \
	METRIC(.name = metric, .unit = "tests", .kind = METRIC_STATE, .per_boot = true, \
	       .margin_abs = 0.5, .resolution = 1, __VA_ARGS__)

static const struct metric metrics[] = {
	NUMBER("failed", .primary = true, .better = BETTER_LOWER, .per = "tests",
	       .help = "tests that failed, except those expected to"),
	NUMBER("skipped", .describes = true, .deterministic = true,
	       .help = "tests that this kernel cannot run"),
	NUMBER("tests", .describes = true, .deterministic = true, .better = BETTER_HIGHER,
	       .help = "number of tests"),
	{ .name = NULL },
};

static void declare_program(const char *program, struct metric_list *out)
{
	_free_ char *failed = xasprintf("%s.failed", program), *ran = xasprintf("%s.ran", program);

	metric_list__add(out, &(struct metric)NUMBER(failed, .better = BETTER_LOWER, .per = ran,
						     .help = "of one program: tests that failed"));
	metric_list__add(out,
			 &(struct metric)NUMBER(ran, .describes = true, .deterministic = true,
						.better = BETTER_HIGHER,
						.help = "of one program: tests that were run"));
}

static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	bool chosen[ARRAY_SIZE(programs)];
	int ret = choose(ps, chosen, err);

	for (const struct metric *m = metrics; !ret && m->name; m++)
		metric_list__add(out, m);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(programs); i++)
		if (chosen[i])
			declare_program(programs[i], out);
	return ret;
}

const struct workload wl_mm_selftests = {
	.name = "mm-selftests",
	.version = 1,
	.summary = "the kernel's own tests of memory management, as a gate",
	.packages = STRINGS("coreutils", "gcc", "libc6-dev", "libcap-dev", "tar", "xz-utils"),
	.params = params,
	.declare = declare,
	.more_packages = more_packages,
	.iteration_max_s = 1800,
	.setup_max_s = 2400,
	.no_iterations = true,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
