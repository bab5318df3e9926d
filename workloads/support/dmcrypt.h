/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * dmcrypt.h - ext4 on dm-crypt on a RAM disk, on a scratch system.
 *
 * Device and mount point have fixed names, so that another process can take down what a killed one
 * left behind.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_DMCRYPT_H
#define KDUEL_WORKLOADS_SUPPORT_DMCRYPT_H

#include "workloads/support/job.h"

#define DMCRYPT_MOUNT "/mnt/kduel-crypt"

/* Size of the RAM disk for a file system with one file of `size` bytes. */
uint64_t dmcrypt__disk_bytes(uint64_t size);
/* Load brd with a disk of `bytes`, map it as plain aes-xts-plain64 with a key from job->seed, make
 * an ext4 on it and mount it at DMCRYPT_MOUNT. 0 or -errno with job->err set; after a failure,
 * dmcrypt__down() undoes what was done. */
int dmcrypt__up(struct job *job, uint64_t bytes);
/* Does the mapped device hold an ext4, but the underlying disk not? 0 or -errno with job->err
 * set. */
int dmcrypt__check(struct job *job);
/* Report the facts dmcrypt/table (without the key) and dmcrypt/driver. */
int dmcrypt__facts(struct job *job);
/* Undo dmcrypt__up() as far as it got, possibly in another process: 0 if nothing is left. Frees the
 * RAM disk's pages. */
int dmcrypt__down(struct job *job);

#endif
