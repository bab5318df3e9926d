/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu_hotplug.h - QEMU's words for memory that the guest's driver adds: virtio-mem devices. */
#ifndef KDUEL_TARGETS_QEMU_HOTPLUG_H
#define KDUEL_TARGETS_QEMU_HOTPLUG_H

#include "runner/plan/plan.h"

/* What follows the size in -m for a guest that begins with `ram` bytes: ",maxmem=4096M", or "".
 * Caller frees. */
char *qemu_hotplug__maxmem(const struct plan_target_opts *t, uint64_t ram);
/* The devices, and the memory behind them. */
void qemu_hotplug__push_devices(const struct plan_target_opts *t, struct strvec *argv);
/* What the kernel's command line has for it: " memhp_default_state=...", or "". */
const char *qemu_hotplug__cmdline(const struct plan_target_opts *t);

#endif
