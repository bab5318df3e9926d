// SPDX-License-Identifier: GPL-2.0-only
/*
 * clock.c - a QEMU plugin that only reads QEMU's CPU time when the agent's marker is executed.
 *
 * Used with the TLB model and without it. At the end of each measured part it writes a line with QEMU's CPU
 * seconds up to the start of that part, and within it.
 */
#include "collectors/tlbmodel/decode.h"
#include "collectors/tlbmodel/marker.h"
#include "collectors/tlbmodel/registers.h"

#include <time.h>

QEMU_EXPORT int qemu_plugin_version = QEMU_API;

static FILE *out;
static double began;

static double cpu_seconds(void)
{
	struct timespec t = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void on_mark(unsigned int vcpu __unused, void *arg __unused)
{
	uint64_t what = registers__init(false) ? 0 : registers__x(0);

	if (what == MARK_BEGIN) {
		began = cpu_seconds();
	} else if (what == MARK_END) {
		fprintf(out, "%.3f %.3f\n", began, cpu_seconds() - began);
		fflush(out);
	}
}

static void on_trans(qemu_plugin_id_t id __unused, struct qemu_plugin_tb *tb)
{
	/* The marker is in the agent, a user program. */
	if (va__is_kernel(qemu_plugin_tb_vaddr(tb)))
		return;
	for (size_t i = 0; i < qemu_plugin_tb_n_insns(tb); i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint32_t opcode = 0;

		qemu_plugin_insn_data(insn, &opcode, sizeof(opcode));
		if (opcode == MARK_OPCODE)
			qemu_plugin_register_vcpu_insn_exec_cb(insn, on_mark, QEMU_CB_R_REGS, NULL);
	}
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info __unused, int argc,
			char **argv)
{
	if (argc != 1 || !str_starts(argv[0], "out="))
		return -1;
	out = fopen(argv[0] + 4, "ae");
	if (!out)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_trans);
	return 0;
}
