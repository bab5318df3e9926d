// SPDX-License-Identifier: GPL-2.0-only
/*
 * listen.c - instruments translated code, and passes what it does to the model.
 *
 * With icount, a single thread runs all vCPUs, and they share translated code. QEMU 10.0 compiles
 * the index of a vCPU into that code as a constant: the vCPU which translated it, not the one that
 * executes it. Callbacks get this wrong index, and scoreboards (inline counters and conditions) use
 * it, too. So with several vCPUs ("multi") nothing inline is used, and the vCPU that runs is read
 * from QEMU's own variable current_cpu.
 */
#include "collectors/tlbmodel/listen.h"

#include "collectors/tlbmodel/registers.h"
#include "collectors/tlbmodel/trace.h"

#include <dlfcn.h>

/* With one vCPU, translated code counts inline, and calls for a fetch only when it leaves the L1
 * entry that the last fetch used: until then all fetches hit that entry, which stays the most
 * recently used one. User code calls for each page. */
struct score {
	uint64_t code; /* the entry, see code_id() and user_code_id(); NO_PAGE: fetch in any case */
	uint64_t insns[MODES]; /* instructions of blocks that are not in the profile */
	uint64_t clearing; /* 1: no data access has been reported since the last DC ZVA */
};

/* Layout of callback arguments. */
#define INSNS_BITS 10 /* number of instructions: at most BLOCK_INSNS */
#define NUMBER_BITS 19 /* number of a block in the profile: at most 262144 */
#define NUMBER_MASK ((1u << NUMBER_BITS) - 1)
#define PAGE_MASK (UINT64_MAX >> 12)

/* Code identifiers that fit into the argument of a data callback: code_id() */
#define CODE_BITS 20
#define CODE_SHIFT TLB_LARGE

_Static_assert(1u << NUMBER_BITS > PROFILE_CHUNK * PROFILE_CHUNKS, "numbers have too few bits");

static struct {
	struct model *model;
	struct vcpu *vcpu; /* the one that runs; if multi, as of the last current_vcpu() */
	bool multi; /* several vCPUs */
	bool tracing; /* report each access: no groups, and no short-cuts for what must hit */
	/* If multi: */
	void **current_cpu; /* QEMU's variable of that name, in the thread of the vCPUs */
	void *cpus[MODEL_VCPUS]; /* values of it, by the index of the vCPU in the model */
	void *last_cpu; /* the value of it that belongs to `vcpu` */
	uint64_t insns[MODES]; /* instructions of blocks that are not in the profile */
	/* If not: */
	uint64_t image; /* the kernel image's address >> (CODE_SHIFT + CODE_BITS) */
	struct qemu_plugin_scoreboard *scores;
	struct score *score; /* the entry of the only vCPU */
	struct qemu_plugin_scoreboard *runs[PROFILE_CHUNKS]; /* executions of profiled blocks */

	/* the block that is being translated */
	uint32_t block_nr; /* its number in the profile; 0: none */
	uint64_t code; /* one vCPU: the expected code_id(), or the user_code_id() */
	bool fetched_by_data; /* see on_stack_data() */
	bool starts_page; /* code before it is in another block, even if it falls through */

	/* the last page walk of expected_id(): va >> CODE_SHIFT, and log2 of the leaf's size */
	uint64_t walked;
	unsigned int leaf_shift;
} listen;

/* profile_counters: the execution counters of a chunk. They are allocated as needed, since a
 * scoreboard takes memory for several vCPUs. */
static uint64_t *new_counters(size_t chunk)
{
	if (listen.multi)
		return calloc(PROFILE_CHUNK, sizeof(uint64_t));
	if (!listen.runs[chunk])
		listen.runs[chunk] = qemu_plugin_scoreboard_new(PROFILE_CHUNK * sizeof(uint64_t));
	/* The memory of a scoreboard may move while vCPUs are created; by now they exist. */
	return qemu_plugin_scoreboard_find(listen.runs[chunk], 0);
}

