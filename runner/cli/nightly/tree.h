/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - find out what a night tests: the commit that a ref points to, or the kernel that a spec
 * resolves to. */
#ifndef KDUEL_NIGHTLY_TREE_H
#define KDUEL_NIGHTLY_TREE_H

#include "runner/cli/nightly/config.h"

/* A commit, or a kernel. */
struct nightly_commit {
	char *hash; /* of the commit or kernel; owned */
	char *subject; /* of the commit, or origin of the kernel; valid as a tag; owned */
	char date[32]; /* of the commit, in the format of tags; "" for a kernel */
};

/* Fetch from the configured remote, if there is one. 0 or -errno. */
int nightly_tree__fetch(const struct nightly *n, struct err *err);
/* Resolve `ref` in the repository `git`. 0 or -errno; release *c in either case. */
int nightly_tree__commit(const char *git, const char *ref, struct nightly_commit *c,
			 struct err *err);
/* Resolve a kernel, and download or build it if the cache lacks it. -ENOTCONN if no archive
 * answers, as old package lists do not tell whether there is anything new; or another -errno.
 * Release *c in either case. */
int nightly_tree__kernel(const struct kernel_spec *spec, struct nightly_commit *c, struct err *err);
void nightly_commit__release(struct nightly_commit *c);

#endif
