// SPDX-License-Identifier: GPL-2.0-only
/*
 * churn: repeatedly creates and frees modules, kprobes, BPF programs, secret memory and read-only
 * memory, each a fixed number of times, and records at points in between how the kernel maps its
 * memory. Each is an area with its own permissions, for which blocks of the linear map are split;
 * split blocks are never merged again.
 */
#include "lib/clock.h"
#include "workloads/churn/part.h"
#include "workloads/support/choice.h"
#include "workloads/workload.h"

#include <sys/mman.h>
#include <unistd.h>

#define PARTS 6

static const struct churn_part *const all_parts[PARTS] = {
	&churn_module,	   &churn_kprobe,    &churn_bpf,
	&churn_trampoline, &churn_secretmem, &churn_set_memory,
};

struct state {
	bool chosen[PARTS];
	bool works[PARTS]; /* supported by the running kernel */
	struct churn churn[PARTS]; /* of the supported parts, between open() and close() */
	struct points points;
	char *pages; /* user memory that makes areas move to other pages; NULL: none */
	size_t bytes, at; /* total size; offset of the next page to take */
};

static int choose(const struct param_set *ps, bool chosen[PARTS], struct err *err)
{
	const char *names[PARTS];

	for (size_t i = 0; i < PARTS; i++)
		names[i] = all_parts[i]->name;
	return choice__read(ps, "parts", "part", names, PARTS, chosen, err);
}

static int declare(const struct param_set *ps, struct metric_list *out, struct err *err)
{
	const uint64_t operations = param_set__get(ps, "operations")->u;
	bool chosen[PARTS];
	int ret = choose(ps, chosen, err);

	if (ret)
		return ret;
	if (param_set__get(ps, "points")->u > operations)
		return err__set(err, -EINVAL, "points: more than the %llu operations",
				(unsigned long long)operations);
	for (size_t i = 0; i < PARTS; i++)
		if (chosen[i]) {
			points__declare(all_parts[i]->name, all_parts[i]->what, out);
			if (all_parts[i]->declare)
				all_parts[i]->declare(out);
		}
	return 0;
}

static void more_modules(const struct param_set *ps, struct strvec *out)
{
	bool chosen[PARTS];
	struct err err;

	if (choose(ps, chosen, &err))
		return; /* declare() reports it */
	for (size_t i = 0; i < PARTS; i++)
		if (chosen[i] && all_parts[i]->module)
			strvec__push(out, all_parts[i]->module);
}

/* Open the part and create the first area. -EOPNOTSUPP: this kernel cannot. */
static int open_part(struct job *job, struct churn *c, const struct churn_part *part)
{
	int ret;

	*c = (struct churn){ .env = job->env,
			     .fd = { -1, -1 },
			     .without_signature = !job__u64(job, "signatures") };
	ret = part->open ? part->open(c) : 0;
	if (!ret)
		ret = part->make(c);
	if (ret)
		part->close(c);
	return ret;
}

/* Try each part once: report what the kernel lacks before anything is measured, and run the
 * rest. */
static int supported(struct job *job)
{
	_cleanup_(strvec__release) struct strvec lacks = { 0 };
	struct state *st = xcalloc(1, sizeof(*st));
	_free_ char *text = NULL;
	size_t works = 0;
	int ret = job__need_scratch(job, "churn loads modules and sets probes");

	if (!ret)
		ret = choose(job->params, st->chosen, &job->err);
	for (size_t i = 0; !ret && i < PARTS; i++) {
		const struct churn_part *part = all_parts[i];
		struct churn c;

		if (!st->chosen[i])
			continue;
		ret = open_part(job, &c, part);
		st->works[i] = !ret;
		works += !ret;
		if (!ret)
			part->close(&c);
		else if (ret == -EOPNOTSUPP)
			strvec__pushf(&lacks, "%s cannot run here: %s", part->name, c.err.msg);
		else
			job__fail(job, ret, "%s: %s", part->name, c.err.msg);
		if (ret == -EOPNOTSUPP)
			ret = 0;
	}
	text = strvec__join(&lacks, "; ");
	if (!ret && !works)
		ret = job__fail(job, -EOPNOTSUPP, "%s", text);
	if (ret) {
		free(st);
		return ret;
	}
	if (lacks.n)
		job__fact(job, "churn/unsupported", "%s", text);
	job->priv = st;
	return 0;
}

/* Reserve user memory for `shift`: as much as all operations take, or half of the free memory, in
 * which case the oldest pages are given back. */
static int reserve_pages(struct job *job, struct state *st)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);
	const uint64_t want = job__u64(job, "shift") * job__u64(job, "operations") * PARTS;
	const uint64_t room = (uint64_t)sysconf(_SC_AVPHYS_PAGES) / 2;
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	void *mem;

	if (!want)
		return 0;
	st->bytes = (size_t)(want < room ? want : room) * page;
	/* cppcheck-suppress invalidFunctionArg ; -1 is what mmap(2) asks for with MAP_ANONYMOUS */
	mem = mmap(NULL, st->bytes, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (mem == MAP_FAILED)
		return job__fail(job, -errno, "no memory for shift: %s", strerror(errno));
	/* Huge pages would take whole blocks at once, instead of the pages that were just freed. */
	(void)madvise(mem, st->bytes, MADV_NOHUGEPAGE);
	st->pages = mem;
	return 0;
}

