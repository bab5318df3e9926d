// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmalloc: the kernel's own test_vmalloc module, with every parameter set explicitly, as defaults
 * differ between releases (the worst is the set of tests: all up to 6.12, but three from some
 * release before 7.2 on).
 *
 * The module does its work while it is being loaded and then refuses to stay: EAGAIN means success,
 * and the results are only in the kernel log.
 */
#include "lib/fs.h"
#include "workloads/output/vmalloc_log.h"
#include "workloads/workload.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MODULE "test_vmalloc"
#define RECORD_MAX 8192
#define ALL_TESTS ((1u << VMALLOC_TESTS) - 1)

struct state {
	int kmsg; /* positioned after what was logged before the run */
	bool loaded; /* the module stayed, which test_vmalloc never does */
};

/* Load the module; its -EAGAIN, which means success, becomes 0. */
static int load(struct job *job, const char *options)
{
	struct err before = job->err;
	int ret = job__modprobe(job, MODULE, options);

	if (ret == -EAGAIN) {
		job->err = before;
		return 0;
	}
	/* modprobe succeeded but the module is not there: a kernel without module support cannot
	 * tell what is built in. */
	if (!ret && !fs__exists("/sys/module/" MODULE))
		return -ENOENT;
	if (!ret) {
		((struct state *)job->priv)->loaded = true;
		return job__fail(job, -EPROTO,
				 "module " MODULE " stays loaded: it is not the one that tests "
				 "and then refuses to load");
	}
	return ret;
}

static int supported(struct job *job)
{
	return job__need_scratch(job, "vmalloc loads a module that keeps the whole kernel busy");
}

/* Load it without any test, to find out whether the module exists. */
static int setup(struct job *job)
{
	struct state *st = xcalloc(1, sizeof(*st));
	int ret;

	job->priv = st;
	st->kmsg = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (st->kmsg < 0)
		return job__fail(job, -errno, "cannot open /dev/kmsg, where the results are: %s",
				 strerror(errno));
	ret = load(job, "run_test_mask=0");
	if (ret == -ENOENT)
		return job__fail(job, -EOPNOTSUPP,
				 "this kernel has no module " MODULE ": it takes "
				 "a kernel built with CONFIG_TEST_VMALLOC=m (`kduel kernel build`), "
				 "or a Debian kernel whose headers the archive has, for which kduel "
				 "builds the module");
	return ret;
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (!st)
		return;
	if (st->loaded)
		syscall(SYS_delete_module, MODULE, O_NONBLOCK);
	base__close_fd(&st->kmsg);
	job__free_priv(job);
}

/* Each iteration loads the module anew; only messages logged from here on are read. */
static int run(struct job *job)
{
	struct state *st = job->priv;
	char options[256];

	lseek(st->kmsg, 0, SEEK_END);
	snprintf(options, sizeof(options),
		 "run_test_mask=%s nr_threads=%s nr_pages=%s use_huge=%s "
		 "test_loop_count=%s test_repeat_count=1 sequential_test_order=1",
		 job__text(job, "mask"), job__text(job, "threads"), job__text(job, "pages"),
		 job__u64(job, "huge") ? "1" : "0", job__text(job, "loops"));
	job->operations = job__u64(job, "loops") * job__u64(job, "threads") *
			  (uint64_t)__builtin_popcountll(job__u64(job, "mask"));
	return load(job, options);
}

/* The published name: "full_fit_alloc_test: p:1, h:0, l:500000"; repetitions are only added if they
 * are not 1, as in our runs. */
static void metric_name(const struct param_set *ps, size_t test, uint64_t loops, uint64_t repeat,
			char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s: p:%llu, h:%d, l:%llu", vmalloc_log__tests[test],
			 (unsigned long long)param_set__get(ps, "pages")->u,
			 (int)param_set__get(ps, "huge")->u, (unsigned long long)loops);

	if (repeat != 1)
		snprintf(buf + n, size - (size_t)n, ", r:%llu", (unsigned long long)repeat);
}

static void add_metric(struct metric_list *out, const char *name)
{
	metric_list__add(out,
			 &(struct metric){
				 .name = name,
				 .unit = "usec",
				 .better = BETTER_LOWER,
				 .kind = METRIC_TIME,
				 .primary = true,
				 .margin_rel = 0.02,
				 .resolution = 1,
				 .help = "duration of all loops of a test, mean over workers" });
}

static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	uint64_t mask = param_set__get(ps, "mask")->u;

	if (mask & ~(uint64_t)ALL_TESTS)
		return err__set(err, -EINVAL,
				"mask %llu: no test is known for bit %d (the last is %u, %s)",
				(unsigned long long)mask, 63 - __builtin_clzll(mask),
				1u << (VMALLOC_TESTS - 1), vmalloc_log__tests[VMALLOC_TESTS - 1]);
	for (size_t i = 0; i < VMALLOC_TESTS; i++) {
		char name[96];

		if (!(mask & (1u << i)))
			continue;
		metric_name(ps, i, param_set__get(ps, "loops")->u, 1, name, sizeof(name));
		add_metric(out, name);
	}
	return 0;
}

