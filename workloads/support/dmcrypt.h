/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmcrypt.h - ext4 on dm-crypt on a RAM disk, on a system that we own.
 *
 * Device and mount point have fixed names, so that what a killed process left
 * behind can be taken down by another that knows nothing of it.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_DMCRYPT_H
#define KDUEL_WORKLOADS_SUPPORT_DMCRYPT_H

#include "workloads/support/job.h"

#define DMCRYPT_MOUNT "/mnt/kduel-crypt"

/* RAM disk bytes for a file system that is to hold one file of `size` bytes. */
uint64_t dmcrypt__disk_bytes(uint64_t size);
/* Load brd with a disk of `bytes`, open it as plain aes-xts-plain64 with a key from job->seed,
 * make an ext4 on it and mount it at DMCRYPT_MOUNT. 0 or -errno with job->err set; what was
 * done before a failure stays for dmcrypt__down(). */
int dmcrypt__up(struct job *job, uint64_t bytes);
/* Does the disk below hold no plain ext4, while the mapped device does? */
int dmcrypt__check(struct job *job);
/* Facts dmcrypt/table (without the key) and dmcrypt/driver. */
int dmcrypt__facts(struct job *job);
/* Undo dmcrypt__up() as far as it got, in whatever process: 0 when nothing is left. Frees the
 * RAM disk's pages. */
int dmcrypt__down(struct job *job);

#endif
