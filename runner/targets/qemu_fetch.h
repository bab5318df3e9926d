/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_fetch.h - the distribution's newest QEMU, backports included, in the private cache.
 *
 * The host's own system is not touched: QEMU and the libraries that it links are
 * unpacked below the cache, by a name that is the hash of what they were made of.
 */
#ifndef KDUEL_TARGETS_QEMU_FETCH_H
#define KDUEL_TARGETS_QEMU_FETCH_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/host/arch.h"
#include "runner/packages/lock.h"

/* The machine that QEMU is to run on. */
struct qemu_host {
	char *arch; /* Debian architecture, "amd64" */
	char *codename; /* of its release, "bookworm" */
};

/* Read what this machine is. 0, or -EOPNOTSUPP with what is missing. To be released in any case. */
int qemu_host__read(struct qemu_host *host, struct err *err);
void qemu_host__release(struct qemu_host *host);
/* "bookworm-backports (amd64)"; caller frees. */
char *qemu_host__describe(const struct qemu_host *host);

/* The newest QEMU that the archive offers. */
struct qemu_offer {
	char *version; /* of QEMU itself, "10.0.2" */
	struct lock lock; /* its packages and those of its libraries */
	uint64_t bytes; /* to be downloaded: those that the cache lacks */
};

/* Ask the archive (package lists at most an hour old) for the one with guests of `arch`; nothing is
 * installed. */
int qemu_fetch__offer(const struct qemu_host *host, const struct arch *arch,
		      struct qemu_offer *offer, struct err *err);
void qemu_offer__release(struct qemu_offer *offer);
/* Path of the directory with exactly these packages, which is made if the cache lacks it; the
 * caller frees. 0, or -errno with `err` set. */
int qemu_fetch__install(const struct qemu_host *host, const struct lock *lock, char **dir,
			struct err *err);
/* Make sure that such a directory is whole; a damaged one is unpacked again, if the cache has its
 * packages. 0, or -errno: it is not to be used. */
int qemu_fetch__mend(const char *dir);
/* Append the directories that the cache has, in the order of their names. */
void qemu_fetch__installed(struct strvec *dirs);

/* The packages that such a directory was made of. */
int qemu_dir__lock(const char *dir, struct lock *lock, struct err *err);
/* Which guests it is for. */
const struct arch *qemu_dir__arch(const char *dir);
/* Path of its program; caller frees. */
char *qemu_dir__program(const char *dir, const struct arch *arch);
/* Append the directories of its firmware, for -L. */
void qemu_dir__data(const char *dir, struct strvec *out);
/* "LD_LIBRARY_PATH=..." for the environment of its process; caller frees. */
char *qemu_dir__env(const char *dir);

#endif
