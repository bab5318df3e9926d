/* SPDX-License-Identifier: GPL-2.0-only */
/* around.h - the collectors of a job: those that frame each iteration, or the one it is. */
#ifndef KDUEL_AROUND_H
#define KDUEL_AROUND_H

#include "collectors/collector.h"
#include "runner/wire/wire.h"

/* A collector with its parameters and what it keeps between its calls. */
struct source {
	const struct collector *col;
	struct param_set params;
	void *priv;
};

struct around {
	struct source *v;
	size_t n;
};

/* Bind the collectors that a job names, with their parameters: "COLLECTOR/NAME" in the job of a
 * workload, "NAME" in a collector's own. To be released also on failure. */
int around__bind(struct around *a, const struct wire_msg *msg, struct err *err);
/* Put the parameters of `msg` that begin with "PREFIX/" (NULL: those without a '/'). */
int around__put_params(struct param_set *set, const struct wire_msg *msg, const char *prefix,
		       struct err *err);
/* Once a workload, before its first iteration. */
int around__prepare(const struct around *a, struct job *job);
int around__collect(const struct around *a, size_t i, struct job *job, enum collect_phase phase);
/* All that have something to do in this phase. Like brackets: who begins last ends first, and has
 * the least of the others in its figures. */
int around__collect_all(const struct around *a, struct job *job, enum collect_phase phase);
/* What they may take within the silent part of an iteration. */
uint64_t around__max_ms(const struct around *a);
void around__release(struct around *a, struct job *job);

#endif
