// SPDX-License-Identifier: GPL-2.0-only
/*
 * listen.c - callbacks of code that runs within a measured iteration.
 *
 * QEMU passes callbacks the number of a vCPU, but when one thread runs several (icount) it is
 * the vCPU that translated the code, not the one that executes it: 10.0 puts the number into the
 * code as a constant, which scoreboards (inline counters, conditions) even spoil. So with several
 * vCPUs nothing inline is used, and the one that runs is known by QEMU's own variable.
 */
#include "collectors/tlbmodel/listen.h"

#include "collectors/tlbmodel/registers.h"
#include "collectors/tlbmodel/trace.h"

#include <dlfcn.h>

/* With one vCPU QEMU's generated code counts, and calls only for code of another page. */
struct score {
	uint64_t page; /* of the code that runs, see code_id() */
	uint64_t insns[MODES]; /* of what is in no profile */
	uint64_t clearing; /* 1: nothing has been heard of data since the last DC ZVA */
};

#define INSNS_BITS 10 /* a block has at most 512 instructions */
#define NUMBER_BITS 19 /* the profile has at most 262144 blocks */
#define PAGE_MASK (UINT64_MAX >> 12)

_Static_assert(1u << NUMBER_BITS > PROFILE_CHUNK * PROFILE_CHUNKS, "numbers have too few bits");

static struct {
	struct model *model;
	struct vcpu *now; /* the vCPU that runs, as of the last look */
	bool several;
	bool every; /* there is a trace: nothing is told in groups, or not at all as it must hit */
	void **current; /* QEMU's variable: the vCPU that runs in this thread */
	void *seen[MODEL_VCPUS]; /* those that have been met, by their number in the model */
	void *now_seen;
	uint64_t insns[MODES]; /* of several, and of what is in no profile */
	struct qemu_plugin_scoreboard *scores; /* of one */
	struct score *score; /* its only entry */
	/* Of one: where translated code counts the blocks of the profile. */
	struct qemu_plugin_scoreboard *runs[PROFILE_CHUNKS];
	uint32_t number; /* in the profile, of the block that is being translated */
} listen;

/* Counters of a chunk of blocks. QEMU has memory for several vCPUs in each scoreboard, so that they
 * are made as they are needed. */
static uint64_t *new_counters(size_t chunk)
{
	if (listen.several)
		return calloc(PROFILE_CHUNK, sizeof(uint64_t));
	if (!listen.runs[chunk])
		listen.runs[chunk] = qemu_plugin_scoreboard_new(PROFILE_CHUNK * sizeof(uint64_t));
	/* It moves while vCPUs are made, which is over when something is measured. */
	return qemu_plugin_scoreboard_find(listen.runs[chunk], 0);
}

int listen__init(struct model *model, int vcpus, bool profile)
{
	listen.model = model;
	listen.several = vcpus > 1;
	listen.every = trace__is_on();
	if (profile)
		model->profile.counters = new_counters;
	if (vcpus > MODEL_VCPUS)
		return -ENOSPC;
	if (!listen.several)
		listen.scores = qemu_plugin_scoreboard_new(sizeof(struct score));
	for (int i = 0; i < vcpus; i++) {
		int ret = model__add_vcpu(model, (unsigned int)i);

		if (ret)
			return ret;
	}
	listen.now = model->vcpu[0];
	return 0;
}

int listen__find_current(void)
{
	if (listen.several && !listen.current)
		listen.current = dlsym(RTLD_DEFAULT, "current_cpu");
	return listen.several && !listen.current ? -ENOENT : 0;
}

void listen__reset(void)
{
	model__reset(listen.model);
	profile__reset(&listen.model->profile);
	memset(listen.insns, 0, sizeof(listen.insns));
	if (listen.several)
		return;
	/* Here, as it moves while vCPUs are made. */
	listen.score = qemu_plugin_scoreboard_find(listen.scores, 0);
	*listen.score = (struct score){ .page = NO_PAGE };
}

void listen__counts(uint64_t insns[MODES])
{
	memcpy(insns, listen.several ? listen.insns : listen.score->insns, sizeof(listen.insns));
	insns[MODE_KERNEL] += profile__instructions(&listen.model->profile);
}

/* vCPUs are numbered in the order in which they first run, which in exact mode is the same in
 * every repetition. */
static struct vcpu *switch_vcpu(void)
{
	size_t i = 0;

