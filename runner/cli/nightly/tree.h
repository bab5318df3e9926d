/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - what a night tests: what git knows of the commit, or which kernel it is. */
#ifndef KDUEL_NIGHTLY_TREE_H
#define KDUEL_NIGHTLY_TREE_H

#include "runner/cli/nightly/config.h"

struct nightly_commit {
	char *hash,
		*subject; /* owned; of a kernel its own and its origin. The subject is fit for a tag */
	char date[32]; /* of the commit, as a tag has it; "" of a kernel */
};

/* Fetch what the file asks for. 0 or -errno. */
int nightly_tree__fetch(const struct nightly *n, struct err *err);
/* The commit that `ref` is now in the repository `git`; nightly_commit__release() in any case. */
int nightly_tree__commit(const char *git, const char *ref, struct nightly_commit *c,
			 struct err *err);
/* The kernel that `spec` is now: downloaded or built where the cache lacks it. -ENOTCONN when no archive
 * answers, with however old lists; nightly_commit__release() in any case. */
int nightly_tree__kernel(const struct kernel_spec *spec, struct nightly_commit *c, struct err *err);
void nightly_commit__release(struct nightly_commit *c);

#endif
