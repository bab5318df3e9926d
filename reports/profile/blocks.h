/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * blocks.h - how often each instruction of a function was executed: a text stored with a boot.
 *
 * It starts with "blocks 1 OPERATIONS". Each function that ran has a line ":NAME MODULE SECTION AT
 * SIZE", tab-separated (SECTION "": AT is an offset in the kernel image), followed by a line for
 * each basic block that ran: first instruction (counted from 0), number of instructions,
 * executions.
 */
#ifndef KDUEL_PROFILE_BLOCKS_H
#define KDUEL_PROFILE_BLOCKS_H

#include "lib/err.h"

#define BLOCKS_TEXT "profile/blocks" /* name of the text in the store */
#define BLOCKS_HEAD "blocks 1 "
#define BLOCKS_SIZE_MAX (1u << 22) /* bytes; larger functions are left out, but none comes close */

struct blocks_function {
	char *name, *module, *section;
	uint64_t at, size; /* bytes */
	double *runs; /* executions of each instruction, per operation if known */
	size_t n; /* instructions */
	double total; /* executed instructions, like `runs` */
};

/* Find the functions with this name, with or without compiler suffixes, in a module ("": the kernel
 * itself; NULL: any). *per_op: counts are per operation. Modifies `text`. -EUCLEAN: the text is
 * malformed. Free the list with blocks__free(). */
int blocks__find(char *text, const char *name, const char *module, struct blocks_function **list,
		 size_t *n, bool *per_op, struct err *err);
void blocks__free(struct blocks_function *list, size_t n);

#endif
