// SPDX-License-Identifier: GPL-2.0-only
/*
 * source_map.c - reads DWARF with libdw (elfutils): compile units, their functions, and inlined
 * functions.
 *
 * The address ranges of all functions are first collected as pieces, then flattened: where pieces
 * overlap, the most deeply nested one wins. Time and memory are bounded by the size of the file,
 * even if it is damaged.
 */
#include "runner/kernels/files/source_map.h"

#include <ctype.h>
#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <fcntl.h>
#include <gelf.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEPTH_MAX 64 /* nesting of blocks and inlined functions; compilers stay below 40 */
#define NAME_LEN 512
#define PATH_LEN 4096
#define STEPS_MIN 65536u /* limit of DIEs and ranges to visit, however small the file is */
#define FILE_MAX_LEN (8ull << 30)

/* An address range of a function, inlined or not. */
struct piece {
	uint64_t start, end;
	uint32_t node;
	uint16_t depth;
	uint16_t section;
};

struct reader {
	const struct source_request *req;
	struct source_map *out;
	struct piece *v;
	size_t n;
	uint64_t base; /* address of _text in a vmlinux */
	Dwfl_Module *module; /* set for a module (not linked), else NULL */
	Elf *elf;
	size_t steps; /* number of DIEs and ranges that may still be visited */
	const char *comp_dir, *unit; /* of the current unit; `unit` is in the map's strings */
	const char *objtree; /* where the build ran, from the unit of init/main.c; or NULL */
	bool rust; /* the current unit is Rust */
	bool split; /* some units are in separate files (split DWARF) */
};

/* Names go into tables and files: anything but printable ASCII becomes '?'. */
static const char *keep(struct source_map *m, const char *s)
{
	_free_ char *text = xstrndup(s, NAME_LEN);
	uint32_t index;

	for (char *c = text; *c; c++)
		if (!isgraph((unsigned char)*c))
			*c = '?';
	index = names__add(&m->strings, text);
	return m->strings.v[index];
}

/* Remove ".", ".." and double slashes from a path. In a relative path a leading ".." is dropped. */
static void normalize(const char *path, char out[PATH_LEN])
{
	const bool absolute = *path == '/';
	size_t len = 0;

	while (*path) {
		const size_t n = strcspn(path, "/");

		if (n == 2 && !strncmp(path, "..", 2)) {
			while (len && out[--len] != '/')
				;
		} else if (n && !(n == 1 && *path == '.') && len + n + 2 < PATH_LEN) {
			if (len || absolute)
				out[len++] = '/';
			memcpy(out + len, path, n);
			len += n;
		}
		path += n;
		path += *path == '/';
	}
	out[len] = '\0';
}

static void absolute(const char *comp_dir, const char *path, char out[PATH_LEN])
{
	_free_ char *joined = *path == '/' || !comp_dir ? xstrdup(path) :
							  xasprintf("%s/%s", comp_dir, path);

	normalize(joined, out);
}

/* The part of `path` relative to `dir`, or NULL if it is not below it. */
static const char *below(const char *path, const char *dir)
{
	const size_t n = dir ? strlen(dir) : 0;

	return n && !strncmp(path, dir, n) && path[n] == '/' && path[n + 1] ? path + n + 1 : NULL;
}

/* A file name relative to the source tree or, if it was generated, to the build directory. */
static const char *file_of(struct reader *r, const char *path)
{
	const char *root = r->out->root ? r->out->root : r->req->root, *s;
	const char *relative = *path != '/' ? path : below(path, r->comp_dir);
	char full[PATH_LEN], dir[PATH_LEN], here[PATH_LEN];

	absolute(r->comp_dir, path, full);
	s = below(full, root);
	if (!s && r->comp_dir) {
		normalize(r->comp_dir, dir);
		s = below(full, dir);
	}
	/* An object from ccache may have been compiled in, and name, the directory of another
	 * build. */
	if (!s && r->objtree && relative) {
		absolute(r->objtree, relative, here);
		s = below(here, root);
	}
	return keep(r->out, s ? s : full);
}

static bool step(struct reader *r)
{
	return r->steps && r->steps--;
}

