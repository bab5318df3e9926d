// SPDX-License-Identifier: GPL-2.0-only
/*
 * qemu_hotplug.c - memory that is no part of what the machine begins with. The device asks for all of it
 * from the start (requested-size), so that nothing has to be sent at a time of the host's choice: the
 * driver plugs it as soon as it is loaded. The vCPU that asks for a block waits for it (ioeventfd=off), and
 * so it is there at the same instruction in each boot of a seed.
 */
#include "runner/targets/qemu_hotplug.h"

#include <inttypes.h>

#define GIB (1ull << 30)

/* A device lies at a multiple of its block, behind the machine's memory, where QEMU begins at a whole
 * GiB. */
char *qemu_hotplug__maxmem(const struct plan_target_opts *t, uint64_t ram)
{
	uint64_t max = ram;

	for (size_t i = 0; i < t->n_hotplug; i++)
		max += t->hotplug[i].size + t->hotplug[i].block + GIB;
	return t->n_hotplug ? xasprintf(",maxmem=%" PRIu64 "M", max >> 20) : xstrdup("");
}

/* The memory is no memfd: that is how the TLB model's plugin knows the guest's own (ram.c). */
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

/* Movable: what is allocated there can be put elsewhere, so that it can go offline again. Page tables,
 * which are walked in exact mode, are in the machine's own memory then. */
const char *qemu_hotplug__cmdline(const struct plan_target_opts *t)
{
	return t->n_hotplug ? " memhp_default_state=online_movable" : "";
}
