/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - simulates the TLBs of all vCPUs, for several geometries at once, and counts misses.
 *
 * Independent of QEMU. Not thread-safe: in exact mode, one thread runs all vCPUs.
 */
#ifndef KDUEL_TLBMODEL_MODEL_H
#define KDUEL_TLBMODEL_MODEL_H

#include "collectors/tlbmodel/geometry.h"
#include "collectors/tlbmodel/profile.h"
#include "collectors/tlbmodel/region.h"
#include "collectors/tlbmodel/tlb.h"
#include "collectors/tlbmodel/walk_cache.h"

#define MODEL_VCPUS 64
#define NO_PAGE UINT64_MAX

enum side {
	SIDE_D,
	SIDE_I,
	SIDES,
};

enum mode {
	MODE_USER,
	MODE_KERNEL,
	MODES,
};

struct geometry_counts {
	uint64_t l1[SIDES][MODES]; /* L1 misses */
	uint64_t walks[SIDES][MODES][REGION_MAX]; /* L2 misses: page-table walks */
	uint64_t l1_cold[SIDES][MODES]; /* the cold-start misses among them: tlb__insert() */
	uint64_t walks_cold[SIDES][MODES][REGION_MAX];
	/* Kernel-mode walks, data and instruction side, by log2 of the leaf's size. */
	uint64_t linear_leaf[WALK_SHIFTS], leaf[WALK_SHIFTS];
	uint64_t steps[SIDES]; /* descriptors read by kernel-mode walks, the leaf's included */
	uint64_t linear_steps; /* those of data-side walks for the linear map */
};

struct counts {
	uint64_t tlbi[TLBI_SCOPES]; /* TLBI instructions */
	uint64_t broadcast; /* those of them that are broadcast to all vCPUs */
	uint64_t unmapped; /* accesses whose walk finds no leaf: they fault, and are retried */
	struct geometry_counts g[GEOMETRY_MAX];
};

struct vcpu {
	bool known; /* registers have been read since the last model__reset() */
	/* The page of the code that runs, by an id that the caller chooses. The model only sets it
	 * to NO_PAGE: then the next fetch must call model__access(). */
	uint64_t code_page;
	uint64_t tcr, ttbr[2];
	uint32_t asid;
	struct walk_half half[2]; /* lower, upper: va__is_kernel() is the index */
	struct tlb l1[GEOMETRY_MAX][SIDES], l2[GEOMETRY_MAX];
	struct walk_cache walk_cache[GEOMETRY_MAX];
};

struct model {
	struct geometry geometry[GEOMETRY_MAX];
	size_t n;
	/* An L1 that several geometries have is simulated once, for the first: the leader. */
	size_t leader[GEOMETRY_MAX][SIDES];
	size_t leaders_end[SIDES]; /* index of the last leader, plus 1 */
	struct vcpu *vcpu[MODEL_VCPUS];
	/* The fewest ways of any L1D: that many of the newest pages of a set are in every L1D. */
	unsigned int l1d_ways;
	struct ram ram;
	struct regions regions;
	struct counts counts;
	struct profile profile;
	uint32_t block; /* profile number of the block that makes the current access; 0: none */
};

/* Add a geometry; before any vCPU. 0, or -ENOSPC: there are GEOMETRY_MAX already. */
int model__add_geometry(struct model *m, const struct geometry *g);
/* Allocate a vCPU; no-op if it exists. 0, -ENOSPC (MODEL_VCPUS), -ENOMEM, or -EINVAL for a geometry
 * with invalid sizes. */
int model__add_vcpu(struct model *m, unsigned int vcpu);
/* Empty all TLBs and walk caches, forget registers, zero the counts. The profile is not changed. */
void model__reset(struct model *m);
/* Set a vCPU's TCR_EL1, TTBR0_EL1 and TTBR1_EL1. */
void model__registers(struct vcpu *c, uint64_t tcr, uint64_t ttbr0, uint64_t ttbr1);
/* Simulate an access to `va`, which may have a tag, in all geometries. False: nothing is mapped
 * there. The access will fault; the caller repeats the call when the guest retries it. */
bool model__access(struct model *m, struct vcpu *c, enum side side, enum mode mode, uint64_t va);
/* model__hits() for any number of L1 TLBs. */
bool model__hits_all(const struct model *m, struct vcpu *c, enum side side, uint64_t page);
/* Count and simulate a TLBI that vCPU `c` executes. */
void model__tlbi(struct model *m, struct vcpu *c, const struct tlbi *op);
/* Free all vCPUs and the profile, and zero the model. */
void model__release(struct model *m);

/* Fast path of an access to a page (canonical address >> 12): true if it hits every L1 TLB by way
 * of near[], as most accesses do, and is done. False: call model__access(). */
static inline bool model__hits(const struct model *m, struct vcpu *c, enum side side, uint64_t page)
{
	if (m->leaders_end[side] == 1)
		return tlb__guess(&c->l1[0][side], page, c->asid);
	return model__hits_all(m, c, side, page);
}

/* A data access: model__access() with the fast path inlined. */
static inline bool model__data(struct model *m, struct vcpu *c, enum mode mode, uint64_t va)
{
	return model__hits(m, c, SIDE_D, va__canonical(va) >> 12) ||
	       model__access(m, c, SIDE_D, mode, va);
}

#endif
