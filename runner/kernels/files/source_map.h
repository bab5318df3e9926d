/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source_map.h - maps code addresses to functions of the source, from DWARF: the function that was
 * compiled there, and what was inlined into it.
 *
 * Files with debug information are untrusted input: whatever is inconsistent in them is left out.
 */
#ifndef KDUEL_KERNELS_FILES_SOURCE_MAP_H
#define KDUEL_KERNELS_FILES_SOURCE_MAP_H

#include "lib/err.h"
#include "lib/names.h"

#define NO_SOURCE UINT32_MAX

struct source_node {
	uint32_t parent; /* node that it is inlined into; NO_SOURCE: not inlined */
	const char *name; /* of the function */
	const char *file; /* file that defines it, "include/linux/fs.h"; "": not known */
	const char *unit; /* the file that was compiled, "mm/shmem.c" */
};

struct source_span {
	uint64_t start, end; /* offsets from _text, or from the start of the section */
	uint32_t node; /* innermost function there */
};

struct source_section {
	char *name; /* section of a module; "": the image */
	struct source_span *v; /* sorted by address, without overlaps */
	size_t n;
};

/* Empty when zero-initialised. */
struct source_map {
	struct source_node *nodes; /* parents precede their children; strings are in `strings` */
	size_t n_nodes;
	struct source_section *sections;
	size_t n_sections;
	struct names strings;
	char *root; /* source tree as the compiler was given it; NULL: not known */
};

struct source_range {
	uint64_t start, end;
};

/* What to read. */
struct source_request {
	const struct source_range *want; /* ranges of the image, sorted; NULL: all of it */
	size_t n;
	const char *root; /* source tree, used if the DWARF does not tell it; or NULL */
};

/* Read a linked vmlinux or a module, uncompressed; libelf modifies `data`, which is not needed
 * afterwards. -ENODATA: it has no debug information, or only in separate files (split DWARF);
 * -EINVAL: not an ELF file, or damaged. `err` says so without naming the file. Release `out` in any
 * case. */
int source_map__parse(char *data, size_t len, const struct source_request *req,
		      struct source_map *out, struct err *err);
/* The same for a file, which is not modified. */
int source_map__load(const char *path, const struct source_request *req, struct source_map *out,
		     struct err *err);
/* The innermost function at offset `at` of a section ("": the image), or NO_SOURCE. The answer
 * holds up to *end. */
uint32_t source_map__find(const struct source_map *m, const char *section, uint64_t at,
			  uint64_t *end);
/* The innermost node that contains both `a` and `b`, or NO_SOURCE. */
uint32_t source_map__common(const struct source_map *m, uint32_t a, uint32_t b);
void source_map__release(struct source_map *m);

#endif