/* Is any part of this range of the image requested? */
static bool is_wanted(const struct reader *r, uint64_t start, uint64_t end)
{
	const struct source_range *want = r->req->want;
	size_t low = 0, high = r->req->n;

	if (r->module || !want)
		return true;
	while (low < high) {
		const size_t mid = (low + high) / 2;

		if (want[mid].end <= start)
			low = mid + 1;
		else
			high = mid;
	}
	return low < r->req->n && want[low].start < end;
}

/* The index of a module's section, which is added if it is new. UINT16_MAX: there are too many. */
static uint16_t section_of(struct reader *r, const char *name)
{
	struct source_map *m = r->out;
	size_t i = 0;

	while (i < m->n_sections && !streq(m->sections[i].name, name))
		i++;
	if (i == UINT16_MAX)
		return UINT16_MAX;
	if (i == m->n_sections)
		*APPEND(m->sections, m->n_sections) = (struct source_section){ xstrdup(name), NULL,
									       0 };
	return (uint16_t)i;
}

/* Translate a range of file addresses to offsets in the image, or in a section of the module.
 * False: it is in neither. */
static bool place(struct reader *r, uint64_t *start, uint64_t *end, uint16_t *section)
{
	const uint64_t size = *end - *start;
	Dwarf_Addr at = *start, bias;
	size_t names;
	const char *name;
	Elf_Scn *scn;
	GElf_Shdr sh;

	if (*end <= *start)
		return false;
	if (!r->module) {
		if (*start < r->base)
			return false;
		*start -= r->base;
		*end -= r->base;
		*section = section_of(r, "");
		return true;
	}
	scn = dwfl_module_address_section(r->module, &at, &bias);
	if (!scn || !gelf_getshdr(scn, &sh) || elf_getshdrstrndx(r->elf, &names))
		return false;
	name = elf_strptr(r->elf, names, sh.sh_name);
	if (!name || at >= sh.sh_size || size > sh.sh_size - at)
		return false;
	*start = at;
	*end = at + size;
	*section = section_of(r, name);
	return *section != UINT16_MAX;
}

/* Is any address range of the DIE requested? */
static bool has_wanted(struct reader *r, Dwarf_Die *die)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t at = 0;

	while ((at = dwarf_ranges(die, at, &base, &start, &end)) > 0 && step(r))
		if (r->module || (start >= r->base && is_wanted(r, start - r->base, end - r->base)))
			return true;
	return false;
}

static void add_ranges(struct reader *r, Dwarf_Die *die, uint32_t node, uint16_t depth)
{
	Dwarf_Addr base, start, end;
	ptrdiff_t at = 0;
	uint16_t section;

	while ((at = dwarf_ranges(die, at, &base, &start, &end)) > 0 && step(r))
		if (place(r, &start, &end, &section))
			*APPEND(r->v, r->n) = (struct piece){ start, end, node, depth, section };
}

static uint32_t add_node(struct source_map *m, const struct source_node *node)
{
	if (m->n_nodes == NO_SOURCE - 1)
		return NO_SOURCE;
	*APPEND(m->nodes, m->n_nodes) = *node;
	return (uint32_t)m->n_nodes - 1;
}

/* Add a function and its ranges. Returns its index, or NO_SOURCE if it has no name or the map is
 * full. */
static uint32_t add_function(struct reader *r, Dwarf_Die *die, uint32_t parent, uint16_t depth)
{
	const char *name = dwarf_diename(die), *file = dwarf_decl_file(die);
	struct source_node node = { .parent = parent, .unit = r->unit };
	uint32_t index;

	if (!name || !*name)
		return NO_SOURCE;
	node.name = keep(r->out, name);
	/* Assembly functions have no declaration. */
	node.file = file ? file_of(r, file) : parent == NO_SOURCE ? r->unit : keep(r->out, "");
	index = add_node(r->out, &node);
	if (index != NO_SOURCE)
		add_ranges(r, die, index, depth);
	return index;
}

