/* SPDX-License-Identifier: GPL-2.0-only */
/* network.h - network set-up by process 1: the loopback interface and, on request, QEMU's network. */
#ifndef KDUEL_NETWORK_H
#define KDUEL_NETWORK_H

#include "lib/err.h"

/* Bring up lo. It is no error if the kernel has no networking. 0 or -errno with `err`. */
int network__loopback(struct err *err);
/* Set up the other interface for QEMU's user-mode network: address and default route and, with `files`,
 * name resolution in /etc. 0 or -errno with `err`. */
int network__user(bool files, struct err *err);

#endif
