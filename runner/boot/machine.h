/* SPDX-License-Identifier: GPL-2.0-only */
/* machine.h - what a measurement's noise and level depend on beside the kernel. */
#ifndef KDUEL_BOOT_MACHINE_H
#define KDUEL_BOOT_MACHINE_H

#include "runner/targets/target.h"

#define MACHINE_KEY_LEN 13

/*
 * A key that is the same for every campaign whose numbers may be put side by side over time:
 * a hash of the machine-id, CPU model and memory (in GiB: what firmware keeps of it may
 * change), the kind of target and the platform, when emulated the emulator's version, and in exact
 * mode the TLBs that are simulated. It survives reboots and host kernels, and says nothing about
 * the host to others. `qemu`: NULL when the kernels run in none; `tlb`: needed in exact mode; `root`:
 * the directory that has the machine's /proc and /etc, "" for this host.
 */
void machine__key(const struct plan *plan, const struct target_ops *ops, const struct qemu *qemu,
		  const struct tlb_cores *tlb, const char *root, char key[MACHINE_KEY_LEN]);

#endif
