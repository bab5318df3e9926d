/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_fetch.h - fetch the distribution's newest QEMU, backports included, into kduel's cache.
 *
 * The host's own system is not changed: QEMU and the libraries that it links are unpacked into a
 * directory of the cache that is named by the hash of their packages.
 */
#ifndef KDUEL_TARGETS_QEMU_FETCH_H
#define KDUEL_TARGETS_QEMU_FETCH_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/host/arch.h"
#include "runner/packages/lock.h"

/* The host that QEMU runs on. */
struct qemu_host {
	char *arch; /* Debian architecture, "amd64" */
	char *codename; /* of its release, "bookworm" */
};

/* Find out what this host is. 0, or -EOPNOTSUPP with what is missing. The caller releases `host` in
 * any case. */
int qemu_host__read(struct qemu_host *host, struct err *err);
void qemu_host__release(struct qemu_host *host);
/* "bookworm-backports (amd64)"; caller frees. */
char *qemu_host__describe(const struct qemu_host *host);

/* The newest QEMU that the archive offers. */
struct qemu_offer {
	char *version; /* of QEMU itself, "10.0.2" */
	struct lock lock; /* its packages and those of its libraries */
	uint64_t bytes; /* download size of the packages that are not in the cache */
};

/* Query the archive for the newest QEMU that emulates `arch` (package lists may be up to an hour
 * old). Nothing is installed. 0, and the caller releases `offer`; or -errno. */
int qemu_fetch__offer(const struct qemu_host *host, const struct arch *arch,
		      struct qemu_offer *offer, struct err *err);
void qemu_offer__release(struct qemu_offer *offer);
/* Get the directory of the QEMU made of exactly these packages; download and unpack them if the
 * cache does not have it. The caller frees *dir. 0, or -errno with `err` set. */
int qemu_fetch__install(const struct qemu_host *host, const struct lock *lock, char **dir,
			struct err *err);
/* Verify such a directory. A damaged one is unpacked again, if its packages are in the cache. 0, or
 * -errno if the directory cannot be used. */
int qemu_fetch__mend(const char *dir);
/* Append all such directories in the cache, sorted by name. */
void qemu_fetch__installed(struct strvec *dirs);

/* Read the packages of such a directory. 0 or -errno. */
int qemu_dir__lock(const char *dir, struct lock *lock, struct err *err);
/* The architecture that it emulates. */
const struct arch *qemu_dir__arch(const char *dir);
/* The path of its program; the caller frees. */
char *qemu_dir__program(const char *dir, const struct arch *arch);
/* Append the directories of its firmware, for QEMU's option -L. */
void qemu_dir__data(const char *dir, struct strvec *out);
/* "LD_LIBRARY_PATH=...", which its process needs in the environment; the caller frees. */
char *qemu_dir__env(const char *dir);

#endif
