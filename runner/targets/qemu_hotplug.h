/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu_hotplug.h - QEMU options for memory that the guest hot-adds: virtio-mem devices. */
#ifndef KDUEL_TARGETS_QEMU_HOTPLUG_H
#define KDUEL_TARGETS_QEMU_HOTPLUG_H

#include "runner/plan/plan.h"

/* The rest of option -m for a guest with `ram` bytes of RAM: ",maxmem=4096M", or "" without hotplug.
 * The caller frees. */
char *qemu_hotplug__maxmem(const struct plan_target_opts *t, uint64_t ram);
/* Append the options for the devices and their memory. */
void qemu_hotplug__push_devices(const struct plan_target_opts *t, struct strvec *argv);
/* Words for the kernel command line: " memhp_default_state=...", or "" without hotplug. */
const char *qemu_hotplug__cmdline(const struct plan_target_opts *t);

#endif
