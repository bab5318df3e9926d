/* SPDX-License-Identifier: GPL-2.0-only */
/* port.h - the virtio-serial port to the host. */
#ifndef KDUEL_PORT_H
#define KDUEL_PORT_H

#include "lib/err.h"

/* Open the port called `name` and wait until the host is connected; both together take at most
 * `timeout_ms`. Returns a descriptor, or -errno with `err` set. */
int port__open(const char *name, unsigned int timeout_ms, struct err *err);

#endif
