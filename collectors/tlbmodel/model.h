/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * model.h - the TLBs of all vCPUs, for several geometries at once, and what happens to them.
 *
 * Knows nothing of QEMU. One thread at a time: exact mode runs all vCPUs in one.
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
	uint64_t l1[SIDES][MODES]; /* misses of the first level */
	uint64_t walks[SIDES][MODES][REGION_MAX]; /* misses of the second: tables are read */
	uint64_t l1_cold[SIDES][MODES]; /* of these, misses of the cold start: tlb__insert() */
	uint64_t walks_cold[SIDES][MODES][REGION_MAX];
	/* Kernel-mode walks of both sides by log2 of the leaf's size: linear map, everywhere. */
	uint64_t linear_leaf[WALK_SHIFTS], leaf[WALK_SHIFTS];
	/* Descriptors that these read, the leaf's included; of the linear map those of data. */
	uint64_t steps[SIDES], linear_steps;
};

struct counts {
	uint64_t tlbi[TLBI_SCOPES], broadcast; /* instructions; `broadcast` of them to all vCPUs */
	uint64_t unmapped; /* accesses that a walk found no leaf for: they fault and come again */
	struct geometry_counts g[GEOMETRY_MAX];
};

struct vcpu {
	bool known; /* registers have been read since the model was reset */
	uint64_t code_page; /* that runs, for who does not know otherwise */
	uint64_t tcr, ttbr[2];
	uint32_t asid;
	struct walk_half half[2]; /* lower, upper */
	struct tlb l1[GEOMETRY_MAX][SIDES], l2[GEOMETRY_MAX];
	struct walk_cache walk_cache[GEOMETRY_MAX];
};

struct model {
	struct geometry geometry[GEOMETRY_MAX];
	size_t n;
	size_t leader[GEOMETRY_MAX][SIDES]; /* first geometry with the same L1: simulated once */
	size_t leaders[SIDES]; /* no geometry from this one on is a leader */
	struct vcpu *vcpu[MODEL_VCPUS];
	unsigned int l1d_ways; /* the least of all: so many newest pages are in every L1 */
	struct ram ram;
	struct regions regions;
	struct counts counts;
	struct profile profile;
	uint32_t by; /* the block whose access this is, by its number in the profile; 0: none */
};

/* Add a geometry; before any vCPU. 0 or -ENOSPC. */
int model__add_geometry(struct model *m, const struct geometry *g);
/* 0, -ENOSPC, -ENOMEM. Adding one again is fine. */
int model__add_vcpu(struct model *m, unsigned int vcpu);
/* Empty all TLBs, forget registers, zero the counts. */
void model__reset(struct model *m);
/* What a vCPU's registers are, or become. */
void model__registers(struct vcpu *c, uint64_t tcr, uint64_t ttbr0, uint64_t ttbr1);
/* An access to `va`. False: nothing is mapped there, the access faults and comes again. */
bool model__access(struct model *m, struct vcpu *c, enum side side, enum mode mode, uint64_t va);
/* model__hits() for any number of first levels. */
bool model__hits_all(const struct model *m, struct vcpu *c, enum side side, uint64_t page);
void model__tlbi(struct model *m, struct vcpu *c, const struct tlbi *op);
void model__release(struct model *m);

/* An access to a page (canonical address >> 12) that is in every first level, which notes its use: most
 * are. False: it may be there nonetheless, model__access() knows. */
static inline bool model__hits(const struct model *m, struct vcpu *c, enum side side, uint64_t page)
{
	if (m->leaders[side] == 1)
		return tlb__guess(&c->l1[0][side], page, c->asid);
	return model__hits_all(m, c, side, page);
}

/* model__access() to data, mostly without a call. */
static inline bool model__data(struct model *m, struct vcpu *c, enum mode mode, uint64_t va)
{
	return model__hits(m, c, SIDE_D, va__canonical(va) >> 12) ||
	       model__access(m, c, SIDE_D, mode, va);
}

#endif
