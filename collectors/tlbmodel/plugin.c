// SPDX-License-Identifier: GPL-2.0-only
/*
 * plugin.c - the QEMU plugin: handles the agent's markers, and decides which code is instrumented.
 *
 * Outside of measured parts only the marker is instrumented. At the start and at the end of a part,
 * qemu_plugin_reset() makes QEMU drop all translated code; it is translated again with or without
 * callbacks, so code that is not measured runs at almost full speed.
 */
#include "collectors/tlbmodel/format.h"
#include "collectors/tlbmodel/listen.h"
#include "collectors/tlbmodel/marker.h"
#include "collectors/tlbmodel/registers.h"
#include "collectors/tlbmodel/report.h"
#include "collectors/tlbmodel/trace.h"

#define X86_INSN 15 /* bytes of the longest one */
#define RAM_BASE 0x40000000u /* of QEMU's machine "virt" */

static struct {
	qemu_plugin_id_t id;
	FILE *out, *profile; /* `profile` is NULL if none is wanted */
	bool x86; /* the guest is x86_64: instructions are counted, nothing is simulated */
	/* boot=on: count the instructions of the boot, up to MARK_AGENT. The agent's measured part,
	 * which comes later, then only reports these counts. */
	bool boot;
	bool boot_begun, counting_boot; /* counting has started; it has not ended yet */
	bool in_part; /* between MARK_BEGIN and MARK_END */
	bool failed; /* an error has been reported: ignore all further markers */
	uint64_t iteration;
	struct stage stages[STAGES_MAX];
	size_t n_stages;
	bool in_stage; /* stages[n_stages] has begun: its `insns` are the counts at that time */
	struct model model;
} plugin;

QEMU_EXPORT int qemu_plugin_version = QEMU_API;

/* Write an error into the output file, for the host, unless there is one already. The guest keeps
 * running. */
static void fail(const char *text)
{
	if (!plugin.failed)
		report__error(plugin.out, text);
	plugin.failed = true;
}

/* --- the marker --------------------------------------------------------------------------- */