int listen__init(struct model *model, int vcpus, bool profile)
{
	listen.model = model;
	listen.multi = vcpus > 1;
	listen.tracing = trace__is_on();
	if (profile)
		model->profile.counters = new_counters;
	if (vcpus > MODEL_VCPUS)
		return -ENOSPC;
	if (!listen.multi)
		listen.scores = qemu_plugin_scoreboard_new(sizeof(struct score));
	for (int i = 0; i < vcpus; i++) {
		int ret = model__add_vcpu(model, (unsigned int)i);

		if (ret)
			return ret;
	}
	listen.vcpu = model->vcpu[0];
	return 0;
}

int listen__find_current(void)
{
	if (listen.multi && !listen.current_cpu)
		listen.current_cpu = dlsym(RTLD_DEFAULT, "current_cpu");
	return listen.multi && !listen.current_cpu ? -ENOENT : 0;
}

void listen__reset(void)
{
	model__reset(listen.model);
	profile__reset(&listen.model->profile);
	memset(listen.insns, 0, sizeof(listen.insns));
	if (listen.multi)
		return;
	/* Not in listen__init(): it may move until all vCPUs exist. */
	listen.score = qemu_plugin_scoreboard_find(listen.scores, 0);
	*listen.score = (struct score){ .code = NO_PAGE };
	listen.walked = 0;
	listen.image = listen.model->regions.image.start >> (CODE_SHIFT + CODE_BITS);
}

void listen__counts(uint64_t insns[MODES])
{
	memcpy(insns, listen.multi ? listen.insns : listen.score->insns, sizeof(listen.insns));
	insns[MODE_KERNEL] += profile__instructions(&listen.model->profile);
}

/* Find the model's vCPU for QEMU's current one. They are numbered in the order in which they first
 * run, which in exact mode is the same in every repetition. */
static struct vcpu *switch_vcpu(void)
{
	size_t i = 0;

	while (i < MODEL_VCPUS - 1 && listen.cpus[i] && listen.cpus[i] != *listen.current_cpu)
		i++;
	listen.cpus[i] = listen.last_cpu = *listen.current_cpu;
	if (listen.model->vcpu[i])
		listen.vcpu = listen.model->vcpu[i];
	return listen.vcpu;
}

/* The vCPU that runs. */
static inline struct vcpu *current_vcpu(void)
{
	if (listen.multi && *listen.current_cpu != listen.last_cpu)
		return switch_vcpu();
	return listen.vcpu;
}

static void set_registers(struct vcpu *c, uint64_t tcr, uint64_t ttbr0, uint64_t ttbr1)
{
	model__registers(c, tcr, ttbr0, ttbr1);
	trace__put(TRACE_REGISTER, TRACE_TCR, tcr, 0);
	trace__put(TRACE_REGISTER, TRACE_TTBR0, ttbr0, 0);
	trace__put(TRACE_REGISTER, TRACE_TTBR1, ttbr1, 0);
}

/* A data access within one page. False: it is not mapped. */
static bool access_page(struct vcpu *c, enum mode mode, uint64_t va)
{
	if (listen.tracing) {
		trace__put(TRACE_DATA, mode == MODE_KERNEL, va, 0);
		return model__access(listen.model, c, SIDE_D, mode, va);
	}
	return model__data(listen.model, c, mode, va);
}

/* An instruction fetch from a page, given as va >> 12. False: it is not mapped, and must be looked
 * up again when the fetch is retried. */
static bool fetch_page(struct vcpu *c, uint64_t page)
{
	enum mode mode = va__is_kernel(page << 12) ? MODE_KERNEL : MODE_USER;

	if (!c->known)
		set_registers(c, registers__tcr(), registers__ttbr(0), registers__ttbr(1));
	trace__put(TRACE_CODE, mode == MODE_KERNEL, page << 12, 0);
	return model__access(listen.model, c, SIDE_I, mode, page << 12);
}

/* One vCPU, one L1: the fast path, without a call, of an access that hits. `page` may be of an
 * address with a tag: then this may return NULL, and the slow path looks up the canonical page. */
static inline struct tlb_entry *hits_near(enum side side, uint64_t page)
{
	return tlb__guess(&listen.vcpu->l1[0][side], page, listen.vcpu->asid);
}

