// SPDX-License-Identifier: GPL-2.0-only
/*
 * test_vmalloc.c - the kernel's own lib/test_vmalloc.c, which the build puts beside it as source.c.
 *
 * __vmalloc_node() is exported only to a kernel that was built with the test: a kprobe finds its address.
 * Since 6.10 it is called __vmalloc_node_noprof (memory allocation profiling). The test's own
 * module_init() is kept as a function pointer that ours calls afterwards.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/vmalloc.h>

static void *(*kduel_vmalloc_node)(unsigned long size, unsigned long align, gfp_t gfp, int node,
				   const void *caller);
#undef __vmalloc_node
#define __vmalloc_node(...) kduel_vmalloc_node(__VA_ARGS__)
#pragma push_macro("module_init")
#undef module_init
#define module_init(fn) static int (*const kduel_init)(void) = fn;
#include "source.c"
#pragma pop_macro("module_init")

static int kduel_vmalloc_init(void)
{
	static const char *const names[] = { "__vmalloc_node_noprof", "__vmalloc_node" };
	int ret = -ENOENT;

	for (int i = 0; ret && i < 2; i++) {
		struct kprobe probe = { .symbol_name = names[i] };

		ret = register_kprobe(&probe);
		if (!ret) {
			kduel_vmalloc_node = (void *)probe.addr;
			unregister_kprobe(&probe);
		}
	}
	return ret ? ret : kduel_init();
}
module_init(kduel_vmalloc_init);
