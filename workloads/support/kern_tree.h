/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kern_tree.h - what kernbench compiles: a few C files or a Linux kernel.
 *
 * Both come from Debian packages of the guest, so that the lock of the campaign pins them. "files"
 * are the implementations of header-only libraries (libstb-dev), each compiled separately; "linux"
 * is a kernel's source with its own configuration.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_KERN_TREE_H
#define KDUEL_WORKLOADS_SUPPORT_KERN_TREE_H

#include "lib/strvec.h"
#include "workloads/support/job.h"

/* Passed to make, as most configurations default to a 32-bit kernel on x86. */
#if defined(__aarch64__)
#define KERN_TREE_ARCH "ARCH=arm64"
#else
#define KERN_TREE_ARCH "ARCH=x86_64"
#endif

struct kern_tree {
	bool linux_source;
	char dir[160]; /* where make runs */
	const char *target; /* make's target */
};

/* Are source, compiler and enough memory there? 0, or -EOPNOTSUPP / -ENOMEM with job->err. */
int kern_tree__check(struct job *job);
/* Unpack or generate it below job->dir, and report source, configuration and compiler as facts. */
int kern_tree__make(struct job *job, struct kern_tree *t);
/* Remove what a build has produced. */
int kern_tree__clean(struct job *job, const struct kern_tree *t);
/* Has the build produced everything, for this machine? -EIO with what is missing. */
int kern_tree__built(struct job *job, const struct kern_tree *t);
/* Append the packages that `params` need besides the compiler. */
void kern_tree__packages(const struct param_set *params, struct strvec *out);

#endif
