// SPDX-License-Identifier: GPL-2.0-only
/* sources.c - looks up each executed instruction in the source maps of kernel and modules. */
#include "runner/boot/sources.h"

#include "runner/kernels/files/debug_info.h"

static int by_start(const void *a, const void *b)
{
	const struct source_range *x = a, *y = b;

	return (x->start > y->start) - (x->start < y->start);
}

/* The address ranges of the functions of the image that ran, sorted; the caller frees. */
static struct source_range *find_wanted(struct symbols *symbols, const struct profile_lines *lines,
					size_t *n)
{
	struct source_range *v = NULL;
	size_t used = 0;

	*n = 0;
	for (size_t i = 0; i < lines->n; i++) {
		const struct profile_part *part = &lines->v[i];
		uint64_t last = UINT64_MAX;

		symbols__place(symbols, part);
		for (size_t k = 0; k < part->n; k++) {
			const struct symbol s = symbols__find(symbols, part->v[k].va);

			if (!*s.name || *s.module || s.at == last)
				continue;
			last = s.at;
			*APPEND(v, *n) = (struct source_range){ s.at, s.at + (s.end - s.start) };
		}
	}
	if (*n)
		qsort(v, *n, sizeof(*v), by_start);
	for (size_t i = 0; i < *n; i++)
		if (!used || v[i].start >= v[used - 1].end)
			v[used++] = v[i];
	*n = used;
	return v;
}

/* Most modules are stripped and have no separate debug information: then their code is in no known
 * file. */
static bool load_module(const struct kernel *k, const char *name, const struct source_request *req,
			struct source_map *out)
{
	_free_ char *data = NULL, *path = NULL;
	struct err none;
	size_t len;

	if (module_symbols__file(k, name, &data, &len, &none))
		return false;
	path = debug_info__of_module(k, name, data, len);
	if (path ? !source_map__load(path, req, out, &none) :
		   !source_map__parse(data, len, req, out, &none))
		return true;
	source_map__release(out); /* discard what was read of a damaged file */
	return false;
}

int source_maps__load(struct source_maps *m, const struct kernel *k, struct symbols *symbols,
		      const struct profile_lines *lines, struct err *err)
{
	_free_ char *path = debug_info__find(k, err);
	_free_ struct source_range *want = NULL;
	struct source_request req = { 0 };
	bool found = false;
	int ret;

	*m = (struct source_maps){ .n_modules = symbols->names.n };
	m->modules = xcalloc(symbols->names.n, sizeof(*m->modules));
	if (path) {
		want = find_wanted(symbols, lines, &req.n);
		req.want = want;
		ret = source_map__load(path, &req, &m->kernel, err);
		if (ret)
			return err__set(err, -ENODATA, "%s", err->msg);
		found = true;
	}
	req = (struct source_request){ .root = m->kernel.root };
	for (size_t i = 0; i < m->n_modules; i++)
		found |= load_module(k, symbols->names.v[i], &req, &m->modules[i]);
	return found ? 0 : -ENODATA;
}

/* The source map of a module, or of the image for "". NULL: the module is not known. */
static const struct source_map *map_of(const struct source_maps *m, const struct symbols *symbols,
				       const char *module)
{
	if (!*module)
		return &m->kernel;
	for (size_t i = 0; i < m->n_modules; i++)
		if (streq(symbols->names.v[i], module))
			return &m->modules[i];
	return NULL;
}

/* The part being built, with indexes to find its entries. */
struct adding {
	struct sources *out;
	size_t part;
	struct names places;
	struct names inlined; /* of all parts; the key is parent, name and file */
};

/* Add an inlined function, and everything that it was inlined into. Returns its index, or
 * NO_INLINED if `node` is not inlined. */
static uint32_t add_inlined(struct adding *a, const struct source_map *map, uint32_t node)
{
	const struct source_node *of = &map->nodes[node];
	struct sources_inlined in = { .depth = 1 };
	_free_ char *key = NULL;
	uint32_t index;

	if (of->parent == NO_SOURCE)
		return NO_INLINED;
	in.parent = add_inlined(a, map, of->parent);
	if (in.parent != NO_INLINED)
		in.depth = a->out->inlined[in.parent].depth + 1;
	in.name = names__add(&a->out->strings, of->name);
	in.file = names__add(&a->out->strings, of->file);
	key = xasprintf("%u %u %u", in.parent, in.name, in.file);
	index = names__add(&a->inlined, key);
	if (index == a->out->n_inlined)
		*APPEND(a->out->inlined, a->out->n_inlined) = in;
	return index;
}

