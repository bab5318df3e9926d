// SPDX-License-Identifier: GPL-2.0-only
/*
 * memcached: Debian's memcached, driven over loopback by our own load generator.
 * docs/WORKLOADS.md says how the load is made and what latency means.
 */
#include "lib/units.h"
#include "workloads/memcached-client.h"
#include "workloads/memcached-load.h"
#include "workloads/memcached-server.h"
#include "workloads/workload.h"

#define MAX_CPUS 1024
#define DEATH_MS 500 /* a dying server's sockets close before it can be reaped */

enum mode { MODE_CLOSED, MODE_OPEN };

struct state {
	struct mc_server server;
	struct mc_shape shape;
	struct keys keys;
	struct mc_load *load;
	struct mc_result res;
	struct mc_stats before;
	unsigned int server_cpus[MAX_CPUS], client_cpus[MAX_CPUS];
};

static int cpus(struct job *job, const char *name, unsigned int *list, size_t *n)
{
	const char *text = job__text(job, name);
	int got = *text ? units__cpu_list(text, list, MAX_CPUS) : 0;

	for (int i = 0; i < got && i < MAX_CPUS; i++)
		if (list[i] >= MAX_CPUS)
			got = -ERANGE;
	if (got < 0 || got > MAX_CPUS)
		return job__fail(job, -EINVAL, "%s '%s' is no list of CPUs below %d", name, text,
				 MAX_CPUS);
	*n = (size_t)got;
	return 0;
}

static int check_params(struct job *job)
{
	uint64_t ops = job__u64(job, "ops"), duration = job__u64(job, "duration");

	if (job__u64(job, "threads") > job__u64(job, "connections"))
		return job__fail(job, -EINVAL,
				 "threads (%s) must not be more than connections (%s)",
				 job__text(job, "threads"), job__text(job, "connections"));
	if (!ops && !duration)
		return job__fail(job, -EINVAL,
				 "ops and duration are both 0: nothing would be done");
	return 0;
}

static int start_server(struct job *job, struct state *st)
{
	struct mc_server_opts o = {
		.dir = job->dir,
		.threads = (unsigned int)job__u64(job, "server_threads"),
		.connections = (unsigned int)job__u64(job, "connections"),
		.memory = job__u64(job, "memory"),
		.item_max = job__u64(job, "value_size") + 1024,
		.cpus = st->server_cpus,
	};
	struct mc_stats stats;
	int err = cpus(job, "server_cpus", st->server_cpus, &o.n_cpus);

	if (!err)
		err = mc_server__start(&st->server, &o, &job->err);
	if (!err)
		err = mc_client__stats(st->server.port, &stats, &job->err);
	if (err)
		return err;
	if (stats.pid != (uint64_t)st->server.pid)
		return job__fail(job, -EADDRINUSE,
				 "port %u was taken by another memcached (process "
				 "%llu)",
				 st->server.port, (unsigned long long)stats.pid);
	job__fact(job, "memcached/version", "%s", stats.version);
	return 0;
}

/* Every key must be there before the first get: only then is each miss an error. */
static int populate(struct job *job, struct state *st)
{
	uint64_t n = job__u64(job, "keys");
	struct mc_stats s;
	int err = mc_client__populate(st->server.port, &st->shape, n, &job->err);

	if (!err)
		err = mc_client__stats(st->server.port, &s, &job->err);
	if (err)
		return err;
	if (s.curr_items != n || s.evictions)
		return job__fail(
			job, -ENOSPC,
			"memory %s does not hold %llu keys with values of %s "
			"bytes: %llu are there, %llu were thrown out; raise memory or lower "
			"keys",
			job__text(job, "memory"), (unsigned long long)n,
			job__text(job, "value_size"), (unsigned long long)s.curr_items,
			(unsigned long long)s.evictions);
	return 0;
}

static int open_load(struct job *job, struct state *st)
{
	struct mc_load_opts o = {
		.port = st->server.port,
		.connections = (unsigned int)job__u64(job, "connections"),
		.threads = (unsigned int)job__u64(job, "threads"),
		.cpus = st->client_cpus,
		.shape = &st->shape,
		.keys = &st->keys,
		.get_ratio = job__number(job, "get_ratio"),
	};
	int err = cpus(job, "client_cpus", st->client_cpus, &o.n_cpus);

	return err ? err : mc_load__open(&o, &st->load, &job->err);
}

