// SPDX-License-Identifier: GPL-2.0-only
/*
 * setup.c - the order matters: memory is fragmented before the server allocates, and surplus
 * connections are closed before keys are stored.
 */
#include "workloads/memcached/setup.h"

#include "lib/clock.h"
#include "lib/units.h"
#include "workloads/support/memory.h"

#define DEATH_MS 500 /* the sockets of a dying server close before it can be reaped */
#define ITEM_BYTES 64 /* memcached's overhead per item besides key and value */
#define CLOSE_TIMEOUT_NS (30 * NSEC_PER_SEC)
/* the server also counts its listening sockets and our statistics requests */
#define OWN_CONNECTIONS 8

/* Parse a CPU list such as "0-3" from a parameter; empty: any CPU. */
static int cpus(struct job *job, const char *name, unsigned int *list, size_t *n)
{
	const char *text = job__text(job, name);
	int got = *text ? units__cpu_list(text, list, MC_MAX_CPUS) : 0;

	for (int i = 0; i < got && i < MC_MAX_CPUS; i++)
		if (list[i] >= MC_MAX_CPUS)
			got = -ERANGE;
	if (got < 0 || got > MC_MAX_CPUS)
		return job__fail(job, -EINVAL, "%s '%s' is not a list of CPUs below %d", name, text,
				 MC_MAX_CPUS);
	*n = (size_t)got;
	return 0;
}

/* Constraints between parameters. */
static int check_params(struct job *job)
{
	uint64_t ops = job__u64(job, "ops"), duration = job__u64(job, "duration");
	uint64_t threads = job__u64(job, "threads"), window = job__u64(job, "window");

	if (threads > job__u64(job, "connections"))
		return job__fail(job, -EINVAL,
				 "threads (%s) must not be more than connections (%s)",
				 job__text(job, "threads"), job__text(job, "connections"));
	if (window && threads > window)
		return job__fail(job, -EINVAL, "threads (%s) must not be more than window (%s)",
				 job__text(job, "threads"), job__text(job, "window"));
	if (!ops && !duration)
		return job__fail(job, -EINVAL,
				 "ops and duration are both 0: nothing would be done");
	return 0;
}

/* Slabs waste up to a quarter; the server's memory limit is an upper bound. */
static int check_memory(struct job *job)
{
	uint64_t item = job__u64(job, "key_size") + job__u64(job, "value_size") + ITEM_BYTES;
	uint64_t need = job__u64(job, "keys") * item / 4 * 5;

	if (need > job__u64(job, "memory"))
		need = job__u64(job, "memory");
	return memory__need(job, need + job__u64(job, "scatter"), "keys", job__text(job, "keys"));
}

/* At least as many as are kept. */
static unsigned int opened(const struct job *job)
{
	uint64_t kept = job__u64(job, "connections"), n = job__u64(job, "opened");

	return (unsigned int)(n > kept ? n : kept);
}

/* The PID in its statistics proves that the port belongs to our server. */
static int start_server(struct job *job, struct mc_state *st)
{
	struct mc_server_opts o = {
		.dir = job->dir,
		.threads = (unsigned int)job__u64(job, "server_threads"),
		.connections = opened(job),
		.memory = job__u64(job, "memory"),
		.item_max = job__u64(job, "value_size") + 1024,
		.cpus = st->server_cpus,
	};
	struct mc_stats stats;
	int ret = cpus(job, "server_cpus", st->server_cpus, &o.n_cpus);

	if (!ret)
		ret = mc_server__start(&st->server, &o, &job->err);
	if (!ret)
		ret = mc_client__stats(st->server.port, &stats, &job->err);
	if (ret)
		return ret;
	if (stats.pid != (uint64_t)st->server.pid)
		return job__fail(job, -EADDRINUSE,
				 "port %u was taken by another memcached (process %llu)",
				 st->server.port, (unsigned long long)stats.pid);
	job__fact(job, "memcached/version", "%s", stats.version);
	return 0;
}

