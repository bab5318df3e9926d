/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * trace.h - a log of the model's inputs, to recount its results independently (docs/TLB.md).
 *
 * A record is three 64-bit words in host byte order: kind and detail, then `a` and `b`. While
 * tracing, every access is reported individually, so that the trace is complete.
 */
#ifndef KDUEL_TLBMODEL_TRACE_H
#define KDUEL_TLBMODEL_TRACE_H

#include "lib/base.h"

/* The low 32 bits of the first word; the high 32 bits are `detail`. What is not mentioned is 0. */
enum trace_kind {
	TRACE_BEGIN = 'B', /* an iteration begins; a: its number */
	TRACE_END = 'E', /* it ends; a: its number */
	TRACE_DATA = 'D', /* a data access; detail: 1 in kernel mode; a: address */
	TRACE_CODE = 'I', /* a fetch from a page of code; detail: 1 in kernel mode; a: address */
	TRACE_REGISTER = 'R', /* detail: enum trace_register; a: its new value */
	TRACE_TLBI = 'T', /* detail: the opcode; a: the operand */
	TRACE_MEMORY = 'M', /* a walk for the preceding access reads; a: address, b: value */
};

enum trace_register {
	TRACE_TCR,
	TRACE_TTBR0,
	TRACE_TTBR1,
};

/* Create the file, and trace from now on. 0 or -errno. */
int trace__open(const char *path);
bool trace__is_on(void);
/* Write a record; no-op when not tracing. */
void trace__put(enum trace_kind kind, uint32_t detail, uint64_t a, uint64_t b);
/* Close the file; no-op when not tracing. */
void trace__close(void);

#endif
