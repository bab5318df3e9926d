// SPDX-License-Identifier: GPL-2.0-only
/*
 * symbols.c - the functions of the image and of loaded modules, at their addresses in this boot
 * (KASLR).
 */
#include "runner/boot/symbols.h"

#include "lib/units.h"
#include "runner/kernels/files/image.h"

#define SECTIONS_MAX 8192 /* a guest loads dozens of modules, with a few sections each */

static int by_place(const void *a, const void *b)
{
	const struct symbols_section *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* Parse lines "MODULE SECTION ADDRESS". */
static int read_sections(struct symbols *s, const char *text)
{
	for (int n = 0; *text; n = 0) {
		struct symbols_section place;
		char module[64];

		if (sscanf(text, "%63[^ \n] %31[^ \n] %n", module, place.name, &n) != 2 || !n ||
		    s->n_sections == SECTIONS_MAX)
			return -EPROTO;
		text += n;
		if (units__hex(&text, &place.at) || *text++ != '\n')
			return -EPROTO;
		for (place.module = 0; place.module < s->names.n; place.module++)
			if (streq(s->names.v[place.module], module))
				break;
		if (place.module == s->names.n)
			strvec__push(&s->names, module);
		*APPEND(s->sections, s->n_sections) = place;
	}
	if (s->n_sections)
		qsort(s->sections, s->n_sections, sizeof(*s->sections), by_place);
	return 0;
}

int symbols__load(struct symbols *s, const struct kernel *k, const char *sections, struct err *err)
{
	_free_ char *image = NULL;
	size_t len;
	int ret;

	*s = (struct symbols){ 0 };
	ret = image__read(k->image, &image, &len, err);
	if (ret)
		return ret;
	ret = kallsyms__parse(image, len, &s->kernel, err);
	if (ret)
		return err__prefix(err, ret, "%s: ", k->image);
	ret = read_sections(s, sections ? sections : "");
	if (ret)
		return err__set(err, ret, "the agent does not say where modules are as it should");
	s->modules = xcalloc(s->names.n, sizeof(*s->modules));
	for (size_t i = 0; i < s->names.n; i++) {
		struct err none;

		/* Code of a module without a file has no symbols, and is shown like that. */
		(void)module_symbols__load(k, s->names.v[i], &s->modules[i], &none);
	}
	return 0;
}

static void add(struct symbols *s, const struct symbol *symbol)
{
	if (symbol->start < symbol->end)
		*APPEND(s->v, s->n) = *symbol;
}

/* A function of the image extends to the next one. */
static void place_kernel(struct symbols *s, uint64_t image)
{
	const struct kallsyms *k = &s->kernel;

	for (size_t i = 0; i < k->n; i++)
		add(s, &(struct symbol){ image + k->v[i].at,
					 image + (i + 1 < k->n ? k->v[i + 1].at : k->etext),
					 k->v[i].name, "", "", k->v[i].at });
}

static int by_address(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	/* Of two names at one address the first in alphabetical order is kept. */
	return strcmp(x->name, y->name);
}

/* Add the functions of a module's section, which ends at `end`. Its .plt holds trampolines for
 * calls to functions that are too far for a branch. They are created when the module is loaded, so
 * they have no symbols. */
static void place_section(struct symbols *s, const struct symbols_section *place, uint64_t end)
{
	const struct module_symbols *m = &s->modules[place->module];
	const char *module = s->names.v[place->module];
	const uint64_t size = end - place->at;

	if (streq(place->name, ".plt"))
		add(s, &(struct symbol){ place->at, end, "plt", module, place->name, 0 });
	for (size_t i = 0; i < m->n; i++) {
		const struct module_function *f = &m->v[i];
		const uint64_t at = place->at + f->at;

		if (streq(m->sections[f->section].name, place->name) && f->at < size &&
		    f->size <= size - f->at)
			add(s, &(struct symbol){ at, at + f->size, f->name, module, place->name,
						 f->at });
	}
}

/* The end of a section is the start of the next one, or the end of its area. */
static uint64_t end_of(const struct symbols *s, const struct profile_part *part, size_t i)
{
	const uint64_t at = s->sections[i].at;
	uint64_t end = at;

	for (size_t j = 0; j < part->n_areas; j++)
		if (at >= part->area[j].start && at < part->area[j].end)
			end = part->area[j].end;
	while (++i < s->n_sections && s->sections[i].at == at)
		;
	return i < s->n_sections && s->sections[i].at < end ? s->sections[i].at : end;
}

/* Sort the functions and remove overlaps: an earlier one is cut where the next begins. */
static void tidy(struct symbols *s)
{
	size_t n = 0;

	if (s->n)
		qsort(s->v, s->n, sizeof(*s->v), by_address);
	for (size_t i = 0; i < s->n; i++) {
		if (n && s->v[i].start == s->v[n - 1].start)
			continue;
		if (n && s->v[n - 1].end > s->v[i].start)
			s->v[n - 1].end = s->v[i].start;
		s->v[n++] = s->v[i];
	}
	s->n = n;
}

void symbols__place(struct symbols *s, const struct profile_part *part)
{
	free(s->v);
	s->v = NULL;
	s->n = 0;
	place_kernel(s, part->image.start);
	for (size_t i = 0; i < s->n_sections; i++)
		place_section(s, &s->sections[i], end_of(s, part, i));
	tidy(s);
}

struct symbol symbols__find(const struct symbols *s, uint64_t va)
{
	size_t low = 0, high = s->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (s->v[mid].start <= va)
			low = mid + 1;
		else
			high = mid;
	}
	if (low && va < s->v[low - 1].end)
		return s->v[low - 1];
	return (struct symbol){ va, low < s->n ? s->v[low].start : UINT64_MAX, "", "", "", 0 };
}

void symbols__release(struct symbols *s)
{
	kallsyms__release(&s->kernel);
	for (size_t i = 0; i < s->names.n; i++)
		module_symbols__release(&s->modules[i]);
	free(s->modules);
	strvec__release(&s->names);
	free(s->sections);
	free(s->v);
	*s = (struct symbols){ 0 };
}
