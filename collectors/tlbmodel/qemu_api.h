/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * qemu_api.h - the part of QEMU's plugin interface that is used.
 *
 * Declared here, under names of our own where the ABI allows, because no package ships QEMU's
 * header. Version 4 of the interface (QEMU 9.2 and newer) has what is needed: register reads,
 * scoreboards and conditional callbacks. Functions are resolved when QEMU loads the plugin; if one
 * is missing, it refuses the plugin.
 */
#ifndef KDUEL_COLLECTORS_TLBMODEL_QEMU_API_H
#define KDUEL_COLLECTORS_TLBMODEL_QEMU_API_H

#include "lib/base.h"

#define QEMU_API 4

typedef uint64_t qemu_plugin_id_t;
typedef uint32_t qemu_plugin_meminfo_t;

struct qemu_info {
	const char *target_name; /* "aarch64", "x86_64" */
	struct {
		int min, cur;
	} version;
	bool system_emulation;
	int smp_vcpus, max_vcpus;
};

enum qemu_cb_flags {
	QEMU_CB_NO_REGS,
	QEMU_CB_R_REGS, /* the callback reads registers */
};

enum qemu_mem_rw {
	QEMU_MEM_RW = 3,
};

enum qemu_cond {
	QEMU_COND_NE = 3,
};

enum qemu_op {
	QEMU_INLINE_ADD_U64,
};

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_plugin_register;
struct qemu_plugin_scoreboard;

struct qemu_u64 {
	struct qemu_plugin_scoreboard *score;
	size_t offset;
};

/* The public members of GLib's GArray and GByteArray. */
struct glib_array {
	char *data;
	unsigned int len;
};

struct glib_bytes {
	uint8_t *data;
	unsigned int len;
};

/* qemu_plugin_reg_descriptor. QEMU 11 adds a member: step through an array of these by
 * g_array_get_element_size(), not sizeof. */
struct qemu_reg {
	struct qemu_plugin_register *handle;
	const char *name, *feature;
};

typedef void (*qemu_simple_cb)(qemu_plugin_id_t id);
typedef void (*qemu_udata_cb)(qemu_plugin_id_t id, void *arg);
typedef void (*qemu_exec_cb)(unsigned int vcpu, void *arg);
typedef void (*qemu_mem_cb)(unsigned int vcpu, qemu_plugin_meminfo_t info, uint64_t va, void *arg);
typedef void (*qemu_trans_cb)(qemu_plugin_id_t id, struct qemu_plugin_tb *tb);

#define QEMU_EXPORT __attribute__((visibility("default")))

extern QEMU_EXPORT int qemu_plugin_version;
QEMU_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info, int argc,
				    char **argv);

void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id, qemu_trans_cb cb);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, qemu_udata_cb cb, void *arg);
void qemu_plugin_reset(qemu_plugin_id_t id, qemu_simple_cb cb);

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *tb);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *tb);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *tb, size_t i);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
void *qemu_plugin_insn_haddr(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_data(const struct qemu_plugin_insn *insn, void *dest, size_t len);

void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *tb, qemu_exec_cb cb,
					  enum qemu_cb_flags flags, void *arg);
void qemu_plugin_register_vcpu_tb_exec_cond_cb(struct qemu_plugin_tb *tb, qemu_exec_cb cb,
					       enum qemu_cb_flags flags, enum qemu_cond cond,
					       struct qemu_u64 entry, uint64_t imm, void *arg);
void qemu_plugin_register_vcpu_tb_exec_inline_per_vcpu(struct qemu_plugin_tb *tb, enum qemu_op op,
						       struct qemu_u64 entry, uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, qemu_exec_cb cb,
					    enum qemu_cb_flags flags, void *arg);
void qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu(struct qemu_plugin_insn *insn,
							 enum qemu_op op, struct qemu_u64 entry,
							 uint64_t imm);
void qemu_plugin_register_vcpu_insn_exec_cond_cb(struct qemu_plugin_insn *insn, qemu_exec_cb cb,
						 enum qemu_cb_flags flags, enum qemu_cond cond,
						 struct qemu_u64 entry, uint64_t imm, void *arg);
void qemu_plugin_register_vcpu_mem_cb(struct qemu_plugin_insn *insn, qemu_mem_cb cb,
				      enum qemu_cb_flags flags, enum qemu_mem_rw rw, void *arg);

struct qemu_plugin_scoreboard *qemu_plugin_scoreboard_new(size_t size);
void *qemu_plugin_scoreboard_find(struct qemu_plugin_scoreboard *score, unsigned int vcpu);

struct glib_array *qemu_plugin_get_registers(void);
int qemu_plugin_read_register(struct qemu_plugin_register *reg, struct glib_bytes *out);
unsigned int g_array_get_element_size(struct glib_array *a);
struct glib_bytes *g_byte_array_new(void);
struct glib_bytes *g_byte_array_set_size(struct glib_bytes *a, unsigned int len);

#endif
