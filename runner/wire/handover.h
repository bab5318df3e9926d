/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handover.h - what makes an agent that is /init hand over to a real machine's own system.
 *
 * The initramfs has this file: a line "UUID FSTYPE" of the root file system, then a line for each
 * module to load before, "?NAME" or "NAME" (a kernel may lack the former).
 */
#ifndef KDUEL_WIRE_HANDOVER_H
#define KDUEL_WIRE_HANDOVER_H

#define HANDOVER_FILE "handover"

#endif
