// SPDX-License-Identifier: GPL-2.0-only
/*
 * memcached: Debian's memcached, driven over loopback by our own load generator. docs/WORKLOADS.md
 * explains the load and the meaning of latency.
 */
#include "workloads/memcached/setup.h"
#include "workloads/workload.h"

enum mode { MODE_CLOSED, MODE_OPEN };

/* Number of requests per iteration; 0 if it is limited by duration. */
static uint64_t ops_of(const struct job *job)
{
	return job__u64(job, "duration") ? 0 : job__u64(job, "ops");
}

/* In an open loop, requests that are due but not sent at the end get as much time again to
 * drain. */
static int run(struct job *job)
{
	struct mc_state *st = job->priv;
	bool open_loop = job__u64(job, "mode") == MODE_OPEN;
	struct mc_phase ph = {
		.ops = ops_of(job),
		.rate = open_loop ? job__number(job, "rate") : 0,
		.seed = rng__derive(job->seed, job->iteration + 1, 2),
	};
	int ret;

	if (!ph.ops)
		ph.duration_ns = ph.drain_ns = job__u64(job, "duration");
	ret = mc_or_dead(job, st, mc_load__run(st->load, &ph, &st->res, &job->err));
	job->operations = st->res.n_get + st->res.n_set;
	return ret;
}

/* The server counted something else: there is another client, or replies were lost. */
static int differs(struct job *job, const char *what, uint64_t server, uint64_t ours)
{
	if (server == ours)
		return 0;
	return job__fail(job, -EIO, "memcached counted %llu %s, the load generator %llu",
			 (unsigned long long)server, what, (unsigned long long)ours);
}

/* The server's counters since the last iteration must match what we sent and received. */
static int compare_counts(struct job *job, struct mc_state *st)
{
	const struct mc_result *r = &st->res;
	struct mc_stats now, was = st->before;
	int ret = mc_client__stats(st->server.port, &now, &job->err);

	if (ret)
		return mc_or_dead(job, st, ret);
	st->before = now;
	ret = differs(job, "gets", now.cmd_get - was.cmd_get, r->n_get);
	if (!ret)
		ret = differs(job, "sets", now.cmd_set - was.cmd_set, r->n_set);
	if (!ret)
		ret = differs(job, "hits", now.get_hits - was.get_hits, r->hits);
	if (!ret && now.evictions != was.evictions)
		ret = job__fail(job, -ENOSPC,
				"memcached evicted %llu items: raise memory or lower keys",
				(unsigned long long)(now.evictions - was.evictions));
	return ret;
}

/* Check the load generator's own figures: every request was answered once, and every get was a
 * hit. */
static int check_result(struct job *job, const struct mc_result *r)
{
	uint64_t ops = ops_of(job), answered = r->n_get + r->n_set;

	if (r->hits + r->misses != r->n_get || r->latency->n != answered + r->unsent)
		return job__fail(job, -EIO,
				 "replies are not all accounted for: %llu gets, %llu hits, "
				 "%llu misses, %llu sets, %llu latencies",
				 (unsigned long long)r->n_get, (unsigned long long)r->hits,
				 (unsigned long long)r->misses, (unsigned long long)r->n_set,
				 (unsigned long long)r->latency->n);
	if (r->misses)
		return job__fail(job, -EIO,
				 "%llu of %llu gets missed although every key was stored",
				 (unsigned long long)r->misses, (unsigned long long)r->n_get);
	if (ops && answered != ops)
		return job__fail(job, -EIO, "%llu requests were answered, %llu were asked for",
				 (unsigned long long)answered, (unsigned long long)ops);
	if (r->latency->n == r->unsent || !r->elapsed_ns)
		return job__fail(job, -EIO, "not one request was answered: raise duration");
	return 0;
}

static int verify(struct job *job)
{
	struct mc_state *st = job->priv;
	const struct mc_result *r = &st->res;
	int ret = check_result(job, r);

	if (!ret)
		ret = compare_counts(job, st);
	if (ret)
		return ret;
	job__sample(job, "ops", (double)(r->n_get + r->n_set) * 1e9 / (double)r->elapsed_ns);
	job__sample(job, "p50", (double)hdr__quantile(r->latency, 0.5) / 1000);
	job__sample(job, "p99", (double)hdr__quantile(r->latency, 0.99) / 1000);
	job__sample(job, "p999", (double)hdr__quantile(r->latency, 0.999) / 1000);
	job__sample(job, "mean", hdr__mean(r->latency) / 1000);
	job__sample(job, "max", (double)r->latency->max / 1000);
	if (r->n_get)
		job__sample(job, "hit_ratio", (double)r->hits / (double)r->n_get);
	if (job__u64(job, "mode") == MODE_OPEN) {
		job__sample(job, "send_lag", (double)hdr__quantile(r->lag, 0.99) / 1000);
		job__sample(job, "unsent", (double)r->unsent);
	}
	return 0;
}

