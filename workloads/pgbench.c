// SPDX-License-Identifier: GPL-2.0-only
/*
 * pgbench: PostgreSQL's own benchmark: TPC-B-like read-write transactions, with prepared statements
 * and a report per statement, as run by pts/pgbench. The database itself proves that the
 * transactions were done: each adds a row to the history and changes three balances by the same
 * amount.
 */
#include "lib/clock.h"
#include "lib/strvec.h"
#include "workloads/support/limits.h"
#include "workloads/support/memory.h"
#include "workloads/output/pgbench.h"
#include "workloads/output/runs.h"
#include "workloads/support/postgres.h"
#include "workloads/workload.h"

#define MIB (1ull << 20)
#define CLUSTER (64 * MIB) /* size of a new cluster, without WAL */
#define PER_SCALE (24 * MIB) /* 100000 accounts with their index, plus what updates add */
#define PER_CLIENT (10 * MIB) /* memory per server process */
#define OUTPUT_MAX 8192
#define SPARE_CONNECTIONS 20 /* for psql and the connections reserved for superusers */

static const char check_sql[] =
	"select (select count(*) from pgbench_history), "
	"(select sum(abalance) from pgbench_accounts) = (select sum(bbalance) from pgbench_branches)"
	" and (select sum(abalance) from pgbench_accounts) = (select sum(tbalance) from "
	"pgbench_tellers)";

struct state {
	char out[OUTPUT_MAX]; /* output of pgbench in this iteration */
};

/* Scale the write-ahead log with the data; PostgreSQL's default is 1 GiB. */
static uint64_t wal_bytes(const struct job *job)
{
	uint64_t wal = 128 * MIB + 16 * MIB * job__u64(job, "scale");

	return wal < 1024 * MIB ? wal : 1024 * MIB;
}

static int check_sizes(struct job *job)
{
	uint64_t disk = CLUSTER + PER_SCALE * job__u64(job, "scale") + wal_bytes(job);
	int ret = memory__need(job,
			       disk + job__u64(job, "shared_buffers") +
				       PER_CLIENT * job__u64(job, "clients"),
			       "scale", job__text(job, "scale"));

	if (job__u64(job, "duration") % NSEC_PER_SEC)
		return job__fail(job, -EINVAL, "duration %s: whole seconds only",
				 job__text(job, "duration"));
	return ret ? ret : memory__room(job, disk, "scale", job__text(job, "scale"));
}

static int note_version(struct job *job)
{
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = postgres__exec(job, &res, "postgres", "--version", NULL);

	if (!ret)
		job__fact(job, "pgbench/server", "%.*s", (int)strcspn(res.out, "\n"), res.out);
	return ret;
}

/* pgbench -i fills the tables before the first iteration. */
static int setup(struct job *job)
{
	uint64_t clients = job__u64(job, "clients");
	int ret = check_sizes(job);

	job->priv = xcalloc(1, sizeof(struct state));
	if (!ret)
		ret = limits__files(clients, &job->err);
	if (!ret)
		ret = note_version(job);
	if (!ret)
		ret = postgres__start(job,
				      &(struct postgres_opts){
					      .shared_buffers = job__u64(job, "shared_buffers"),
					      .max_wal = wal_bytes(job),
					      .connections = clients + SPARE_CONNECTIONS });
	return ret ? ret :
		     postgres__exec(job, NULL, "pgbench", "-i", "-q", "-s", job__text(job, "scale"),
				    NULL);
}

static int run(struct job *job)
{
	uint64_t seconds = job__u64(job, "duration") / NSEC_PER_SEC;
	uint64_t clients = job__u64(job, "clients"), cpus = limits__cpus();
	/* More threads than clients would be idle. */
	_free_ char *j = xasprintf("%u", (unsigned int)(clients < cpus ? clients : cpus));
	_free_ char *limit = NULL;
	struct state *st = job->priv;
	struct pgbench_out got;
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret;

	limit = seconds ? xasprintf("-T%llu", (unsigned long long)seconds) :
			  xasprintf("-t%s", job__text(job, "transactions"));
	ret = postgres__exec(job, &res, "pgbench", "-M", "prepared", "-n", "-r", "-s",
			     job__text(job, "scale"), "-c", job__text(job, "clients"), "-j", j,
			     limit, NULL);
	if (!ret)
		snprintf(st->out, sizeof(st->out), "%s", res.out);
	if (!ret)
		ret = pgbench_out__parse(st->out, &got, &job->err);
	if (!ret)
		job->operations = got.processed;
	return ret;
}

static int report(struct job *job, const char *text, struct pgbench_out *got)
{
	int ret = pgbench_out__parse(text, got, &job->err);

	if (ret)
		return ret;
	if (!(got->tps > 0 && got->latency_ms > 0))
		return job__fail(job, -ERANGE, "pgbench took no measurable time");
	job__sample(job, "tps", got->tps);
	job__sample(job, "latency", got->latency_ms);
	return 0;
}