/* Identifies an L1 entry of 2^shift bytes that holds a page of kernel code, given as va >> 12. For
 * 2M entries near the kernel's image this is a number below 2^CODE_BITS. All others are larger, and
 * those of different sizes differ: a page in the upper half has bits 51:40 set, and none above. */
static inline uint64_t code_id(uint64_t page, unsigned int shift)
{
	const unsigned int more = shift - 12;

	if (more == CODE_SHIFT - 12 && page >> (more + CODE_BITS) == listen.image)
		return page >> more & ((1u << CODE_BITS) - 1);
	return page >> more | more * (1ull << 56);
}

/* code_id() of the L1I's entry for a page that was just fetched. Several L1Is may hold it in
 * entries of different sizes: then this is the id of a page. */
static uint64_t fetched_id(uint64_t page)
{
	struct vcpu *c = listen.vcpu;
	const struct tlb_entry *e = NULL;

	if (listen.model->leaders_end[SIDE_I] == 1)
		e = tlb__search(&c->l1[0][SIDE_I], va__canonical(page << 12) >> 12, c->asid);
	return code_id(page, e ? e->shift : 12);
}

static __attribute__((noinline)) void fetch_kernel_slow(uint64_t page, uint32_t block)
{
	listen.model->block = block;
	if (fetch_page(listen.vcpu, page))
		listen.score->code = fetched_id(page);
}

/* One vCPU enters kernel code in another L1 entry, or the translations may have changed. `block` is
 * the number of the block in the profile. */
static inline void fetch_kernel(uint64_t page, uint32_t block)
{
	const struct tlb_entry *e = NULL;

	if (!listen.tracing && listen.model->leaders_end[SIDE_I] == 1)
		e = hits_near(SIDE_I, page);
	if (__builtin_expect(e != NULL, true))
		listen.score->code = code_id(page, e->shift);
	else
		fetch_kernel_slow(page, block);
}

/* The same for a code_id() below 2^CODE_BITS, which expected_id() gives for one L1I, and not while
 * tracing. */
static inline void fetch_large(uint64_t code, uint32_t block)
{
	const uint64_t large = listen.image << CODE_BITS | code;
	const struct tlb_entry *e = tlb__guess_large(&listen.vcpu->l1[0][SIDE_I], large,
						     listen.vcpu->asid);

	if (__builtin_expect(e && e->shift == CODE_SHIFT, true))
		listen.score->code = code;
	else
		fetch_kernel_slow(profile__block(&listen.model->profile, block)->va >> 12, block);
}

/* One vCPU enters kernel code that is not in the profile. */
static void on_kernel_code(unsigned int vcpu __unused, void *arg)
{
	fetch_kernel((uintptr_t)arg, 0);
}

/* One vCPU enters a page of user code. Its address is read from the pc: QEMU shares translated code
 * between all virtual mappings of a page of memory, so it may have been translated at another
 * address. */
static void on_user_code(unsigned int vcpu __unused, void *arg)
{
	const uint64_t page = registers__pc() >> 12;

	listen.model->block = 0;
	if ((!listen.tracing && listen.model->leaders_end[SIDE_I] == 1 &&
	     hits_near(SIDE_I, page)) ||
	    fetch_page(listen.vcpu, page))
		listen.score->code = (uintptr_t)arg;
}

/* One vCPU enters kernel code. The argument has the page, whose top bits are cut off, above the
 * number of the block in the profile. */
static void on_profiled_code(unsigned int vcpu __unused, void *arg)
{
	uint64_t page = (uint64_t)((int64_t)(intptr_t)arg >> NUMBER_BITS) & PAGE_MASK;

	fetch_kernel(page, (uintptr_t)arg & NUMBER_MASK);
}

/* The same if the code_id() is below 2^CODE_BITS: the argument has it instead of the page. */
static void on_large_code(unsigned int vcpu __unused, void *arg)
{
	fetch_large((uintptr_t)arg >> NUMBER_BITS, (uintptr_t)arg & NUMBER_MASK);
}

