/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * source_map.h - which function of the source each piece of code is of, from DWARF: what was compiled
 * in its place, and what was inlined into that.
 *
 * A file with debug information is anybody's: nothing in it is believed, and what is not as it should
 * be is left out.
 */
#ifndef KDUEL_KERNELS_FILES_SOURCE_MAP_H
#define KDUEL_KERNELS_FILES_SOURCE_MAP_H

#include "lib/err.h"
#include "lib/names.h"

#define NO_SOURCE UINT32_MAX

struct source_node {
	uint32_t parent; /* the node that it is inlined into; NO_SOURCE: none, it is a function of its own */
	const char *name; /* of the function */
	const char *file; /* that it is written in, "include/linux/fs.h"; "": not known */
	const char *unit; /* the file that was compiled, "mm/shmem.c" */
};

struct source_span {
	uint64_t start, end; /* from the section's first byte, or the image's, _text */
	uint32_t node; /* the innermost one */
};

struct source_section {
	char *name; /* of a module's file; "": the image */
	struct source_span *v; /* by address, without overlaps */
	size_t n;
};

/* Zero-initialised it is empty. */
struct source_map {
	struct source_node *nodes; /* a parent is before its children; strings are in `strings` */
	size_t n_nodes;
	struct source_section *sections;
	size_t n_sections;
	struct names strings;
	char *root; /* of the source tree as the compiler was told it, where that shows; or NULL */
};

struct source_range {
	uint64_t start, end;
};

/* What to read. */
struct source_request {
	const struct source_range
		*want; /* code of an image that is asked for, by address; NULL: all */
	size_t n;
	const char *root; /* of the source tree, where the file does not show it; or NULL */
};

/* Read a linked vmlinux, or a module, both uncompressed; `data` is used as room, and not looked at
 * afterwards. -ENODATA: it has no debug information, or only that for another file (split DWARF);
 * -EINVAL: no ELF file, or damaged. `err` says so, without the file's name. Release in any case. */
int source_map__parse(char *data, size_t len, const struct source_request *req,
		      struct source_map *out, struct err *err);
/* The same for a file. */
int source_map__load(const char *path, const struct source_request *req, struct source_map *out,
		     struct err *err);
/* The innermost function at a place, or NO_SOURCE; *end is how far that is true. */
uint32_t source_map__find(const struct source_map *m, const char *section, uint64_t at,
			  uint64_t *end);
/* The innermost node that has both in it, or NO_SOURCE. */
uint32_t source_map__common(const struct source_map *m, uint32_t a, uint32_t b);
void source_map__release(struct source_map *m);

#endif
