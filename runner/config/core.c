// SPDX-License-Identifier: GPL-2.0-only
/* core.c - configs/cores/NAME.yaml: the TLBs of a core and its PMU events. */
#include "runner/config/core.h"

#include "lib/fs.h"
#include "runner/config/table.h"
#include "runner/host/paths.h"

#define DIRECTORY "cores"
#define UNKNOWN "unknown"
#define L1_LARGEST (2u << 20) /* default of l1_largest: that of the Cortex-A76 */

struct file {
	char *name, *note;
	yaml_node_t *tlb;
	yaml_node_t *pmu;
};

struct tlb_section {
	char *source;
	yaml_node_t *l1i, *l1d, *l2;
	uint64_t l1_largest;
	unsigned int walk_cache;
};

static const struct yaml_field file_fields[] = {
	FIELD("name", NAME, struct file, name, .required = true),
	FIELD("note", TEXT, struct file, note, .required = true),
	FIELDS(NODE, struct file, tlb, pmu),
	{ 0 },
};

static const struct yaml_field tlb_fields[] = {
	FIELD("source", TEXT, struct tlb_section, source, .required = true),
	FIELD("l1i", NODE, struct tlb_section, l1i, .required = true),
	FIELD("l1d", NODE, struct tlb_section, l1d, .required = true),
	FIELD("l1_largest", SIZE, struct tlb_section, l1_largest, .min = 4096, .max = 1ull << 34),
	FIELD("l2", NODE, struct tlb_section, l2, .required = true),
	FIELD("walk_cache", UINT, struct tlb_section, walk_cache, .max = GEOMETRY_WALK_CACHE_MAX),
	{ 0 },
};

/* One level of TLB as described in a file; a first level only has `size`. */
struct level {
	struct geometry_tlb size;
	unsigned int coalesce, replacement, hashed;
};

#define SIZE_FIELDS                                                                               \
	FIELD("entries", UINT, struct level, size.entries, .min = 1, .max = GEOMETRY_MAX_ENTRIES, \
	      .required = true),                                                                  \
		FIELD("ways", UINT, struct level, size.ways, .min = 1,                            \
		      .max = GEOMETRY_MAX_ENTRIES)

static const struct yaml_field size_fields[] = { SIZE_FIELDS, { 0 } };

static const struct yaml_field l2_fields[] = {
	SIZE_FIELDS,
	FIELD("coalesce", UINT, struct level, coalesce, .max = GEOMETRY_COALESCE_MAX),
	FIELD("replacement", ENUM, struct level, replacement, .choices = GEOMETRY_REPLACEMENTS),
	FIELD("index", ENUM, struct level, hashed, .choices = "low|hashed"),
	{ 0 },
};

/* Read one TLB: `{ entries: 1280, ways: 5 }`, where no `ways` means fully associative; or `unknown`,
 * which leaves in *out the sizes of the generic core. `generic` is false for the generic core itself,
 * which must know all sizes. */
static void read_tlb(struct yaml *y, yaml_node_t *n, const char *what,
		     const struct yaml_field *fields, bool generic, struct level *out,
		     bool *assumed)
{
	struct level t = { 0 };
	size_t before = y->n_notes;
	const char *wrong;

	if (!n)
		return;
	if (n->type == YAML_SCALAR_NODE && streq((const char *)n->data.scalar.value, UNKNOWN)) {
		*assumed = true;
		if (!generic)
			yaml__note(y, n,
				   "%s cannot be unknown here: other cores take their "
				   "unknown sizes from this file",
				   what);
		return;
	}
	yaml__read(y, n, what, fields, &t);
	if (y->n_notes > before)
		return;
	if (!t.size.ways)
		t.size.ways = t.size.entries;
	wrong = geometry_tlb__check(&t.size);
	if (!wrong)
		wrong = geometry__check_coalesce(t.coalesce);
	if (wrong)
		yaml__note(y, n, "%s: %s", what, wrong);
	*out = t;
}