/* Multi: each execution of a kernel block that is not in the profile. */
static void on_kernel_block(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = current_vcpu();
	uint64_t page = (uintptr_t)arg >> INSNS_BITS;

	listen.model->block = 0;
	listen.insns[MODE_KERNEL] += (uintptr_t)arg & ((1u << INSNS_BITS) - 1);
	if (page != c->code_page)
		c->code_page = fetch_page(c, page) ? page : NO_PAGE;
}

/* Multi: each execution of a block of user code. count_user_insn() counts its instructions. */
static void on_user_block(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = current_vcpu();
	uint64_t id = (uintptr_t)arg;

	listen.model->block = 0;
	if (id != c->code_page)
		c->code_page = fetch_page(c, registers__pc() >> 12) ? id : NO_PAGE;
}

/* Multi: each execution of a block in the profile. */
static void on_profiled_block(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = current_vcpu();
	struct profile_block *b = profile__block(&listen.model->profile, (uint32_t)(uintptr_t)arg);
	uint64_t page = b->va >> 12;

	listen.model->block = (uint32_t)(uintptr_t)arg;
	++*b->runs;
	if (page != c->code_page)
		c->code_page = fetch_page(c, page) ? page : NO_PAGE;
}

/* Multi: count `arg` instructions of user code. */
static void on_user_insns(unsigned int vcpu __unused, void *arg)
{
	listen.insns[MODE_USER] += (uintptr_t)arg;
}

/* The argument of a memory callback: the mode, the number of the block in the profile, and `high`,
 * `low` and `last` of struct block_insn. `high` is not negative, so if the others are 0 this has 31
 * bits, for which QEMU's code is shorter. */
#define DATA_MODE 1u
#define DATA_BLOCK 1
#define DATA_HIGH (DATA_BLOCK + NUMBER_BITS)
#define DATA_HIGH_BITS 11
#define DATA_LOW (DATA_HIGH + DATA_HIGH_BITS + 1)
#define DATA_LAST (DATA_LOW + 12)
#define DATA_REACH 0xfffu
/* For on_stack_data(): a code_id() instead of `last`, which is `low` if this bit is set, and `high`
 * if not */
#define DATA_LAST_IS_LOW (DATA_LOW - 1)
#define DATA_CODE DATA_LAST

_Static_assert(BLOCK_REACH <= 1 << DATA_HIGH_BITS, "`high` has too few bits");
_Static_assert(DATA_CODE + CODE_BITS == 64, "an argument has 64 bits");

/* All but `last` and the code. */
static uintptr_t data_arg(const struct block_insn *in, bool kernel, uint32_t number)
{
	return (uintptr_t)kernel | (uintptr_t)number << DATA_BLOCK |
	       (uintptr_t)(uint16_t)in->high << DATA_HIGH |
	       (uintptr_t)(in->low & DATA_REACH) << DATA_LOW;
}

static inline uint32_t number_of(uintptr_t arg)
{
	return (uint32_t)(arg >> DATA_BLOCK) & NUMBER_MASK;
}

static inline uint64_t high_of(uintptr_t arg)
{
	return arg >> DATA_HIGH & ((1u << DATA_HIGH_BITS) - 1);
}

/* The sign-extended 12-bit field at `shift`. */
static inline uint64_t reach_of(uintptr_t arg, unsigned int shift)
{
	return (uint64_t)((int64_t)((uint64_t)arg << (52 - shift)) >> 52);
}

/* The argument for on_data_slow(), from that for on_stack_data(). */
static uintptr_t stack_arg(uintptr_t arg)
{
	const uint64_t last = arg >> DATA_LAST_IS_LOW & 1 ? reach_of(arg, DATA_LOW) : high_of(arg);

	arg &= ((uintptr_t)1 << DATA_LAST) - 1;
	return arg | (uintptr_t)(last & DATA_REACH) << DATA_LAST;
}