static int parse(struct job *job, const char *text, size_t len __unused)
{
	struct pgbench_out got = { 0 };
	int ret = 0;

	for (char *run; !ret && (run = runs__cut(&text, pgbench_out__heads)); free(run))
		ret = report(job, run, &got);
	if (!ret && got.more)
		ret = job__fail(job, -EPROTO,
				"pgbench: after the last figures another run begins, which has "
				"none: the output is truncated");
	return ret;
}

/* Check scale, clients and, without a duration, the number of transactions. */
static int check_asked(struct job *job, const struct pgbench_out *got)
{
	uint64_t scale = job__u64(job, "scale"), clients = job__u64(job, "clients");
	uint64_t asked = job__u64(job, "duration") ? got->processed :
						     clients * job__u64(job, "transactions");

	if (got->scale != scale || got->clients != clients)
		return job__fail(job, -EPROTO,
				 "pgbench ran %llu clients at scale %llu; %llu at "
				 "scale %llu were asked for",
				 (unsigned long long)got->clients, (unsigned long long)got->scale,
				 (unsigned long long)clients, (unsigned long long)scale);
	if (got->processed != asked || !asked)
		return job__fail(job, -EIO, "pgbench ran %llu transactions, %llu were asked for",
				 (unsigned long long)got->processed, (unsigned long long)asked);
	return 0;
}

/* Query the database: one row of history per transaction, and balances that agree. */
static int check_database(struct job *job, uint64_t transactions)
{
	_free_ char *want = xasprintf("%llu|t\n", (unsigned long long)transactions);
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	int ret = postgres__exec(job, &res, "psql", "-XAtq", "-c", check_sql, NULL);

	if (!ret && !streq(res.out, want))
		ret = job__fail(job, -EIO,
				"the database has '%.*s' (rows of history, do balances "
				"agree), expected '%llu|t'",
				(int)strcspn(res.out, "\n"), res.out,
				(unsigned long long)transactions);
	return ret;
}

/* Give the next iteration the same starting point: no history, no dead rows, no dirty buffers. */
static int tidy(struct job *job)
{
	return postgres__exec(job, NULL, "psql", "-XAtq", "-c", "truncate pgbench_history", "-c",
			      "vacuum pgbench_branches, pgbench_tellers, pgbench_accounts", "-c",
			      "checkpoint", NULL);
}

static int verify(struct job *job)
{
	struct state *st = job->priv;
	struct pgbench_out got;
	int ret = report(job, st->out, &got);

	st->out[0] = '\0'; /* never reuse a result of this iteration */
	if (!ret)
		ret = check_asked(job, &got);
	if (!ret)
		ret = check_database(job, got.processed);
	return ret ? ret : tidy(job);
}

static void teardown(struct job *job)
{
	postgres__stop(job);
	job__free_priv(job);
}

/* initdb and pg_ctl run shells. */
static const char *const packages[] = { "coreutils", "dash", "postgresql", "util-linux", NULL };

static const struct param params[] = {
	PARAM(.name = "scale", .type = PARAM_INT, .def = "1", .full = "100", .min = 1, .max = 10000,
	      .help = "size of the database, in units of 100000 accounts"),
	PARAM(.name = "clients", .type = PARAM_INT, .def = "1", .full = "1000", .min = 1,
	      .max = 5000, .help = "connections, with a transaction under way on each"),
	PARAM(.name = "transactions", .type = PARAM_INT, .def = "50", .full = "1000", .min = 1,
	      .max = 1e9, .help = "transactions of each client in an iteration"),
	PARAM(.name = "duration", .type = PARAM_DURATION, .def = "0s", .full = "120s",
	      .max = 864e11,
	      .help = "not 0: an iteration ends after this time, whatever transactions says"),
	PARAM(.name = "shared_buffers", .type = PARAM_SIZE, .def = "64M", .full = "8G",
	      .min = 1 << 20, .max = 0x1p40, .help = "the server's cache"),
	{ .name = NULL },
};

static const struct metric metrics[] = {
	METRIC(.name = "tps", .unit = "op/s", .better = BETTER_HIGHER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.01, .help = "transactions per second"),
	METRIC(.name = "latency", .unit = "ms", .better = BETTER_LOWER, .kind = METRIC_TIME,
	       .primary = true, .margin_rel = 0.01, .resolution = 0.001,
	       .help = "mean duration of a transaction"),
	{ .name = NULL },
};

const struct workload wl_pgbench = {
	.name = "pgbench",
	.version = 1,
	.summary = "PostgreSQL's pgbench: transactions that read and write",
	.packages = packages,
	.needs = NEEDS(NEED(.symbol = "SYSVIPC", .why = "PostgreSQL holds System V shared memory"),
		       NEED(.symbol = "UNIX", .why = "clients talk to it over Unix sockets"),
		       NEED(.symbol = "EPOLL", .why = "its processes wait by epoll")),
	.params = params,
	.metrics = metrics,
	.iteration_max_s = 600,
	.setup_max_s = 900,
	.supported = postgres__supported,
	.setup = setup,
	.run = run,
	.verify = verify,
	.teardown = teardown,
	.parse = parse,
};
