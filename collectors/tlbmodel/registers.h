/* SPDX-License-Identifier: GPL-2.0-only */
/* registers.h - registers of the vCPU whose callback is running, as QEMU shows them to debuggers. */
#ifndef KDUEL_TLBMODEL_REGISTERS_H
#define KDUEL_TLBMODEL_REGISTERS_H

#include "collectors/tlbmodel/qemu_api.h"

/* Find them; on the first vCPU. 0, or -ENOENT when one is not shown. */
int registers__init(void);
uint64_t registers__x(unsigned int n); /* 31: 0 */
uint64_t registers__ttbr(unsigned int n);
uint64_t registers__tcr(void);

#endif
