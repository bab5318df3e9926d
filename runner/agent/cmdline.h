/* SPDX-License-Identifier: GPL-2.0-only */
/* cmdline.h - the settings of an agent that is process 1: kernel parameters kduel.*. */
#ifndef KDUEL_CMDLINE_H
#define KDUEL_CMDLINE_H

#include "lib/base.h"

struct cmdline {
	char *port; /* kduel.port=: name of the virtio-serial port; owned, as the others */
	char *modules; /* kduel.modules=: what to load before the root, comma-separated; "" */
	char *root; /* kduel.root=: block device with the ext4 root, NULL: stay here */
	char *job; /* kduel.job=: name of the firmware file that holds the jobs, NULL: from the port */
	bool network; /* kduel.network=user: set up QEMU's user-mode network */
	bool overlay; /* kduel.overlay=1: the root is read-only, writes go to memory */
	bool oneshot; /* kduel.oneshot=1: power off at once */
	bool hang; /* kduel.hang=1: never connect to the host */
	unsigned int inject; /* kduel.inject=1 to 99: make workloads fail first, inject.h; or 0 */
};

/* The value of `name` in a text of words separated by blanks; the last one if it is there more
 * than once. NULL if it is not there; the caller frees. */
char *cmdline__value(const char *text, const char *name);
/* The last setting of a name counts, as it does for the kernel. */
void cmdline__parse(const char *text, struct cmdline *c);
void cmdline__release(struct cmdline *c);

#endif