/* Tests, loops and repetitions of all runs in a log; `pages` and `huge` come from the parameters,
 * as the log does not contain them. */
static int declare_output(const struct param_set *ps, const char *text, struct metric_list *out,
			  struct err *err)
{
	struct vmalloc_log log;
	int ret;

	while (!(ret = vmalloc_log__next(&text, &log, err)))
		for (size_t i = 0; i < VMALLOC_NAMES; i++) {
			const struct vmalloc_test *t = &log.tests[i];
			char name[128];

			metric_name(ps, i, t->loops, t->repeat, name, sizeof(name));
			if (t->workers && (!out->n || !metric__find(out->v, name)))
				add_metric(out, name);
		}
	return ret == -ENOENT && out->n ? 0 : ret;
}

/* Each requested test must have run, and no other. */
static int check_ran(struct job *job, size_t i, const struct vmalloc_test *t)
{
	bool asked = job__u64(job, "mask") & (1u << i);
	const char *name = vmalloc_log__tests[i];

	if (asked && !t->workers)
		return job__fail(job, -EPROTO,
				 "test_vmalloc: %s was asked for (mask %s) and did not "
				 "run: this kernel has no such test",
				 name, job__text(job, "mask"));
	if (!asked && t->workers)
		return job__fail(job, -EPROTO,
				 "test_vmalloc: %s ran, which mask %s does not ask "
				 "for",
				 name, job__text(job, "mask"));
	return 0;
}

static int check_loops(struct job *job, size_t i, const struct vmalloc_test *t)
{
	const char *name = vmalloc_log__tests[i];

	if (t->workers && t->loops != job__u64(job, "loops"))
		return job__fail(job, -EPROTO,
				 "test_vmalloc: %s ran %llu loops, parameter loops is %s", name,
				 (unsigned long long)t->loops, job__text(job, "loops"));
	return 0;
}

/* Report the samples of a run's tests under their declared names. */
static int report(struct job *job, const struct vmalloc_log *log)
{
	for (size_t i = 0; i < VMALLOC_NAMES; i++) {
		const struct vmalloc_test *t = &log->tests[i];
		const struct metric *m;
		char name[128];

		if (!t->workers)
			continue;
		metric_name(job->params, i, t->loops, t->repeat, name, sizeof(name));
		m = metric__find(job->metrics, name);
		if (!m)
			return job__fail(job, -EPROTO,
					 "test_vmalloc: '%s' ran, which was not asked for", name);
		if (!(t->usec > 0))
			return job__fail(job, -ERANGE, "%s took no measurable time: raise loops",
					 name);
		job__sample(job, m->name, t->usec);
	}
	return 0;
}

static int check_workers(struct job *job, const struct vmalloc_log *log)
{
	uint64_t threads = job__u64(job, "threads");

	return log->workers == threads ? 0 :
					 job__fail(job, -EPROTO,
						   "test_vmalloc: %u workers finished, %llu were "
						   "asked for",
						   log->workers, (unsigned long long)threads);
}

/* A saved log may be from any run, so it is only checked against parameters that were given. */
static int check_given(struct job *job, const struct vmalloc_log *log)
{
	bool mask = param_set__get(job->params, "mask")->given;
	bool loops = param_set__get(job->params, "loops")->given;
	int ret = 0;

	for (size_t i = 0; !ret && i < VMALLOC_NAMES; i++) {
		if (mask)
			ret = check_ran(job, i, &log->tests[i]);
		if (!ret && loops)
			ret = check_loops(job, i, &log->tests[i]);
	}
	return ret || !param_set__get(job->params, "threads")->given ? ret :
								       check_workers(job, log);
}

/* A log does not tell how many workers there were, so the last of them may be cut off. */
static void tell_workers(struct job *job, unsigned int last, unsigned int before)
{
	const char *plural = plural_s(last);

	if (last < before)
		job__fact(job, "vmalloc/workers",
			  "%u worker%s in the last run, %u in the one before: is the log truncated?",
			  last, plural, before);
	else if (!param_set__get(job->params, "threads")->given)
		job__fact(job, "vmalloc/workers",
			  "means over %u worker%s; --param threads=N checks that none is missing",
			  last, plural);
}

#define TOOK "All test took "
#define SEEN_MAX 256

/* The last line of each of the first SEEN_MAX runs in a log. */
struct seen {
	const char *line[SEEN_MAX];
	size_t len[SEEN_MAX], n;
};

/* Did an earlier run have the same last line as the one in [run, end), including time and
 * cycles? */