static void on_trans(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
static void on_trans_x86(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);
static void on_guest_end(qemu_plugin_id_t id, void *arg);

static void register_callbacks(qemu_plugin_id_t id)
{
	qemu_plugin_register_vcpu_tb_trans_cb(id, plugin.x86 ? on_trans_x86 : on_trans);
	qemu_plugin_register_atexit_cb(id, on_guest_end, NULL);
}

/* QEMU has stopped all vCPUs and dropped all translated code and all callbacks. */
static void on_reset(qemu_plugin_id_t id)
{
	listen__reset();
	if (plugin.in_part)
		trace__put(TRACE_BEGIN, 0, plugin.iteration, 0);
	register_callbacks(id);
}

/* MARK_BEGIN: start with empty TLBs, and instrument all code that is translated from now on. */
static void begin_part(uint64_t iteration)
{
	if (plugin.in_part)
		fail("a measured part began within another");
	else if (!plugin.model.regions.known || !plugin.model.regions.image.end)
		fail("a measured part began before the agent said where the kernel's regions are");
	else if (!plugin.x86 && listen__find_current())
		fail("this QEMU does not show which of several vCPUs runs: use target.cpus: 1");
	if (plugin.failed)
		return;
	plugin.in_part = true;
	plugin.iteration = iteration;
	plugin.n_stages = 0;
	plugin.in_stage = false;
	if (!plugin.x86)
		regions__set_va_bits(&plugin.model.regions,
				     walk__half(registers__tcr(), registers__ttbr(1), true).va_bits);
	report__bounds(plugin.out, &plugin.model.regions);
	report__begin(plugin.out, iteration);
	if (plugin.boot)
		return;
	/* QEMU calls on_reset() asynchronously, perhaps only after the end of a short part. */
	listen__reset();
	trace__put(TRACE_BEGIN, 0, iteration, 0);
	qemu_plugin_reset(plugin.id, on_reset);
}

/* MARK_END: report the counts of the part, and stop instrumenting code. */
static void end_part(uint64_t iteration)
{
	uint64_t insns[MODES];

	if (!plugin.in_part || plugin.iteration != iteration)
		fail("a measured part ended that had not begun");
	else if (plugin.in_stage)
		fail("a measured part ended within a stage of it");
	if (plugin.failed)
		return;
	trace__put(TRACE_END, 0, iteration, 0);
	listen__counts(insns);
	if (plugin.boot || plugin.x86)
		report__counts(plugin.out, plugin.boot ? "boot" : TLB_X86, iteration, insns,
			       plugin.stages, plugin.n_stages);
	else
		report__iteration(plugin.out, &plugin.model, iteration, insns, plugin.stages,
				  plugin.n_stages);
	if (plugin.profile)
		report__profile(plugin.profile, &plugin.model, iteration, insns[MODE_KERNEL]);
	plugin.in_part = false;
	if (!plugin.boot)
		qemu_plugin_reset(plugin.id, on_reset);
}

/* Unlike on_reset(), keep the counts: end_part() reports them. */
static void on_reset_after_boot(qemu_plugin_id_t id)
{
	register_callbacks(id);
}

/* MARK_AGENT: stop counting the boot. */
static void end_boot(void)
{
	if (!plugin.counting_boot)
		return;
	plugin.counting_boot = false;
	qemu_plugin_reset(plugin.id, on_reset_after_boot);
}

/* MARK_STAGE_BEGIN: save the current counts. */
static void begin_stage(uint64_t metric)
{
	struct stage *s = &plugin.stages[plugin.n_stages];

	if (!plugin.in_part || plugin.in_stage)
		fail("a stage began within another, or outside of a measured part");
	else if (plugin.n_stages == STAGES_MAX)
		fail("a measured part has more stages than are counted");
	if (plugin.failed)
		return;
	*s = (struct stage){ .metric = metric };
	listen__counts(s->insns);
	plugin.in_stage = true;
}

/* MARK_STAGE_END: replace the saved counts by the difference to the current ones. */
static void end_stage(uint64_t metric, uint64_t operations)
{
	struct stage *s = &plugin.stages[plugin.n_stages];
	uint64_t now[MODES];

	if (!plugin.in_stage || s->metric != metric)
		fail("a stage ended that had not begun");
	if (plugin.failed)
		return;
	listen__counts(now);
	for (enum mode mode = 0; mode < MODES; mode++) {
		/* on_reset() came after the begin of the stage, and zeroed the counts. */
		if (now[mode] < s->insns[mode])
			fail("a stage began too early in a measured part to be counted");
		s->insns[mode] = now[mode] - s->insns[mode];
	}
	s->operations = operations;
	plugin.in_stage = false;
	plugin.n_stages++;
}

static bool has_linear_map(const struct census *c)
{
	return c->section[SECTION_LINEAR].ro || c->section[SECTION_LINEAR].rw;
}

/* Take a census of the tables at TTBR1_EL1. The marker is executed in user space, where with
 * page-table isolation (kpti) TTBR1_EL1 points to tables without a linear map: then use those of
 * swapper_pg_dir, whose address is in the vmcoreinfo note. */
static int walk_tables(struct census *c, struct regions *r)
{
	struct walk_half h = walk__half(registers__tcr(), registers__ttbr(1), true);
	int ret;

	regions__set_va_bits(r, h.va_bits);
	ret = census__take(c, &plugin.model.ram, &h, r);
	if (ret || has_linear_map(c) || !r->table)
		return ret;
	h.table = r->table + (h.table & ((1ull << h.granule) - 1));
	return census__take(c, &plugin.model.ram, &h, r);
}

/* Take a census of the kernel's page tables. False: an error has been reported. */
static bool take_census(struct census *c)
{
	struct regions *r = &plugin.model.regions;
	int ret;

	if (!r->known) {
		fail("a census was asked for before the agent said where the kernel's regions are");
		return false;
	}
	ret = walk_tables(c, r);
	if (ret)
		fail(ret == -EFAULT ?
			     "the kernel's page tables cannot be walked: one is not in RAM" :
		     ret == -ELOOP ?
			     "the kernel's page tables cannot be walked: they form a loop" :
			     "the kernel's page tables cannot be walked: TCR_EL1 has the upper half off");
	else if (!has_linear_map(c))
		fail("the kernel's page tables have no linear map where its note says it is");
	return !plugin.failed;
}

/* MARK_CENSUS: report how memory is mapped. */
static void handle_census(uint64_t label)
{
	struct census c = { 0 };

	if (!plugin.x86 && take_census(&c))
		report__census(plugin.out, label, &c);
}

/* MARK_POINT: report what has been counted in the part so far, and how memory is mapped. */
static void handle_point(uint64_t index)
{
	uint64_t insns[MODES];
	struct census c = { 0 };

	if (!plugin.in_part || plugin.boot) {
		fail("a workload came to a point outside of a measured part");
		return;
	}
	listen__counts(insns);
	if (plugin.x86)
		report__point(plugin.out, plugin.iteration, index, insns, NULL, NULL);
	else if (take_census(&c))
		report__point(plugin.out, plugin.iteration, index, insns, &plugin.model.counts, &c);
}

/* MARK_BOUND: a fact about the running kernel, see enum mark_bound. */
static void handle_bound(uint64_t which, uint64_t value)
{
	int ret = regions__bound(&plugin.model.regions, &plugin.model.ram, which, value);

	if (ret == -EINVAL)
		fail("the agent and the plugin are of different versions: unknown bound");
	else if (ret && plugin.x86 && which == BOUND_TEXT)
		fail("the kernel's text is at an impossible address: are addresses hashed?");
	else if (ret && which >= BOUND_ADDED_CLEAR && which <= BOUND_ADDED_END)
		fail("memory was added in more ranges than the census supports, or /proc/iomem hides "
		     "the addresses");
	else if (ret && which >= BOUND_MODULES_CLEAR)
		fail("an area of modules is at an impossible address: are addresses hashed?");
	else if (ret)
		fail("the kernel's vmcoreinfo note cannot be read, or lacks the regions of arm64");
}

/* The agent is about to execute the marker, with its arguments in x0 to x2, or rax, rdi and rsi. */
static void on_mark(unsigned int vcpu __unused, void *arg __unused)
{
	uint64_t a, b;

	/* The boot has failed: its counts will not be used. */
	if (plugin.failed)
		return;
	if (ftell(plugin.out) > (long)TLB_FILE_STOP) {
		fail("the guest has caused more output than the host reads: too many iterations, or "
		     "another program executes the marker");
		return;
	}
	if (registers__init(plugin.x86)) {
		fail(plugin.x86 ?
			     "this QEMU does not show the registers rax, rdi, rsi" :
			     "this QEMU does not show the registers x0, pc, TTBR0_EL1, TTBR1_EL1, TCR_EL1");
		return;
	}
	a = registers__x(1);
	b = registers__x(2);
	if (!plugin.x86 && !plugin.model.ram.size && ram__find(&plugin.model.ram, RAM_BASE)) {
		fail("the guest's RAM is not a memory-backend-memfd");
		return;
	}
	switch (registers__x(0)) {
	case MARK_BOUND:
		handle_bound(a, b);
		break;
	case MARK_BEGIN:
		begin_part(a);
		break;
	case MARK_END:
		end_part(a);
		break;
	case MARK_CENSUS:
		handle_census(a);
		break;
	case MARK_POINT:
		handle_point(a);
		break;
	case MARK_AGENT:
		end_boot();
		break;
	case MARK_STAGE_BEGIN:
		begin_stage(a);
		break;
	case MARK_STAGE_END:
		end_stage(a, b);
		break;
	default: /* another program uses the same encoding */
		break;
	}
}

/* --- translation -------------------------------------------------------------------------- */

/* QEMU translates a block: instrument what is needed of it. */
static void on_trans(qemu_plugin_id_t id __unused, struct qemu_plugin_tb *tb)
{
	struct block b = { .n = qemu_plugin_tb_n_insns(tb) };
	uint64_t va = qemu_plugin_tb_vaddr(tb);
	bool kernel = va__is_kernel(va);

	const bool model = plugin.in_part && !plugin.boot;

	/* Only the marker is wanted, and the agent is a user program. */
	if (!model && !plugin.counting_boot && kernel)
		return;
	if (b.n > BLOCK_INSNS) {
		fail("this QEMU translates larger blocks than the model supports");
		return;
	}
	for (size_t i = 0; i < b.n; i++)
		qemu_plugin_insn_data(qemu_plugin_tb_get_insn(tb, i), &b.opcode[i],
				      sizeof(b.opcode[i]));
	if (plugin.counting_boot)
		listen__count(tb, va, &b);
	if (model) {
		listen__plan(&b, kernel);
		listen__block(tb, va, &b);
	}
	for (size_t i = 0; i < b.n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		struct insn in = decode__insn(b.opcode[i]);

		if (in.kind == INSN_MARK)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_CB_R_REGS, NULL);
		if (model)
			listen__insn(insn, &in, &b, i, kernel);
	}
}

