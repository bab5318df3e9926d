/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * parse.h - shared by the readers of a plan's parts: the state of one parse, and readers of values
 * that occur in more than one part (paths, package names, variants, titles).
 */
#ifndef KDUEL_PLAN_PARSE_H
#define KDUEL_PLAN_PARSE_H

#include "runner/config/cpus.h"
#include "runner/config/yaml.h"
#include "runner/plan/plan.h"

#define PLAN_MAX_TIMEOUT 86400e9 /* ns: a day */

/* The nodes of the plan's parts; NULL when the file has no such key. */
struct plan_nodes {
	yaml_node_t *target, *variants, *baseline, *compare, *guest;
	yaml_node_t *workloads, *collectors, *iterations, *warmup;
	yaml_node_t *hotplug, *tlb, *tune, *factorial, *margins, *parallel, *profile, *fail_on;
};

struct plan_variant_nodes {
	yaml_node_t *self, *name, *kernel, *cpu, *command, *fake, *expect, *rodata, *bbml;
};

/* One parse. A mistake becomes a note in `y` and reading goes on, so that all mistakes of a file
 * are reported at once. */
struct plan_ctx {
	struct yaml y;
	struct plan *plan; /* being filled */
	struct cpus *cpus; /* configs/cpus.yaml */
	struct plan_nodes at;
	struct plan_variant_nodes variant_at[PLAN_MAX_VARIANTS];
	unsigned int iterations, warmup; /* defaults for workloads */
	bool names_cpu; /* some variant has the key `cpu` */
};

/* Find the variant named by scalar `n`, the value of `key`. In a memory sweep *index is the one
 * with the smallest memory. 0, or -ENOENT with a note. */
int plan_variant__find(struct plan_ctx *ctx, yaml_node_t *n, const char *key, size_t *index);
/* Is `title` NULL (none given) or 1 to 120 bytes long? If not, false with a note. */
bool plan_title__check(struct plan_ctx *ctx, yaml_node_t *n, const char *title);

/* Resolve a path relative to the plan's directory, or to the home directory for "~/"
 * (fs__beside()). The caller frees. */
char *plan_path__resolve(const struct plan_ctx *ctx, const char *path);
/* Read scalar `n`, the value of key `name`: the path of a regular file that is not empty. Returns
 * the resolved path, which the caller frees; NULL with a note. */
char *plan_path__file(struct plan_ctx *ctx, yaml_node_t *n, const char *name);

enum plan_word {
	PLAN_PACKAGE, /* Debian package name */
	PLAN_PACKAGE_GLOB,
	PLAN_SUITE, /* "trixie-backports" */
};

/* Append the words of a non-empty list. Their characters are restricted, as they are written into
 * apt's configuration and command lines. */
void plan_words__read(struct plan_ctx *ctx, yaml_node_t *n, const char *name, enum plan_word kind,
		      struct strvec *out);

#endif