/* Read section `tlb`. Unknown sizes are taken from `generic`; NULL: this is the generic core. */
static void read_tlbs(struct yaml *y, yaml_node_t *n, const struct core *generic, struct core *core)
{
	const struct geometry *from = generic ? &generic->geometry : &(struct geometry){ 0 };
	struct level l1i = { .size = from->l1i }, l1d = { .size = from->l1d };
	struct level l2 = { from->l2, from->coalesce, from->replacement, from->hashed };
	struct tlb_section s = { .l1_largest = L1_LARGEST };
	struct geometry *g = &core->geometry;

	yaml__read(y, n, "section tlb", tlb_fields, &s);
	core->tlb_source = s.source;
	if (s.l1_largest & (s.l1_largest - 1))
		yaml__note(y, n,
			   "'l1_largest' must be a power of two: the size of a page or block");
	else
		g->l1_shift = (unsigned int)__builtin_ctzll(s.l1_largest);
	read_tlb(y, s.l1i, "l1i", size_fields, generic, &l1i, &core->assumed_l1i);
	read_tlb(y, s.l1d, "l1d", size_fields, generic, &l1d, &core->assumed_l1d);
	read_tlb(y, s.l2, "l2", l2_fields, generic, &l2, &core->assumed_l2);
	g->l1i = l1i.size;
	g->l1d = l1d.size;
	g->l2 = l2.size;
	g->coalesce = l2.coalesce;
	g->replacement = l2.replacement;
	g->hashed = l2.hashed;
	g->walk_cache = s.walk_cache;
}

/* The argument `out` of read_core(). */
struct core_reader {
	struct core *core;
	const struct core *generic; /* source of unknown sizes; NULL: `core` is the generic core */
	const char *name; /* required name of the core; NULL: any */
};

/* A table_reader for the file of a core. */
static void read_core(struct yaml *y, yaml_node_t *root, void *out)
{
	const struct core_reader *r = out;
	struct core *core = r->core;
	struct file f = { 0 };

	yaml__read(y, root, "a core", file_fields, &f);
	core->name = f.name;
	core->note = f.note;
	if (f.name)
		snprintf(core->geometry.name, sizeof(core->geometry.name), "%s", f.name);
	if (f.name && r->name && !streq(f.name, r->name))
		yaml__note(y, NULL,
			   "the core is called '%s', the file '%s.yaml': make them the same",
			   f.name, r->name);
	if (f.tlb)
		read_tlbs(y, f.tlb, r->generic, core);
	if (f.pmu)
		core_pmu__read(y, f.pmu, &core->pmu);
	if (!f.tlb && !f.pmu)
		yaml__note(y, root, "a core has a section 'tlb', 'pmu' or both");
}

/* The core may have any name: the text need not come from a file in configs/cores. */
int core__parse(const char *path, const char *text, size_t len, const struct core *generic,
		struct core *core, struct err *err)
{
	struct core_reader r = { core, generic, NULL };
	int ret;

	*core = (struct core){ 0 };
	ret = table__parse(path, text, len, read_core, &r, err);
	if (ret)
		core__release(core);
	return ret;
}

/* Every *.yaml in the directory is a core; a missing directory is an empty list. */
void core__list(struct strvec *names)
{
	_free_ char *dir = paths__config(DIRECTORY);
	_cleanup_(strvec__release) struct strvec all = { 0 };

	if (dir)
		(void)fs__names(dir, &all);
	for (size_t i = 0; i < all.n; i++)
		if (str_ends(all.v[i], ".yaml"))
			strvec__pushf(names, "%.*s", (int)strlen(all.v[i]) - 5, all.v[i]);
	strvec__sort_unique(names);
}

