/* SPDX-License-Identifier: GPL-2.0-only */
/* format.h - the files that the plugin writes for the host: versions, names and limits. docs/TLB.md
 * describes their lines. */
#ifndef KDUEL_TLBMODEL_FORMAT_H
#define KDUEL_TLBMODEL_FORMAT_H

#define TLB_FORMAT 3
#define TLB_PROFILE_FORMAT 1

/* QEMU's name of the architecture on which nothing is simulated. It is in the first line of each
 * file, and is a member of its iterations, unless they are of a boot. */
#define TLB_X86 "x86_64"

/* Text that the agent sends: the sections of modules, as "MODULE SECTION ADDRESS" lines. */
#define TLB_SECTIONS "tlbmodel/sections"

/* Text that the agent sends: areas of modules or generated code, as "START-END WHO" lines. */
#define TLB_AREAS "tlbmodel/areas"

/* Name of an additional section of a census: the part of the linear map for memory that a driver
 * has added to the running kernel. Left out if there is none. */
#define TLB_ADDED "added"

/* The host reads at most this many bytes, enough for a plan's limit of 10000 iterations with four
 * cores. The plugin stops with an error before it has written that much. */
#define TLB_FILE_MAX (64u << 20)
#define TLB_FILE_STOP (TLB_FILE_MAX - (1u << 20))
/* The same for the profile, where an iteration may take some ten megabytes. After STOP, iterations
 * are left out, with a line that says so. */
#define TLB_PROFILE_MAX (128u << 20)
#define TLB_PROFILE_STOP (TLB_PROFILE_MAX / 2)

#endif
