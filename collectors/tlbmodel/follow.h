/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * follow.h - which accesses of a block of arm64 code have addresses a known distance apart.
 *
 * Registers are followed as "what some register was at some point, plus a constant". That needs
 * no values: [x1, #8] after `add x1, x1, #16` is 24 past an earlier [x1]. Encodings: Arm
 * Architecture Reference Manual, "Top-level encodings for A64" and below; what is not recognised
 * may have written any register.
 */
#ifndef KDUEL_TLBMODEL_FOLLOW_H
#define KDUEL_TLBMODEL_FOLLOW_H

#include "lib/base.h"

#define FOLLOW_SP 31
#define FOLLOW_REGS 32 /* x0 ... x30, SP */

/* An address: the same root means that the difference of the offsets is that of the addresses. */
struct followed {
	unsigned int root;
	int64_t offset;
};

struct follow {
	struct followed reg[FOLLOW_REGS];
	unsigned int roots; /* given so far */
};

enum follow_access {
	FOLLOW_NONE, /* touches no memory */
	FOLLOW_KNOWN, /* reads or writes one place at `at` */
	FOLLOW_UNKNOWN, /* may touch memory, wherever */
};

/* At the begin of a block: nothing is known of any register. */
void follow__start(struct follow *f);
/* One instruction, in order: does it access memory, and where? `at` is set for FOLLOW_KNOWN. */
enum follow_access follow__step(struct follow *f, uint32_t opcode, struct followed *at);

#endif