/* Returns -ENOENT, with a message that lists the cores. */
static int no_core(const char *name, struct err *err)
{
	_free_ char *dir = paths__config(DIRECTORY), *all = NULL;
	_cleanup_(strvec__release) struct strvec names = { 0 };

	if (!dir)
		return err__set(err, -ENOENT,
				"no core '%.64s': there is no directory configs/" DIRECTORY
				" (KDUEL_CONFIG_DIR names where configs are)",
				name);
	core__list(&names);
	all = strvec__join(&names, ", ");
	return err__set(err, -ENOENT, "no core '%.64s': configs/" DIRECTORY " has %s", name, all);
}

/* A name must not contain a slash, which could lead out of configs/cores. */
static int load(const char *name, const struct core *generic, struct core *core, struct err *err)
{
	_free_ char *file = xasprintf(DIRECTORY "/%s.yaml", name);
	_free_ char *path = strchr(name, '/') ? NULL : paths__config(file);
	struct core_reader r = { core, generic, name };
	int ret;

	*core = (struct core){ 0 };
	ret = path ? table__load(file, read_core, &r, err) : no_core(name, err);
	if (ret)
		core__release(core);
	return ret;
}

/* Load the generic core first, as others take unknown sizes from it. */
int core__load(const char *name, struct core *core, struct err *err)
{
	_cleanup_(core__release) struct core generic = { 0 };
	int ret;

	if (streq(name, CORE_GENERIC))
		return load(CORE_GENERIC, NULL, core, err);
	ret = load(CORE_GENERIC, NULL, &generic, err);
	return ret ? ret : load(name, &generic, core, err);
}

/* This has to read every core's file: the names say nothing about CPUs. */
char *core__find_pmu(const char *cpu, struct core_pmu *pmu, struct err *err)
{
	_cleanup_(strvec__release) struct strvec names = { 0 };
	char *found = NULL;
	int ret = 0;

	*pmu = (struct core_pmu){ 0 };
	err->msg[0] = '\0';
	core__list(&names);
	for (size_t i = 0; !ret && !found && i < names.n; i++) {
		_cleanup_(core__release) struct core core = { 0 };

		ret = core__load(names.v[i], &core, err);
		if (ret)
			continue;
		if (core.pmu.source && core_pmu__is_for(&core.pmu, cpu)) {
			found = xstrdup(names.v[i]);
			*pmu = core.pmu;
			core.pmu = (struct core_pmu){ 0 };
		}
	}
	return found;
}

/* A fully associative TLB (ways == entries) is described by its size alone. */
static char *describe_tlb(const struct geometry_tlb *t, const char *what, bool assumed)
{
	if (t->ways == t->entries)
		return xasprintf("%s %u%s", what, t->entries, assumed ? " (assumed)" : "");
	return xasprintf("%s %u in %u ways%s", what, t->entries, t->ways,
			 assumed ? " (assumed)" : "");
}

char *core__describe(const struct core *c)
{
	_free_ char *l1i = describe_tlb(&c->geometry.l1i, "L1I", c->assumed_l1i);
	_free_ char *l1d = describe_tlb(&c->geometry.l1d, "L1D", c->assumed_l1d);
	_free_ char *l2 = describe_tlb(&c->geometry.l2, "L2", c->assumed_l2);
	static const char *const replacement[REPLACEMENTS] = { "", ", random replacement",
							       ", PLRU" };
	_free_ char *pages = c->geometry.coalesce ?
				     xasprintf(", up to %u pages an entry", c->geometry.coalesce) :
				     xstrdup("");
	_free_ char *walks = c->geometry.walk_cache ?
				     xasprintf(", walk cache of %u", c->geometry.walk_cache) :
				     xstrdup("");

	return xasprintf("%s, %s, %s%s%s%s%s", l1i, l1d, l2, pages,
			 replacement[c->geometry.replacement],
			 c->geometry.hashed ? ", hashed index" : "", walks);
}

void core__release(struct core *c)
{
	free(c->name);
	free(c->note);
	free(c->tlb_source);
	core_pmu__release(&c->pmu);
	*c = (struct core){ 0 };
}