static const struct param params[] = {
	PARAM(.name = "mode", .type = PARAM_ENUM, .def = "closed", .choices = "closed|open",
	      .help = "closed: a connection sends after each reply; open: at a fixed rate"),
	PARAM(.name = "rate", .type = PARAM_NUMBER, .def = "1000", .min = 0.1, .max = 1e8,
	      .help = "open loop: requests per second, all connections together"),
	PARAM(.name = "ops", .type = PARAM_INT, .def = "8000", .full = "20000000", .min = 0,
	      .max = 1e10, .help = "requests in an iteration"),
	PARAM(.name = "duration", .type = PARAM_DURATION, .def = "0s", .min = 0, .max = 3600e9,
	      .help = "not 0: an iteration ends after this time, whatever ops says"),
	PARAM(.name = "connections", .type = PARAM_INT, .def = "200", .min = 1, .max = 60000,
	      .help = "connections, each with one request under way at a time"),
	PARAM(.name = "opened", .type = PARAM_INT, .def = "800", .min = 0, .max = 60000,
	      .help = "connections opened first, of which all but a random choice are closed"),
	PARAM(.name = "window", .type = PARAM_INT, .def = "0", .min = 0, .max = 60000,
	      .help = "closed loop: requests under way in all, on random connections; 0: one each"),
	PARAM(.name = "scatter", .type = PARAM_SIZE, .def = "128M", .full = "2G", .min = 0,
	      .max = 32ull << 30,
	      .help = "memory allocated before the server starts, of which a random half is freed"),
	PARAM(.name = "threads", .type = PARAM_INT, .def = "1", .full = "8", .min = 1, .max = 256,
	      .help = "threads of the load generator"),
	PARAM(.name = "keys", .type = PARAM_INT, .def = "100000", .full = "10000000", .min = 1,
	      .max = 4e9, .help = "keys, all stored before the first iteration"),
	PARAM(.name = "key_size", .type = PARAM_INT, .def = "32", .min = MC_KEY_MIN,
	      .max = MC_KEY_MAX, .help = "length of a key"),
	PARAM(.name = "value_size", .type = PARAM_SIZE, .def = "1K", .min = MC_TAG_LEN,
	      .max = 512 << 10, .help = "length of a value"),
	PARAM(.name = "get_ratio", .type = PARAM_NUMBER, .def = "0.9", .min = 0, .max = 1,
	      .help = "share of gets; the rest are sets"),
	PARAM(.name = "dist", .type = PARAM_ENUM, .def = "uniform", .choices = "uniform|zipf",
	      .help = "how keys are chosen"),
	PARAM(.name = "theta", .type = PARAM_NUMBER, .def = "0.99", .min = 0.01, .max = 5,
	      .help = "exponent of the Zipf distribution"),
	PARAM(.name = "warmup_ops", .type = PARAM_INT, .def = "1600", .full = "1000000", .min = 0,
	      .max = 1e9, .help = "requests sent once before the first iteration, not measured"),
	PARAM(.name = "server_threads", .type = PARAM_INT, .def = "4", .full = "16", .min = 1,
	      .max = 256, .help = "memcached's worker threads"),
	PARAM(.name = "server_cpus", .type = PARAM_CPUS, .def = "", .help = "where memcached runs"),
	PARAM(.name = "client_cpus", .type = PARAM_CPUS, .def = "",
	      .help = "where the load generator's threads run, one after the other"),
	PARAM(.name = "memory", .type = PARAM_SIZE, .def = "256M", .full = "20G", .min = 8 << 20,
	      .max = 0x1p44, .help = "memcached's memory for items"),
	{ .name = NULL },
};

#define LATENCY(metric, main, margin, text)                                               \
	METRIC(.name = metric, .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME, \
	       .primary = main, .margin_rel = margin, .help = text)

static const struct metric metrics[] = {
	METRIC(.name = "ops", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.015, .help = "answered requests per second"),
	LATENCY("p50", true, 0.02, "median latency"),
	LATENCY("p99", true, 0.04, "99th percentile of latency"),
	LATENCY("p999", true, 0.04, "99.9th percentile of latency"),
	LATENCY("mean", false, 0.02, "mean latency"),
	LATENCY("max", false, 0.2, "longest latency"),
	LATENCY("send_lag", false, 0.2, "open loop: 99th percentile of how late requests left"),
	METRIC(.name = "unsent", .unit = "op", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .margin_abs = 1, .resolution = 1,
	       .help = "open loop: due requests that could not be sent at all"),
	METRIC(.name = "hit_ratio", .unit = "ratio", .better = BETTER_HIGHER, .kind = METRIC_COUNT,
	       .margin_abs = 0.001, .help = "share of gets that found their key"),
	{ .name = NULL },
};

const struct workload wl_memcached = {
	.name = "memcached",
	.version = 3,
	.summary = "memcached over loopback, open or closed loop",
	.packages = STRINGS("memcached"),
	.needs = NEEDS(NEED(.symbol = "INET", .why = "clients talk to it over TCP"),
		       NEED(.symbol = "EPOLL", .why = "its event loop waits by epoll"),
		       NEED(.symbol = "EVENTFD", .why = "its threads are woken by eventfd")),
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 120,
	.setup_max_s = 120,
	.setup = mc_setup,
	.run = run,
	.verify = verify,
	.teardown = mc_teardown,
};
