// SPDX-License-Identifier: GPL-2.0-only
/*
 * kduel_set_memory.c - set_memory_*() on parts of vmalloc areas, which no caller in the kernel does, for part
 * set-memory of workload churn. kduel builds it with the kernel's own headers (docs/WORKLOADS.md).
 *
 * Writing 1 to parameter `area` allocates an area and protects a quarter of it, 0 frees it. Some of the
 * areas are checked page by page, through the area and through the linear map, and calls are made that the
 * kernel must refuse. The other parameters have the results.
 *
 * set_memory_*() are not exported: a kprobe finds kallsyms_lookup_name(), which finds them. arm64 only: with
 * indirect branch tracking, a function whose address is never taken must not be called through a pointer.
 */
#include <linux/kprobes.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/vmalloc.h>

#ifndef CONFIG_ARM64
#error "kduel_set_memory is for arm64"
#endif

#define PAGES 16
#define PART (PAGES / 4)
/* The first PARTS of every LOOK_EVERY areas are checked, so that each quarter gets its turn. */
#define PARTS (PAGES / PART)
#define LOOK_EVERY 64

static int (*do_ro)(unsigned long addr, int pages);
static int (*do_rw)(unsigned long addr, int pages);
static int (*do_x)(unsigned long addr, int pages);
static int (*do_nx)(unsigned long addr, int pages);
static struct vm_struct *(*do_find)(const void *addr);
static long (*do_read)(void *dst, const void *src, size_t size);
static long (*do_write)(void *dst, const void *src, size_t size);

static const struct {
	const char *name;
	void *to;
} wanted[] = {
	{ "set_memory_ro", &do_ro },
	{ "set_memory_rw", &do_rw },
	{ "set_memory_x", &do_x },
	{ "set_memory_nx", &do_nx },
	{ "find_vm_area", &do_find },
	{ "copy_from_kernel_nofault", &do_read },
	{ "copy_to_kernel_nofault", &do_write },
};

static ulong looked; /* pages checked */
module_param(looked, ulong, 0444);
MODULE_PARM_DESC(looked, "pages that were written to, in the area and in the linear map");
static ulong mapping_wrong; /* pages through the area */
module_param(mapping_wrong, ulong, 0444);
MODULE_PARM_DESC(mapping_wrong, "of them: not as protected as set_memory_*() said, or more");
static ulong alias_writable;
module_param(alias_writable, ulong, 0444);
MODULE_PARM_DESC(alias_writable, "read-only pages that can be written to in the linear map");
static ulong alias_readonly;
module_param(alias_readonly, ulong, 0444);
MODULE_PARM_DESC(alias_readonly, "writable pages that are read-only in the linear map");
static ulong refused;
module_param(refused, ulong, 0444);
MODULE_PARM_DESC(refused, "calls that had to fail with EINVAL, and did");
static ulong accepted;
module_param(accepted, ulong, 0444);
MODULE_PARM_DESC(accepted, "calls that had to fail with EINVAL, and did not");

static DEFINE_MUTEX(lock); /* protects the following variables */
static char *area;
static unsigned long count; /* areas so far */

/* The protected quarter of the current area, a different one each time. */
static char *part(void)
{
	return area + (count % PARTS) * PART * PAGE_SIZE;
}

/* Can this byte be written? It is written with its own value; nothing else uses it. */
static bool is_writable(void *at)
{
	u8 byte;

	return !do_read(&byte, at, 1) && !do_write(at, &byte, 1);
}

/* Check each page: all but those in [ro, ro + PART pages) should be writable. */
static void look(const char *ro)
{
	int i;

	for (i = 0; i < PAGES; i++) {
		char *at = area + i * PAGE_SIZE;
		bool protected = ro && at >= ro && at < ro + PART * PAGE_SIZE;
		bool alias = is_writable(page_address(vmalloc_to_page(at)));

		looked++;
		mapping_wrong += is_writable(at) == protected;
		alias_writable += protected && alias;
		alias_readonly += !protected && !alias;
	}
}

