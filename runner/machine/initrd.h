/* SPDX-License-Identifier: GPL-2.0-only */
/* initrd.h - the initramfs of a kernel on a real machine, whose root needs drivers. */
#ifndef KDUEL_MACHINE_INITRD_H
#define KDUEL_MACHINE_INITRD_H

#include "runner/kernels/files/kernel.h"
#include "runner/machine/probe.h"

/* Shell function: are the settings of the tools that make an initramfs newer than this one? */
#define INITRD_CHANGED                                                                        \
	"changed() { [ -n \"$(find /etc/initramfs-tools /etc/dracut.conf /etc/dracut.conf.d " \
	"/etc/modprobe.d /etc/modules /etc/fstab /etc/crypttab /etc/mdadm /etc/lvm "          \
	"-newer \"$1\" 2>/dev/null | head -n 1)\" ]; }\n"

/* Script for probe__ask(): what the machine's root needs of an initramfs, and what makes one there. */
extern const char initrd__questions[];

/*
 * Have an initramfs for `k`, whose modules are in place, in directory `dir` of the machine, unless its
 * root needs none. `p` has the answers to the questions. The machine's own tool makes it, where it has one; else it is a small one of kduel's
 * (the agent as /init), which knows partitions with ext4, xfs or btrfs. `hash` stands for the kernel in
 * names. *name is the file's (the caller frees), NULL when none is needed; `sha256` is what it has. 0;
 * -EOPNOTSUPP: its root needs what neither can do; or -errno, with ssh->fault.
 */
int initrd__install(struct ssh *s, const struct probe *p, const struct kernel *k, const char *dir,
		    const char *hash, char **name, char sha256[65], struct err *err);

#endif
