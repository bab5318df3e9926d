/* SPDX-License-Identifier: GPL-2.0-only */
/* host.h - facts about the host that kduel runs on. Functions with a parameter `root`, the directory
 * that has /proc and /sys, can also describe another machine; "" is this host. */
#ifndef KDUEL_HOST_HOST_H
#define KDUEL_HOST_HOST_H

#include "lib/err.h"
#include "lib/metric.h"

/* The host in one line: "NAME: 2 CPUs (model), 24 GiB, Linux 6.1.0 x86_64"; the caller frees. */
char *hostinfo__describe(void);
/* The codename of the host's distribution ("bookworm"), from /etc/os-release; the caller frees; NULL if
 * it has none. */
char *hostinfo__codename(void);
/* The host's Debian architecture ("amd64"); the caller frees; NULL if there is no dpkg. */
char *hostinfo__deb_arch(void);
/* Can KVM run kernels of this architecture (Debian's name) on this host? 0, or -ENOTCONN with the
 * reason. */
int hostinfo__check_kvm(const char *arch, struct err *err);
/* Memory in bytes that is available now (MemAvailable); UINT64_MAX if unknown. */
uint64_t hostinfo__memory_available(void);
/* The CPU's model name, or its part number on arm64; the caller frees. */
char *hostinfo__cpu_model(const char *root);
/* What kind of machine it is, as far as can be told: PLATFORM_TCG if QEMU emulates its CPU,
 * PLATFORM_KVM if it runs under any hypervisor, else PLATFORM_HARDWARE. */
enum metric_platform hostinfo__platform(const char *root);
/* Total memory in bytes (MemTotal); UINT64_MAX if unknown. */
uint64_t hostinfo__memory_total(const char *root);

#endif
