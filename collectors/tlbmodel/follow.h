/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * follow.h - which accesses of a block of arm64 code have addresses a known distance apart.
 *
 * Each register is tracked as an unknown value (its root) plus a constant offset. That needs no
 * register values: [x1, #8] after `add x1, x1, #16` is 24 bytes past an earlier [x1]. Encodings:
 * Arm Architecture Reference Manual, "Top-level encodings for A64". An instruction that is not
 * recognised is assumed to write all registers.
 */
#ifndef KDUEL_TLBMODEL_FOLLOW_H
#define KDUEL_TLBMODEL_FOLLOW_H

#include "lib/base.h"

#define FOLLOW_SP 31
#define FOLLOW_REGS 32 /* x0 ... x30, SP */

/* An address. Two addresses with the same root differ by exactly the difference of their
 * offsets. */
struct followed {
	unsigned int root;
	int64_t offset;
};

struct follow {
	struct followed reg[FOLLOW_REGS];
	unsigned int roots; /* number of roots used so far; the next one is numbered this */
};

enum follow_access {
	FOLLOW_NONE, /* does not access memory */
	FOLLOW_KNOWN, /* one access, at `at` */
	FOLLOW_UNKNOWN, /* may access memory, at any address */
};

/* Start a block: every register gets a root of its own. */
void follow__start(struct follow *f);
/* Take the next instruction of the block: does it access memory, and where? `at` is valid only if
 * the result is FOLLOW_KNOWN. */
enum follow_access follow__step(struct follow *f, uint32_t opcode, struct followed *at);

#endif
