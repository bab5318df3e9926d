/* SPDX-License-Identifier: GPL-2.0-only */
/* format.h - version of the lines between the plugin and the host; docs/TLB.md describes them. */
#ifndef KDUEL_TLBMODEL_FORMAT_H
#define KDUEL_TLBMODEL_FORMAT_H

#define TLB_FORMAT 3
#define TLB_PROFILE_FORMAT 1

/* What the first lines add, and an iteration is marked with, where nothing is simulated: QEMU's name of the
 * architecture. */
#define TLB_X86 "x86_64"

/* The text that the agent sends of where modules are: "MODULE SECTION ADDRESS" lines. */
#define TLB_SECTIONS "tlbmodel/sections"

/* The same of areas that hold modules or generated code: "START-END WHO" lines. */
#define TLB_AREAS "tlbmodel/areas"

/* A section of a census beside those of the address space, where there is such memory: of the linear map
 * what a driver has added to the running kernel's memory. */
#define TLB_ADDED "added"

/* Bytes that the host reads: room for 10000 iterations, the most a plan may have, with four cores.
 * The plugin stops writing well before, whatever the guest does, and says so. */
#define TLB_FILE_MAX (64u << 20)
#define TLB_FILE_STOP (TLB_FILE_MAX - (1u << 20))
/* The same of the profile, of which an iteration may have some ten megabytes: those beyond are left
 * out, which a line in their place says. */
#define TLB_PROFILE_MAX (128u << 20)
#define TLB_PROFILE_STOP (TLB_PROFILE_MAX / 2)

#endif
