/* SPDX-License-Identifier: GPL-2.0-only */
/* listen.h - instruments the code that runs in a measured part, and feeds the model from it. */
#ifndef KDUEL_TLBMODEL_LISTEN_H
#define KDUEL_TLBMODEL_LISTEN_H

#include "collectors/tlbmodel/block.h"
#include "collectors/tlbmodel/model.h"
#include "collectors/tlbmodel/qemu_api.h"

/* Set up, once, before the guest runs. `model` must have its geometries, and must stay; `profile`:
 * count kernel code by block. 0, -ENOSPC (more than MODEL_VCPUS), -ENOMEM. */
int listen__init(struct model *model, int vcpus, bool profile);
/* With several vCPUs, find the variable of QEMU that says which one runs. Must be called in the
 * vCPUs' thread, before the first measured part. 0; -ENOENT: QEMU does not export it. */
int listen__find_current(void);
/* Empty the model and the profile, and zero all counts. No vCPU may be running translated code. */
void listen__reset(void);
/* Number of instructions of all vCPUs since listen__reset(). */
void listen__counts(uint64_t insns[MODES]);

/* The next three instrument an arm64 block that is translated in a measured part, in this order. */

/* Decide which instructions of the block report their accesses. */
void listen__plan(struct block *b, bool kernel);
/* Register the callbacks for the block as a whole. */
void listen__block(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b);
/* Register the callbacks for instruction `i` of the block; `in` is that instruction, decoded. */
void listen__insn(struct qemu_plugin_insn *insn, const struct insn *in, const struct block *b,
		  size_t i, bool kernel);

/* Instead of these three: count instructions only, by block if there is a profile. */
void listen__count(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b);
/* listen__count() for x86_64: `last` and `sizes` are those of struct profile_block. */
void listen__count_x86(struct qemu_plugin_tb *tb, uint64_t va, uint32_t last, const char *sizes);

#endif
