// SPDX-License-Identifier: GPL-2.0-only
#include "runner/tlbmodel.h"

#include "lib/fs.h"
#include "runner/core.h"
#include "runner/guest/guest.h"
#include "runner/tlbmodel-samples.h"

#define PLUGIN "tlbmodel.so"
#define SOURCE "tlbmodel"
#define FILE_MAX (64u << 20)

/* Of a plan that names none: what is usual, and a larger second level, to see how much the
 * outcome depends on that. */
static const char *const default_cores[] = { CORE_GENERIC, "generic-large" };

/* QEMU takes a comma for the end of the value; doubled it is one. */
static void put_escaped(FILE *f, const char *s)
{
	for (; *s; s++) {
		if (*s == ',')
			fputc(',', f);
		fputc(*s, f);
	}
}

static int add_word(struct strvec *words, const char *name, struct err *err)
{
	_free_ char *word = NULL;
	struct core core;
	int ret = core__load(name, &core, err);

	if (ret)
		return ret;
	word = geometry__format(&core.geometry);
	strvec__push(words, word);
	core__release(&core);
	return 0;
}

int tlbmodel__cores(const struct plan *plan, struct strvec *words, struct err *err)
{
	const bool named = plan->tlb_cores.n;
	size_t n = named ? plan->tlb_cores.n : ARRAY_SIZE(default_cores);
	int ret = 0;

	for (size_t i = 0; !ret && i < n; i++)
		ret = add_word(words, named ? plan->tlb_cores.v[i] : default_cores[i], err);
	return ret;
}

int tlbmodel__plugin_arg(const struct plan *plan, const char *run_dir, char **arg,
			 struct err *err)
{
	_free_ char *plugin = NULL;
	struct strvec words = { 0 };
	size_t len;
	FILE *f;
	int ret = guest__find_beside(PLUGIN, &plugin, err);

	*arg = NULL;
	if (!ret)
		ret = tlbmodel__cores(plan, &words, err);
	if (ret)
		goto out;
	f = open_memstream(arg, &len);
	if (!f)
		abort();
	put_escaped(f, plugin);
	fprintf(f, ",out=");
	put_escaped(f, run_dir);
	fprintf(f, "/" TLBMODEL_FILE);
	for (size_t i = 0; i < words.n; i++)
		fprintf(f, ",core=%s", words.v[i]);
	fclose(f);
out:
	strvec__release(&words);
	return ret;
}

/* Iterations of the warm-up are known from what the agent said of them. */
static int add(struct record *rec, const struct tlb_samples *samples, const char *workload,
	       int iter, struct err *err)
{
	const bool warmup = record__is_warmup(rec, workload, iter);
	int ret = 0;

	for (size_t i = 0; !ret && i < samples->n; i++) {
		const struct wire_msg msg = { .source = (char *)SOURCE,
					      .metric = (char *)samples->v[i].metric,
					      .value = samples->v[i].value, .iter = iter };

		ret = record__sample(rec, &msg, workload, warmup, err);
	}
	return ret;
}

/* "neoverse-n1: L1I 48, L1D 48, L2 1280 in 5 ways; source: ...": what was simulated. */
static void add_core(struct record *rec, size_t i, const char *word)
{
	_free_ char *key = xasprintf(SOURCE "/core%zu", i), *text = NULL, *sizes = NULL;
	struct geometry g;
	struct core core;

	if (geometry__parse(word, &g) || core__load(g.name, &core, NULL)) {
		record__fact(rec, key, word);
		return;
	}
	sizes = core__describe(&core);
	text = xasprintf("%s: %s; %s", g.name, sizes, core.tlb_source);
	record__fact(rec, key, text);
	core__release(&core);
}

static void add_facts(struct record *rec, const struct tlb_lines *lines)
{
	const json_t *cores = json_object_get(lines->start, "cores");
	char *bounds = json_dumps(lines->bounds, JSON_COMPACT);

	for (size_t i = 0; i < json_array_size(cores); i++)
		add_core(rec, i, json_string_value(json_array_get(cores, i)));
	record__fact(rec, SOURCE "/regions", bounds);
	free(bounds);
}

struct gathered {
	struct tlb_samples *iterations;
	struct tlb_samples boot, workload; /* of the two censuses */
};

static int gather(const struct record *rec, const char *workload, const struct tlb_lines *lines,
		  struct gathered *g, struct err *err)
{
	int ret = tlb_samples__census(lines->census[CENSUS_AFTER_BOOT], true, &g->boot, err);

	if (!ret)
		ret = tlb_samples__census(lines->census[CENSUS_AFTER_WORKLOAD], false,
					  &g->workload, err);
	g->iterations = xcalloc(lines->n, sizeof(*g->iterations));
	for (size_t i = 0; !ret && i < lines->n; i++)
		ret = tlb_samples__iteration(lines->iteration[i],
					     record__operations(rec, workload, (int)i),
					     &g->iterations[i], err);
	return ret;
}

static int add_all(struct record *rec, const char *workload, const struct tlb_lines *lines,
		   struct err *err)
{
	struct gathered g = { 0 };
	int ret = gather(rec, workload, lines, &g, err);

	if (!ret)
		ret = add(rec, &g.boot, "boot", WIRE_BOOT, err);
	if (!ret && !streq(workload, "boot"))
		ret = add(rec, &g.workload, workload, WIRE_BOOT, err);
	for (size_t i = 0; !ret && i < lines->n; i++)
		ret = add(rec, &g.iterations[i], workload, (int)i, err);
	if (!ret)
		add_facts(rec, lines);
	for (size_t i = 0; i < lines->n; i++)
		free(g.iterations[i].v);
	free(g.iterations);
	free(g.boot.v);
	free(g.workload.v);
	return ret;
}

int tlbmodel__collect(struct record *rec, const char *run_dir, const char *workload,
		      struct err *err)
{
	_free_ char *path = xasprintf("%s/" TLBMODEL_FILE, run_dir);
	_free_ char *text = NULL;
	struct tlb_lines lines;
	size_t len;
	int ret = fs__read(path, FILE_MAX, &text, &len);

	if (ret)
		return err__set(err, -EPROTO, "cannot read what the TLB model's plugin wrote: %s: "
				"%s", path, strerror(-ret));
	ret = tlb_lines__parse(&lines, TLBMODEL_FILE, text, len, err);
	if (!ret)
		ret = add_all(rec, workload, &lines, err);
	tlb_lines__release(&lines);
	return ret;
}
