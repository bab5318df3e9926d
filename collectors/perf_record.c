// SPDX-License-Identifier: GPL-2.0-only
/*
 * perf-record: which functions of the kernel the CPUs execute during a workload, by sampling an
 * event; see docs/COUNTERS.md. If sampling is impossible, a fact gives the reason, and there are no
 * samples.
 */
#include "collectors/collector.h"
#include "collectors/pmc/sampler.h"
#include "collectors/support/live_symbols.h"
#include "collectors/support/sampled.h"
#include "lib/fs.h"

#include <inttypes.h>
#include <linux/perf_event.h>

#define SYMBOLS "/proc/kallsyms"
#define RESTRICT "/proc/sys/kernel/kptr_restrict"
#define ONLINE "/sys/devices/system/cpu/online"
#define SYMBOLS_MAX (256u << 20)
#define BUFFER_MIN (64u << 10)
#define STATUS "perf-record/status"
#define LEFT_OUT "perf-record/left-out"

/* A prime number, so that no loop of the kernel keeps step with it. */
#define PERIOD 1000003

static const struct event {
	const char *name, *metric, *per_op;
	uint32_t type;
	uint64_t config;
	bool clock;
} events[] = {
#define SAMPLED_EVENT(event, unit, type, config, kind, words) \
	{ event, SAMPLED_METRIC(unit), SAMPLED_PER_OP(unit), type, config, (kind) == METRIC_TIME },
	SAMPLED_EVENTS(SAMPLED_EVENT)
#undef SAMPLED_EVENT
};

/* "|instructions|cycles": the choices begin after the first bar. */
#define CHOICE(event, unit, type, config, kind, words) "|" event
#define CHOICES (&(SAMPLED_EVENTS(CHOICE))[1])

struct recording {
	const struct event *event;
	uint64_t period;
	struct pmc_sampler *sampler; /* NULL: not sampled */
	struct live_symbols symbols;
	uint32_t *counts; /* samples of an iteration by symbol; the last element: in no symbol */
	char *online; /* CPUs that were online when it was opened */
	FILE *text;
	char *kept;
	size_t len;
};

static const struct event *event_of(const struct job *job)
{
	for (size_t i = 0; i < ARRAY_SIZE(events); i++)
		if (streq(events[i].name, job__text(job, "event")))
			return &events[i];
	abort();
}

/* Set kptr_restrict to 1 while reading: then root sees the addresses even if they were hidden from
 * all. */
static int load_symbols(struct recording *r, struct err *err)
{
	_free_ char *before = NULL;
	char *text = NULL;
	size_t len;
	int ret;

	if (!fs__read(RESTRICT, 64, &before, NULL))
		(void)fs__poke(RESTRICT, "1");
	ret = fs__read(SYMBOLS, SYMBOLS_MAX, &text, &len);
	if (before)
		(void)fs__poke(RESTRICT, before);
	if (ret)
		return err__set(err, ret, SYMBOLS ": %s (the kernel needs CONFIG_KALLSYMS)",
				strerror(-ret));
	ret = live_symbols__parse(&r->symbols, text, err);
	return ret ? err__prefix(err, ret, SYMBOLS ": ") : 0;
}

/* Report why there are no samples and what to do about it, by the error of perf_event_open(2). */
static void say_why(struct job *job, const struct event *e, int ret)
{
	if (ret == -EACCES || ret == -EPERM)
		job__fact(job, STATUS,
			  "not sampled: sampling the kernel on all CPUs needs root, CAP_PERFMON or "
			  "kernel.perf_event_paranoid at -1 (%s)",
			  strerror(-ret));
	else if (ret == -ENOBUFS)
		job__fact(job, STATUS,
			  "not sampled: kernel.perf_event_mlock_kb leaves no memory for samples");
	else if (e->clock || (ret != -ENOENT && ret != -EOPNOTSUPP && ret != -ENODEV))
		job__fact(job, STATUS, "not sampled: %s: %s", e->name, strerror(-ret));
	else
		job__fact(job, STATUS,
			  "not sampled: this machine has no PMU that interrupts on %s (%s); "
			  "event: cpu-clock samples time instead",
			  e->name, strerror(-ret));
}

