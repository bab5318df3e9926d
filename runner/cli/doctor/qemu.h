/* SPDX-License-Identifier: GPL-2.0-only */
/* qemu.h - the QEMUs that `kduel doctor` finds. */
#ifndef KDUEL_CLI_DOCTOR_QEMU_H
#define KDUEL_CLI_DOCTOR_QEMU_H

/* Which QEMUs are there, what each is good for, and what would be downloaded. */
void doctor__qemu(void);

#endif
