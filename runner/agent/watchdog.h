/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watchdog.h - use the machine's watchdog while the agent runs, so that a kernel that hangs is reset.
 *
 * Feeding it disturbs measurements, so it is done rarely: after a third of the timeout or 30 seconds,
 * whichever is less; in a timed part, after two thirds of the timeout.
 */
#ifndef KDUEL_AGENT_WATCHDOG_H
#define KDUEL_AGENT_WATCHDOG_H

#include "lib/err.h"

struct watchdog {
	int fd; /* only valid if timeout_ns is not 0 */
	char *name; /* "/dev/watchdog (i6300ESB timer)"; owned */
	uint64_t timeout_ns; /* the device's timeout; 0: no device is open */
	uint64_t fed_ns; /* clock__ns() of the last write */
	bool busy; /* another process has the device open; we do not feed it */
	bool missing; /* there is no such device */
};

/* Open a watchdog given as "DEVICE=SECONDS". It is no error if another process has it open (which then
 * feeds it), or if the kernel lacks it. 0; -EINVAL: bad argument; or another -errno if it cannot be
 * opened. The caller calls watchdog__close(). */
int watchdog__open(struct watchdog *w, const char *text, struct err *err);
/* A message for the user about its state; "" if no watchdog was requested. The caller frees. */
char *watchdog__describe(const struct watchdog *w);
/* Feed the watchdog if it is due; `timed` says whether this is during a timed part. Returns when it is
 * due next, as watchdog__due(). */
uint64_t watchdog__feed(struct watchdog *w, bool timed);
/* When the watchdog must be fed next, by clock__ns(); UINT64_MAX: never. */
uint64_t watchdog__due(const struct watchdog *w, bool timed);
/* Stop the watchdog, if the driver allows that, and close it. Safe if none is open. */
void watchdog__close(struct watchdog *w);

#endif
