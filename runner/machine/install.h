/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * install.h - kernels on a real machine: what is copied there, and under which names.
 *
 * An Image and an initramfs are files of one directory that is kduel's own, named by their content.
 * Modules are in /lib/modules/RELEASE, where a directory without kduel's mark is never touched.
 */
#ifndef KDUEL_MACHINE_INSTALL_H
#define KDUEL_MACHINE_INSTALL_H

#include "runner/kernels/files/kernel.h"
#include "runner/machine/ssh.h"

#define INSTALL_BOOT_DIR "/boot/kduel"
#define INSTALL_MARK ".kduel" /* file in a module directory: it is kduel's; holds its hash */

/* A kernel on the machine; all strings owned, paths are absolute there. */
struct installed {
	char *image;
	char *initrd; /* NULL: its root needs none */
	char *modules; /* "/lib/modules/RELEASE"; NULL: it has none */
	char *release;
	/* The same as a boot loader names them: below the root of the file system that has them
	 * ("/kduel/Image-0123" when /boot is a file system of its own), and its UUID for GRUB's search
	 * ("" when it has none). */
	char *loader_image, *loader_initrd, *fs_uuid;
	char image_sha256[65], initrd_sha256[65];
	char hash[13]; /* of the kernel: what its module directory is marked with */
	bool foreign; /* its modules are the distribution's */
};

/*
 * Make sure that `k` is on the machine, with all that it needs to boot: nothing that is there already
 * is copied again. Where there is no room, kernels that kduel put there go first, those unused for
 * longest before. All is verified there by SHA-256, what is copied before it gets its name. Safe to repeat
 * after any interruption. 0; -EEXIST: the distribution has another kernel of this release, whose modules are
 * in the way; or -errno; with ssh->fault (BOOT_MACHINE_DISK_FULL, BOOT_MACHINE_PUSH, ...).
 * installed__release() in any case.
 */
int install__kernel(struct ssh *s, const struct kernel *k, struct installed *out, struct err *err);
/* One look at a kernel that install__kernel() has left there: is all of it as it was, with its modules in
 * turn? 0; -ESTALE: install it again; or -errno with ssh->fault. */
int install__look(struct ssh *s, const struct installed *i, struct err *err);
void installed__release(struct installed *i);

#endif