	while (i < MODEL_VCPUS - 1 && listen.seen[i] && listen.seen[i] != *listen.current)
		i++;
	listen.seen[i] = listen.now_seen = *listen.current;
	if (listen.model->vcpu[i])
		listen.now = listen.model->vcpu[i];
	return listen.now;
}

/* The vCPU that runs, looked up again only when QEMU's variable has changed. */
static inline struct vcpu *running(void)
{
	if (listen.several && *listen.current != listen.now_seen)
		return switch_vcpu();
	return listen.now;
}

static void set_registers(struct vcpu *c, uint64_t tcr, uint64_t ttbr0, uint64_t ttbr1)
{
	model__registers(c, tcr, ttbr0, ttbr1);
	trace__put(TRACE_REGISTER, TRACE_TCR, tcr, 0);
	trace__put(TRACE_REGISTER, TRACE_TTBR0, ttbr0, 0);
	trace__put(TRACE_REGISTER, TRACE_TTBR1, ttbr1, 0);
}

/* An access to data by itself. False: it is not mapped. */
static bool use_page(struct vcpu *c, enum mode mode, uint64_t va)
{
	if (listen.every) {
		trace__put(TRACE_DATA, mode == MODE_KERNEL, va, 0);
		return model__access(listen.model, c, SIDE_D, mode, va);
	}
	return model__data(listen.model, c, mode, va);
}

/* Instruction fetch from a page, by its number. False: it is not mapped, so that it must not be
 * remembered as looked up. */
static bool enter_page(struct vcpu *c, uint64_t page)
{
	enum mode mode = va__is_kernel(page << 12) ? MODE_KERNEL : MODE_USER;

	if (!c->known)
		set_registers(c, registers__tcr(), registers__ttbr(0), registers__ttbr(1));
	trace__put(TRACE_CODE, mode == MODE_KERNEL, page << 12, 0);
	return model__access(listen.model, c, SIDE_I, mode, page << 12);
}

/* One vCPU, one first level: in most cases it holds the page, which is found out without a call. `page` is not
 * canonical if the address has a tag; that may be missed here, and is looked up again in full. */
static inline bool hits_only(enum side side, uint64_t page)
{
	return __builtin_expect(tlb__guess(&listen.now->l1[0][side], page, listen.now->asid), true);
}

static __attribute__((noinline)) void enter_code(uint64_t page, uint32_t by, uint64_t id)
{
	listen.model->block = by;
	if (enter_page(listen.now, page))
		listen.score->page = id;
}

/* One vCPU: code of another page than before, or after something changed. It has the number `by` in the
 * profile, and its page is known by `id`. */
static inline void on_code(uint64_t page, uint32_t by, uint64_t id)
{
	if (!listen.every && listen.model->leaders_end[SIDE_I] == 1 && hits_only(SIDE_I, page))
		listen.score->page = id;
	else
		enter_code(page, by, id);
}

static void on_page(unsigned int vcpu __unused, void *arg)
{
	on_code((uintptr_t)arg, 0, (uintptr_t)arg);
}

/* The same in user code, which runs at other addresses than the one it was translated at: QEMU shares it
 * between all mappings of a page of memory. */
static void on_user_page(unsigned int vcpu __unused, void *arg)
{
	on_code(registers__pc() >> 12, 0, (uintptr_t)arg);
}

/* The same for a block of the profile: its page of the kernel's half, and its number in the lower bits. */
static void on_page_of_block(unsigned int vcpu __unused, void *arg)
{
	uint64_t page = (uint64_t)((int64_t)(intptr_t)arg >> NUMBER_BITS) & PAGE_MASK;

	on_code(page, (uintptr_t)arg & ((1u << NUMBER_BITS) - 1), page);
}

/* Several: every block of the kernel that is in no profile. */
static void on_block(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = running();
	uint64_t page = (uintptr_t)arg >> INSNS_BITS;

	listen.model->block = 0;
	listen.insns[MODE_KERNEL] += (uintptr_t)arg & ((1u << INSNS_BITS) - 1);
	if (page != c->code_page)
		c->code_page = enter_page(c, page) ? page : NO_PAGE;
}

/* Several: every block of user code, whose instructions listen_user() counts. */
static void on_user_block(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = running();
	uint64_t id = (uintptr_t)arg;

	listen.model->block = 0;
	if (id != c->code_page)
		c->code_page = enter_page(c, registers__pc() >> 12) ? id : NO_PAGE;
}