/* Add everything that was inlined into a function, at any depth. */
static void read_inlined(struct reader *r, Dwarf_Die *die, uint32_t parent, uint16_t depth)
{
	Dwarf_Die child;

	if (depth == DEPTH_MAX || dwarf_child(die, &child))
		return;
	do {
		uint32_t node = parent;

		switch (dwarf_tag(&child)) {
		case DW_TAG_inlined_subroutine:
			node = add_function(r, &child, parent, (uint16_t)(depth + 1));
			break;
		case DW_TAG_lexical_block:
			break;
		default:
			continue;
		}
		read_inlined(r, &child, node == NO_SOURCE ? parent : node, (uint16_t)(depth + 1));
	} while (step(r) && !dwarf_siblingof(&child, &child));
}

/* Add the functions of a unit. Rust also has functions in namespaces and types. */
static void read_functions(struct reader *r, Dwarf_Die *die, unsigned int depth)
{
	Dwarf_Die child;
	uint32_t node;

	if (depth == DEPTH_MAX || dwarf_child(die, &child))
		return;
	do {
		switch (dwarf_tag(&child)) {
		case DW_TAG_subprogram:
			if (!has_wanted(r, &child))
				break;
			node = add_function(r, &child, NO_SOURCE, 0);
			if (node != NO_SOURCE)
				read_inlined(r, &child, node, 0);
			break;
		case DW_TAG_namespace:
		case DW_TAG_module:
		case DW_TAG_structure_type:
		case DW_TAG_class_type:
		case DW_TAG_enumeration_type:
			if (r->rust)
				read_functions(r, &child, depth + 1);
			break;
		default:
			break;
		}
	} while (step(r) && !dwarf_siblingof(&child, &child));
}

/* The source tree is where init/main.c is, which every kernel has. */
static void find_root(struct reader *r, Dwarf *dw)
{
	static const char main_c[] = "/init/main.c";
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;

	while (step(r) && !dwarf_get_units(dw, cu, &cu, NULL, NULL, &die, NULL)) {
		const char *name = dwarf_diename(&die), *comp_dir;
		Dwarf_Attribute attr;
		char full[PATH_LEN];

		if (!name || !str_ends(name, main_c + 1))
			continue;
		comp_dir = dwarf_formstring(dwarf_attr(&die, DW_AT_comp_dir, &attr));
		absolute(comp_dir, name, full);
		if (!str_ends(full, main_c))
			continue;
		r->objtree = comp_dir;
		full[strlen(full) - strlen(main_c)] = '\0';
		r->out->root = xstrdup(full);
		return;
	}
}

static void read_unit(struct reader *r, Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	const int language = dwarf_srclang(die);
	Dwarf_Attribute attr;
	uint32_t node;

	if (!has_wanted(r, die))
		return;
	r->rust = language == DW_LANG_Rust;
	r->comp_dir = dwarf_formstring(dwarf_attr(die, DW_AT_comp_dir, &attr));
	r->unit = name ? file_of(r, name) : keep(r->out, "");
	read_functions(r, die, 0);
	if (language != DW_LANG_Mips_Assembler)
		return;
	/* Assembly code that is in no function is attributed to its file. */
	node = add_node(r->out,
			&(struct source_node){ NO_SOURCE, keep(r->out, ""), r->unit, r->unit });
	if (node != NO_SOURCE)
		add_ranges(r, die, node, 0);
}

static int read_dwarf(struct reader *r, Dwarf *dw, struct err *err)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die, sub;
	uint8_t type;
	size_t units = 0;

	find_root(r, dw);
	while (step(r) && !dwarf_get_units(dw, cu, &cu, NULL, &type, &die, &sub)) {
		units++;
		r->split |= type == DW_UT_skeleton;
		if (type == DW_UT_compile || type == DW_UT_partial)
			read_unit(r, &die);
	}
	if (units && (r->n || !r->split))
		return 0;
	return err__set(err, -ENODATA,
			r->split ? "its debug information is in separate files "
				   "(CONFIG_DEBUG_INFO_SPLIT)" :
				   "it has no debug information");
}

/* Does `a` win over `b`? The deeper one, or the shorter if both are equally deep. */
static bool is_above(const struct piece *a, const struct piece *b)
{
	if (a->depth != b->depth)
		return a->depth > b->depth;
	return a->end - a->start < b->end - b->start;
}

/* A max-heap of the pieces that contain the current address; the winner is on top. */
struct heap {
	const struct piece **v;
	size_t n;
};

