/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sessions.h - which stored boots are one boot.
 *
 * Where nothing is booted, each "boot" of a schedule is a session on a kernel that was running
 * before. Sessions on one boot of that kernel share what is drawn once per boot, and are one
 * observation however many they are, in one campaign or in several. Pure functions.
 */
#ifndef KDUEL_ANALYSIS_SESSIONS_H
#define KDUEL_ANALYSIS_SESSIONS_H

#include "reports/store/values.h"

#define UNIT_ALL SIZE_MAX

/* A variant of a campaign. */
struct unit_part {
	const struct campaign *c;
	size_t variant; /* index into its variants; UNIT_ALL: every one */
};

/* A stored boot, and the unit that it belongs to. */
struct unit_of {
	int64_t boot;
	size_t unit; /* index */
	bool ok; /* the stored boot ended well */
};

/* The boots of one side as statistics count them. All arrays are owned. */
struct boot_units {
	/* One for each boot: a stored one, or the first good session on a running system, which is
	 * BOOT_OK if any of its sessions is. Slots and blocks of a later campaign follow those of
	 * the ones before it. The strings are the campaigns'. */
	struct campaign_boot *boots;
	unsigned int *sessions, *failed; /* of each: how many there were, how many failed */
	enum boot_status *worst; /* of each: how the first session that failed ended, or BOOT_OK */
	size_t n;
	struct unit_of *of; /* by boot */
	size_t n_of;
	bool shared; /* some are sessions on running systems */
};

/* `parts` are in the order of time. Release in any case. */
void boot_units__make(struct boot_units *u, const struct unit_part *parts, size_t n);
void boot_units__release(struct boot_units *u);
/* A stored boot by its number, or NULL. */
const struct unit_of *boot_units__find(const struct boot_units *u, int64_t boot);
/* What is kept of each boot and series, for units: rows of boots that are units of their own are
 * taken over, those of sessions are computed from all samples of the unit. Both lists are sorted by
 * series and boot, and so is the result, which the caller frees. */
struct boot_stat *boot_units__stats(const struct boot_units *u, const struct boot_stat *stats,
				    size_t n_stats, const struct reading *readings,
				    size_t n_readings, size_t *n);
/* How many running systems both sides were measured on. */
size_t boot_units__common(const struct boot_units *a, const struct boot_units *b);

#endif
