/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - identifies what the level and noise of figures depend on, apart from the kernel. */
#ifndef KDUEL_BOOT_MACHINE_H
#define KDUEL_BOOT_MACHINE_H

#include "runner/targets/target.h"

#define MACHINE_KEY_LEN 13

/*
 * A key that is the same for all campaigns whose figures may be compared over time. It is a hash of
 * the machine-id, CPU model and memory (in GiB, as firmware may reserve more or less of it), the
 * kind of target and the platform; when emulated, also of the emulator's version and, in exact
 * mode, of the simulated TLBs. It survives reboots and upgrades of the host's kernel, and tells
 * others nothing about the host.
 *
 * `qemu`: NULL if the kernels do not run in QEMU; `tlb`: needed in exact mode; `root`: the
 * directory with the machine's /proc and /etc, "" for this host.
 */
void machine__key(const struct plan *plan, const struct target_ops *ops, const struct qemu *qemu,
		  const struct tlb_cores *tlb, const char *root, char key[MACHINE_KEY_LEN]);

#endif
