/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * install.h - copy kernels to a real machine.
 *
 * Images and initramfs files are in a directory of kduel's own, named by the hash of their content.
 * Modules are in /lib/modules/RELEASE; a directory there without kduel's mark is never touched.
 */
#ifndef KDUEL_MACHINE_INSTALL_H
#define KDUEL_MACHINE_INSTALL_H

#include "runner/kernels/files/kernel.h"
#include "runner/machine/ssh.h"

#define INSTALL_BOOT_DIR "/boot/kduel"
#define INSTALL_MARK ".kduel" /* marks a module directory as kduel's; has the kernel's hash */

/* A kernel on the machine. All strings are owned; paths are absolute paths on the machine. */
struct installed {
	char *image;
	char *initrd; /* NULL: the root file system needs none */
	char *modules; /* "/lib/modules/RELEASE"; NULL: the kernel has no modules */
	char *release;
	/* Paths for a boot loader, relative to the root of their file system ("/kduel/Image-0123"
	 * if /boot is a file system of its own); and the UUID of that file system for GRUB's
	 * `search` ("" if it has none). */
	char *loader_image, *loader_initrd, *fs_uuid;
	char image_sha256[65], initrd_sha256[65];
	char hash[13]; /* of the kernel, as in the mark of its module directory */
	bool foreign; /* the modules are those of the distribution */
};

/*
 * Make sure that `k` is on the machine with everything that it needs to boot, and copy only what is
 * missing. If there is not enough room, kernels that kduel installed are removed, least recently
 * used first. Everything is verified on the machine by SHA-256; a copy is verified before it is
 * renamed into place. Safe to repeat after any interruption.
 *
 * 0; -EEXIST: the distribution has modules of this release that are from another build; or another
 * -errno; with ssh->fault (BOOT_MACHINE_DISK_FULL, BOOT_MACHINE_PUSH, ...). The caller calls
 * installed__release() in any case.
 */
int install__kernel(struct ssh *s, const struct kernel *k, struct installed *out, struct err *err);
/* Check in one round trip that a kernel installed by install__kernel() is unchanged, and make its
 * modules the active ones of its release. 0; -ESTALE: install it again; or -errno with ssh->fault. */
int install__look(struct ssh *s, const struct installed *i, struct err *err);
void installed__release(struct installed *i);

#endif