static void heap__push(struct heap *h, const struct piece *p)
{
	size_t i = h->n++;

	for (; i && is_above(p, h->v[(i - 1) / 2]); i = (i - 1) / 2)
		h->v[i] = h->v[(i - 1) / 2];
	h->v[i] = p;
}

static void heap__pop(struct heap *h)
{
	const struct piece *p = h->v[--h->n];
	size_t i = 0, child;

	while ((child = 2 * i + 1) < h->n) {
		if (child + 1 < h->n && is_above(h->v[child + 1], h->v[child]))
			child++;
		if (!is_above(h->v[child], p))
			break;
		h->v[i] = h->v[child];
		i = child;
	}
	h->v[i] = p;
}

static void add_span(struct source_section *s, uint64_t start, uint64_t end, uint32_t node)
{
	struct source_span *last = s->n ? &s->v[s->n - 1] : NULL;

	if (last && last->end == start && last->node == node)
		last->end = end;
	else
		*APPEND(s->v, s->n) = (struct source_span){ start, end, node };
}

static int by_place(const void *a, const void *b)
{
	const struct piece *x = a, *y = b;

	if (x->section != y->section)
		return x->section < y->section ? -1 : 1;
	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	return (x->depth > y->depth) - (x->depth < y->depth);
}

/* Turn the pieces of a section, sorted by address, into spans that do not overlap. */
static void flatten(struct source_section *s, const struct piece *v, size_t n)
{
	struct heap h = { .v = xcalloc(n, sizeof(struct piece *)) };
	uint64_t at = 0;

	for (size_t i = 0; i < n || h.n;) {
		if (h.n && h.v[0]->end <= at) {
			heap__pop(&h);
		} else if (i < n && (!h.n || v[i].start <= at)) {
			at = h.n ? at : v[i].start;
			heap__push(&h, &v[i++]);
		} else {
			const struct piece *top = h.v[0];
			const uint64_t next = i < n && v[i].start < top->end ? v[i].start :
									       top->end;

			add_span(s, at, next, top->node);
			at = next;
		}
	}
	free(h.v);
}

static void flatten_all(struct reader *r)
{
	if (r->n)
		qsort(r->v, r->n, sizeof(*r->v), by_place);
	for (size_t i = 0, end; i < r->n; i = end) {
		for (end = i; end < r->n && r->v[end].section == r->v[i].section; end++)
			;
		flatten(&r->out->sections[r->v[i].section], r->v + i, end - i);
	}
}

/* The address of _text; 0: not found. */
static uint64_t find_base(Elf *elf)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr sh;

	while ((scn = elf_nextscn(elf, scn))) {
		Elf_Data *data = gelf_getshdr(scn, &sh) && sh.sh_type == SHT_SYMTAB ?
					 elf_getdata(scn, NULL) :
					 NULL;
		const size_t n = data && sh.sh_entsize ? data->d_size / sh.sh_entsize : 0;

		for (size_t i = 0; i < n && i < INT32_MAX; i++) {
			GElf_Sym sym;
			const char *name = gelf_getsym(data, (int)i, &sym) ?
						   elf_strptr(elf, sh.sh_link, sym.st_name) :
						   NULL;

			if (name && streq(name, "_text"))
				return sym.st_value;
		}
	}
	return 0;
}

static int read_image(struct reader *r, struct err *err)
{
	Dwarf *dw;
	int ret;

	r->base = find_base(r->elf);
	if (!r->base)
		return err__set(err, -EINVAL, "it has no symbol _text: not a vmlinux, or stripped");
	dw = dwarf_begin_elf(r->elf, DWARF_C_READ, NULL);
	if (!dw)
		return err__set(err, -ENODATA, "it has no debug information");
	ret = read_dwarf(r, dw, err);
	dwarf_end(dw);
	return ret;
}

/* find_debuginfo callback: never search for separate files. */
static int find_nothing(Dwfl_Module *mod __unused, void **userdata __unused,
			const char *name __unused, Dwarf_Addr base __unused,
			const char *file __unused, const char *link __unused,
			GElf_Word crc __unused, char **found __unused)
{
	return -1;
}

/* A module is not linked: libdwfl assigns addresses to its sections and applies relocations to the
 * DWARF. */
