/* SPDX-License-Identifier: GPL-2.0-only */
/* network.h - what process 1 does for sockets: the loopback interface, and on request a network. */
#ifndef KDUEL_NETWORK_H
#define KDUEL_NETWORK_H

#include "lib/err.h"

/* Bring up lo. A kernel without sockets has none, which is no error. 0 or -errno with `err`. */
int network__loopback(struct err *err);
/* Set up the only other interface for QEMU's user-mode network: address, route, and with `files` name
 * servers in /etc. 0 or -errno with `err`. */
int network__user(bool files, struct err *err);

#endif
