/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * kern_tree.h - what kernbench compiles: a few C files, or a Linux kernel.
 *
 * Both come out of Debian packages of the guest, so that the lock of the campaign pins
 * them. "files" are the implementations of header-only libraries (libstb-dev), each
 * compiled by itself; "linux" is the source of a kernel with a configuration of its own.
 */
#ifndef KDUEL_WORKLOADS_SUPPORT_KERN_TREE_H
#define KDUEL_WORKLOADS_SUPPORT_KERN_TREE_H

#include "lib/strvec.h"
#include "workloads/support/job.h"

/* Said to make: its own guess for an x86 machine is a 32-bit kernel with most configurations. */
#if defined(__aarch64__)
#define KERN_TREE_ARCH "ARCH=arm64"
#else
#define KERN_TREE_ARCH "ARCH=x86_64"
#endif

struct kern_tree {
	bool linux_source;
	char dir[160]; /* to run make in */
	const char *target; /* what make is asked for */
};

/* Is the source there, the compiler, and room? 0, or -EOPNOTSUPP / -ENOMEM with job->err. */
int kern_tree__check(struct job *job);
/* Unpack or write it below job->dir, and note source, configuration and compiler as facts. */
int kern_tree__make(struct job *job, struct kern_tree *t);
/* Take away what a build has made. */
int kern_tree__clean(struct job *job, const struct kern_tree *t);
/* Is all there that a build makes, for the machine that we are on? -EIO with what is not. */
int kern_tree__built(struct job *job, const struct kern_tree *t);
/* The packages that `params` need beside the compiler. */
void kern_tree__packages(const struct param_set *params, struct strvec *out);

#endif
