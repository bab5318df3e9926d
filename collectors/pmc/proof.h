/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proof.h - trials on the PMU: what can be opened, what runs, and what counts when there is
 * something to count. That an event opens proves nothing: under emulation any number does, runs,
 * and stays at 0.
 */
#ifndef KDUEL_COLLECTORS_PMC_PROOF_H
#define KDUEL_COLLECTORS_PMC_PROOF_H

#include "collectors/pmc/set.h"

/* Work that walks page tables for data and for instructions, of small and, where the kernel
 * gives them, large pages. It needs 96 MiB for a moment; what it cannot have it leaves out. */
void pmc_proof__work(void);

/* Count what this process does in `work`. 0, or -errno when the event cannot be opened. */
int pmc_proof__count(const struct pmc_spec *spec, void (*work)(void), uint64_t *count);

/* May this user count in this scope at all? False only where it is a matter of permission. */
bool pmc_proof__permitted(const struct pmc_scope *scope);

/* Give a status to each slot that cannot be opened on the scope, and to each that needs a proof
 * and does not count while pmc_proof__work() runs in this process. */
void pmc_proof__slots(struct pmc_slot *slots, size_t n, const struct pmc_scope *scope);

/* A pmc_fits whose `arg` is a struct pmc_scope: opened pinned, they are on for as long as they are
 * enabled, on every CPU. */
bool pmc_proof__fits(void *arg, const struct pmc_group *g, size_t n);

#endif
