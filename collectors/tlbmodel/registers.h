/* SPDX-License-Identifier: GPL-2.0-only */
/* registers.h - registers of the vCPU whose callback is running, as QEMU shows them to debuggers.
 * All but registers__init() need a callback that was registered with QEMU_CB_R_REGS. */
#ifndef KDUEL_TLBMODEL_REGISTERS_H
#define KDUEL_TLBMODEL_REGISTERS_H

#include "collectors/tlbmodel/qemu_api.h"

/* Find the handles of the registers, in a callback of a vCPU; no-op once that has succeeded. 0, or
 * -ENOENT: QEMU does not show one of them. */
int registers__init(bool x86);
/* arm64: Xn, 0 for n = 31. x86_64: rax, rdi, rsi for n = 0, 1, 2. */
uint64_t registers__x(unsigned int n);
/* Valid only at the start of a block: within one, QEMU does not keep the pc up to date. */
uint64_t registers__pc(void);
uint64_t registers__ttbr(unsigned int n);
uint64_t registers__tcr(void);

#endif
