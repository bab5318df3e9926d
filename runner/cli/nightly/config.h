/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - the YAML file of a nightly run: what to test, and where to send the result
 * (docs/NIGHTLY.md). */
#ifndef KDUEL_NIGHTLY_CONFIG_H
#define KDUEL_NIGHTLY_CONFIG_H

#include "lib/err.h"
#include "lib/strvec.h"
#include "runner/cli/upkeep/prune.h"
#include "runner/kernels/spec.h"

/* Strings are owned; NULL: not given. Relative paths are resolved against the directory of the
 * file. */
struct nightly {
	char *name; /* default: the file's name without its extension */
	char *plan;
	/* What is tested: a commit of `git`, or else `kernel`. If both are NULL, the plan decides. */
	char *git; /* repository */
	struct kernel_spec *kernel;
	char *ref; /* with git: what to test; default "HEAD" */
	char *fetch; /* with git: remote to fetch first */
	char *reference; /* with git: what to compare with until there is a good night */
	struct kernel_spec *reference_kernel; /* the same with `kernel` */
	bool always; /* run even if there is nothing new */
	char *until; /* time of day by which to end */
	char *report; /* directory for reports */
	struct strvec mail; /* addresses */
	char *from, *sendmail; /* sender; program, default "sendmail" */
	char *webhook; /* URL */
	struct strvec tags; /* KEY=VALUE */
	struct prune_policy keep; /* how long to keep the data of earlier nights */
};

/* Read the file. -EINVAL with every mistake, one per line, as FILE:LINE:COL; or another -errno. The
 * caller releases *n in either case. */
int nightly__load(const char *path, struct nightly *n, struct err *err);
void nightly__release(struct nightly *n);

#endif