/* After a failure: if the server died, that is the reason, and worth more than its effect. */
static int or_dead(struct job *job, struct state *st, int err)
{
	struct err why;

	if (!err || !st->server.pid || !mc_server__check(&st->server, DEATH_MS, &why))
		return err;
	return job__fail(job, -ESRCH, "%s", why.msg);
}

static int warm_up(struct job *job, struct state *st)
{
	struct mc_phase ph = {
		.ops = job__u64(job, "warmup_ops"),
		.seed = rng__derive(job->seed, 0, 2),
	};

	return ph.ops ? mc_load__run(st->load, &ph, &st->res, &job->err) : 0;
}

static int setup(struct job *job)
{
	struct state *st = xcalloc(1, sizeof(*st));
	int err = check_params(job);

	job->priv = st;
	mc_result__init(&st->res);
	mc_shape__init(&st->shape, (unsigned int)job__u64(job, "key_size"),
		       job__u64(job, "value_size"));
	keys__init(&st->keys, job__u64(job, "dist") ? KEYS_ZIPF : KEYS_UNIFORM,
		   job__u64(job, "keys"), job__number(job, "theta"), rng__derive(job->seed, 0, 1));
	if (!err)
		err = start_server(job, st);
	if (!err)
		err = populate(job, st);
	if (!err)
		err = open_load(job, st);
	if (!err)
		err = warm_up(job, st);
	if (!err)
		err = mc_client__stats(st->server.port, &st->before, &job->err);
	return or_dead(job, st, err);
}

static int run(struct job *job)
{
	struct state *st = job->priv;
	bool open_loop = job__u64(job, "mode") == MODE_OPEN;
	struct mc_phase ph = {
		.ops = job__u64(job, "ops"),
		.rate = open_loop ? job__number(job, "rate") : 0,
		.seed = rng__derive(job->seed, job->iteration + 1, 2),
	};

	if (!ph.ops)
		ph.duration_ns = ph.drain_ns = job__u64(job, "duration");
	return or_dead(job, st, mc_load__run(st->load, &ph, &st->res, &job->err));
}

static int differs(struct job *job, const char *what, uint64_t server, uint64_t ours)
{
	if (server == ours)
		return 0;
	return job__fail(job, -EIO, "memcached counted %llu %s, the load generator %llu",
			 (unsigned long long)server, what, (unsigned long long)ours);
}

/* The server's own account against ours. */
static int compare_counts(struct job *job, struct state *st)
{
	const struct mc_result *r = &st->res;
	struct mc_stats now, was = st->before;
	int err = mc_client__stats(st->server.port, &now, &job->err);

	if (err)
		return or_dead(job, st, err);
	st->before = now;
	err = differs(job, "gets", now.cmd_get - was.cmd_get, r->n_get);
	if (!err)
		err = differs(job, "sets", now.cmd_set - was.cmd_set, r->n_set);
	if (!err)
		err = differs(job, "hits", now.get_hits - was.get_hits, r->hits);
	if (!err && now.evictions != was.evictions)
		err = job__fail(job, -ENOSPC,
				"memcached threw out %llu items: raise memory or lower "
				"keys",
				(unsigned long long)(now.evictions - was.evictions));
	return err;
}