/* An access at `va` and those that it covers. Together they touch at most one other page. */
static void access_data(struct vcpu *c, uint64_t va, uintptr_t arg)
{
	uint64_t low = va + reach_of(arg, DATA_LOW);
	uint64_t high = va + high_of(arg);
	enum mode mode = arg & DATA_MODE ? MODE_KERNEL : MODE_USER;

	listen.model->block = number_of(arg);
	access_page(c, mode, va);
	if (!((low ^ high) >> 12))
		return;
	access_page(c, mode, (low ^ va) >> 12 ? low : high);
	if (!(((va + reach_of(arg, DATA_LAST)) ^ va) >> 12))
		access_page(c, mode, va); /* the last one was to this page again */
}

/* One vCPU: an access, or a group of them, in full. Clearing the flag makes the next DC ZVA of a
 * clear_page() loop call on_zva() again. */
static void on_data_slow(unsigned int vcpu __unused, qemu_plugin_meminfo_t info __unused,
			 uint64_t va, void *arg)
{
	listen.score->clearing = 0;
	access_data(listen.vcpu, va, (uintptr_t)arg);
}

/* One vCPU, one L1: an access hits. */
static inline bool hits_data(uint64_t va)
{
	if (__builtin_expect(!hits_near(SIDE_D, va >> 12), false))
		return false;
	listen.score->clearing = 0;
	return true;
}

/* One vCPU, one L1: an access and those that it covers hit the same entry. */
static inline bool hits_group(uint64_t va, uintptr_t arg)
{
	uint64_t low = va + reach_of(arg, DATA_LOW), high = va + high_of(arg);

	return !((low ^ high) >> 12) && hits_data(va);
}

/* One vCPU, one L1: an access that covers no others. */
static void on_single_data(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *arg)
{
	if (!hits_data(va))
		on_data_slow(vcpu, info, va, arg);
}

/* One vCPU, one L1: an access that covers others. */
static void on_group_data(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *arg)
{
	if (!hits_group(va, (uintptr_t)arg))
		on_data_slow(vcpu, info, va, arg);
}

/* The first access of a kernel block, if it is on the stack. The block's code is fetched here, if
 * need be, which spares the block a branch at its start. Such blocks mostly begin or end functions,
 * where code often goes to another entry. The order stays right: the access cannot fault, nothing
 * else calls the model before it, and no instruction before it leaves the block, as QEMU ends a
 * block at branches, WFI, and whatever else may be followed by an interrupt. */
static void on_stack_data(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *arg)
{
	const uint64_t code = (uintptr_t)arg >> DATA_CODE;

	if (__builtin_expect(code != listen.score->code, false))
		fetch_large(code, number_of((uintptr_t)arg));
	if (!hits_group(va, (uintptr_t)arg))
		on_data_slow(vcpu, info, va, (void *)stack_arg((uintptr_t)arg));
}

static void on_data_multi(unsigned int vcpu __unused, qemu_plugin_meminfo_t info __unused,
			  uint64_t va, void *arg)
{
	access_data(current_vcpu(), va, (uintptr_t)arg);
}

#define ZVA_BLOCK 6 /* bit 0: kernel mode; bits 5:1: Xt; from here on: number of the block */

/* QEMU has no memory callback for DC ZVA, so this is called before the instruction; if it faults,
 * both run again. */
static void on_zva(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = current_vcpu();
	uintptr_t a = (uintptr_t)arg;
	bool mapped;

	listen.model->block = (uint32_t)(a >> ZVA_BLOCK);
	a &= (1u << ZVA_BLOCK) - 1;
	mapped = access_page(c, a & 1 ? MODE_KERNEL : MODE_USER, registers__x(a >> 1));
	if (!listen.multi)
		listen.score->clearing = mapped;
}

/* Translations have changed: make the next fetch and the next DC ZVA call the model. With several
 * vCPUs the model itself resets their code_page. */
static void forget_code(void)
{
	if (listen.multi)
		return;
	listen.score->code = NO_PAGE;
	listen.score->clearing = 0;
}

/* Called before the TLBI executes. To invalidate this early makes no difference: nothing else runs
 * in between. */
static void on_tlbi(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = current_vcpu();
	struct insn in = decode__insn((uint32_t)(uintptr_t)arg);
	uint64_t operand = registers__x(in.rt);
	struct tlbi op = decode__tlbi(&in, operand, c->half[1].lpa2);

	trace__put(TRACE_TLBI, (uint32_t)(uintptr_t)arg, operand, 0);
	model__tlbi(listen.model, c, &op);
	forget_code();
}