/* The low 32 bits of the address that a block's last instruction jumps or calls to; 0: it has no
 * fixed target. The high bits are the same for all kernel code. Intel SDM, volume 2: CALL rel32,
 * JMP rel8 and JMP rel32, perhaps with prefixes that have no effect. */
static uint32_t branch_target(const uint8_t *code, size_t size, uint64_t next)
{
	int32_t by;

	while (size > 5 && (*code == 0x2e || *code == 0x3e || *code == 0x66)) {
		code++;
		size--;
	}
	if (size == 2 && *code == 0xeb)
		return (uint32_t)(next + (uint64_t)(int64_t)(int8_t)code[1]);
	if (size != 5 || (*code != 0xe8 && *code != 0xe9))
		return 0;
	memcpy(&by, code + 1, sizeof(by));
	return (uint32_t)(next + (uint64_t)(int64_t)by);
}

/* on_trans() for x86_64. */
static void on_trans_x86(qemu_plugin_id_t id __unused, struct qemu_plugin_tb *tb)
{
	const size_t n = qemu_plugin_tb_n_insns(tb);
	uint64_t va = qemu_plugin_tb_vaddr(tb), next = va;
	const bool part = plugin.in_part && !plugin.boot;
	char sizes[BLOCK_INSNS + 1] = "";
	uint8_t code[X86_INSN] = { 0 };
	size_t size = 0;

	if (!part && !plugin.counting_boot && va__is_kernel(va))
		return;
	if (n > BLOCK_INSNS) {
		fail("this QEMU translates larger blocks than can be counted");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);

		size = qemu_plugin_insn_size(insn);
		qemu_plugin_insn_data(insn, code, sizeof(code));
		if (size == sizeof(MARK_X86) - 1 && !memcmp(code, MARK_X86, size))
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_CB_R_REGS, NULL);
		sizes[i] = "0123456789abcdef"[size & X86_INSN];
		next += size;
	}
	if (part || plugin.counting_boot)
		listen__count_x86(tb, va, branch_target(code, size, next), sizes);
}

