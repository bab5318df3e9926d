/* SPDX-License-Identifier: GPL-2.0-only */
/* cmdline.h - settings of an agent that runs as process 1: kernel parameters kduel.*. */
#ifndef KDUEL_CMDLINE_H
#define KDUEL_CMDLINE_H

#include "lib/base.h"

struct cmdline {
	char *port; /* kduel.port=: name of the virtio-serial port */
	char *modules; /* kduel.modules=: modules to load before the root is mounted, with commas */
	char *root; /* kduel.root=: block device with an ext4 root; NULL: stay in the initramfs */
	char *job; /* kduel.job=: name of the fw_cfg file with the jobs; NULL: read them from the port */
	bool network; /* kduel.network=user: set up QEMU's user-mode network */
	bool overlay; /* kduel.overlay=1: mount the root read-only; writes go to memory */
	bool oneshot; /* kduel.oneshot=1: power off at once */
	bool hang; /* kduel.hang=1: never connect to the host */
	unsigned int inject; /* kduel.inject=1 to 99: fault injection (inject.h); 0: off */
};

/* The value of parameter `name` in a kernel command line; the last one, if it occurs more than once.
 * NULL if it does not occur. The caller frees. */
char *cmdline__value(const char *text, const char *name);
/* Parse the parameters in a kernel command line. If one occurs twice, the last one counts. The caller
 * calls cmdline__release(). */
void cmdline__parse(const char *text, struct cmdline *c);
void cmdline__release(struct cmdline *c);

#endif
