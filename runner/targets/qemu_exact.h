/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_exact.h - the parts of QEMU's command line that make a boot repeat to the bit.
 *
 * docs/EXACT.md has the recipe and its reasons. Files in a boot's run directory: TARGET_JOBS goes
 * in, machine.dtb describes the machine, agent.jsonl and TARGET_TLB come out.
 */
#ifndef KDUEL_TARGETS_QEMU_EXACT_H
#define KDUEL_TARGETS_QEMU_EXACT_H

#include "runner/targets/target.h"

/* Does this host have the memory for a guest of the plan? 0 or -errno. */
int qemu_exact__check(const struct plan *plan, struct err *err);
/* Words of the kernel command line, with a leading blank; caller frees. */
char *qemu_exact__cmdline(const struct boot_spec *spec);
/* Memory: the guest's own, and behind it the root image as persistent memory. 0 or -errno. */
int qemu_exact__push_memory(const struct boot_spec *spec, struct strvec *argv, struct err *err);
/* Emulation: one thread, a clock that counts instructions, a date that is always the same. */
void qemu_exact__push_clock(struct strvec *argv);
/* The port that the agent writes to, its jobs, the device tree. */
void qemu_exact__push_channels(const struct boot_spec *spec, const char *port, struct strvec *argv);
/* The TLB model's plugin, which writes TARGET_TLB. 0; -ENOENT: it is not where kduel is. */
int qemu_exact__push_plugin(const struct boot_spec *spec, struct strvec *argv, struct err *err);
/* Make the files that the command line names. `machine` is the command up to, and without, the
 * devices; its word after -machine is "virt" or begins with "virt,". 0 or -errno. */
int qemu_exact__prepare(const struct boot_spec *spec, const struct strvec *machine,
			struct err *err);
/* Open the file that the agent's messages end up in: a descriptor, or -errno with `err` set. */
int qemu_exact__open_output(const struct boot_spec *spec, struct err *err);

#endif