/* --- set-up and exit ---------------------------------------------------------------------- */

static void on_guest_end(qemu_plugin_id_t id __unused, void *arg __unused)
{
	if (plugin.in_part)
		fail("the guest ended within a measured part");
	if (plugin.profile) {
		report__end_profile(plugin.profile);
		fclose(plugin.profile);
	}
	trace__close();
	report__end(plugin.out);
	fclose(plugin.out);
}

static int open_file(FILE **f, const char *path)
{
	*f = fopen(path, "we");
	return *f ? 0 : -errno;
}

/* on_trans() until the end of the boot (boot=on). Counting starts with the first block: by then all
 * vCPUs exist, so the scoreboards do not move any more. On x86_64, where the firmware and the
 * kernel's decompressor run first, it starts with the first block at a kernel address. */
static void on_first_trans(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	if (!plugin.boot_begun && (!plugin.x86 || va__is_kernel(qemu_plugin_tb_vaddr(tb)))) {
		listen__reset();
		plugin.boot_begun = plugin.counting_boot = true;
	}
	if (plugin.x86)
		on_trans_x86(id, tb);
	else
		on_trans(id, tb);
}

/* out=FILE is required; profile=FILE, trace=FILE and boot=on are optional; core=GEOMETRY
 * (geometry.h) may be given up to GEOMETRY_MAX times. 0 or -errno. */
static int parse_arg(const char *arg)
{
	struct geometry g;

	if (str_starts(arg, "out=") && !plugin.out)
		return open_file(&plugin.out, arg + 4);
	if (str_starts(arg, "profile=") && !plugin.profile)
		return open_file(&plugin.profile, arg + 8);
	if (streq(arg, "boot=on")) {
		plugin.boot = true;
		return 0;
	}
	if (str_starts(arg, "trace=") && !trace__is_on())
		return trace__open(arg + 6);
	if (!str_starts(arg, "core=") || geometry__parse(arg + 5, &g))
		return -EINVAL;
	return model__add_geometry(&plugin.model, &g);
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		int ret = parse_arg(argv[i]);

		if (ret) {
			fprintf(stderr, "tlbmodel: '%s': %s\n", argv[i], strerror(-ret));
			return -1;
		}
	}
	plugin.x86 = streq(info->target_name, TLB_X86);
	if (!plugin.out || !info->system_emulation ||
	    (plugin.x86 ? plugin.model.n || trace__is_on() :
			  !plugin.model.n || !streq(info->target_name, "aarch64"))) {
		fprintf(stderr, "tlbmodel: needs system emulation and out=FILE; aarch64 also needs "
				"core=GEOMETRY, x86_64 takes neither that nor trace=FILE\n");
		return -1;
	}
	if (trace__is_on() && info->smp_vcpus > 1) {
		fprintf(stderr, "tlbmodel: trace=FILE needs a guest with one vCPU\n");
		return -1;
	}
	if (listen__init(&plugin.model, info->smp_vcpus, plugin.profile)) {
		fprintf(stderr,
			"tlbmodel: %d vCPUs are more than %d, or there is no memory for them\n",
			info->smp_vcpus, MODEL_VCPUS);
		return -1;
	}
	plugin.id = id;
	report__start(plugin.out, &plugin.model, plugin.x86);
	if (plugin.profile)
		report__start_profile(plugin.profile, plugin.x86);
	if (plugin.boot) {
		qemu_plugin_register_vcpu_tb_trans_cb(id, on_first_trans);
		qemu_plugin_register_atexit_cb(id, on_guest_end, NULL);
	} else {
		register_callbacks(id);
	}
	return 0;
}
