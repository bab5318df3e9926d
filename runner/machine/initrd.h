/* SPDX-License-Identifier: GPL-2.0-only */
/* initrd.h - the initramfs of a kernel on a real machine, with drivers for its root file system. */
#ifndef KDUEL_MACHINE_INITRD_H
#define KDUEL_MACHINE_INITRD_H

#include "runner/kernels/files/kernel.h"
#include "runner/machine/probe.h"

/* Shell function `changed FILE`: is the configuration of initramfs-tools or dracut newer than this
 * initramfs? */
#define INITRD_CHANGED                                                                        \
	"changed() { [ -n \"$(find /etc/initramfs-tools /etc/dracut.conf /etc/dracut.conf.d " \
	"/etc/modprobe.d /etc/modules /etc/fstab /etc/crypttab /etc/mdadm /etc/lvm "          \
	"-newer \"$1\" 2>/dev/null | head -n 1)\" ]; }\n"

/* Script for probe__ask(): what the machine's root file system needs, and which tool makes an
 * initramfs there. */
extern const char initrd__questions[];

/*
 * Put an initramfs for `k` into directory `dir` of the machine, if its root file system needs one.
 * The kernel's modules must be installed already; `p` has the answers to initrd__questions.
 *
 * The machine's own tool makes the initramfs. If it has none, or if the kernel has no modules
 * directory, kduel makes a small one with the agent as /init, which can mount ext4, xfs and btrfs
 * on partitions. `hash` identifies the kernel in file names.
 *
 * Sets *name to the file's name (the caller frees), or to NULL if no initramfs is needed; `sha256`
 * is that of the file. 0; -EOPNOTSUPP: neither way can mount this root; or another -errno. ssh->fault
 * is set if the machine is at fault.
 */
int initrd__install(struct ssh *s, const struct probe *p, const struct kernel *k, const char *dir,
		    const char *hash, char **name, char sha256[65], struct err *err);

#endif
