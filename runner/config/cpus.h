/* SPDX-License-Identifier: GPL-2.0-only */
/* cpus.h - the CPUs that a plan may name: configs/cpus.yaml, loaded and checked. */
#ifndef KDUEL_CONFIG_CPUS_H
#define KDUEL_CONFIG_CPUS_H

#include "lib/err.h"
#include "lib/strvec.h"

struct cpu_model {
	char *name; /* as in a plan; unique for its architecture */
	char *arch; /* Debian's name, "arm64" */
	char *model; /* QEMU's name */
	char *midr; /* value for QEMU's property `midr`, as 0x... text; NULL: the model's own */
	bool pauth; /* the model has PAC, and QEMU's property `pauth` can turn it off */
	bool rdrand; /* amd64: the model has RDRAND, by which a boot's seed reaches the guest */
	bool kvm; /* needs KVM; all others need emulation */
	char *min_qemu; /* first QEMU release with this model, "8.1" */
	char *note; /* source of the values */
};

struct cpus {
	struct cpu_model *v;
	size_t n;
	struct strvec names; /* in the order of the file */
};

/* Load configs/cpus.yaml (paths__config()). 0 or -errno with the reason. */
int cpus__load(struct cpus **cpus, struct err *err);
/* Like cpus__load(), from text; `path` is only for messages. */
int cpus__parse(const char *path, const char *text, size_t len, struct cpus **cpus,
		struct err *err);
void cpus__free(struct cpus *cpus); /* NULL is allowed */
CLEANUP_POINTER(struct cpus, cpus__free)
/* Find a CPU by name and architecture (NULL: the first with that name). NULL if there is none. The
 * result belongs to `cpus`. */
const struct cpu_model *cpus__find(const struct cpus *cpus, const char *name, const char *arch);
/* The argument for QEMU's -cpu, without features that make a guest slow: PAC (by a factor of 3 to 5)
 * and, on amd64 in exact mode, fast string instructions, of which each iteration counts as an
 * instruction. The caller frees. */
char *cpu_model__arg(const struct cpu_model *cpu, bool exact);
/* Does a QEMU of this version ("10.0.2") have the model? 0, or -EOPNOTSUPP with the reason. */
int cpu_model__check_qemu(const struct cpu_model *cpu, const char *version, struct err *err);

#endif
