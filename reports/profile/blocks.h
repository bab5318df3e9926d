/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blocks.h - how often each instruction of a function was executed: a text of a boot.
 *
 * "blocks 1 OPERATIONS", then each function of which anything ran, ":NAME MODULE SECTION AT SIZE"
 * with tabs between (SECTION "": AT is a place in the kernel's image), and after it a line for each
 * block of straight-line code in it: the first instruction, counted from 0, instructions, executions.
 */
#ifndef KDUEL_PROFILE_BLOCKS_H
#define KDUEL_PROFILE_BLOCKS_H

#include "lib/err.h"

#define BLOCKS_TEXT "profile/blocks" /* its name in the database */
#define BLOCKS_HEAD "blocks 1 "
#define BLOCKS_SIZE_MAX (1u << 22) /* bytes of a function: larger ones are left out, none is near */

struct blocks_function {
	char *name, *module, *section;
	uint64_t at, size; /* bytes */
	double *runs; /* of each instruction, per operation where these are known */
	size_t n; /* instructions */
	double total; /* executed */
};

/* The functions of a boot that have this name, with or without what compilers append, and this module
 * ("": the kernel itself; NULL: whichever). `text` is changed. -EUCLEAN: it is damaged. The caller
 * frees. */
int blocks__find(char *text, const char *name, const char *module, struct blocks_function **list,
		 size_t *n, bool *per_op, struct err *err);
void blocks__free(struct blocks_function *list, size_t n);

#endif