static bool is_repeated(struct seen *seen, const char *run, const char *end)
{
	const char *line = run;
	size_t len;

	for (const char *p = run; (p = memmem(p, (size_t)(end - p), TOOK, strlen(TOOK))); p++)
		line = p;
	len = strcspn(line, "\n");
	for (; line > run && line[-1] != '\n'; line--)
		len++;
	for (size_t i = 0; i < seen->n; i++)
		if (seen->len[i] == len && !memcmp(seen->line[i], line, len))
			return true;
	if (seen->n < SEEN_MAX) {
		seen->line[seen->n] = line;
		seen->len[seen->n++] = len;
	}
	return false;
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	unsigned int last = 0, before = 0;
	const char *run = text;
	struct seen seen = { .n = 0 };
	struct vmalloc_log log;
	int ret;

	for (; !(ret = vmalloc_log__next(&text, &log, &job->err)); run = text) {
		if (is_repeated(&seen, run, text))
			ret = job__fail(job, -EPROTO,
					"test_vmalloc: the log has the same run twice: are the "
					"outputs of several dmesg joined in it?");
		if (!ret)
			ret = check_given(job, &log);
		if (!ret)
			ret = report(job, &log);
		if (ret)
			return ret;
		before = last;
		last = log.workers;
	}
	if (ret != -ENOENT || !job->n_samples)
		return ret;
	tell_workers(job, last, before);
	return 0;
}

/* The messages logged since the run began, one per line, without the prefix of /dev/kmsg; the
 * caller frees. EPIPE: messages were overwritten before we read them. */
static int read_log(struct job *job, int fd, char **text)
{
	_free_ char *record = xcalloc(RECORD_MAX, 1);
	size_t len = 0;
	FILE *f = xmemstream(text, &len);
	ssize_t n;

	while ((n = read(fd, record, RECORD_MAX - 1)) > 0 || (n < 0 && errno == EINTR)) {
		const char *line;

		if (n < 0)
			continue;
		record[n] = '\0';
		line = strchr(record, ';');
		fprintf(f, "%.*s\n", line ? (int)strcspn(line + 1, "\n") : 0, line ? line + 1 : "");
	}
	n = n < 0 && errno != EAGAIN ? -errno : 0;
	if (fclose(f) || n)
		return job__fail(job, n ? (int)n : -ENOMEM,
				 n == -EPIPE ?
					 "the kernel log has lost lines of the results: lower "
					 "threads, or give the kernel a larger log_buf_len" :
					 "the kernel log cannot be read: %s",
				 strerror((int)-n));
	return 0;
}

static int verify(struct job *job)
{
	const struct state *st = job->priv;
	_free_ char *text = NULL;
	struct vmalloc_log log;
	int ret = read_log(job, st->kmsg, &text);

	if (!ret)
		ret = vmalloc_log__parse(text, &log, &job->err);
	for (size_t i = 0; !ret && i < VMALLOC_NAMES; i++) {
		ret = check_ran(job, i, &log.tests[i]);
		if (!ret)
			ret = check_loops(job, i, &log.tests[i]);
	}
	if (!ret)
		ret = check_workers(job, &log);
	return ret ? ret : report(job, &log);
}

static const struct param params[] = {
	PARAM(.name = "mask", .type = PARAM_INT, .def = "898", .min = 1, .max = UINT32_MAX,
	      .help = "run_test_mask: the sum of the tests' bits; 898 is full_fit_alloc, pcpu_alloc and "
		      "both kvfree_rcu"),
	PARAM(.name = "pages", .type = PARAM_INT, .def = "1", .min = 1, .max = 1 << 20,
	      .help = "nr_pages of an allocation (in fix_size_alloc, no_block_alloc, vm_map_ram)"),
	PARAM(.name = "huge", .type = PARAM_BOOL, .def = "false",
	      .help = "use_huge: allow huge mappings (fix_size_alloc)"),
	PARAM(.name = "loops", .type = PARAM_INT, .def = "1000", .full = "500000", .min = 1,
	      .max = INT32_MAX,
	      .help = "test_loop_count of each test; 500000 in published results"),
	PARAM(.name = "threads", .type = PARAM_INT, .def = "1", .min = 1, .max = 65535,
	      .help = "nr_threads: workers that do all tests at the same time"),
	{ .name = NULL },
};

const struct workload wl_vmalloc = {
	.name = "vmalloc",
	.version = 1,
	.summary = "the kernel's test_vmalloc: allocations of several kinds in a loop",
	.modules = STRINGS("?" MODULE),
	.needs = NEEDS(NEED(.symbol = "TEST_VMALLOC", .module = MODULE, .loadable = true,
			    .why = "the kernel's own test, loaded with what it is to do")),
	.params = params,
	.declare = declare,
	.declare_output = declare_output,
	.iteration_max_s = 600,
	.setup_max_s = 60,
	.supported = supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