/* All keys must be stored before the first get: only then is every miss an error. */
static int populate(struct job *job, struct mc_state *st)
{
	uint64_t n = job__u64(job, "keys");
	struct mc_stats s;
	int ret = mc_client__populate(st->server.port, &st->shape, n, &job->err);

	if (!ret)
		ret = mc_client__stats(st->server.port, &s, &job->err);
	if (ret)
		return ret;
	if (s.curr_items != n || s.evictions)
		return job__fail(job, -ENOSPC,
				 "memory %s does not hold %llu keys with values of %s bytes: %llu "
				 "are there, %llu were evicted; raise memory or lower keys",
				 job__text(job, "memory"), (unsigned long long)n,
				 job__text(job, "value_size"), (unsigned long long)s.curr_items,
				 (unsigned long long)s.evictions);
	return 0;
}

/* Each seed is derived with a number of its own, so that changing one parameter does not shift the
 * random numbers of another. */
static int open_load(struct job *job, struct mc_state *st)
{
	struct mc_load_opts o = {
		.port = st->server.port,
		.connections = (unsigned int)job__u64(job, "connections"),
		.threads = (unsigned int)job__u64(job, "threads"),
		.opened = opened(job),
		.window = (unsigned int)job__u64(job, "window"),
		.seed = rng__derive(job->seed, 0, 3),
		.cpus = st->client_cpus,
		.shape = &st->shape,
		.keys = &st->keys,
		.get_ratio = job__number(job, "get_ratio"),
	};
	int ret = cpus(job, "client_cpus", st->client_cpus, &o.n_cpus);

	return ret ? ret : mc_load__open(&o, &st->load, &job->err);
}

/* Wait until the server has freed the connections that we closed. */
static int await_closed(struct job *job, const struct mc_state *st)
{
	uint64_t end = clock__ns() + CLOSE_TIMEOUT_NS, kept = job__u64(job, "connections");
	struct timespec nap = { .tv_nsec = 50 * 1000 * 1000 };
	struct mc_stats s = { 0 };
	int ret;

	for (;;) {
		ret = mc_client__stats(st->server.port, &s, &job->err);
		if (ret || s.curr_connections <= kept + OWN_CONNECTIONS)
			return ret;
		if (clock__ns() > end)
			return job__fail(job, -ETIMEDOUT,
					 "memcached still has %llu connections "
					 "after all but %llu were closed",
					 (unsigned long long)s.curr_connections,
					 (unsigned long long)kept);
		nanosleep(&nap, NULL);
	}
}

int mc_or_dead(struct job *job, struct mc_state *st, int ret)
{
	struct err why;

	if (!ret || !st->server.pid || !mc_server__check(&st->server, DEATH_MS, &why))
		return ret;
	return job__fail(job, -ESRCH, "%s", why.msg);
}

/* The state is complete before anything can fail, so that mc_teardown() can release all of it. */
int mc_setup(struct job *job)
{
	struct mc_phase warm_up = {
		.ops = job__u64(job, "warmup_ops"),
		.seed = rng__derive(job->seed, 0, 2),
	};
	struct mc_state *st = xcalloc(1, sizeof(*st));
	int ret = check_params(job);

	mc_result__init(&st->res);
	mc_shape__init(&st->shape, (unsigned int)job__u64(job, "key_size"),
		       job__u64(job, "value_size"));
	keys__init(&st->keys, job__u64(job, "dist") ? KEYS_ZIPF : KEYS_UNIFORM,
		   job__u64(job, "keys"), job__number(job, "theta"), rng__derive(job->seed, 0, 1));

	job->priv = st;
	if (!ret)
		ret = check_memory(job);
	if (!ret)
		ret = scatter__make(&st->scatter, job__u64(job, "scatter"),
				    rng__derive(job->seed, 0, 4), &job->err);
	if (!ret)
		ret = start_server(job, st);
	if (!ret)
		ret = open_load(job, st);
	if (!ret)
		ret = await_closed(job, st);
	if (!ret)
		ret = populate(job, st);
	if (!ret && warm_up.ops)
		ret = mc_load__run(st->load, &warm_up, &st->res, &job->err);
	if (!ret)
		ret = mc_client__stats(st->server.port, &st->before, &job->err);
	return mc_or_dead(job, st, ret);
}

void mc_teardown(struct job *job)
{
	struct mc_state *st = job->priv;

	if (!st)
		return; /* another process was killed, and its server died with it */
	mc_load__close(st->load);
	mc_server__stop(&st->server);
	scatter__release(&st->scatter);
	mc_result__release(&st->res);
	mc_shape__release(&st->shape);
	job__free_priv(job);
}
