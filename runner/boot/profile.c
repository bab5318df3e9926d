// SPDX-License-Identifier: GPL-2.0-only
/* profile.c - sums the counts of code blocks by function. */
#include "runner/boot/profile.h"

#include "collectors/collector.h"
#include "collectors/tlbmodel/format.h"
#include "lib/fs.h"
#include "lib/names.h"
#include "reports/profile/blocks.h"
#include "runner/boot/profile_blocks.h"
#include "runner/boot/sources.h"
#include "runner/targets/target.h"

#include <inttypes.h>

#define SOURCE "tlbmodel"

/* A direct call: bl, or b to the first instruction of another function. */
struct edge {
	uint32_t callee, caller;
	uint64_t calls;
};

/* The functions of a profile so far. */
struct summing {
	const struct symbols *symbols;
	struct profile_function *v;
	size_t n;
	struct names names; /* "NAME\nMODULE" of each function, with the same index as in `v` */
	struct edge *edges;
	size_t n_edges;
};

/* The index of a function, which is added if it is new: `v` may move. Functions with the same name,
 * such as static ones in several files, count as one. */
static uint32_t function_of(struct summing *s, const struct symbol *symbol)
{
	_free_ char *key = xasprintf("%s\n%s", symbol->name, symbol->module);
	uint32_t index = names__add(&s->names, key);

	if (index == s->n) {
		GROW(s->v, s->n);
		s->v[s->n++] = (struct profile_function){ .name = symbol->name,
							  .module = symbol->module,
							  .caller = NO_FUNCTION };
	}
	return index;
}

/* Add the counts of a block. It is straight-line code that may run from one function into the next:
 * it is split at the boundary. Its misses are attributed to the first function. */
static void add_block(struct summing *s, const struct profile_line *b)
{
	uint64_t va = b->va;

	for (uint32_t i = 0, n; i < b->n; i += n) {
		const uint64_t at = va;
		struct symbol symbol = symbols__find(s->symbols, at);
		uint32_t index = function_of(s, &symbol);
		struct profile_function *f = &s->v[index];

		n = profile_line__up_to(b, i, symbol.end, &va);
		f->count[FUNCTION_INSNS] += n * b->runs;
		if (at == symbol.start && *symbol.name)
			f->count[FUNCTION_CALLS] += b->runs;
		if (!i) {
			f->count[FUNCTION_L1D] += b->event[PROFILE_L1D];
			f->count[FUNCTION_L1I] += b->event[PROFILE_L1I];
			f->count[FUNCTION_WALKS_D] += b->event[PROFILE_WALK_D];
			f->count[FUNCTION_WALKS_I] += b->event[PROFILE_WALK_I];
		}
	}
}

/* The target of the last instruction of a block, which is at `va`; 0: not a direct branch. On
 * x86_64 the plugin gives the lower half of the target. On arm64 it is in the opcode, B or BL: 26
 * bits, in instructions (Arm Architecture Reference Manual). */
static uint64_t target_of(const struct profile_line *b, uint64_t va)
{
	if (b->sizes)
		return b->last ? 0xffffffffull << 32 | b->last : 0;
	return (b->last >> 26 & 0x1f) == 5 ?
		       va + (uint64_t)((int64_t)((uint64_t)b->last << 38) >> 36) :
		       0;
}

static void add_edge(struct summing *s, const struct profile_line *b)
{
	uint64_t va = b->va, target;
	struct symbol from, to;

	for (uint32_t i = 0; i + 1 < b->n; i++) /* one instruction at a time, to the last */
		(void)profile_line__up_to(b, i, va + 1, &va);
	target = target_of(b, va);
	if (!target || !b->runs)
		return;
	from = symbols__find(s->symbols, va);
	to = symbols__find(s->symbols, target);
	if (to.start != target || !*to.name || to.start == from.start)
		return;
	GROW(s->edges, s->n_edges);
	s->edges[s->n_edges] = (struct edge){ function_of(s, &to), function_of(s, &from), b->runs };
	s->n_edges++;
}

static int by_functions(const void *a, const void *b)
{
	const struct edge *x = a, *y = b;

	if (x->callee != y->callee)
		return x->callee < y->callee ? -1 : 1;
	return (x->caller > y->caller) - (x->caller < y->caller);
}

