// SPDX-License-Identifier: GPL-2.0-only
/* Regions of a kernel: vmcoreinfo, iomem and vmallocinfo captured from 6.18 with KASLR; and RAM in
 * QEMU's maps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "collectors/support/tlbmodel_parse.h"
#include "collectors/tlbmodel/marker.h"
#include "collectors/tlbmodel/region.h"
#include "lib/fs.h"

#define DATA "tests/data/proc/"

static char *read_data(const char *path, size_t *len)
{
	static char *text; /* static, or gcc 12 warns of a dangling pointer */

	text = NULL;
	assert_int_equal(fs__read(path, 1 << 20, &text, len), 0);
	return text;
}

static void captured(struct regions *r)
{
	_free_ char *areas = read_data(DATA "vmallocinfo-6.18-arm64.txt", NULL);
	_free_ char *iomem = read_data(DATA "iomem-6.18-arm64.txt", NULL);
	size_t len;
	char *note = read_data(DATA "vmcoreinfo-6.18-arm64.txt", &len);
	struct ram ram = { (const uint8_t *)note, 0x40000000, len };
	const char *at = areas;
	uint64_t a, b;

	*r = (struct regions){ 0 };
	assert_int_equal(regions__bound(r, &ram, BOUND_VMCOREINFO, 0x40000000), 0);
	assert_int_equal(regions__bound(r, &ram, BOUND_VMCOREINFO_SIZE, len), 0);
	assert_int_equal(tlbmodel__image(iomem, &a, &b), 0);
	assert_int_equal(regions__bound(r, &ram, BOUND_IMAGE_START, a), 0);
	assert_int_equal(regions__bound(r, &ram, BOUND_IMAGE_END, b), 0);
	while (tlbmodel__module_area(&at, &a, &b)) {
		assert_int_equal(regions__bound(r, &ram, BOUND_MODULE_START, a), 0);
		assert_int_equal(regions__bound(r, &ram, BOUND_MODULE_END, b), 0);
	}
	free(note);
}

static void regions_of_a_kernel(void **state)
{
	static const struct {
		uint64_t va;
		enum region want;
	} cases[] = {
		{ 0x400000, REGION_USER },
		{ 0xfff0000000000000, REGION_LINEAR },
		{ 0xffff7fffffffffff, REGION_LINEAR },
		{ 0xffff800000001000, REGION_MODULES }, /* MODULES_VADDR to MODULES_END */
		{ 0xffff800080001000, REGION_VMALLOC }, /* a stack */
		{ 0xffffadde34a10000, REGION_IMAGE }, /* _stext */
		{ 0xffffadde36b31248, REGION_IMAGE }, /* init_uts_ns: data */
		{ 0xffffadde06f49000, REGION_MODULES }, /* overlay, where KASLR put it */
		{ 0xffffadde06f3f000, REGION_MODULES }, /* qemu_fw_cfg */
		{ 0xffffc1ffc0000000, REGION_VMEMMAP },
		{ 0xffffffffff000000, REGION_OTHER },
	};
	struct regions r;

	(void)state;
	captured(&r);
	assert_int_equal(r.n_areas, 9); /* two modules and BPF programs */
	assert_true(r.table == 0x41dd1000); /* swapper_pg_dir - kimage_voffset */
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++)
		assert_int_equal(regions__of(&r, cases[i].va), cases[i].want);
	assert_int_equal(regions__section(&r, 0xffffadde34a10000), SECTION_VMALLOC);
	regions__set_va_bits(&r, 48); /* the same kernel on a CPU without LPA2 */
	assert_int_equal(regions__of(&r, 0xfff0000000000000), REGION_OTHER);
	assert_int_equal(regions__of(&r, 0xffff000000000000), REGION_LINEAR);
}

/* The note is a page and a header: more than 64 KiB with 64K pages. */
static void note_of_64k_pages(void **state)
{
	const uint64_t whole = 65536 + 36;
	size_t len;
	_free_ char *text = read_data(DATA "vmcoreinfo-6.18-arm64.txt", &len);
	_free_ char *note = xcalloc(1, 1 << 20);
	struct ram ram = { (const uint8_t *)note, 0x40000000, 1 << 20 };
	struct regions r = { 0 };

	(void)state;
	memcpy(note, text, len);
	assert_int_equal(regions__bound(&r, &ram, BOUND_VMCOREINFO, 0x40000000), 0);
	assert_int_equal(regions__bound(&r, &ram, BOUND_VMCOREINFO_SIZE, whole), 0);
	assert_true(r.known);
	assert_int_equal(regions__bound(&r, &ram, BOUND_VMCOREINFO_SIZE, 1 << 20), -EPROTO);
}

