/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu_kvm.h - does a guest really run under KVM here? */
#ifndef KDUEL_TARGETS_QEMU_KVM_H
#define KDUEL_TARGETS_QEMU_KVM_H

#include "lib/err.h"
#include "runner/targets/qemu_find.h"

/* Start a guest of a few instructions, which switches itself off, in this QEMU on the accelerator
 * `accel` ("kvm"; "tcg" for tests). What came of it is remembered for this QEMU and this boot of the
 * host. 0; -ENOTCONN with what QEMU said instead; or another -errno. */
int qemu_kvm__try(const struct qemu *qemu, const struct arch *arch, const char *accel,
		  struct err *err);

#endif
