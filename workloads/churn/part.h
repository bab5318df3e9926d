/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * part.h - a part of the workload churn: one way to create and free areas with their own
 * permissions.
 *
 * make() creates an area and drop() frees it, both between open() and close(). An operation is a
 * drop() followed by a make(), so that there always is an area when the kernel is examined.
 */
#ifndef KDUEL_WORKLOADS_CHURN_PART_H
#define KDUEL_WORKLOADS_CHURN_PART_H

#include "lib/metric.h"
#include "workloads/support/job.h"

struct churn {
	const struct job_env *env;
	bool without_signature; /* load modules without their signature */
	int fd[2]; /* -1: closed; used by the part */
	void *mem;
	size_t len; /* size of the mapping at `mem` */
	uint32_t id; /* used by the part */
	struct err err;
};

struct churn_part {
	const char *name; /* [a-z0-9-]+ */
	const char *what; /* description of one operation */
	const char *module; /* module that it loads, as in struct workload; NULL: none */
	void (*declare)(struct metric_list *out); /* its additional metrics; NULL: none */
	/* 0, or -errno with c->err set. open() and the first make() may also return -EOPNOTSUPP,
	 * with what the kernel lacks. */
	int (*open)(struct churn *c); /* NULL: nothing to prepare */
	int (*make)(struct churn *c);
	int (*drop)(struct churn *c);
	/* Report samples of the additional metrics, once all operations are done. NULL: none. */
	int (*tell)(struct churn *c, struct job *job);
	/* Undo everything that exists, even after a failure. */
	void (*close)(struct churn *c);
};

extern const struct churn_part churn_module, churn_kprobe, churn_bpf, churn_trampoline,
	churn_secretmem, churn_set_memory;

/* The length of a module file without the signature that the kernel's build appends; all of it if
 * there is no signature. */
size_t churn__before_signature(const char *file, size_t len);
/* Report a failed call: returns -errno, or -EOPNOTSUPP if errno means that the kernel lacks the
 * feature. */
int churn__fail(struct churn *c, const char *call);

#endif
