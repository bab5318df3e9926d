/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layout.h - how an arm64 kernel maps its memory: bytes by section, leaf size and permission.
 *
 * Filled by a parser (collectors/ptdump/parse.h reads the kernel's own dump), shown by
 * reports/render/layout.h. All figures are bytes of virtual address space. A page-table entry that
 * is present but not valid counts only in `invalid`; holes do not count at all.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_LAYOUT_H
#define KDUEL_COLLECTORS_SUPPORT_LAYOUT_H

#include "lib/base.h"

#define LAYOUT_LEAVES 5 /* sizes of leaves, at most */

enum layout_granule {
	GRANULE_4K,
	GRANULE_16K,
	GRANULE_64K,
	GRANULE_MAX,
};

enum layout_source {
	GRANULE_GIVEN, /* the caller said so */
	GRANULE_DETECTED, /* no other fits, or the rows show signs of it */
	GRANULE_ASSUMED, /* the rows fit several granules: 4K, the usual one */
};

struct layout_leaf {
	const char *name; /* "2M" */
	uint64_t size;
	bool block; /* above the last level of the tables */
	bool contiguous; /* a run of entries with the contiguous bit: one TLB entry can hold it */
};

struct layout_section {
	char name[48]; /* [a-z0-9_]+: "linear_map", "vmalloc"; "other": between sections */
	uint64_t leaf[LAYOUT_LEAVES]; /* in the order of layout__leaves() */
	uint64_t ro, rw; /* their sum is all that is mapped */
	uint64_t nx, x; /* for the kernel; the same sum */
	uint64_t wx; /* writable and executable: part of both rw and x */
	uint64_t usr; /* user space may read it */
	uint64_t invalid;
	uint64_t gap; /* between rows, not covered by any: the kernel's own dump has no gaps */
};

struct layout {
	enum layout_granule granule;
	enum layout_source source;
	/* End of the last row; 0: the end of the address space, where a complete dump ends. */
	uint64_t end;
	struct layout_section *sections; /* in the order of the dump */
	size_t n_sections;
};

/* The leaf sizes of a granule, ascending, terminated by .name == NULL. Static. Source: the kernel's
 * Documentation/arch/arm64/hugetlbpage.rst. */
const struct layout_leaf *layout__leaves(enum layout_granule g);
/* "4K", "16K", "64K". */
const char *layout__granule_name(enum layout_granule g);
/* The inverse; -EINVAL if it is none of these. */
int layout__granule_parse(const char *word);
/* "given", "detected", "assumed". */
const char *layout__source_name(enum layout_source s);
/* Bytes mapped, and those of them in blocks (4K granule: 2M + 32M + 1G). */
uint64_t layout__mapped(const struct layout_section *s);
uint64_t layout__block(const struct layout *l, const struct layout_section *s);
/* The section of that name, or NULL. */
struct layout_section *layout__find(const struct layout *l, const char *name);
/* Append a new, empty section; the pointer is valid until the next call. */
struct layout_section *layout__add(struct layout *l, const char *name);
/* NULL is fine. */
void layout__free(struct layout *l);
CLEANUP_POINTER(struct layout, layout__free)

#endif