/* Several: a block of the profile. */
static void on_profiled_block(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = running();
	struct profile_block *b = profile__block(&listen.model->profile, (uint32_t)(uintptr_t)arg);
	uint64_t page = b->va >> 12;

	listen.model->block = (uint32_t)(uintptr_t)arg;
	++*b->runs;
	if (page != c->code_page)
		c->code_page = enter_page(c, page) ? page : NO_PAGE;
}

/* Several: so many instructions of user code have been executed. */
static void on_user_insns(unsigned int vcpu __unused, void *arg)
{
	listen.insns[MODE_USER] += (uintptr_t)arg;
}

/* The argument of a memory callback: the mode, how far below and above it covers others (in 12 bits
 * with their sign), and the number of the block in the profile. */
#define DATA_MODE 1u
#define DATA_LOW 1
#define DATA_HIGH 13
#define DATA_BLOCK 25
#define DATA_REACH 0xfffu

static uintptr_t data_arg(const struct block_insn *in, bool kernel, uint32_t number)
{
	return (uintptr_t)kernel | (uintptr_t)(in->low & DATA_REACH) << DATA_LOW |
	       (uintptr_t)(in->high & DATA_REACH) << DATA_HIGH | (uintptr_t)number << DATA_BLOCK;
}

/* 12 bits at `shift`, with their sign. */
static inline uint64_t reach_of(uintptr_t arg, unsigned int shift)
{
	return (uint64_t)((int64_t)((uint64_t)arg << (52 - shift)) >> 52);
}

/* The access at `va` and those that it covers, which reach into at most one other page. */
static void use_data(struct vcpu *c, uint64_t va, uintptr_t arg)
{
	uint64_t low = va + reach_of(arg, DATA_LOW);
	uint64_t high = va + reach_of(arg, DATA_HIGH);
	enum mode mode = arg & DATA_MODE ? MODE_KERNEL : MODE_USER;

	listen.model->block = (uint32_t)(arg >> DATA_BLOCK);
	use_page(c, mode, va);
	if (!((low ^ high) >> 12))
		return;
	if ((low ^ va) >> 12)
		use_page(c, mode, low);
	if ((high ^ va) >> 12)
		use_page(c, mode, high);
}

/* After an access to another page the next DC ZVA must call again: on_zva() had switched that
 * off. */
static void on_each_data(unsigned int vcpu __unused, qemu_plugin_meminfo_t info __unused,
			 uint64_t va, void *arg)
{
	listen.score->clearing = 0;
	use_data(listen.now, va, (uintptr_t)arg);
}

/* An access that covers no other one. */
static void on_lone_data(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *arg)
{
	if (hits_only(SIDE_D, va >> 12))
		listen.score->clearing = 0;
	else
		on_each_data(vcpu, info, va, arg);
}

static void on_data(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *arg)
{
	uint64_t low = va + reach_of((uintptr_t)arg, DATA_LOW);
	uint64_t high = va + reach_of((uintptr_t)arg, DATA_HIGH);

	if (!((low ^ high) >> 12) && hits_only(SIDE_D, va >> 12))
		listen.score->clearing = 0;
	else
		on_each_data(vcpu, info, va, arg);
}

static void on_data_of_several(unsigned int vcpu __unused, qemu_plugin_meminfo_t info __unused,
			       uint64_t va, void *arg)
{
	use_data(running(), va, (uintptr_t)arg);
}

#define ZVA_BLOCK 6 /* in its argument, above the mode and the register */

/* QEMU has no memory callback for DC ZVA, so this one runs before the instruction; after a fault
 * both run again. */
static void on_zva(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = running();
	uintptr_t a = (uintptr_t)arg;
	bool mapped;

	listen.model->block = (uint32_t)(a >> ZVA_BLOCK);
	a &= (1u << ZVA_BLOCK) - 1;
	mapped = use_page(c, a & 1 ? MODE_KERNEL : MODE_USER, registers__x(a >> 1));
	if (!listen.several)
		listen.score->clearing = mapped;
}

/* After a change of what is mapped or how, nothing that translated code remembers holds any
 * more. */
static void forget_page(void)
{
	if (listen.several)
		return;
	listen.score->page = NO_PAGE;
	listen.score->clearing = 0;
}

/* The operand is read before the instruction runs; the change is made now, as nothing runs in
 * between. */
