/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu.h - the QEMUs that `kduel doctor` finds. */
#ifndef KDUEL_CLI_DOCTOR_QEMU_H
#define KDUEL_CLI_DOCTOR_QEMU_H

/* Print which QEMUs are available, what each can run, and which one kduel would download. */
void doctor__qemu(void);

#endif