/* Called before the MSR writes the register, so the new value is read from the operand. */
static void on_msr(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = current_vcpu();
	struct insn in = decode__insn((uint32_t)(uintptr_t)arg);
	uint64_t v = registers__x(in.rt);

	set_registers(c, in.kind == INSN_MSR_TCR ? v : c->tcr,
		      in.kind == INSN_MSR_TTBR0 ? v : c->ttbr[0],
		      in.kind == INSN_MSR_TTBR1 ? v : c->ttbr[1]);
	forget_code();
}

/* A group may touch two pages, so each set of the L1Ds must have two ways. In user code every
 * access reports: it faults on pages all the time, and an access that was covered by an earlier one
 * would count before its page is mapped. */
void listen__plan(struct block *b, bool kernel)
{
	block__plan(b, kernel && !listen.tracing && listen.model->l1d_ways >= 2);
}

/* In the loop of clear_page(), a DC ZVA only calls if another data access has been reported since
 * the last one: translated code checks the `clearing` flag. The first DC ZVA of a page is in the
 * block that leads into the loop, and always calls, unless that block ends at a page boundary. */
static void listen_zva(struct qemu_plugin_insn *insn, const struct block *b, void *arg)
{
	struct qemu_u64 clearing = { listen.scores, offsetof(struct score, clearing) };

	if (!listen.multi && !listen.tracing && !listen.starts_page && block__clears(b))
		qemu_plugin_register_vcpu_insn_exec_cond_cb(insn, on_zva, QEMU_CB_R_REGS,
							    QEMU_COND_NE, clearing, 1, arg);
	else
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_zva, QEMU_CB_R_REGS, arg);
}

/* Count `n` instructions of user code when this one is reached. */
static void add_user_insns(struct qemu_plugin_insn *insn, size_t n)
{
	struct qemu_u64 count = { listen.scores, offsetof(struct score, insns) + 8 * MODE_USER };

	if (listen.multi)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_user_insns, QEMU_CB_NO_REGS,
						       (void *)(uintptr_t)n);
	else
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_INLINE_ADD_U64,
								    count, n);
}

/* User code often faults, on pages that are not mapped yet, and then runs again from the faulting
 * instruction on. So an access is counted only when the next instruction is reached, together with
 * the instructions up to the next access. The exception is an access that ends its block (most
 * blocks end with a branch): it is counted before it executes, again with each retry. */
static void count_user_insn(struct qemu_plugin_insn *insn, const struct block *b, size_t i)
{
	size_t n = 0;

	if (!i || b->insn[i - 1].reports)
		n = (i ? 1 : 0) + block__run(b, i);
	n += i + 1 == b->n && b->insn[i].reports;
	if (n)
		add_user_insns(insn, n);
}

static qemu_mem_cb data_callback(const struct block_insn *in)
{
	if (listen.multi)
		return on_data_multi;
	if (listen.tracing || listen.model->leaders_end[SIDE_D] > 1)
		return on_data_slow;
	return in->low || in->high ? on_group_data : on_single_data;
}

static void listen_data(struct qemu_plugin_insn *insn, const struct block *b, size_t i, bool kernel)
{
	const struct block_insn *in = &b->insn[i];
	uintptr_t arg = data_arg(in, kernel, listen.block_nr);
	qemu_mem_cb cb = data_callback(in);

	if (listen.fetched_by_data && i == b->stack_first) {
		cb = on_stack_data;
		arg |= listen.code << DATA_CODE | (uintptr_t)(in->last == in->low)
							  << DATA_LAST_IS_LOW;
	} else {
		arg |= (uintptr_t)(in->last & DATA_REACH) << DATA_LAST;
	}
	qemu_plugin_register_vcpu_mem_cb(insn, cb, QEMU_CB_NO_REGS, QEMU_MEM_RW, (void *)arg);
}

