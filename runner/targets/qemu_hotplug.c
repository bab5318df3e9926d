// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_hotplug.c - memory that the guest hot-adds. The device requests all of it from the start
 * (requested-size), so the host does not have to send anything later: the driver plugs the memory as
 * soon as it is loaded. With ioeventfd=off the vCPU that plugs a block waits until that is done, so
 * the memory appears at the same instruction in each boot with the same seed.
 */
#include "runner/targets/qemu_hotplug.h"

#include <inttypes.h>

#define GIB (1ull << 30)

/* Leave room for alignment: QEMU puts devices above RAM, starting at a multiple of 1 GiB, and each at
 * a multiple of its block size. */
char *qemu_hotplug__maxmem(const struct plan_target_opts *t, uint64_t ram)
{
	uint64_t max = ram;

	for (size_t i = 0; i < t->n_hotplug; i++)
		max += t->hotplug[i].size + t->hotplug[i].block + GIB;
	return t->n_hotplug ? xasprintf(",maxmem=%" PRIu64 "M", max >> 20) : xstrdup("");
}

/* Do not use a memfd: the TLB model's plugin finds the guest's RAM by its memfd (ram.c). */
void qemu_hotplug__push_devices(const struct plan_target_opts *t, struct strvec *argv)
{
	for (size_t i = 0; i < t->n_hotplug; i++) {
		const uint64_t size = t->hotplug[i].size >> 20;

		strvec__push(argv, "-object");
		strvec__pushf(argv, "memory-backend-ram,id=hotplug%zu,size=%" PRIu64 "M", i, size);
		strvec__push(argv, "-device");
		strvec__pushf(argv,
			      "virtio-mem-pci,ioeventfd=off,memdev=hotplug%zu,block-size=%" PRIu64
			      "M,requested-size=%" PRIu64 "M",
			      i, t->hotplug[i].block >> 20, size);
	}
}

/* online_movable: only movable allocations go there, so the memory can be taken offline again. It
 * also keeps page tables, which the TLB model reads in exact mode, in the machine's RAM. */
const char *qemu_hotplug__cmdline(const struct plan_target_opts *t)
{
	return t->n_hotplug ? " memhp_default_state=online_movable" : "";
}