static struct sources_place *place_of(struct adding *a, const struct symbol *symbol,
				      const struct source_map *map, uint32_t node)
{
	struct sources_part *part = &a->out->parts[a->part];
	struct names *strings = &a->out->strings;
	struct sources_place p = { .inlined = add_inlined(a, map, node) };
	_free_ char *key = NULL;
	uint32_t index;

	while (map->nodes[node].parent != NO_SOURCE)
		node = map->nodes[node].parent;
	p.symbol = names__add(strings, symbol->name);
	p.module = names__add(strings, symbol->module);
	p.unit = names__add(strings, map->nodes[node].unit);
	p.file = names__add(strings, map->nodes[node].file);
	key = xasprintf("%u %u %u %u %u", p.symbol, p.module, p.unit, p.file, p.inlined);
	index = names__add(&a->places, key);
	if (index == part->n)
		*APPEND(part->v, part->n) = p;
	return &part->v[index];
}

/* Add `n` instructions of a block, from number `first` at `va`, all in one symbol. *common is the
 * innermost source function that contains all of them. */
static void add_piece(struct adding *a, const struct source_map *map, const struct symbol *symbol,
		      const struct profile_line *b, uint32_t first, uint32_t n, uint64_t va,
		      uint32_t *common)
{
	for (uint32_t i = 0, m; i < n; i += m) {
		const uint64_t at = symbol->at + (va - symbol->start), left = symbol->end - va;
		uint64_t end;
		const uint32_t node = source_map__find(map, symbol->section, at, &end);

		end = end - at < left ? va + (end - at) : symbol->end;
		m = profile_line__up_to(b, first + i, end, &va);
		*common = i ? source_map__common(map, *common, node) : node;
		if (node != NO_SOURCE)
			place_of(a, symbol, map, node)->count[FUNCTION_INSNS] += m * b->runs;
	}
}

/* Split a block like profile__sum(). It is not known which of its instructions missed: misses are
 * attributed to the innermost source function that contains the whole block. */
static void add_block(struct adding *a, const struct source_maps *m, const struct symbols *symbols,
		      const struct profile_line *b)
{
	uint64_t va = b->va;

	for (uint32_t i = 0, n; i < b->n; i += n) {
		const uint64_t at = va;
		const struct symbol symbol = symbols__find(symbols, at);
		const struct source_map *map = map_of(m, symbols, symbol.module);
		uint32_t common = NO_SOURCE;
		struct sources_place *p;

		n = profile_line__up_to(b, i, symbol.end, &va);
		if (!*symbol.name || !map)
			continue;
		add_piece(a, map, &symbol, b, i, n, at, &common);
		if (i || common == NO_SOURCE)
			continue;
		p = place_of(a, &symbol, map, common);
		p->count[FUNCTION_L1D] += b->event[PROFILE_L1D];
		p->count[FUNCTION_L1I] += b->event[PROFILE_L1I];
		p->count[FUNCTION_WALKS_D] += b->event[PROFILE_WALK_D];
		p->count[FUNCTION_WALKS_I] += b->event[PROFILE_WALK_I];
	}
}

void source_maps__add(const struct source_maps *m, const struct symbols *symbols,
		      const struct profile_part *part, struct sources *out)
{
	struct adding a = { .out = out, .part = out->n_parts };

	*APPEND(out->parts, out->n_parts) = (struct sources_part){ .iter = part->iteration };
	for (size_t i = 0; i < out->n_inlined; i++) {
		const struct sources_inlined *in = &out->inlined[i];
		_free_ char *key = xasprintf("%u %u %u", in->parent, in->name, in->file);

		(void)names__add(&a.inlined, key);
	}
	for (size_t i = 0; i < part->n; i++)
		if (part->v[i].runs)
			add_block(&a, m, symbols, &part->v[i]);
	names__release(&a.places);
	names__release(&a.inlined);
}

void source_maps__release(struct source_maps *m)
{
	source_map__release(&m->kernel);
	for (size_t i = 0; i < m->n_modules; i++)
		source_map__release(&m->modules[i]);
	free(m->modules);
	*m = (struct source_maps){ 0 };
}
