// SPDX-License-Identifier: GPL-2.0-only
/* tlb.c - checks what the plugin wrote against the plan, and adds its figures to the record. */
#include "runner/boot/tlb.h"

#include "collectors/collector.h"
#include "collectors/support/layout_metrics.h"
#include "collectors/tlbmodel/format.h"
#include "lib/fs.h"
#include "runner/boot/tlb_points.h"
#include "runner/boot/tlb_samples.h"
#include "workloads/workload.h"

#define SOURCE "tlbmodel"

/* Which iterations were warm-up is known from the agent's messages, which have all been read. */
static int add(struct record *rec, const struct tlb_samples *samples, const char *workload,
	       int iter, struct err *err)
{
	const struct collector *tlb = collector__find(SOURCE);
	const bool warmup = record__is_warmup(rec, workload, iter);
	int ret = 0;

	for (size_t i = 0; !ret && i < samples->n; i++) {
		const struct store_sample s = {
			.workload = workload,
			.source = tlb->name,
			.version = tlb->version,
			.metric = samples->v[i].metric,
			.iter = iter,
			.value = samples->v[i].value,
			.warmup = warmup,
		};

		ret = record__sample(rec, &s, err);
	}
	return ret;
}

/* Add the kernel instructions per operation of each stage of an iteration, as metrics of the
 * workload. */
static int add_stages(struct record *rec, const json_t *iteration, const char *workload, int iter,
		      const struct metric *metrics, struct err *err)
{
	const struct workload *wl = workload__find(workload);
	json_int_t metric, operations, user, kernel, n = 0;
	json_t *stage;
	size_t i;
	int ret = 0;

	while (metrics && metrics[n].name)
		n++;
	json_array_foreach(json_object_get(iteration, "stages"), i, stage)
	{
		if (json_unpack(stage, "[I,I,I,I!]", &metric, &operations, &user, &kernel) ||
		    metric < 0 || metric >= n || metrics[metric].kind != METRIC_COUNT ||
		    operations < 1 || kernel < 0)
			return err__set(err, -EPROTO,
					"TLB model: stage %zu of an iteration is none of %s", i,
					workload);
		ret = record__sample(rec,
				     &(struct store_sample){
					     .workload = workload,
					     .source = wl->name,
					     .version = wl->version,
					     .metric = &metrics[metric],
					     .iter = iter,
					     .value = (double)kernel / (double)operations,
					     .warmup = record__is_warmup(rec, workload, iter) },
				     err);
		if (ret)
			return ret;
	}
	return ret;
}

/* The plugin repeats its arguments in its first line. */
static int check_cores(const struct tlb_lines *lines, const struct tlb_cores *cores,
		       struct err *err)
{
	const json_t *used = json_object_get(lines->start, "cores");
	bool same = json_array_size(used) == cores->words.n &&
		    lines->only_counts == !cores->words.n;

	for (size_t i = 0; same && i < cores->words.n; i++) {
		const char *word = json_string_value(json_array_get(used, i));

		same = word && streq(word, cores->words.v[i]);
	}
	return same ? 0 :
		      err__set(err, -EPROTO,
			       TARGET_TLB ": TLB model: other cores were "
					  "simulated than the plan has");
}

/* Add the geometry of the simulated cores, and where the kernel's regions were: needed to judge the
 * figures. */
static void add_facts(struct record *rec, const struct tlb_lines *lines,
		      const struct tlb_cores *cores)
{
	_free_ char *areas = record__take_text(rec, TLB_AREAS);
	_free_ char *aliases = tlb_points__aliases(lines->census[CENSUS_AFTER_WORKLOAD], areas);
	_cleanup_(layout__freep) struct layout *added = NULL;
	char *bounds = json_dumps(lines->bounds, JSON_COMPACT);

	if (aliases)
		record__fact(rec, SOURCE "/aliases", aliases);
	if (!lines->only_counts &&
	    !tlb_samples__added(lines->census[CENSUS_AFTER_WORKLOAD], &added, NULL)) {
		_free_ char *line = layout_metrics__line(added, layout__find(added, TLB_ADDED));

		record__fact(rec, SOURCE "/added", line);
	}

	for (size_t i = 0; i < cores->texts.n; i++) {
		_free_ char *key = xasprintf(SOURCE "/core%zu", i);

		record__fact(rec, key, cores->texts.v[i]);
	}
	record__fact(rec, SOURCE "/regions", bounds);
	free(bounds);
}

/* A boot that only boots has the workload "boot". Its second census is skipped, as it has the same
 * metrics as the first. */
static int add_all(struct record *rec, const char *workload, const struct metric *metrics,
		   const struct tlb_lines *lines, const struct tlb_cores *cores, struct err *err)
{
	struct tlb_samples *iterations = xcalloc(lines->n, sizeof(*iterations));
	struct tlb_samples after_boot = { 0 }, after_workload = { 0 }; /* the two censuses */
	int ret = lines->only_counts ? 0 :
				       tlb_samples__census(lines->census[CENSUS_AFTER_BOOT], true,
							   &after_boot, err);

	/* Parse all lines before any sample is recorded: if a count is missing, none of the file is
	 * used. */
	if (!ret && !lines->only_counts)
		ret = tlb_samples__census(lines->census[CENSUS_AFTER_WORKLOAD], false,
					  &after_workload, err);
	for (size_t i = 0; !ret && i < lines->n; i++)
		ret = tlb_samples__iteration(lines->iteration[i],
					     record__operations(rec, workload, (int)i),
					     &iterations[i], err);
	if (!ret)
		ret = add(rec, &after_boot, "boot", WIRE_BOOT, err);
	if (!ret && !streq(workload, "boot"))
		ret = add(rec, &after_workload, workload, WIRE_BOOT, err);
	for (size_t i = 0; !ret && i < lines->n; i++) {
		ret = add(rec, &iterations[i], workload, (int)i, err);
		if (!ret)
			ret = add_stages(rec, lines->iteration[i], workload, (int)i, metrics, err);
	}
	if (!ret)
		ret = tlb_points__add(rec, lines, workload, metrics, err);
	if (!ret)
		add_facts(rec, lines, cores);
	for (size_t i = 0; i < lines->n; i++)
		free(iterations[i].v);
	free(iterations);
	free(after_boot.v);
	free(after_workload.v);
	return ret;
}

int tlbmodel__collect(struct record *rec, const char *run_dir, const char *workload,
		      const struct metric *metrics, const struct tlb_cores *cores, struct err *err)
{
	_free_ char *path = xasprintf("%s/" TARGET_TLB, run_dir);
	_free_ char *text = NULL;
	const size_t before = rec->boot.n_samples;
	struct tlb_lines lines;
	size_t len;
	int ret = fs__read(path, TLB_FILE_MAX, &text, &len);

	if (ret == -EFBIG)
		return err__set(err, -EPROTO, "%s has more than %u MiB of the TLB model's plugin",
				path, TLB_FILE_MAX >> 20);
	if (ret)
		return err__set(err, -EPROTO,
				"cannot read what the TLB model's plugin wrote: %s: "
				"%s",
				path, strerror(-ret));
	ret = tlb_lines__parse(&lines, TARGET_TLB, text, len, err);
	if (!ret)
		ret = check_cores(&lines, cores, err);
	if (!ret)
		ret = add_all(rec, workload, metrics, &lines, cores, err);
	/* If there were too many samples, keep none of them. */
	if (ret)
		rec->boot.n_samples = before;
	tlb_lines__release(&lines);
	return ret;
}