static int prepare(struct job *job)
{
	struct recording *r = xcalloc(1, sizeof(*r));
	struct pmc_sampling what;
	struct err err;
	int ret;

	job->priv = r;
	r->event = event_of(job);
	r->period = job__u64(job, "period") ? job__u64(job, "period") : PERIOD;
	ret = load_symbols(r, &err);
	if (ret) {
		job__fact(job, STATUS, "not sampled: %s", err.msg);
		return 0;
	}
	what = (struct pmc_sampling){ r->event->type, r->event->config, r->period, r->event->clock,
				      job__u64(job, "buffer") };
	/* Memory that this user has locked already counts towards the limit: try smaller rings. */
	do {
		ret = pmc_sampler__open(&what, &r->sampler);
		what.room /= 2;
	} while (ret == -ENOBUFS && what.room >= BUFFER_MIN);
	if (ret) {
		say_why(job, r->event, ret);
		return 0;
	}
	fs__read(ONLINE, 4096, &r->online, NULL);
	r->counts = xcalloc(r->symbols.n + 1, sizeof(*r->counts));
	r->text = xmemstream(&r->kept, &r->len);
	fprintf(r->text, SAMPLED_HEAD "%s %" PRIu64 "\n", r->event->name, r->period);
	job__fact(job, STATUS, "%s, each %" PRIu64 "th in the kernel is a sample, on all CPUs%s",
		  r->event->name, r->period, r->event->clock ? " that are not idle (in ns)" : "");
	return 0;
}

/* Are all samples of the iteration there? If not, the whole iteration is left out, as samples are
 * not lost at random. */
static bool is_whole(struct job *job, const struct recording *r, const struct pmc_samples *s,
		     int ret)
{
	_free_ char *online = NULL;

	if (ret)
		job__fact(job, LEFT_OUT, "iteration %u is left out: its samples cannot be read: %s",
			  job->iteration, strerror(-ret));
	else if (s->lost)
		job__fact(job, LEFT_OUT,
			  "iteration %u is left out: %" PRIu64
			  " samples or more were lost; take a longer 'period' or a larger 'buffer'",
			  job->iteration, s->lost);
	else if (s->throttled)
		job__fact(job, LEFT_OUT,
			  "iteration %u is left out: the kernel stopped sampling %" PRIu64
			  " times; take a longer 'period', or raise kernel.perf_event_max_sample_rate "
			  "and kernel.perf_cpu_time_max_percent",
			  job->iteration, s->throttled);
	else if (s->idle)
		job__fact(job, LEFT_OUT,
			  "iteration %u is left out: on %" PRIu64
			  " CPUs something else used the counter, such as collector perf",
			  job->iteration, s->idle);
	else if (!s->n)
		job__fact(job, LEFT_OUT,
			  "iteration %u has no samples: it is too short, or the counter does not "
			  "interrupt",
			  job->iteration);
	else if (!r->event->clock && !pmc_samples__agree(s, r->period))
		job__fact(job, LEFT_OUT,
			  "iteration %u is left out: the counters have %" PRIu64
			  " events, but the samples stand for %" PRIu64
			  ": the interrupts of this PMU do not match its counts",
			  job->iteration, s->counted, (s->n + s->elsewhere) * r->period);
	else if (r->online && !fs__read(ONLINE, 4096, &online, NULL) && !streq(r->online, online))
		job__fact(job, LEFT_OUT, "iteration %u is left out: CPUs went online or offline",
			  job->iteration);
	else
		return true;
	return false;
}

/* Write the samples of an iteration by function, and report their sum as a metric. */
static void put_iteration(struct job *job, struct recording *r, const struct pmc_samples *s)
{
	const double all = (double)s->n * (double)r->period;

	fprintf(r->text, ":%u\t%zu\n", job->iteration, s->n);
	for (size_t i = 0; i < s->n; i++) {
		const size_t at = live_symbols__find(&r->symbols, s->ip[i]);

		r->counts[at == LIVE_SYMBOLS_NONE ? r->symbols.n : at]++;
	}
	for (size_t i = 0; i < r->symbols.n; i++) {
		const struct live_symbol *f = &r->symbols.v[i];

		if (r->counts[i])
			fprintf(r->text, "%u\t%s\t%s\n", r->counts[i], f->name, f->module);
	}
	if (r->counts[r->symbols.n])
		fprintf(r->text, "%u\t\t\n", r->counts[r->symbols.n]);
	memset(r->counts, 0, (r->symbols.n + 1) * sizeof(*r->counts));
	job__sample(job, "kernel.samples", (double)s->n);
	job__sample(job, r->event->metric, all);
	if (job->operations)
		job__sample(job, r->event->per_op, all / (double)job->operations);
}

