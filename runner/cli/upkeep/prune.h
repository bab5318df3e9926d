/* SPDX-License-Identifier: GPL-2.0-only */
/* prune.h - drop old data from the database, by a policy: an age for each kind of data. */
#ifndef KDUEL_CLI_PRUNE_H
#define KDUEL_CLI_PRUNE_H

#include "reports/store/store.h"
#include "runner/config/yaml.h"

#define PRUNE_KINDS 4 /* logs, failed_logs, dumps, campaigns */

/* A kind that is not given is kept for ever. */
struct prune_policy {
	struct {
		bool given;
		uint64_t age_ns;
	} of[PRUNE_KINDS];
};

/* Read a policy from a YAML mapping: "logs: 30d". Mistakes are added to y's notes. */
void prune__read(struct yaml *y, yaml_node_t *node, struct prune_policy *p);
/* Set the age of a kind, given by its index in the order above. -EINVAL if it is not an age. */
int prune__set(struct prune_policy *p, unsigned int kind, const char *age, struct err *err);
bool prune__is_empty(const struct prune_policy *p);
/* Drop what is older than the policy allows, and log what; with `dry_run` only log it. Running
 * campaigns are left alone. 0 or -errno. */
int prune__run(struct store *st, const struct prune_policy *p, bool dry_run, struct err *err);

#endif
