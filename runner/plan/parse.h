/* SPDX-License-Identifier: GPL-2.0-only */
/* parse.h - what the files that read a plan share; nobody else includes it. */
#ifndef KDUEL_PLAN_PARSE_H
#define KDUEL_PLAN_PARSE_H

#include "runner/config/cpus.h"
#include "runner/plan/plan.h"
#include "runner/config/yaml.h"

#define PLAN_MAX_TIMEOUT 86400e9 /* ns: a day */

/* Where things stand in the file, for mistakes that show only when all is read. */
struct plan_nodes {
	yaml_node_t *target, *variants, *baseline, *compare, *guest;
	yaml_node_t *workloads, *collectors, *iterations, *warmup;
	yaml_node_t *tlb, *tune, *factorial, *margins, *parallel;
};

struct plan_variant_nodes {
	yaml_node_t *self, *name, *kernel, *cpu, *fake;
};

struct plan_ctx {
	struct yaml y;
	struct plan *plan; /* being filled */
	struct cpus *cpus;
	struct plan_nodes at;
	struct plan_variant_nodes variant_at[PLAN_MAX_VARIANTS];
	unsigned int iterations, warmup; /* defaults for workloads */
};

/* Each reads one part of the file; mistakes become notes of ctx->y. In this order. */
void plan_target__read(struct plan_ctx *ctx);
void plan_guest__read(struct plan_ctx *ctx);
void plan_variants__read(struct plan_ctx *ctx);
void plan_compare__read(struct plan_ctx *ctx);
void plan_workloads__read(struct plan_ctx *ctx);
void plan_collectors__read(struct plan_ctx *ctx);
void plan_tlb__read(struct plan_ctx *ctx);
void plan_tune__read(struct plan_ctx *ctx);
void plan_factorial__read(struct plan_ctx *ctx);
void plan_margins__read(struct plan_ctx *ctx);
/* The collectors that exact mode implies; before margins, which may name their metrics. */
void plan_exact__collectors(struct plan_ctx *ctx);
/* What `exact` and `parallel` ask of the rest of the plan, which is read. */
void plan_exact__check(struct plan_ctx *ctx);

/* Give collector perf what only the host knows; last, and after the target. */
void plan_perf__resolve(struct plan_ctx *ctx);

/* Append a collector with its default parameters. */
struct plan_collector *plan_collector__add(struct plan *p, const struct collector *col);
/* One variant's kernel. */
void plan_kernel__read(struct plan_ctx *ctx, yaml_node_t *n, struct kernel_spec *k);

/* The variant a scalar names, "candidate" say. 0, or -ENOENT with a note. */
int plan_variant__of(struct plan_ctx *ctx, yaml_node_t *n, const char *key, size_t *index);
/* Is this the title of a table (1 to 120 bytes, or NULL)? Else a note. */
bool plan_title__check(struct plan_ctx *ctx, yaml_node_t *n, const char *title);

/* A path relative to the plan file's directory; caller frees. */
char *plan_path__resolve(const struct plan_ctx *ctx, const char *path);
/* The path in a scalar, of a regular file that is there; NULL with a note. Caller frees. */
char *plan_path__file(struct plan_ctx *ctx, yaml_node_t *n, const char *name);

enum plan_word {
	PLAN_PACKAGE, /* Debian package name */
	PLAN_PACKAGE_GLOB,
	PLAN_SUITE, /* "trixie-backports" */
};

/* Append a non-empty list of words, which end up in apt's files and command lines. */
void plan_words__read(struct plan_ctx *ctx, yaml_node_t *n, const char *name, enum plan_word kind,
		      struct strvec *out);

#endif
