/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * handover.h - the file that tells an agent running as /init on a real machine to mount the root
 * file system and hand over to the machine's own init.
 *
 * The file is in the initramfs. Its first line is "UUID FSTYPE" of the root file system; each
 * following line is a module to load first, as "NAME", or "?NAME" if the kernel may lack it.
 */
#ifndef KDUEL_WIRE_HANDOVER_H
#define KDUEL_WIRE_HANDOVER_H

#define HANDOVER_FILE "handover"

#endif
