/* SPDX-License-Identifier: GPL-2.0-only */
/* setup.h - everything in the memcached workload that happens before the first timed request:
 * server, connections, keys, warm-up. */
#ifndef KDUEL_WORKLOADS_MEMCACHED_SETUP_H
#define KDUEL_WORKLOADS_MEMCACHED_SETUP_H

#include "workloads/memcached/client.h"
#include "workloads/memcached/load.h"
#include "workloads/memcached/server.h"
#include "workloads/support/scatter.h"
#include "workloads/support/job.h"

#define MC_MAX_CPUS 1024

/* The state of the workload, at job->priv. */
struct mc_state {
	struct scatter scatter;
	struct mc_server server;
	struct mc_shape shape;
	struct keys keys;
	struct mc_load *load;
	struct mc_result res;
	struct mc_stats before; /* the server's counters when the iteration began */
	unsigned int server_cpus[MC_MAX_CPUS], client_cpus[MC_MAX_CPUS];
};

/* The hooks of the workload. setup() leaves a server that has every key, with connections that have
 * been used; teardown() releases whatever exists. */
int mc_setup(struct job *job);
void mc_teardown(struct job *job);
/* Called with the error `err` of another operation: if the server has died, report that instead, as
 * the cause. */
int mc_or_dead(struct job *job, struct mc_state *st, int err);

#endif