/* Find the most frequent caller of each function. */
static void find_callers(struct summing *s)
{
	if (s->n_edges)
		qsort(s->edges, s->n_edges, sizeof(*s->edges), by_functions);
	for (size_t i = 0; i < s->n_edges;) {
		const struct edge *e = &s->edges[i];
		struct profile_function *f = &s->v[e->callee];
		uint64_t calls = 0;

		for (; i < s->n_edges && !by_functions(e, &s->edges[i]); i++)
			calls += s->edges[i].calls;
		if (calls > f->caller_calls) {
			f->caller_calls = calls;
			f->caller = e->caller;
		}
	}
}

char *profile__keep_names(struct profile_function *v, size_t n)
{
	size_t room = 0;
	char *text, *at;

	for (size_t i = 0; i < n; i++)
		room += strlen(v[i].name) + strlen(v[i].module) + 2;
	at = text = xcalloc(room, 1);
	for (size_t i = 0; i < n; i++) {
		const char *name = at;

		at = stpcpy(at, v[i].name) + 1;
		v[i].name = name;
		name = at;
		at = stpcpy(at, v[i].module) + 1;
		v[i].module = name;
	}
	return text;
}

void profile__sum(const struct profile_part *part, const struct symbols *symbols,
		  struct store_profile *out)
{
	const struct symbol nowhere = { .name = "", .module = "" };
	struct summing s = { .symbols = symbols, .v = xcalloc(1, sizeof(*s.v)) };
	uint64_t rest = part->total;

	for (size_t i = 0; i < part->n; i++) {
		add_block(&s, &part->v[i]);
		add_edge(&s, &part->v[i]);
		rest -= part->v[i].n * part->v[i].runs;
	}
	if (rest) {
		uint32_t index = function_of(&s, &nowhere);

		s.v[index].count[FUNCTION_INSNS] += rest;
	}
	find_callers(&s);
	out->kernel = part->total;
	out->v = s.v;
	out->n = s.n;
	/* Until now the names point into the symbols, which are freed after the boot. */
	out->text = profile__keep_names(s.v, s.n);
	names__release(&s.names);
	free(s.edges);
}

/* The plugin's total for an iteration, which has been recorded as a sample. */
static bool find_total(const struct record *rec, const char *workload, int iter, const char *metric,
		       uint64_t *value)
{
	for (size_t i = 0; i < rec->boot.n_samples; i++) {
		const struct store_sample *s = &rec->boot.samples[i];

		if (s->iter != iter || !streq(s->metric->name, metric) ||
		    !streq(s->source, SOURCE) || !streq(s->workload, workload))
			continue;
		*value = (uint64_t)s->value;
		return true;
	}
	return false;
}

/* Up to 6.17 the function that fills the tables may go by the name of another symbol at the same
 * address, and pgattr_change_is_safe(), the check of each entry, is inlined in some releases.
 * Clones made by the compiler have a suffix (".constprop.0"). A function that was never called is
 * ignored: its instructions are code that follows it and has no symbol. */
uint64_t profile__map_instructions(const struct store_profile *p)
{
	static const char *const names[] = { "__create_pgd_mapping_locked", "__create_pgd_mapping",
					     "create_kpti_ng_temp_pgd", "pgattr_change_is_safe" };
	uint64_t n = 0;

	for (size_t i = 0; i < p->n; i++) {
		const char *name = p->v[i].name;
		const size_t len = strcspn(name, ".");

		for (size_t k = 0; k < ARRAY_SIZE(names) && !*p->v[i].module; k++)
			if (strlen(names[k]) == len && !strncmp(name, names[k], len) &&
			    p->v[i].count[FUNCTION_CALLS])
				n += p->v[i].count[FUNCTION_INSNS];
	}
	return n;
}

/* The kernel fills its page tables once, while it boots. */
static int add_map(struct record *rec, const struct store_profile *p, struct err *err)
{
	const struct collector *tlb = collector__find(SOURCE);
	const uint64_t n = profile__map_instructions(p);
	const struct store_sample s = { .workload = p->workload,
					.source = tlb->name,
					.version = tlb->version,
					.metric = metric__find(tlb->metrics,
							       "kernel.map_instructions"),
					.iter = p->iter,
					.value = (double)n,
					.warmup = record__is_warmup(rec, p->workload, p->iter) };

	return n && streq(p->workload, "boot") ? record__sample(rec, &s, err) : 0;
}