static void on_tlbi(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = running();
	struct insn in = decode__insn((uint32_t)(uintptr_t)arg);
	uint64_t operand = registers__x(in.rt);
	struct tlbi op = decode__tlbi(&in, operand, c->half[1].lpa2);

	trace__put(TRACE_TLBI, (uint32_t)(uintptr_t)arg, operand, 0);
	model__tlbi(listen.model, c, &op);
	forget_page();
}

/* The register gets its value after this: it is taken from the operand. */
static void on_msr(unsigned int vcpu __unused, void *arg)
{
	struct vcpu *c = running();
	struct insn in = decode__insn((uint32_t)(uintptr_t)arg);
	uint64_t v = registers__x(in.rt);

	set_registers(c, in.kind == INSN_MSR_TCR ? v : c->tcr,
		      in.kind == INSN_MSR_TTBR0 ? v : c->ttbr[0],
		      in.kind == INSN_MSR_TTBR1 ? v : c->ttbr[1]);
	forget_page();
}

/* Half the ways, as each access may cover two pages. In user code every access reports: its pages
 * come and go while it runs, and an access that faults must not have been reported before. */
void listen__plan(struct block *b, bool kernel)
{
	block__plan(b, kernel && !listen.every ? listen.model->l1d_ways / 2 : 0);
}

/* In the loop of clear_page() only the first DC ZVA of a page calls: the condition is checked by
 * translated code. */
static void listen_zva(struct qemu_plugin_insn *insn, const struct block *b, void *arg)
{
	struct qemu_u64 clearing = { listen.scores, offsetof(struct score, clearing) };

	if (!listen.several && !listen.every && block__clears(b))
		qemu_plugin_register_vcpu_insn_exec_cond_cb(insn, on_zva, QEMU_CB_R_REGS,
							    QEMU_COND_NE, clearing, 1, arg);
	else
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_zva, QEMU_CB_R_REGS, arg);
}

/* So many instructions of user code are to be counted before this one. */
static void count_user(struct qemu_plugin_insn *insn, size_t n)
{
	struct qemu_u64 count = { listen.scores, offsetof(struct score, insns) + 8 * MODE_USER };

	if (listen.several)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_user_insns, QEMU_CB_NO_REGS,
						       (void *)(uintptr_t)n);
	else
		qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(insn, QEMU_INLINE_ADD_U64,
								    count, n);
}

/* User code touches pages that are not there yet all the time. What faults is executed again, and
 * its block from there on: so an access is counted with what follows it, once that is reached. At
 * the end of a block, which is mostly a branch, it is counted before. */
static void listen_user(struct qemu_plugin_insn *insn, const struct block *b, size_t i)
{
	size_t n = 0;

	if (!i || b->insn[i - 1].reports)
		n = (i ? 1 : 0) + block__run(b, i);
	n += i + 1 == b->n && b->insn[i].reports;
	if (n)
		count_user(insn, n);
}

static qemu_mem_cb heard_as(const struct block_insn *in)
{
	if (listen.several)
		return on_data_of_several;
	if (listen.every || listen.model->leaders_end[SIDE_D] > 1)
		return on_each_data;
	return in->low || in->high ? on_data : on_lone_data;
}