static void must_refuse(const void *at, int pages)
{
	if (do_ro((unsigned long)at, pages) == -EINVAL)
		refused++;
	else
		accepted++;
}

/* Beyond the end of the area and its guard page, in the linear map, in areas not made by vmalloc(). */
static int error_paths(void)
{
	struct page *pages[PART];
	void *at;
	int i;

	must_refuse(area + (PAGES - 1) * PAGE_SIZE, 3);
	must_refuse(page_address(vmalloc_to_page(area)), 1);
	for (i = 0; i < PART; i++)
		pages[i] = vmalloc_to_page(area + i * PAGE_SIZE);
	at = vmap(pages, PART, VM_MAP, PAGE_KERNEL);
	if (!at)
		return -ENOMEM;
	must_refuse(at, 1);
	vunmap(at);
	at = vm_map_ram(pages, PART, NUMA_NO_NODE);
	if (!at)
		return -ENOMEM;
	must_refuse(at, 1);
	vm_unmap_ram(at, PART);
	return 0;
}

/* Half of the areas are made writable before they are freed; for the others vfree() does it. */
static int drop(void)
{
	int ret = 0;

	if (!area)
		return 0;
	if (count % (2 * PARTS) < PARTS) {
		ret = do_nx((unsigned long)part(), PART);
		if (!ret)
			ret = do_rw((unsigned long)part(), PART);
		if (!ret && count % LOOK_EVERY < PARTS)
			look(NULL);
	}
	vfree(area);
	area = NULL;
	count++;
	return ret;
}

static int make(void)
{
	struct vm_struct *vm;
	int ret;

	if (area)
		return -EEXIST;
	area = vmalloc(PAGES * PAGE_SIZE);
	if (!area)
		return -ENOMEM;
	/* Let vfree() reset the linear map in any case. */
	vm = do_find(area);
	if (!vm) {
		vfree(area);
		area = NULL;
		return -ENOENT;
	}
	vm->flags |= VM_FLUSH_RESET_PERMS;
	ret = do_ro((unsigned long)part(), PART);
	if (!ret)
		ret = do_x((unsigned long)part(), PART);
	if (!ret && count % LOOK_EVERY < PARTS) {
		look(part());
		ret = error_paths();
	}
	if (ret) {
		vfree(area);
		area = NULL;
	}
	return ret;
}

static int set_area(const char *text, const struct kernel_param *kp)
{
	bool on;
	int ret = kstrtobool(text, &on);

	if (ret)
		return ret;
	mutex_lock(&lock);
	ret = on ? make() : drop();
	mutex_unlock(&lock);
	return ret;
}

static const struct kernel_param_ops area_ops = { .set = set_area };
module_param_cb(area, &area_ops, NULL, 0200);
MODULE_PARM_DESC(area, "1: make an area and protect a part of it, 0: give it back");

static int __init start(void)
{
	struct kprobe probe = { .symbol_name = "kallsyms_lookup_name" };
	unsigned long (*lookup)(const char *name);
	int i, ret = register_kprobe(&probe);

	if (ret) {
		pr_err("kduel_set_memory: no kprobe at kallsyms_lookup_name: %d\n", ret);
		return -EOPNOTSUPP;
	}
	lookup = (void *)probe.addr;
	unregister_kprobe(&probe);
	for (i = 0; i < ARRAY_SIZE(wanted); i++) {
		unsigned long at = lookup(wanted[i].name);

		if (!at) {
			pr_err("kduel_set_memory: this kernel has no %s\n", wanted[i].name);
			return -EOPNOTSUPP;
		}
		*(unsigned long *)wanted[i].to = at;
	}
	return 0;
}
module_init(start);

static void __exit stop(void)
{
	drop();
}
module_exit(stop);

MODULE_DESCRIPTION("set_memory_*() on parts of vmalloc areas, for kduel");
MODULE_LICENSE("GPL");