static void behind(struct job *job)
{
	struct recording *r = job->priv;
	struct pmc_samples s = { 0 };
	int ret = pmc_sampler__drain(r->sampler, &s);

	if (is_whole(job, r, &s, ret))
		put_iteration(job, r, &s);
	pmc_samples__release(&s);
	if (job->iteration + 1 == job->iterations) {
		_free_ char *name = xasprintf(SAMPLED_TEXT "%s", job->workload);

		fclose(r->text);
		r->text = NULL;
		job__keep(job, name, r->kept, r->len);
		r->kept = NULL;
	}
}

static int collect(struct job *job, enum collect_phase phase)
{
	struct recording *r = job->priv;

	if (!r->sampler)
		return 0;
	if (phase == COLLECT_BEFORE_ITERATION)
		pmc_sampler__start(r->sampler);
	else if (phase == COLLECT_AFTER_ITERATION)
		pmc_sampler__stop(r->sampler);
	else
		behind(job);
	return 0;
}

static void release(struct job *job)
{
	struct recording *r = job->priv;

	if (!r)
		return;
	pmc_sampler__close(r->sampler);
	live_symbols__release(&r->symbols);
	if (r->text)
		fclose(r->text);
	free(r->kept);
	free(r->counts);
	free(r->online);
	free(r);
}

static const struct param params[] = {
	PARAM(.name = "buffer", .type = PARAM_SIZE, .def = "512K", .min = BUFFER_MIN,
	      .max = 64 << 20,
	      .help = "memory for samples per CPU, or what is allowed; 16 bytes per sample"),
	PARAM(.name = "event", .type = PARAM_ENUM, .def = "instructions", .choices = CHOICES,
	      .help = "what is sampled; cpu-clock samples time and needs no PMU"),
	PARAM(.name = "period", .type = PARAM_INT, .def = "0", .max = 1ull << 40,
	      .help = "events (ns of cpu-clock) from one sample to the next; 0: 1000003"),
	{ .name = NULL },
};

/* Fewer samples say nothing. */
#define FEW 100

#define SAMPLED(metric, what, kind_, text)                                          \
	METRIC(.name = metric, .unit = what, .better = BETTER_LOWER, .kind = kind_, \
	       .margin_rel = 0.02, .floor = FEW, .events = "kernel.samples", .help = text)
#define EVENT(event, unit, type, config, kind, words)                                              \
	SAMPLED(SAMPLED_METRIC(unit), unit, kind, words " in the kernel, estimated from samples"), \
		SAMPLED(SAMPLED_PER_OP(unit), unit "/op", kind,                                    \
			"the same per operation of the workload"),

static const struct metric metrics[] = {
	METRIC(.name = "kernel.samples", .unit = "samples", .better = BETTER_LOWER,
	       .kind = METRIC_COUNT, .describes = true, .margin_abs = FEW, .resolution = 1,
	       .help = "samples in the kernel, the basis of the estimates"),
	SAMPLED_EVENTS(EVENT){ .name = NULL },
};

const struct collector col_perf_record = {
	.name = "perf-record",
	.version = 1,
	.summary = "samples of the kernel by function, for `kduel explain` on hardware",
	.params = params,
	.metrics = metrics,
	.needs = NEEDS(NEED(.symbol = "PERF_EVENTS", .why = "it samples by perf_event_open"),
		       NEED(.symbol = "KALLSYMS",
			    .why = "it says which function an address is in")),
	.phases = COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION | COLLECT_BEHIND,
	.max_s = 60,
	.prepare = prepare,
	.collect = collect,
	.release = release,
};