void listen__insn(struct qemu_plugin_insn *insn, const struct insn *in, const struct block *b,
		  size_t i, bool kernel)
{
	uint32_t opcode = b->opcode[i], number = listen.number;

	if (!kernel)
		listen_user(insn, b, i);
	if (b->insn[i].reports)
		qemu_plugin_register_vcpu_mem_cb(insn, heard_as(&b->insn[i]), QEMU_CB_NO_REGS,
						 QEMU_MEM_RW,
						 (void *)data_arg(&b->insn[i], kernel, number));
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

/* One vCPU: count the block in the profile, or else its instructions. */
static void count_block(struct qemu_plugin_tb *tb, enum mode mode, size_t insns)
{
	struct qemu_u64 count = { listen.scores, offsetof(struct score, insns) + 8 * mode };

	if (listen.number) {
		count.score = listen.runs[(listen.number - 1) / PROFILE_CHUNK];
		count.offset = (listen.number - 1) % PROFILE_CHUNK * sizeof(uint64_t);
		insns = 1;
	}
	qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(tb, QEMU_INLINE_ADD_U64, count, insns);
}

/* Its number in the profile, which has the kernel's alone. */
static void number_block(uint64_t va, const struct block *b)
{
	listen.number = va__is_kernel(va) ? profile__find(&listen.model->profile, va,
							  (uint32_t)b->n, b->opcode[b->n - 1]) :
					    0;
}

/* What the page of a block's code is told from others by. The kernel's runs at one address. User code is
 * known by where QEMU has the guest's memory, which no address of the kernel's is like. */
static uint64_t code_id(const struct qemu_plugin_tb *tb, uint64_t va)
{
	const void *host = qemu_plugin_insn_haddr(qemu_plugin_tb_get_insn(tb, 0));

	return (va__is_kernel(va) || !host ? va : (uintptr_t)host) >> 12;
}

/* Several: all blocks are heard, whichever vCPU it is. */
static void listen_block_of_several(struct qemu_plugin_tb *tb, uint64_t va, size_t n)
{
	qemu_exec_cb heard = on_user_block;
	uint64_t arg = code_id(tb, va);

	if (listen.number) {
		heard = on_profiled_block;
		arg = listen.number;
	} else if (va__is_kernel(va)) {
		heard = on_block;
		arg = va >> 12 << INSNS_BITS | n;
	}
	qemu_plugin_register_vcpu_tb_exec_cb(tb, heard, QEMU_CB_R_REGS, (void *)(uintptr_t)arg);
}

/* A block never crosses a page, so that its first address stands for all of it. */
void listen__block(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b)
{
	struct qemu_u64 page = { listen.scores, offsetof(struct score, page) };
	const bool kernel = va__is_kernel(va);
	const uint64_t id = code_id(tb, va);
	qemu_exec_cb heard;
	void *arg;

	number_block(va, b);
	if (listen.several) {
		listen_block_of_several(tb, va, b->n);
		return;
	}
	heard = listen.number ? on_page_of_block : kernel ? on_page : on_user_page;
	arg = (void *)(uintptr_t)(listen.number ? id << NUMBER_BITS | listen.number : id);
	if (listen.every)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, heard, QEMU_CB_R_REGS, arg);
	else
		qemu_plugin_register_vcpu_tb_exec_cond_cb(tb, heard, QEMU_CB_R_REGS, QEMU_COND_NE,
							  page, id, arg);
	/* User code is counted by listen_user(). */
	if (kernel)
		count_block(tb, MODE_KERNEL, b->n);
}

/* Several: a block of the profile runs, whichever vCPU it is. */
static void on_run(unsigned int vcpu __unused, void *arg)
{
	++*profile__block(&listen.model->profile, (uint32_t)(uintptr_t)arg)->runs;
}

/* Several: so many instructions of the kernel. */
static void on_kernel_insns(unsigned int vcpu __unused, void *arg)
{
	listen.insns[MODE_KERNEL] += (uintptr_t)arg;
}

static void count_any(struct qemu_plugin_tb *tb, bool kernel, size_t insns)
{
	if (!listen.several)
		count_block(tb, kernel ? MODE_KERNEL : MODE_USER, insns);
	else if (listen.number)
		qemu_plugin_register_vcpu_tb_exec_cb(tb, on_run, QEMU_CB_NO_REGS,
						     (void *)(uintptr_t)listen.number);
	else
		qemu_plugin_register_vcpu_tb_exec_cb(tb, kernel ? on_kernel_insns : on_user_insns,
						     QEMU_CB_NO_REGS, (void *)(uintptr_t)insns);
}

void listen__count(struct qemu_plugin_tb *tb, uint64_t va, const struct block *b)
{
	number_block(va, b);
	count_any(tb, va__is_kernel(va), b->n);
}

/* Which instructions access memory does not show, so that in user code (see listen_user()) each one is
 * counted when the next begins, and the last before it runs. */
void listen__count_x86(struct qemu_plugin_tb *tb, uint64_t va, uint32_t last, const char *sizes)
{
	const size_t n = strlen(sizes);
	struct profile_block *b;

	for (size_t i = 0; !va__is_kernel(va) && i < n; i++) {
		const size_t before = (i ? 1 : 0) + (i + 1 == n ? 1 : 0);

		if (before)
			count_user(qemu_plugin_tb_get_insn(tb, i), before);
	}
	if (!va__is_kernel(va))
		return;
	listen.number = profile__find(&listen.model->profile, va, (uint32_t)n, last);
	b = profile__block(&listen.model->profile, listen.number);
	if (b && !b->sizes)
		b->sizes = xstrdup(sizes);
	count_any(tb, true, n);
}
