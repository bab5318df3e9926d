/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * part.h - a part of the workload churn: one way in which areas with permissions of their own come
 * and go.
 *
 * make() makes one, drop() takes it away; both between open() and close(). An operation is a drop()
 * and a make(), so that whenever one looks at the kernel there is one to look at.
 */
#ifndef KDUEL_WORKLOADS_CHURN_PART_H
#define KDUEL_WORKLOADS_CHURN_PART_H

#include "lib/metric.h"
#include "workloads/support/job.h"

struct churn {
	const struct job_env *env;
	bool without_signature; /* of modules */
	int fd[2]; /* -1: not open; the part's own */
	void *mem;
	size_t len; /* of a mapping at `mem` */
	uint32_t id; /* the part's own */
	struct err err;
};

struct churn_part {
	const char *name; /* [a-z0-9-]+ */
	const char *what; /* one operation, in words */
	const char *module; /* that it loads, as in struct workload; NULL: none */
	void (*declare)(struct metric_list *out); /* metrics of its own; NULL: none */
	/* 0 or -errno with c->err set; open() and the first make() also return -EOPNOTSUPP, with what the
	 * kernel lacks. */
	int (*open)(struct churn *c); /* NULL: nothing to prepare */
	int (*make)(struct churn *c);
	int (*drop)(struct churn *c);
	/* Samples for the metrics of its own, once all operations are done. NULL: none. */
	int (*tell)(struct churn *c, struct job *job);
	/* Undo everything, whatever there is; also after a failure. */
	void (*close)(struct churn *c);
};

extern const struct churn_part churn_module, churn_kprobe, churn_bpf, churn_trampoline,
	churn_secretmem, churn_set_memory;

/* The bytes of a module file before the signature that the kernel's build appends; all of them when there
 * is none. */
size_t churn__before_signature(const char *file, size_t len);
/* A call failed: -errno, with the kernel's word for it; -EOPNOTSUPP when errno says that the kernel has
 * no such thing. */
int churn__fail(struct churn *c, const char *call);

#endif
