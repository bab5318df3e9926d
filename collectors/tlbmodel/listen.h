/* SPDX-License-Identifier: GPL-2.0-only */
/* listen.h - callbacks of a measured part: from translated code to the model. */
#ifndef KDUEL_TLBMODEL_LISTEN_H
#define KDUEL_TLBMODEL_LISTEN_H

#include "collectors/tlbmodel/block.h"
#include "collectors/tlbmodel/model.h"
#include "collectors/tlbmodel/qemu_api.h"

/* Once, before the guest runs; `profile`: kernel code is counted by block. 0, -ENOSPC (too many vCPUs), -ENOMEM. */
int listen__init(struct model *model, int vcpus, bool profile);
/* In the thread of the vCPUs, before the first measured part: can it be known which one runs?
 * 0, or -ENOENT when QEMU hides it and there are several. */
int listen__find_current(void);
/* Empty the model and zero the counts; while all vCPUs stand still. */
void listen__reset(void);
/* Instructions since then, of all vCPUs. */
void listen__counts(uint64_t insns[MODES]);
/* While a block is translated, in a measured part: which of its instructions report accesses. */
void listen__plan(struct block *b, bool kernel);
/* Then, listen to the block, and to each of its instructions. */
void listen__block(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b);
void listen__insn(struct qemu_plugin_insn *insn, const struct insn *in, const struct block *b,
		  size_t i, bool kernel);
/* In place of all that: only count what the block executes. */
void listen__count(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b);
/* The same of x86_64's code, with what a profile keeps of a block (profile.h). */
void listen__count_x86(struct qemu_plugin_tb *tb, uint64_t va, uint32_t last, const char *sizes);

#endif