void listen__insn(struct qemu_plugin_insn *insn, const struct insn *in, const struct block *b,
		  size_t i, bool kernel)
{
	uint32_t opcode = b->opcode[i], number = listen.block_nr;

	if (!kernel)
		count_user_insn(insn, b, i);
	if (b->insn[i].reports)
		listen_data(insn, b, i, kernel);
	if (in->kind == INSN_DC_ZVA)
		listen_zva(insn, b,
			   (void *)((uintptr_t)number << ZVA_BLOCK | in->rt << 1 | kernel));
	else if (in->kind == INSN_TLBI)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_tlbi, QEMU_CB_R_REGS,
						       (void *)(uintptr_t)opcode);
	else if (in->kind == INSN_MSR_TTBR0 || in->kind == INSN_MSR_TTBR1 ||
		 in->kind == INSN_MSR_TCR)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_msr, QEMU_CB_R_REGS,
						       (void *)(uintptr_t)opcode);
}

/* One vCPU: count executions of the block in the profile; if it is not there, its instructions. */
static void count_block(struct qemu_plugin_tb *tb, enum mode mode, size_t insns)
{
	struct qemu_u64 count = { listen.scores, offsetof(struct score, insns) + 8 * mode };

	if (listen.block_nr) {
		count.score = listen.runs[(listen.block_nr - 1) / PROFILE_CHUNK];
		count.offset = (listen.block_nr - 1) % PROFILE_CHUNK * sizeof(uint64_t);
		insns = 1;
	}
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, QEMU_INLINE_ADD_U64, count, insns);
}

/* Look up or add the block in the profile, which has kernel code only. */
static void set_block_nr(uint64_t va, const struct block *b)
{
	listen.block_nr = va__is_kernel(va) ? profile__find(&listen.model->profile, va,
							    (uint32_t)b->n, b->opcode[b->n - 1]) :
					      0;
}

#define USER_CODE (1ull << 55) /* is clear in all of code_id() */

/* An identifier for the page that a block of user code is in. As the code may run at several
 * addresses, this is the page in QEMU's own address space. */
static uint64_t user_code_id(const struct qemu_plugin_tb *tb, uint64_t va)
{
	const void *host = qemu_plugin_insn_haddr(qemu_plugin_tb_get_insn(tb, 0));

	return (host ? (uintptr_t)host : va) >> 12 | USER_CODE;
}

/* The L1I's entry that will hold this kernel code, if the page tables stay as they are. A wrong
 * guess costs a call each time, and nothing else; so code close to the last one is taken to be
 * mapped alike, without a walk. */
static uint64_t expected_id(uint64_t va)
{
	const struct vcpu *c = listen.vcpu;
	const unsigned int most = listen.model->geometry[0].l1_shift;
	struct walk_leaf leaf;

	/* The trace has only what accesses read of the page tables, and reports every fetch. */
	if (listen.tracing || !c->known || listen.model->leaders_end[SIDE_I] > 1)
		return code_id(va >> 12, 12);
	if (va >> CODE_SHIFT != listen.walked) {
		listen.walked = va >> CODE_SHIFT;
		listen.leaf_shift = 12;
		if (walk__find(&listen.model->ram, &c->half[1], va, &leaf))
			listen.leaf_shift = leaf.shift;
	}
	return code_id(va >> 12, listen.leaf_shift < most ? listen.leaf_shift : most);
}

/* Multi: each execution of the block calls. */
static void listen_block_multi(struct qemu_plugin_tb *tb, uint64_t va, size_t n)
{
	qemu_exec_cb cb = on_user_block;
	uint64_t arg;

	if (listen.block_nr) {
		cb = on_profiled_block;
		arg = listen.block_nr;
	} else if (va__is_kernel(va)) {
		cb = on_kernel_block;
		arg = va >> 12 << INSNS_BITS | n;
	} else {
		arg = user_code_id(tb, va);
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, cb, QEMU_CB_R_REGS, (void *)(uintptr_t)arg);
}

/* Can on_stack_data() fetch the code of the block? */
static bool data_can_fetch(const struct block *b)
{
	const struct block_insn *in = &b->insn[b->stack_first];

	return listen.block_nr && listen.code >> CODE_BITS == 0 &&
	       listen.model->leaders_end[SIDE_D] == 1 && b->stack_first < b->n &&
	       (in->last == in->low || in->last == in->high);
}

