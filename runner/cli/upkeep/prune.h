/* SPDX-License-Identifier: GPL-2.0-only */
/* prune.h - what of old campaigns is dropped, by a policy: an age for each kind of thing. */
#ifndef KDUEL_CLI_PRUNE_H
#define KDUEL_CLI_PRUNE_H

#include "reports/store/store.h"
#include "runner/config/yaml.h"

#define PRUNE_KINDS 4 /* logs, failed_logs, dumps, campaigns */

/* Ages in nanoseconds; a kind that is not given is kept for ever. */
struct prune_policy {
	struct {
		bool given;
		uint64_t age_ns;
	} of[PRUNE_KINDS];
};

/* Read one from a mapping of a file: "logs: 30d". Mistakes become notes. */
void prune__read(struct yaml *y, yaml_node_t *node, struct prune_policy *p);
/* Set the age of a kind by its place in the order above. -EINVAL: it is no age. */
int prune__set(struct prune_policy *p, unsigned int kind, const char *age, struct err *err);
bool prune__is_empty(const struct prune_policy *p);
/* Drop what is older, and say how much it is; with `dry_run` only say it. What runs stays. 0 or -errno. */
int prune__run(struct store *st, const struct prune_policy *p, bool dry_run, struct err *err);

#endif
