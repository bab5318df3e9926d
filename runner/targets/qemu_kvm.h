/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu_kvm.h - check that a guest really runs under KVM on this host. */
#ifndef KDUEL_TARGETS_QEMU_KVM_H
#define KDUEL_TARGETS_QEMU_KVM_H

#include "lib/err.h"
#include "runner/targets/qemu_find.h"

/* Run a guest of a few instructions that powers itself off, in this QEMU with the accelerator `accel`
 * ("kvm"; "tcg" for tests). The result is cached for this QEMU and this boot of the host. 0;
 * -ENOTCONN: the guest did not run, with QEMU's message; or another -errno. */
int qemu_kvm__try(const struct qemu *qemu, const struct arch *arch, const char *accel,
		  struct err *err);

#endif
