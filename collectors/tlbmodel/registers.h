/* SPDX-License-Identifier: GPL-2.0-only */
/* registers.h - registers of the vCPU whose callback is running, as QEMU shows them to debuggers. */
#ifndef KDUEL_TLBMODEL_REGISTERS_H
#define KDUEL_TLBMODEL_REGISTERS_H

#include "collectors/tlbmodel/qemu_api.h"

/* Find them, on the first vCPU: those of arm64, or of x86_64 the marker's three. 0, or -ENOENT when one is
 * not shown. */
int registers__init(bool x86);
uint64_t registers__x(unsigned int n); /* 31: 0; x86_64: rax, rdi, rsi */
/* Right where a block begins: within one QEMU does not keep it up to date. */
uint64_t registers__pc(void);
uint64_t registers__ttbr(unsigned int n);
uint64_t registers__tcr(void);

#endif
