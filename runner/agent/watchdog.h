/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * watchdog.h - the machine's watchdog while the agent runs: a kernel that hangs is reset.
 *
 * Feeding it is work on what is measured: one write in a third of its time, at most every 30 seconds;
 * inside a timed part none before two thirds are over.
 */
#ifndef KDUEL_AGENT_WATCHDOG_H
#define KDUEL_AGENT_WATCHDOG_H

#include "lib/err.h"

struct watchdog {
	int fd; /* while there is a timeout */
	char *name; /* "/dev/watchdog (i6300ESB timer)"; owned */
	uint64_t timeout_ns; /* as the device has it; 0: none is open */
	uint64_t fed_ns; /* clock__ns() of the last write */
	bool busy; /* somebody else has it; nothing is fed */
	bool missing; /* there is no such device: likewise */
};

/* "DEVICE=SECONDS". A device that somebody else has open is no failure, that one feeds it, nor is one
 * that this kernel lacks. 0; -EINVAL, or another -errno: `err` says why it cannot be opened. */
int watchdog__open(struct watchdog *w, const char *text, struct err *err);
/* What there is to say of it; "" when it was not asked for. Caller frees. */
char *watchdog__describe(const struct watchdog *w);
/* Feed it if it is time; when that is next, as clock__ns(), UINT64_MAX: never. `timed`: inside a timed
 * part. */
uint64_t watchdog__feed(struct watchdog *w, bool timed);
/* When it must be fed next. */
uint64_t watchdog__due(const struct watchdog *w, bool timed);
/* Stop it, where its driver allows that. Safe on one that is not open. */
void watchdog__close(struct watchdog *w);

#endif