static int add_parts(struct record *rec, const char *workload, const struct profile_lines *lines,
		     struct symbols *symbols, struct err *err)
{
	struct store_boot *b = &rec->boot;
	size_t left_out = 0;

	for (size_t i = 0; i < lines->n; i++) {
		const struct profile_part *part = &lines->v[i];
		struct store_profile p = { .iter = part->iteration };
		uint64_t kernel;
		int ret;

		if (part->left_out) {
			left_out++;
			continue;
		}
		if (!find_total(rec, workload, p.iter, "kernel.instructions", &kernel) ||
		    !find_total(rec, workload, p.iter, "user.instructions", &p.user) ||
		    kernel != part->total)
			return err__set(err, -EPROTO,
					TARGET_PROFILE
					": the blocks of iteration %d do not have the "
					"instructions of its total",
					p.iter);
		symbols__place(symbols, part);
		profile__sum(part, symbols, &p);
		p.workload = xstrdup(workload);
		p.operations = record__operations(rec, workload, p.iter);
		*APPEND(b->profiles, b->n_profiles) = p;
		ret = add_map(rec, &p, err);
		if (ret)
			return ret;
	}
	if (left_out) {
		_free_ char *why = xasprintf("%zu iterations were left out: the plugin's file is "
					     "limited to %u MiB",
					     left_out, TLB_PROFILE_MAX >> 20);

		record__fact(rec, FACT_PROFILE, why);
	}
	/* Exact boots repeat: one iteration stands for all. */
	for (size_t i = lines->n; i-- > 0;) {
		_free_ char *text = NULL;

		if (lines->v[i].left_out || lines->x86)
			continue;
		symbols__place(symbols, &lines->v[i]);
		text = profile_blocks__text(&lines->v[i], symbols,
					    record__operations(rec, workload,
							       lines->v[i].iteration));
		return record__text(rec, BLOCKS_TEXT, text, err);
	}
	return 0;
}

/* A kernel without debug information gets no profile by source. */
static int add_sources(struct record *rec, const struct kernel *k,
		       const struct profile_lines *lines, struct symbols *symbols, struct err *err)
{
	struct source_maps maps = { 0 };
	struct sources sources = { 0 };
	_free_ char *text = NULL;
	int ret = source_maps__load(&maps, k, symbols, lines, err);

	if (ret && err->msg[0])
		record__fact(rec, FACT_SOURCES, err->msg);
	for (size_t i = 0; !ret && i < lines->n; i++) {
		if (lines->v[i].left_out)
			continue;
		symbols__place(symbols, &lines->v[i]);
		source_maps__add(&maps, symbols, &lines->v[i], &sources);
	}
	text = sources__format(&sources);
	ret = ret ? 0 : record__text(rec, SOURCES_TEXT, text, err);
	sources__release(&sources);
	source_maps__release(&maps);
	return ret;
}

/* The agent's text with the addresses of modules is needed only here, as they differ in each
 * boot. */
int profile__collect(struct record *rec, const char *run_dir, const char *workload,
		     const struct kernel *k, struct err *err)
{
	_free_ char *path = xasprintf("%s/" TARGET_PROFILE, run_dir);
	_free_ char *sections = record__take_text(rec, TLB_SECTIONS), *text = NULL;
	struct profile_lines lines = { 0 };
	struct symbols symbols = { 0 };
	int ret;

	if (!k)
		return 0;
	ret = symbols__load(&symbols, k, sections, err);
	if (ret && ret != -EPROTO) {
		record__fact(rec, FACT_PROFILE, err->msg);
		ret = 0;
		goto out;
	}
	if (!ret)
		ret = fs__read(path, TLB_PROFILE_MAX, &text, NULL);
	if (ret && ret != -EPROTO)
		ret = err__set(err, -EPROTO, "cannot read what the plugin wrote: %s: %s", path,
			       strerror(-ret));
	if (!ret)
		ret = profile_lines__parse(&lines, TARGET_PROFILE, text, err);
	if (!ret)
		ret = add_parts(rec, workload, &lines, &symbols, err);
	if (!ret)
		ret = add_sources(rec, k, &lines, &symbols, err);
out:
	profile_lines__release(&lines);
	symbols__release(&symbols);
	return ret;
}
