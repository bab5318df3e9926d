/* SPDX-License-Identifier: GPL-2.0-only */
/* host.h - the machine that kduel itself runs on, in one line. */
#ifndef KDUEL_HOST_HOST_H
#define KDUEL_HOST_HOST_H

#include "lib/err.h"
#include "lib/metric.h"

/* "NAME: 2 CPUs (model), 24 GiB, Linux 6.1.0"; the caller frees. */
char *hostinfo__describe(void);
/* Codename of the host's release ("bookworm"), as /etc/os-release has it; the caller frees;
 * NULL when it has none. */
char *hostinfo__codename(void);
/* The host's Debian architecture ("amd64"); the caller frees; NULL when there is no dpkg. */
char *hostinfo__deb_arch(void);
/* Can KVM run kernels of this architecture here (Debian's name)? 0, or -ENOTCONN with the reason. */
int hostinfo__check_kvm(const char *arch, struct err *err);
/* Bytes of memory that could be used now (MemAvailable); UINT64_MAX if unknown. */
uint64_t hostinfo__memory_available(void);
/* "Neoverse-N1", or part number; the caller frees. `root` is the directory that has /proc: "" here. */
char *hostinfo__cpu_model(const char *root);
/* What a machine is, as far as it can tell: PLATFORM_TCG if QEMU emulates its CPU, PLATFORM_KVM if it runs
 * under a hypervisor of any kind, else PLATFORM_HARDWARE. */
enum metric_platform hostinfo__platform(const char *root);
/* Bytes of memory the kernel has (MemTotal); UINT64_MAX if unknown. */
uint64_t hostinfo__memory_total(const char *root);

#endif
