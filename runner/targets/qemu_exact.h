/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_exact.h - the parts of QEMU's command line that make a boot exactly reproducible.
 *
 * docs/EXACT.md explains them. Files in a boot's run directory: TARGET_JOBS and machine.dtb (the
 * device tree) are inputs, agent.jsonl and TARGET_TLB are outputs.
 */
#ifndef KDUEL_TARGETS_QEMU_EXACT_H
#define KDUEL_TARGETS_QEMU_EXACT_H

#include "runner/targets/target.h"

/* Check that the plan's memory sizes are possible in exact mode, and that this host has enough
 * memory for a guest. 0 or -errno. */
int qemu_exact__check(const struct plan *plan, struct err *err);
/* Additional words for the kernel command line, with a leading blank. The caller frees. */
char *qemu_exact__cmdline(const struct boot_spec *spec);

/* The qemu_exact__push_*() functions append options to QEMU's command line. */

/* The guest's RAM, and behind it the root image as persistent memory. 0 or -errno. */
int qemu_exact__push_memory(const struct boot_spec *spec, struct strvec *argv, struct err *err);
/* Emulation on a single thread, a clock that counts instructions, and a fixed date. */
void qemu_exact__push_clock(struct strvec *argv);
/* The port that the agent writes to, its jobs, and the device tree. */
void qemu_exact__push_channels(const struct boot_spec *spec, const char *port, struct strvec *argv);
/* The TLB model's plugin, which writes TARGET_TLB. 0; -ENOENT: it is not installed beside kduel. */
int qemu_exact__push_plugin(const struct boot_spec *spec, struct strvec *argv, struct err *err);

/* Make the files that the command line names. `machine` is QEMU's command line up to the devices.
 * 0 or -errno. */
int qemu_exact__prepare(const struct boot_spec *spec, const struct strvec *machine,
			struct err *err);
/* Create and open the file that the agent's messages are written to. Returns a descriptor, or -errno
 * with `err` set. */
int qemu_exact__open_output(const struct boot_spec *spec, struct err *err);

#endif