static int read_module(struct reader *r, char *data, size_t len, struct err *err)
{
	static const Dwfl_Callbacks callbacks = { .find_elf = dwfl_build_id_find_elf,
						  .find_debuginfo = find_nothing,
						  .section_address = dwfl_offline_section_address };
	Dwfl *dwfl = dwfl_begin(&callbacks);
	GElf_Addr elf_bias;
	Dwarf_Addr bias;
	Dwarf *dw;
	int ret;

	r->module = dwfl ? dwfl_report_offline_memory(dwfl, "module", "module", data, len) : NULL;
	if (!r->module || dwfl_report_end(dwfl, NULL, NULL)) {
		ret = err__set(err, -EINVAL, "not the file of a module, or damaged");
		goto out;
	}
	r->elf = dwfl_module_getelf(r->module, &elf_bias);
	dw = r->elf ? dwfl_module_getdwarf(r->module, &bias) : NULL;
	ret = dw ? read_dwarf(r, dw, err) : err__set(err, -ENODATA, "it has no debug information");
out:
	dwfl_end(dwfl);
	return ret;
}

int source_map__parse(char *data, size_t len, const struct source_request *req,
		      struct source_map *out, struct err *err)
{
	struct reader r = { .req = req, .out = out, .steps = len + STEPS_MIN };
	GElf_Ehdr eh;
	Elf *elf;
	int ret;

	*out = (struct source_map){ 0 };
	elf_version(EV_CURRENT);
	elf = elf_memory(data, len);
	if (!elf || elf_kind(elf) != ELF_K_ELF || !gelf_getehdr(elf, &eh)) {
		ret = err__set(err, -EINVAL, "not an ELF file, or damaged");
	} else if (eh.e_type == ET_REL) {
		ret = read_module(&r, data, len, err);
	} else {
		r.elf = elf;
		ret = read_image(&r, err);
	}
	elf_end(elf);
	flatten_all(&r);
	free(r.v);
	return ret;
}

int source_map__load(const char *path, const struct source_request *req, struct source_map *out,
		     struct err *err)
{
	_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;
	int ret;

	*out = (struct source_map){ 0 };
	if (fd < 0 || fstat(fd, &st) < 0)
		return err__errno(err, -errno, path);
	if (st.st_size <= 0 || (uint64_t)st.st_size > FILE_MAX_LEN)
		return err__set(err, -EINVAL,
				"%s: not a file with debug information: it has %lld bytes", path,
				(long long)st.st_size);
	map = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return err__errno(err, -errno, path);
	ret = source_map__parse(map, (size_t)st.st_size, req, out, err);
	munmap(map, (size_t)st.st_size);
	return ret ? err__prefix(err, ret, "%s: ", path) : 0;
}

static const struct source_section *find_section(const struct source_map *m, const char *name)
{
	for (size_t i = 0; i < m->n_sections; i++)
		if (streq(m->sections[i].name, name))
			return &m->sections[i];
	return NULL;
}

uint32_t source_map__find(const struct source_map *m, const char *section, uint64_t at,
			  uint64_t *end)
{
	const struct source_section *s = find_section(m, section);
	size_t low = 0, high = s ? s->n : 0;

	while (low < high) {
		const size_t mid = (low + high) / 2;

		if (s->v[mid].start <= at)
			low = mid + 1;
		else
			high = mid;
	}
	if (low && at < s->v[low - 1].end) {
		*end = s->v[low - 1].end;
		return s->v[low - 1].node;
	}
	*end = s && low < s->n ? s->v[low].start : UINT64_MAX;
	return NO_SOURCE;
}

/* A parent's index is less than that of its children. */
uint32_t source_map__common(const struct source_map *m, uint32_t a, uint32_t b)
{
	while (a != b && a != NO_SOURCE && b != NO_SOURCE)
		*(a > b ? &a : &b) = m->nodes[a > b ? a : b].parent;
	return a == b ? a : NO_SOURCE;
}

void source_map__release(struct source_map *m)
{
	for (size_t i = 0; i < m->n_sections; i++) {
		free(m->sections[i].name);
		free(m->sections[i].v);
	}
	free(m->sections);
	free(m->nodes);
	names__release(&m->strings);
	free(m->root);
	*m = (struct source_map){ 0 };
}
