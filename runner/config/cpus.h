/* SPDX-License-Identifier: GPL-2.0-only */
/* cpus.h - the CPU names a plan may use: configs/cpus.yaml, loaded and checked. */
#ifndef KDUEL_CONFIG_CPUS_H
#define KDUEL_CONFIG_CPUS_H

#include "lib/err.h"
#include "lib/strvec.h"

struct cpu_model {
	char *name; /* as in a plan; one of its architecture has it */
	char *arch; /* Debian's name of it, "arm64" */
	char *model; /* QEMU's name of it */
	char *midr; /* MIDR_EL1 that the model is given, as 0x... text; NULL: its own */
	bool pauth; /* the model has PAC and QEMU's `pauth` property to turn it off */
	bool rdrand; /* the model, of amd64, has RDRAND, by which a boot's seed reaches the guest */
	bool kvm; /* only KVM has it; all others are only emulated */
	char *min_qemu; /* first QEMU release with this model, "8.1" */
	char *note; /* where the figures come from */
};

struct cpus {
	struct cpu_model *v;
	size_t n;
	struct strvec names; /* in the order of the file */
};

/* Load configs/cpus.yaml (paths__config()). 0 or -errno with the reason. */
int cpus__load(struct cpus **cpus, struct err *err);
/* The same from text; `path` is only for messages. */
int cpus__parse(const char *path, const char *text, size_t len, struct cpus **cpus,
		struct err *err);
void cpus__free(struct cpus *cpus); /* NULL is fine */
CLEANUP_POINTER(struct cpus, cpus__free)
/* By name, of this architecture (NULL: the first that has the name); NULL if there is none. Lives as
 * long as `cpus`. */
const struct cpu_model *cpus__find(const struct cpus *cpus, const char *name, const char *arch);
/* The argument of QEMU's -cpu, without what makes a guest slow: PAC (3-5 times) and, of amd64 in exact
 * mode, fast string instructions, each round of which counts there; caller frees. */
char *cpu_model__arg(const struct cpu_model *cpu, bool exact);
/* Does this QEMU have the model? `version` as in "10.0.2". 0, or -EOPNOTSUPP with the reason. */
int cpu_model__check_qemu(const struct cpu_model *cpu, const char *version, struct err *err);

#endif