static int check_result(struct job *job, const struct mc_result *r)
{
	uint64_t ops = job__u64(job, "ops"), answered = r->n_get + r->n_set;

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
	struct state *st = job->priv;
	const struct mc_result *r = &st->res;
	int err = check_result(job, r);

	if (!err)
		err = compare_counts(job, st);
	if (err)
		return err;
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

static void teardown(struct job *job)
{
	struct state *st = job->priv;

	if (!st)
		return; /* another process was killed; its server died with it */
	mc_load__close(st->load);
	mc_server__stop(&st->server);
	mc_result__release(&st->res);
	mc_shape__release(&st->shape);
	free(st);
	job->priv = NULL;
}

static const char *const packages[] = { "memcached", NULL };

static const struct param params[] = {
	{ .name = "mode", .type = PARAM_ENUM, .def = "closed", .choices = "closed|open",
	  .help = "closed: a connection sends when it was answered; open: at a fixed rate" },
	{ .name = "rate", .type = PARAM_NUMBER, .def = "1000", .min = 0.1, .max = 1e8,
	  .help = "open loop: requests per second, all connections together" },
	{ .name = "ops", .type = PARAM_INT, .def = "0", .min = 0, .max = 1e10,
	  .help = "requests in an iteration; 0: by duration" },
	{ .name = "duration", .type = PARAM_DURATION, .def = "2s", .min = 0, .max = 3600e9,
	  .help = "length of an iteration when ops is 0" },
	{ .name = "connections", .type = PARAM_INT, .def = "16", .min = 1, .max = 60000,
	  .help = "connections, each with one request under way at a time" },
	{ .name = "threads", .type = PARAM_INT, .def = "1", .min = 1, .max = 256,
	  .help = "threads of the load generator" },
	{ .name = "keys", .type = PARAM_INT, .def = "10000", .min = 1, .max = 4e9,
	  .help = "keys, all stored before the first iteration" },
	{ .name = "key_size", .type = PARAM_INT, .def = "32", .min = MC_KEY_MIN,
	  .max = MC_KEY_MAX, .help = "length of a key" },
	{ .name = "value_size", .type = PARAM_SIZE, .def = "1K", .min = MC_TAG_LEN,
	  .max = 512 << 10, .help = "length of a value" },
	{ .name = "get_ratio", .type = PARAM_NUMBER, .def = "0.9", .min = 0, .max = 1,
	  .help = "share of gets; the rest are sets" },
	{ .name = "dist", .type = PARAM_ENUM, .def = "zipf", .choices = "uniform|zipf",
	  .help = "how keys are chosen" },
	{ .name = "theta", .type = PARAM_NUMBER, .def = "0.99", .min = 0.01, .max = 5,
	  .help = "exponent of the Zipf distribution" },
	{ .name = "warmup_ops", .type = PARAM_INT, .def = "1000", .min = 0, .max = 1e9,
	  .help = "requests sent once before the first iteration, not measured" },
	{ .name = "server_threads", .type = PARAM_INT, .def = "2", .min = 1, .max = 256,
	  .help = "memcached's worker threads" },
	{ .name = "server_cpus", .type = PARAM_CPUS, .def = "", .help = "where memcached runs" },
	{ .name = "client_cpus", .type = PARAM_CPUS, .def = "",
	  .help = "where the load generator's threads run, one after the other" },
	{ .name = "memory", .type = PARAM_SIZE, .def = "128M", .min = 8 << 20, .max = 0x1p44,
	  .help = "memcached's memory for items" },
	{ .name = NULL },
};

#define LATENCY(metric, main, margin, text)                                              \
	{ .name = metric, .unit = "us", .better = BETTER_LOWER, .kind = METRIC_TIME,      \
	  .primary = main, .margin_rel = margin, .help = text }

static const struct metric metrics[] = {
	{ .name = "ops", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	  .primary = true, .margin_rel = 0.02, .help = "answered requests per second" },
	LATENCY("p50", true, 0.02, "median latency"),
	LATENCY("p99", true, 0.05, "99th percentile of latency"),
	LATENCY("p999", true, 0.1, "99.9th percentile of latency"),
	LATENCY("mean", false, 0.02, "mean latency"),
	LATENCY("max", false, 0.2, "longest latency"),
	LATENCY("send_lag", false, 0.2, "open loop: 99th percentile of how late requests left"),
	{ .name = "unsent", .unit = "op", .better = BETTER_LOWER, .kind = METRIC_TIME,
	  .margin_abs = 1, .help = "open loop: due requests that could not be sent at all" },
	{ .name = "hit_ratio", .unit = "ratio", .better = BETTER_HIGHER, .kind = METRIC_COUNT,
	  .margin_abs = 0.001, .help = "share of gets that found their key" },
	{ .name = NULL },
};

const struct workload wl_memcached = {
	.name = "memcached",
	.version = 1,
	.summary = "memcached over loopback, open or closed loop",
	.packages = packages,
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 120,
	.setup_max_s = 120,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
};
