// SPDX-License-Identifier: GPL-2.0-only
/* jobs.c - makes the jobs of a boot, as wire messages, from the plan. */
#include "runner/boot/jobs.h"

#include "lib/clock.h"
#include "lib/fs.h"

/* The job number of a workload is its index in the plan. Those of collectors after the boot begin
 * at this, those of collectors at the end at twice this. */
#define COLLECTOR_JOB_BASE 1000

/* Allocates one element more than needed, so that an empty set has an array, too. Names and values
 * still belong to the plan. */
static struct wire_param *params_of(const struct param_set *set)
{
	struct wire_param *p = xcalloc(set->n + 1, sizeof(*p));

	for (size_t i = 0; i < set->n; i++) {
		p[i].name = (char *)set->v[i].param->name;
		p[i].value = set->v[i].text;
	}
	return p;
}

/* Add up the limits that the agent enforces, see worker__bounds(): set-up; each iteration with its
 * verification; tear-down, which a second worker may have to repeat. The sum is doubled, as it only
 * has to stop what would never end. */
static void set_bounds(struct boot_job *job)
{
	const struct wire_msg *order = &job->order;
	const struct workload *wl = workload__find(order->name);
	uint64_t setup_ms = order->setup_ms;

	job->iteration_ms = order->max_ms;
	if (order->kind == WIRE_WORKLOAD) {
		if (!setup_ms)
			setup_ms = wl->setup_max_s * 1000ull;
		if (!job->iteration_ms)
			job->iteration_ms = wl->iteration_max_s * 1000ull;
	}
	for (size_t i = 0; i < order->n_collectors; i++)
		job->iteration_ms += 2ull * collector__find(order->collectors[i])->max_s * 1000;
	job->bound_ms = 2 * (3 * setup_ms + order->iterations * (job->iteration_ms + setup_ms));
}

/* Append a job. The list takes ownership of the arrays in its order. */
static void add_job(struct boot_jobs *jobs, const struct boot_job *job)
{
	jobs->v = xrealloc(jobs->v, jobs->n + 1, sizeof(*jobs->v));
	jobs->v[jobs->n] = *job;
	set_bounds(&jobs->v[jobs->n++]);
}

/* Add a job for each collector of the plan that has this phase, numbered from `id`. Its time limit
 * is the collector's own, as a plan does not set one. */
static void add_collectors(struct boot_jobs *jobs, const struct plan *plan, uint64_t seed,
			   enum collect_phase phase, int id)
{
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct plan_collector *c = &plan->collectors[i];

		if (!(c->col->phases & phase))
			continue;
		add_job(jobs, &(struct boot_job){ .as = "boot",
						  .order = {
							  .type = WIRE_JOB,
							  .kind = WIRE_COLLECTOR,
							  .job = id + (int)i,
							  .name = (char *)c->col->name,
							  .phase = phase,
							  .iterations = 1,
							  .params = params_of(&c->params),
							  .n_params = c->params.n,
							  .max_ms = c->col->max_s * 1000ull,
							  .setup_ms = c->col->max_s * 1000ull,
							  .seed = seed,
						  } });
	}
}

/* Collectors that run around each iteration have no job of their own. Add them to the workload's
 * job: their names, and their parameters as "COLLECTOR/NAME" after those of the workload. */
static void add_iteration_collectors(const struct plan *plan, struct wire_msg *order)
{
	order->collectors = xcalloc(plan->n_collectors + 1, sizeof(*order->collectors));
	for (size_t i = 0; i < plan->n_collectors; i++) {
		const struct plan_collector *c = &plan->collectors[i];

		if (!(c->col->phases & (COLLECT_BEFORE_ITERATION | COLLECT_AFTER_ITERATION)))
			continue;
		order->collectors[order->n_collectors++] = (char *)c->col->name;
		for (size_t k = 0; k < c->params.n; k++) {
			const struct param_value *v = &c->params.v[k];

			order->params = xrealloc(order->params, order->n_params + 1,
						 sizeof(*order->params));
			order->params[order->n_params++] = (struct wire_param){
				xasprintf("%s/%s", c->col->name, v->param->name), v->text
			};
		}
	}
}

