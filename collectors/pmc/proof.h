/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * proof.h - tests the PMU: what can be opened, what runs, and what counts if there is something to
 * count. That an event can be opened proves nothing: under emulation any number can, runs, and
 * stays at 0.
 */
#ifndef KDUEL_COLLECTORS_PMC_PROOF_H
#define KDUEL_COLLECTORS_PMC_PROOF_H

#include "collectors/pmc/set.h"

/* Walk page tables for data and for instructions, with small and, if the kernel provides them,
 * large pages. Temporarily needs up to 64 MiB; parts for which there is not enough memory are
 * skipped. */
void pmc_proof__work(void);

/* Count what this process does in `work`. 0, or -errno if the event cannot be opened. */
int pmc_proof__count(const struct pmc_spec *spec, void (*work)(void), uint64_t *count);

/* May this user count in this scope at all? False only if permission is denied, not for other
 * errors. */
bool pmc_proof__permitted(const struct pmc_scope *scope);

/* Set the status of each slot that cannot be opened in the scope, and of each that needs proof and
 * does not count while pmc_proof__work() runs in this process. */
void pmc_proof__slots(struct pmc_slot *slots, size_t n, const struct pmc_scope *scope);

/* A pmc_fits whose `arg` is a struct pmc_scope: when opened pinned, do the groups run as long as
 * they are enabled, on every CPU? */
bool pmc_proof__fits(void *arg, const struct pmc_group *g, size_t n);

#endif