static void notes_that_lack_something(void **state)
{
	size_t len;
	char *note = read_data(DATA "vmcoreinfo-6.18-arm64.txt", &len);
	struct regions r = { 0 };
	struct ram ram = { (const uint8_t *)note, 0x40000000, len };
	char *key = strstr(note, "NUMBER(VMALLOC_END)");

	(void)state;
	assert_int_equal(regions__bound(&r, &ram, BOUND_VMCOREINFO, 0x50000000), 0);
	assert_int_equal(regions__bound(&r, &ram, BOUND_VMCOREINFO_SIZE, len), -EPROTO);
	assert_int_equal(regions__bound(&r, &ram, 99, 0), -EINVAL);
	assert_int_equal(regions__parse(&r, note, len), 0);
	/* Hashed addresses, as /proc/vmallocinfo has them with kptr_restrict at 0. */
	assert_int_equal(regions__bound(&r, &ram, BOUND_MODULE_START, 0x4e4665ee), 0);
	assert_int_equal(regions__bound(&r, &ram, BOUND_MODULE_END, 0x76222bb8), -EPROTO);
	assert_int_equal(regions__bound(&r, &ram, BOUND_IMAGE_START, 5), 0);
	assert_int_equal(regions__bound(&r, &ram, BOUND_IMAGE_END, 3), -EPROTO);
	/* /proc/iomem has zeros for users other than root. */
	assert_int_equal(regions__bound(&r, &ram, BOUND_ADDED_START, 0), 0);
	assert_int_equal(regions__bound(&r, &ram, BOUND_ADDED_END, 0), -EPROTO);
	for (size_t i = 0; i <= REGION_ADDED; i++) {
		assert_int_equal(regions__bound(&r, &ram, BOUND_ADDED_START, i << 30), 0);
		assert_int_equal(regions__bound(&r, &ram, BOUND_ADDED_END, (i << 30) + 4095),
				 i < REGION_ADDED ? 0 : -EPROTO);
	}
	assert_true(regions__is_added(&r, (1ull << 30) + 4095));
	assert_false(regions__is_added(&r, (1ull << 30) + 4096));
	*strstr(note, "SYMBOL(swapper_pg_dir)") = 'X';
	assert_int_equal(regions__parse(&r, note, len), 0);
	assert_true(r.known && !r.table);
	key[0] = 'X';
	assert_int_equal(regions__parse(&r, note, len), -EPROTO);
	assert_false(r.known);
	free(note);
}

/* What the agent reads from /proc and /sys. */
static void parsed_by_the_agent(void **state)
{
	const char *none = "", *iomem = "40000000-7fffffff : System RAM\n"
					"80000000-8fffffff : virtio0\n"
					"  80000000-87ffffff : System RAM (virtio_mem)\n"
					"c0000000-ffffffff : virtio1\n"
					"  c0000000-ffffffff : System RAM (virtio_mem)\n";
	uint64_t a, b;

	(void)state;
	assert_int_equal(tlbmodel__note("0x000000004318c000 1024\n", &a, &b), 0);
	assert_true(a == 0x4318c000 && b == 0x1024);
	assert_int_equal(tlbmodel__note("", &a, &b), -EPROTO);
	assert_int_equal(tlbmodel__note("0x0 0\n", &a, &b), -EPROTO);
	/* As read by a user other than root. */
	assert_int_equal(tlbmodel__image("00000000-00000000 : System RAM\n"
					 "  00000000-00000000 : Kernel code\n"
					 "  00000000-00000000 : Kernel data\n",
					 &a, &b),
			 -EPROTO);
	assert_int_equal(tlbmodel__image("", &a, &b), -EPROTO);
	assert_true(tlbmodel__added(&iomem, &a, &b));
	assert_true(a == 0x80000000 && b == 0x87ffffff);
	assert_true(tlbmodel__added(&iomem, &a, &b));
	assert_true(a == 0xc0000000 && b == 0xffffffff);
	assert_false(tlbmodel__added(&iomem, &a, &b));
	assert_false(tlbmodel__module_area(&none, &a, &b));
}

static void maps_of_qemu(void **state)
{
	const char *maps = "55d0-55d1 r--p 00000000 08:01 7 /usr/bin/qemu-system-aarch64\n"
			   "7f0000000000-7f0040000000 rw-s 00000000 00:01 99 "
			   "/memfd:memory-backend-memfd (deleted)\n"
			   "7f0040000000-7f0080000000 rw-s 40000000 00:01 99 "
			   "/memfd:memory-backend-memfd (deleted)\n"
			   "7f0080000000-7f0080001000 rw-s 00000000 00:01 100 "
			   "/memfd:memory-backend-memfd (deleted)\n";
	struct ram ram;

	(void)state;
	assert_int_equal(ram__parse(&ram, maps, 0x40000000), 0);
	assert_true(ram.host == (const uint8_t *)0x7f0000000000 && ram.size == 2ull << 30);
	assert_null(ram__at(&ram, 0x3ffffff8, 16));
	assert_null(ram__at(&ram, 0xbffffffc, 8));
	assert_null(ram__at(&ram, UINT64_MAX, 8));
	assert_non_null(ram__at(&ram, 0xbffffff8, 8));
	assert_int_equal(ram__parse(&ram, "", 0), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_of_a_kernel),
		cmocka_unit_test(note_of_64k_pages),
		cmocka_unit_test(notes_that_lack_something),
		cmocka_unit_test(parsed_by_the_agent),
		cmocka_unit_test(maps_of_qemu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