/* Called between drop() and make(): allocate pages, which are likely those that drop() freed, so
 * that make() has to use others. */
static void take_pages(struct job *job, struct state *st)
{
	const size_t page = (size_t)sysconf(_SC_PAGESIZE);

	for (uint64_t i = job__u64(job, "shift"); st->pages && i; i--) {
		char *at = st->pages + st->at;

		if (*at)
			(void)madvise(at, page, MADV_DONTNEED);
		*at = 1;
		st->at = st->at + page < st->bytes ? st->at + page : 0;
	}
}

/* Record a point after `done` operations, which took `ns` so far. */
static int look(struct job *job, struct state *st, const char *part, uint64_t done, uint64_t ns)
{
	points__add(&st->points, part, done)->v[POINT_NS] = ns;
	return job__point(job, &st->points);
}

static int run_part(struct job *job, struct state *st, size_t i)
{
	const uint64_t operations = job__u64(job, "operations"), points = job__u64(job, "points");
	const struct churn_part *part = all_parts[i];
	struct churn *c = &st->churn[i];
	uint64_t done = 0, ns = 0;
	int ret = look(job, st, part->name, 0, 0);

	for (uint64_t k = 1; !ret && k <= points; k++) {
		const uint64_t begin = clock__ns();

		for (; !ret && done < operations * k / points; done++) {
			ret = part->drop(c);
			take_pages(job, st);
			if (!ret)
				ret = part->make(c);
		}
		if (ret)
			return job__fail(job, ret == -EOPNOTSUPP ? -EIO : ret,
					 "%s, operation %llu: %s", part->name,
					 (unsigned long long)done, c->err.msg);
		ns += clock__ns() - begin;
		ret = look(job, st, part->name, done, ns);
	}
	job->operations += done;
	return ret;
}

/* What a part has created stays until teardown, so that the layout after the workload includes all
 * of them. */
static int run(struct job *job)
{
	struct state *st = job->priv;
	int ret = reserve_pages(job, st);

	for (size_t i = 0; !ret && i < PARTS; i++) {
		if (!st->works[i])
			continue;
		ret = open_part(job, &st->churn[i], all_parts[i]);
		if (ret) {
			st->works[i] = false; /* it has been closed */
			return job__fail(job, -EIO, "%s: %s", all_parts[i]->name,
					 st->churn[i].err.msg);
		}
		ret = run_part(job, st, i);
	}
	return ret;
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	char *text = points__format(&st->points);

	for (size_t i = 0; i < PARTS; i++) {
		struct churn *c = &st->churn[i];
		int ret = st->works[i] && all_parts[i]->tell ? all_parts[i]->tell(c, job) : 0;

		if (ret) {
			free(text);
			return job__fail(job, ret, "%s: %s", all_parts[i]->name, c->err.msg);
		}
		for (size_t k = 0; st->works[i] && k < POINT_VALUES; k++) {
			_free_ char *name = xasprintf("%s.%s", all_parts[i]->name, point__name(k));
			double rate;

			if (points__rate(&st->points, all_parts[i]->name, k, &rate))
				job__sample(job, metric__find(job->metrics, name)->name, rate);
		}
	}
	job__keep(job, POINTS_PREFIX "churn", text, strlen(text));
	return 0;
}

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (!st)
		return;
	for (size_t i = 0; i < PARTS; i++)
		if (st->churn[i].env)
			all_parts[i]->close(&st->churn[i]);
	points__release(&st->points);
	if (st->pages)
		munmap(st->pages, st->bytes);
	job__free_priv(job);
}

static const struct param params[] = {
	PARAM(.name = "parts", .type = PARAM_TEXT, .words = true, .def = "all",
	      .help = "what comes and goes: module, kprobe, bpf, trampoline, secretmem, set-memory; separated "
		      "by blanks or commas"),
	PARAM(.name = "operations", .type = PARAM_INT, .def = "100", .full = "10000", .min = 1,
	      .max = 10000000, .help = "operations of each part"),
	PARAM(.name = "points", .type = PARAM_INT, .def = "10", .min = 1, .max = 500,
	      .help = "how often to check the linear map while a part runs, besides at its start"),
	PARAM(.name = "shift", .type = PARAM_INT, .def = "0", .max = 4096,
	      .help = "pages of memory that user space allocates and keeps after the end of each area: "
		      "the next one then gets new memory"),
	PARAM(.name = "signatures", .type = PARAM_BOOL, .def = "true",
	      .help = "let the kernel verify the module's signature each time, which is nine tenths of "
		      "the time to load it"),
	{ .name = NULL },
};

const struct workload wl_churn = {
	.name = "churn",
	.version = 1,
	.summary =
		"modules, kprobes, BPF programs, secret memory come and go: the linear map over time",
	.more_modules = more_modules,
	.params = params,
	.declare = declare,
	.iteration_max_s = 1800,
	.setup_max_s = 60,
	.no_iterations = true,
	.supported = supported,
	.run = run,
	.verify = verify,
	.teardown = teardown,
};
