// SPDX-License-Identifier: GPL-2.0-only
/* report.c - writes the plugin's output: a file of JSON lines, and the profile. */
#include "collectors/tlbmodel/report.h"

#include "collectors/tlbmodel/format.h"

#include <inttypes.h>

#define U64 "%" PRIu64

static const char *const side_names[SIDES] = { [SIDE_D] = "d", [SIDE_I] = "i" };
static const char *const mode_names[MODES] = { [MODE_USER] = "user", [MODE_KERNEL] = "kernel" };

void report__start(FILE *out, const struct model *m, bool x86)
{
	fprintf(out, "{\"line\":\"start\",\"format\":%d,%s\"cores\":[", TLB_FORMAT,
		x86 ? "\"arch\":\"" TLB_X86 "\"," : "");
	for (size_t i = 0; i < m->n; i++) {
		_free_ char *word = geometry__format(&m->geometry[i]);

		fprintf(out, "%s\"%s\"", i ? "," : "", word);
	}
	fprintf(out, "]}\n");
	fflush(out);
}

/* Addresses are written as strings: they do not fit a signed 64-bit integer. */
static void write_range(FILE *out, const char *name, const struct range *r)
{
	fprintf(out, ",\"%s\":[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"]", name, r->start, r->end);
}

void report__bounds(FILE *out, const struct regions *r)
{
	fprintf(out, "{\"line\":\"bounds\",\"va_bits\":%u", r->va_bits);
	write_range(out, "linear", &r->linear);
	write_range(out, "image", &r->image);
	write_range(out, "modules", &r->modules);
	write_range(out, "vmalloc", &r->vmalloc);
	write_range(out, "vmemmap", &r->vmemmap);
	fprintf(out, ",\"module_areas\":%zu,\"module_bytes\":" U64 ",\"lost_areas\":%zu}\n",
		r->n_areas, r->area_bytes, r->lost_areas);
	fflush(out);
}

void report__begin(FILE *out, uint64_t iteration)
{
	fprintf(out, "{\"line\":\"begin\",\"iteration\":" U64 "}\n", iteration);
	fflush(out);
}

/* An object with "SHIFT": VALUE for the values that are not zero. */
static void write_shifts(FILE *out, const char *name, const uint64_t v[WALK_SHIFTS])
{
	const char *sep = "";

	fprintf(out, ",\"%s\":{", name);
	for (unsigned int i = 0; i < WALK_SHIFTS; i++) {
		if (!v[i])
			continue;
		fprintf(out, "%s\"%u\":" U64, sep, i, v[i]);
		sep = ",";
	}
	fputc('}', out);
}

static void write_regions(FILE *out, const uint64_t v[REGION_MAX])
{
	for (enum region r = 0; r < REGION_MAX; r++)
		fprintf(out, "%s\"%s\":" U64, r ? "," : "{", region__name(r), v[r]);
	fputc('}', out);
}

/* One side in one mode: L1 misses, and walks by region; then the same of the cold start. */
static void write_walks(FILE *out, const struct geometry_counts *g, enum side side, enum mode mode)
{
	const char *m = mode_names[mode], *s = side_names[side];

	fprintf(out, ",\"%s_l1%s\":" U64 ",\"%s_walks_%s\":", m, s, g->l1[side][mode], m, s);
	write_regions(out, g->walks[side][mode]);
	fprintf(out, ",\"%s_l1%s_cold\":" U64 ",\"%s_walks_%s_cold\":", m, s,
		g->l1_cold[side][mode], m, s);
	write_regions(out, g->walks_cold[side][mode]);
}

static void write_core(FILE *out, const struct model *m, size_t i)
{
	const struct geometry_counts *g = &m->counts.g[i];

	fprintf(out, "%s{\"name\":\"%s\"", i ? "," : "", m->geometry[i].name);
	for (enum mode mode = 0; mode < MODES; mode++)
		for (enum side side = 0; side < SIDES; side++)
			write_walks(out, g, side, mode);
	write_shifts(out, "linear_leaf", g->linear_leaf);
	write_shifts(out, "leaf", g->leaf);
	fprintf(out,
		",\"kernel_steps_d\":" U64 ",\"kernel_steps_i\":" U64 ",\"linear_steps\":" U64 "}",
		g->steps[SIDE_D], g->steps[SIDE_I], g->linear_steps);
}

/* Each stage is [metric, operations, user instructions, kernel instructions]. */
static void write_stages(FILE *out, const struct stage *s, size_t n)
{
	fprintf(out, ",\"stages\":[");
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s[" U64 "," U64 "," U64 "," U64 "]", i ? "," : "", s[i].metric,
			s[i].operations, s[i].insns[MODE_USER], s[i].insns[MODE_KERNEL]);
	fputc(']', out);
}

static void write_instructions(FILE *out, uint64_t iteration, const uint64_t insns[MODES])
{
	fprintf(out, "{\"line\":\"iteration\",\"iteration\":" U64, iteration);
	for (enum mode mode = 0; mode < MODES; mode++)
		fprintf(out, ",\"%s_instructions\":" U64, mode_names[mode], insns[mode]);
}

void report__counts(FILE *out, const char *why, uint64_t iteration, const uint64_t insns[MODES],
		    const struct stage *stages, size_t n_stages)
{
	write_instructions(out, iteration, insns);
	fprintf(out, ",\"%s\":true", why);
	if (n_stages)
		write_stages(out, stages, n_stages);
	fprintf(out, "}\n");
	fflush(out);
}

