// SPDX-License-Identifier: GPL-2.0-only
#include "reports/store/store.h"

static const char *const names[BOOT_STATUS_MAX] = {
	[BOOT_OK] = "ok",
	[BOOT_PANIC] = "panic",
	[BOOT_KERNEL_BUG] = "kernel-bug",
	[BOOT_TIMEOUT] = "boot-timeout",
	[BOOT_AGENT_LOST] = "agent-lost",
	[BOOT_AGENT_DIED] = "agent-died",
	[BOOT_WORKLOAD_FAILED] = "workload-failed",
	[BOOT_WORKLOAD_TIMEOUT] = "workload-timeout",
	[BOOT_UNSUPPORTED] = "unsupported",
	[BOOT_PROTOCOL] = "protocol",
	[BOOT_HOST_DISK_FULL] = "host-disk-full",
	[BOOT_TARGET_MISSING] = "target-missing",
	[BOOT_TARGET_KILLED] = "target-killed",
	[BOOT_INTERRUPTED] = "interrupted",
};

const char *boot_status__name(enum boot_status s)
{
	return names[s];
}

bool boot_status__is_failure(enum boot_status s)
{
	return s != BOOT_OK && s != BOOT_INTERRUPTED;
}

int boot_status__parse(const char *name)
{
	for (int i = 0; i < BOOT_STATUS_MAX; i++)
		if (streq(name, names[i]))
			return i;
	return -EINVAL;
}
