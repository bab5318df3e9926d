/* SPDX-License-Identifier: GPL-2.0-only */
/* tree.h - what git knows of the commit that a night tests. */
#ifndef KDUEL_NIGHTLY_TREE_H
#define KDUEL_NIGHTLY_TREE_H

#include "runner/cli/nightly/config.h"

struct nightly_commit {
	char *hash, *subject; /* owned; the subject fit for a tag */
	char date[32]; /* of the commit, as a tag has it */
};

/* Fetch what the file asks for. 0 or -errno. */
int nightly_tree__fetch(const struct nightly *n, struct err *err);
/* The commit that `ref` is now in the repository `git`; nightly_commit__release() in any case. */
int nightly_tree__commit(const char *git, const char *ref, struct nightly_commit *c,
			 struct err *err);
void nightly_commit__release(struct nightly_commit *c);

#endif