static void write_tlbi(FILE *out, const struct counts *c)
{
	fprintf(out, ",\"tlbi\":{");
	for (enum tlbi_scope s = 0; s < TLBI_SCOPES; s++)
		fprintf(out, "\"%s\":" U64 ",", tlbi_scope__name(s), c->tlbi[s]);
	fprintf(out, "\"broadcast\":" U64 "}", c->broadcast);
}

void report__iteration(FILE *out, const struct model *m, uint64_t iteration,
		       const uint64_t insns[MODES], const struct stage *stages, size_t n_stages)
{
	const struct counts *c = &m->counts;

	write_instructions(out, iteration, insns);
	write_tlbi(out, c);
	fprintf(out, ",\"unmapped\":" U64 ",\"page_shift\":%u,\"cores\":[", c->unmapped,
		m->regions.page_shift);
	for (size_t i = 0; i < m->n; i++)
		write_core(out, m, i);
	fputc(']', out);
	if (n_stages)
		write_stages(out, stages, n_stages);
	fprintf(out, "}\n");
	fflush(out);
}

void report__start_profile(FILE *out, bool x86)
{
	fprintf(out, "profile %d%s\n", TLB_PROFILE_FORMAT, x86 ? " " TLB_X86 : "");
}

/* The bounds of kernel code, the blocks that ran, and the total. The events of a block are left out
 * if it has none. */
void report__profile(FILE *out, const struct model *m, uint64_t iteration, uint64_t insns)
{
	const struct regions *r = &m->regions;

	if (ftell(out) > (long)TLB_PROFILE_STOP) {
		fprintf(out, "left-out " U64 "\n", iteration);
		return;
	}
	fprintf(out, "iteration " U64 "\nimage %" PRIx64 " %" PRIx64 "\n", iteration,
		r->image.start, r->image.end);
	for (size_t i = 0; i < r->n_areas; i++)
		fprintf(out, "area %" PRIx64 " %" PRIx64 "\n", r->area[i].start, r->area[i].end);
	for (uint32_t i = 1; i <= m->profile.n; i++) {
		const struct profile_block *b = profile__block(&m->profile, i);
		const uint64_t *e = b->event;

		if (!*b->runs && !e[PROFILE_L1D] && !e[PROFILE_L1I])
			continue;
		fprintf(out, "%" PRIx64 " ", b->va);
		if (b->sizes)
			fprintf(out, "%s", b->sizes);
		else
			fprintf(out, "%u", b->n);
		fprintf(out, " " U64 " %x", *b->runs, b->last);
		if (e[PROFILE_L1D] || e[PROFILE_L1I])
			fprintf(out, " " U64 " " U64 " " U64 " " U64, e[PROFILE_L1D],
				e[PROFILE_L1I], e[PROFILE_WALK_D], e[PROFILE_WALK_I]);
		fputc('\n', out);
	}
	fprintf(out, "total " U64 "\n", insns);
}

void report__end_profile(FILE *out)
{
	fprintf(out, "end\n");
}

static void write_section(FILE *out, const char *name, const struct census_section *s)
{
	fprintf(out,
		",\"%s\":{\"ro\":" U64 ",\"rw\":" U64 ",\"nx\":" U64 ",\"x\":" U64 ",\"wx\":" U64
		",\"usr\":" U64 ",\"invalid\":" U64,
		name, s->ro, s->rw, s->nx, s->x, s->wx, s->usr, s->invalid);
	write_shifts(out, "leaf", s->leaf);
	fputc('}', out);
}

/* Each alias is [start, end, bytes, section]. */
static void write_census(FILE *out, const struct census *c)
{
	fprintf(out, ",\"page_shift\":%u,\"tables\":" U64, c->granule, c->tables);
	for (enum section s = 0; s < SECTION_MAX; s++)
		write_section(out, section__name(s), &c->section[s]);
	if (c->has_added)
		write_section(out, TLB_ADDED, &c->added);
	fprintf(out,
		",\"ro_checked\":" U64 ",\"rw_of_ro\":" U64 ",\"lost_aliases\":%zu,\"aliases\":[",
		c->ro_checked, c->rw_of_ro, c->lost_aliases);
	for (size_t i = 0; i < c->n_aliases; i++) {
		const struct census_alias *a = &c->alias[i];

		fprintf(out, "%s[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"," U64 ",\"%s\"]", i ? "," : "",
			a->start, a->end, a->bytes, section__name(a->section));
	}
	fputc(']', out);
}

void report__census(FILE *out, uint64_t label, const struct census *c)
{
	fprintf(out, "{\"line\":\"census\",\"label\":" U64, label);
	write_census(out, c);
	fprintf(out, "}\n");
	fflush(out);
}

void report__point(FILE *out, uint64_t iteration, uint64_t index, const uint64_t insns[MODES],
		   const struct counts *counts, const struct census *c)
{
	fprintf(out, "{\"line\":\"point\",\"iteration\":" U64 ",\"point\":" U64, iteration, index);
	fprintf(out, ",\"kernel_instructions\":" U64, insns[MODE_KERNEL]);
	if (counts) {
		write_tlbi(out, counts);
		write_census(out, c);
	}
	fprintf(out, "}\n");
	fflush(out);
}

void report__error(FILE *out, const char *text)
{
	fprintf(out, "{\"line\":\"error\",\"text\":\"%s\"}\n", text);
	fflush(out);
}

void report__end(FILE *out)
{
	fprintf(out, "{\"line\":\"end\"}\n");
	fflush(out);
}
