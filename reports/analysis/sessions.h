/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sessions.h - which stored boots are really the same boot.
 *
 * If kduel does not boot the system, each "boot" of a schedule is a session on a kernel that is
 * already running. Sessions on the same boot of that kernel share everything that varies from boot
 * to boot, so they are one observation, no matter how many there are, in one campaign or in
 * several. Pure functions.
 */
#ifndef KDUEL_ANALYSIS_SESSIONS_H
#define KDUEL_ANALYSIS_SESSIONS_H

#include "reports/store/values.h"

#define UNIT_ALL SIZE_MAX /* all variants of a campaign */

/* A variant of a campaign, or all of them. */
struct unit_part {
	const struct campaign *c;
	size_t variant; /* index into c->variants, or UNIT_ALL */
};

/* A stored boot and its unit. */
struct unit_of {
	int64_t boot;
	size_t unit; /* index into boot_units.boots */
	bool ok; /* the stored boot ended well */
};

/* The boots of one side as counted by the statistics ("units"). All arrays are owned. */
struct boot_units {
	/* One entry per unit: a stored boot or, for sessions on a running system, the first
	 * successful session (BOOT_OK if there is any). Slots and blocks of each campaign are
	 * numbered after those of the campaigns before it. Strings are borrowed from the
	 * campaigns. */
	struct campaign_boot *boots;
	/* Of each unit: number of sessions, and how many of them failed. */
	unsigned int *sessions, *failed;
	enum boot_status *worst; /* of each unit: status of the first failed session, or BOOT_OK */
	size_t n;
	struct unit_of *of; /* sorted by boot */
	size_t n_of;
	bool shared; /* some units are sessions on running systems */
};

/* Build the units of a side; `parts` are in chronological order. Free with
 * boot_units__release(). */
void boot_units__make(struct boot_units *u, const struct unit_part *parts, size_t n);
void boot_units__release(struct boot_units *u);
/* Find a stored boot by its id; NULL if it is not part of this side. */
const struct unit_of *boot_units__find(const struct boot_units *u, int64_t boot);
/* Convert statistics of stored boots to those of units. Rows of units with one session are copied,
 * the others are computed from all samples of the unit. `stats` and `readings` are sorted by series
 * and boot, and so is the result, which the caller frees. */
struct boot_stat *boot_units__stats(const struct boot_units *u, const struct boot_stat *stats,
				    size_t n_stats, const struct reading *readings,
				    size_t n_readings, size_t *n);
/* Number of running systems that both sides were measured on. */
size_t boot_units__common(const struct boot_units *a, const struct boot_units *b);

#endif
