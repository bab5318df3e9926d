/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - all that the model is told, for whoever wants to count it again (docs/TLB.md).
 *
 * A record is three words of 64 bits in the host's order. With a trace each access is told by itself, so
 * that none is missing in it.
 */
#ifndef KDUEL_TLBMODEL_TRACE_H
#define KDUEL_TLBMODEL_TRACE_H

#include "lib/base.h"

/* The low half of the first word; the high half is `detail`. */
enum trace_kind {
	TRACE_BEGIN = 'B', /* an iteration, its number */
	TRACE_END = 'E',
	TRACE_DATA = 'D', /* an access; detail: 1 in kernel mode; its address */
	TRACE_CODE = 'I', /* code of this page begins to run; the same */
	TRACE_REGISTER = 'R', /* detail: enum trace_register; its value from now on */
	TRACE_TLBI = 'T', /* detail: the opcode; its operand */
	TRACE_MEMORY = 'M', /* read by a walk for the access before; address, value */
};

enum trace_register {
	TRACE_TCR,
	TRACE_TTBR0,
	TRACE_TTBR1,
};

/* Once. 0 or -errno. */
int trace__open(const char *path);
bool trace__is_on(void);
/* Nothing without a trace. */
void trace__put(enum trace_kind kind, uint32_t detail, uint64_t a, uint64_t b);
void trace__close(void);

#endif