/* `id` is the index of the workload in the plan. */
static void add_workload(struct boot_jobs *jobs, const struct boot_spec *spec, uint64_t seed,
			 int id)
{
	const struct plan *plan = spec->plan;
	const struct plan_workload *w = &plan->workloads[id];
	struct boot_job job = { .as = w->wl->name,
				.declared = w->declared.v,
				.warmup = w->warmup,
				.order = {
					.type = WIRE_JOB,
					.kind = WIRE_WORKLOAD,
					.job = id,
					.name = (char *)w->wl->name,
					.params = params_of(&w->params),
					.n_params = w->params.n,
					.iterations = w->wl->no_iterations ? 1 : w->iterations,
					.max_ms = w->max_ns / NSEC_PER_MSEC,
					.setup_ms = w->setup_ns / NSEC_PER_MSEC,
					.seed = seed,
				} };

	for (size_t i = 0; i < w->params.n; i++)
		job.order.params[i].value = (char *)plan_workload__param(w, &w->params.v[i],
									 spec->variant);
	add_iteration_collectors(plan, &job.order);
	add_job(jobs, &job);
}

void boot_jobs__build(const struct boot_spec *spec, uint64_t work_seed, struct boot_jobs *jobs)
{
	const struct plan *plan = spec->plan;

	*jobs = (struct boot_jobs){ 0 };
	add_collectors(jobs, plan, work_seed, COLLECT_AFTER_BOOT, COLLECTOR_JOB_BASE);
	for (size_t i = 0; i < plan->n_workloads; i++)
		if (spec->workload < 0 || spec->workload == (int)i)
			add_workload(jobs, spec, work_seed, (int)i);
	add_collectors(jobs, plan, work_seed, COLLECT_AT_END, 2 * COLLECTOR_JOB_BASE);
}

/* The same size limit as on the wire: the agent reads both with the same code. */
static int write_order(FILE *f, const struct wire_msg *m, struct err *err)
{
	_free_ char *line = wire_msg__encode(m);

	if (!line)
		return err__set(err, -E2BIG, "the job for %s does not fit a message of %d bytes",
				m->name, WIRE_LINE_MAX);
	fputs(line, f);
	return 0;
}

int boot_jobs__write(const struct boot_jobs *jobs, const char *path, struct err *err)
{
	_free_ char *text = NULL;
	size_t len = 0;
	FILE *f = xmemstream(&text, &len);
	int ret = 0;

	for (size_t i = 0; !ret && i < jobs->n; i++)
		ret = write_order(f, &jobs->v[i].order, err);
	if (!ret)
		ret = write_order(f, &(struct wire_msg){ .type = WIRE_QUIT }, err);
	fclose(f);
	if (ret)
		return ret;
	ret = fs__write_atomic(path, text, len);
	return ret ? err__set(err, ret, "cannot write %s: %s", path, strerror(-ret)) : 0;
}

uint64_t boot_jobs__bound_ns(const struct boot_jobs *jobs)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < jobs->n; i++)
		sum += jobs->v[i].bound_ms * NSEC_PER_MSEC;
	return sum;
}

void boot_jobs__release(struct boot_jobs *jobs)
{
	for (size_t i = 0; i < jobs->n; i++) {
		struct wire_msg *order = &jobs->v[i].order;

		/* Only names made by add_iteration_collectors() contain a slash; the others belong
		 * to the plan. */
		for (size_t k = 0; k < order->n_params; k++)
			if (strchr(order->params[k].name, '/'))
				free(order->params[k].name);
		free(order->params);
		free(jobs->v[i].order.collectors);
	}
	free(jobs->v);
	*jobs = (struct boot_jobs){ 0 };
}
