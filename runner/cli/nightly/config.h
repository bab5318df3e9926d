/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - what a nightly run is to test, and who hears of it: one YAML file (docs/NIGHTLY.md). */
#ifndef KDUEL_NIGHTLY_CONFIG_H
#define KDUEL_NIGHTLY_CONFIG_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/cli/upkeep/prune.h"
#include "runner/kernels/spec.h"

/* Texts are owned; NULL: not given. Paths are as in the file, made relative to its directory. */
struct nightly {
	char *name; /* of the nights of this file; default: the file's name without its end */
	char *plan;
	char *git; /* a repository whose commits are tested, or NULL */
	struct kernel_spec *kernel; /* else what is tested; NULL as well: the plan says all */
	char *ref; /* what to test; default "HEAD" */
	char *fetch; /* a remote to fetch before */
	char *reference; /* of git: what is compared with until a night was good */
	struct kernel_spec *reference_kernel; /* the same beside `kernel` */
	bool always; /* also when there is nothing new */
	char *until; /* time of day by which it ends */
	char *report; /* directory */
	struct strvec mail; /* addresses */
	char *from, *sendmail; /* default: the program of that name */
	char *webhook; /* URL */
	struct strvec tags; /* KEY=VALUE */
	struct prune_policy keep; /* how long what is kept of the nights before */
};

/* Read one. -EINVAL with every mistake, one a line, as FILE:LINE:COL; or another -errno. What is in *n
 * is to be released in both cases. */
int nightly__load(const char *path, struct nightly *n, struct err *err);
void nightly__release(struct nightly *n);

#endif