/* One vCPU: fetch the code of a block when it starts, if it is in another L1 entry than the code
 * before it. A block never crosses a page boundary, so one fetch is enough. */
static void listen_code(struct qemu_plugin_tb *tb, uint64_t va)
{
	struct qemu_u64 code = { listen.scores, offsetof(struct score, code) };
	uint64_t arg = listen.code;
	qemu_exec_cb cb = on_user_code;

	if (va__is_kernel(va) && !listen.block_nr) {
		cb = on_kernel_code;
		arg = va >> 12;
	} else if (va__is_kernel(va)) {
		const bool large = listen.code >> CODE_BITS == 0;

		cb = large ? on_large_code : on_profiled_code;
		arg = (large ? listen.code : va >> 12) << NUMBER_BITS | listen.block_nr;
	}
	if (listen.tracing)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, cb, QEMU_CB_R_REGS,
						     (void *)(uintptr_t)arg);
	else
		qemu_plugin_register_vcpu_tb_exec_cond_cb(tb, cb, QEMU_CB_R_REGS, QEMU_COND_NE,
							  code, listen.code,
							  (void *)(uintptr_t)arg);
}

void listen__block(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b)
{
	const bool kernel = va__is_kernel(va);

	set_block_nr(va, b);
	listen.starts_page = va % 4096 == 0;
	listen.fetched_by_data = false;
	if (listen.multi) {
		listen_block_multi(tb, va, b->n);
		return;
	}
	listen.code = kernel ? expected_id(va) : user_code_id(tb, va);
	listen.fetched_by_data = kernel && data_can_fetch(b);
	if (!listen.fetched_by_data)
		listen_code(tb, va);
	/* User code is counted by count_user_insn(). */
	if (kernel)
		count_block(tb, MODE_KERNEL, b->n);
}

/* Multi: count an execution of a block in the profile. */
static void on_profiled_exec(unsigned int vcpu __unused, void *arg)
{
	++*profile__block(&listen.model->profile, (uint32_t)(uintptr_t)arg)->runs;
}

/* Multi: count `arg` instructions of the kernel. */
static void on_kernel_insns(unsigned int vcpu __unused, void *arg)
{
	listen.insns[MODE_KERNEL] += (uintptr_t)arg;
}

static void count_insns(struct qemu_plugin_tb *tb, bool kernel, size_t insns)
{
	if (!listen.multi)
		count_block(tb, kernel ? MODE_KERNEL : MODE_USER, insns);
	else if (listen.block_nr)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_profiled_exec, QEMU_CB_NO_REGS,
						     (void *)(uintptr_t)listen.block_nr);
	else
		qemu_plugin_register_vcpu_tb_exec_cb(tb, kernel ? on_kernel_insns : on_user_insns,
						     QEMU_CB_NO_REGS, (void *)(uintptr_t)insns);
}

void listen__count(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b)
{
	set_block_nr(va, b);
	count_insns(tb, va__is_kernel(va), b->n);
}

/* x86_64 instructions are not decoded, so any of them may access memory. In user code each one is
 * counted when the next is reached, and the last before it executes; see count_user_insn(). */
void listen__count_x86(struct qemu_plugin_tb *tb, uint64_t va, uint32_t last, const char *sizes)
{
	const size_t n = strlen(sizes);
	struct profile_block *b;

	for (size_t i = 0; !va__is_kernel(va) && i < n; i++) {
		const size_t before = (i ? 1 : 0) + (i + 1 == n ? 1 : 0);

		if (before)
			add_user_insns(qemu_plugin_tb_get_insn(tb, i), before);
	}
	if (!va__is_kernel(va))
		return;
	listen.block_nr = profile__find(&listen.model->profile, va, (uint32_t)n, last);
	b = profile__block(&listen.model->profile, listen.block_nr);
	if (b && !b->sizes)
		b->sizes = xstrdup(sizes);
	count_insns(tb, true, n);
}
