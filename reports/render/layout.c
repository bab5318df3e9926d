// SPDX-License-Identifier: GPL-2.0-only
/* layout.c - how a kernel's page tables map memory, as text and JSON. */
#include "reports/render/layout.h"
#include "lib/units.h"
#include "reports/render/grid.h"
#include "reports/render/json.h"

#define SCHEMA 1

/* Page tables map 2^52 bytes at most, which a double holds exactly. */
static void put_bytes(json_t *o, const char *key, uint64_t bytes)
{
	json_object_set_new(o, key, json_integer((json_int_t)bytes));
}

/* One section of the dump: bytes by leaf size and by permission. */
static json_t *section(const struct layout *l, const struct layout_section *s)
{
	const struct layout_leaf *leaf = layout__leaves(l->granule);
	json_t *o = json_object(), *bytes = json_object();

	for (size_t i = 0; leaf[i].name; i++)
		put_bytes(bytes, leaf[i].name, s->leaf[i]);
	json_object_set_new(o, "bytes", bytes);
	put_bytes(o, "mapped_bytes", layout__mapped(s));
	put_bytes(o, "block_bytes", layout__block(l, s));
	put_bytes(o, "ro_bytes", s->ro);
	put_bytes(o, "rw_bytes", s->rw);
	put_bytes(o, "nx_bytes", s->nx);
	put_bytes(o, "x_bytes", s->x);
	put_bytes(o, "wx_bytes", s->wx);
	put_bytes(o, "usr_bytes", s->usr);
	put_bytes(o, "invalid_bytes", s->invalid);
	put_bytes(o, "gap_bytes", s->gap);
	return o;
}

void render_layout__json(const struct layout *l, FILE *out)
{
	json_t *o = json_object();

	/* Sections first: a marker may have any name, and our members must win. */
	for (size_t i = 0; i < l->n_sections; i++)
		json_object_set_new(o, l->sections[i].name, section(l, &l->sections[i]));
	json_object_set_new(o, "schema", json_integer(SCHEMA));
	json_object_set_new(o, "kind", json_string("layout"));
	json_object_set_new(o, "granule", json_string(layout__granule_name(l->granule)));
	json_object_set_new(o, "granule_source", json_string(layout__source_name(l->source)));
	json__print(o, out);
}

static void put_size(struct grid *g, size_t row, size_t col, uint64_t bytes)
{
	char buf[32];

	if (bytes)
		grid__put(g, row, col, "%s", units__fmt_size(bytes, buf, sizeof(buf)));
	else
		grid__put(g, row, col, "-");
}

static void put_share(struct grid *g, size_t row, size_t col, uint64_t part, uint64_t whole)
{
	if (whole)
		grid__put(g, row, col, "%.2f %%", 100 * (double)part / (double)whole);
	else
		grid__put(g, row, col, "-");
}

static void print_sizes(const struct layout *l, FILE *out)
{
	const struct layout_leaf *leaf = layout__leaves(l->granule);
	struct grid g = { .left = 1 };
	size_t row = grid__row(&g), n = 0;

	grid__put(&g, row, 0, "section");
	for (; leaf[n].name; n++)
		grid__put(&g, row, n + 1, "%s", leaf[n].name);
	grid__put(&g, row, n + 1, "mapped");
	grid__put(&g, row, n + 2, "in blocks");
	g.n_cols = n + 3;
	for (size_t i = 0; i < l->n_sections; i++) {
		const struct layout_section *s = &l->sections[i];

		row = grid__row(&g);
		grid__put(&g, row, 0, "%s", s->name);
		for (size_t k = 0; k < n; k++)
			put_size(&g, row, k + 1, s->leaf[k]);
		put_size(&g, row, n + 1, layout__mapped(s));
		put_share(&g, row, n + 2, layout__block(l, s), layout__mapped(s));
	}
	grid__print(&g, false, out);
	grid__release(&g);
}

static void print_permissions(const struct layout *l, FILE *out)
{
	static const char *const head[] = { "section", "ro",	   "RW",   "NX",
					    "x",       "RW and x", "user", "invalid" };
	struct grid g = { .n_cols = ARRAY_SIZE(head), .left = 1 };
	size_t row = grid__row(&g);

	for (size_t i = 0; i < ARRAY_SIZE(head); i++)
		grid__put(&g, row, i, "%s", head[i]);
	for (size_t i = 0; i < l->n_sections; i++) {
		const struct layout_section *s = &l->sections[i];
		const uint64_t v[] = { s->ro, s->rw, s->nx, s->x, s->wx, s->usr, s->invalid };

		row = grid__row(&g);
		grid__put(&g, row, 0, "%s", s->name);
		for (size_t k = 0; k < ARRAY_SIZE(v); k++)
			put_size(&g, row, k + 1, v[k]);
	}
	grid__print(&g, false, out);
	grid__release(&g);
}

/* Print the names of the leaf sizes that have a flag set; `flag` is its offset in struct
 * layout_leaf. */
static void print_names(const struct layout *l, size_t flag, const char *between, FILE *out)
{
	const char *before = "";

	for (const struct layout_leaf *leaf = layout__leaves(l->granule); leaf->name; leaf++) {
		if (!*(const bool *)((const char *)leaf + flag))
			continue;
		fprintf(out, "%s%s", before, leaf->name);
		before = between;
	}
}

void render_layout__text(const struct layout *l, FILE *out)
{
	fprintf(out, "granule %s (%s); blocks: ", layout__granule_name(l->granule),
		layout__source_name(l->source));
	print_names(l, offsetof(struct layout_leaf, block), " + ", out);
	fprintf(out, "; contiguous: ");
	print_names(l, offsetof(struct layout_leaf, contiguous), ", ", out);
	fprintf(out, "\n\n");
	print_sizes(l, out);
	fputc('\n', out);
	print_permissions(l, out);
}
