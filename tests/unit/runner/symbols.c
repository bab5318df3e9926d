// SPDX-License-Identifier: GPL-2.0-only
/* The kallsyms table of an image; symbols of modules. */
/* run.sh: deadlines */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/boot/symbols.h"
#include "runner/host/unpack.h"
#include "runner/kernels/files/disasm.h"

#include <fcntl.h>
#include <unistd.h>

/*
 * The output of scripts/kallsyms of Linux 6.1 for 1336 symbols with names and addresses of 6.17:
 * addresses, their base, the number of names, names, markers, sequence numbers, tokens, index. From
 * 6.4 on the addresses come last.
 */
#define SAMPLE "tests/data/kallsyms/6.1.bin"
#define SYMBOLS 1336
#define BEFORE 4096 /* bytes of other data */
#define BASE 8

static char *table;
static size_t table_len;

static int load(void **state)
{
	(void)state;
	return fs__read(SAMPLE, 1 << 20, &table, &table_len);
}

static int unload(void **state)
{
	(void)state;
	free(table);
	return 0;
}

enum shape {
	ADDRESSES_FIRST, /* unchanged */
	ADDRESSES_LAST,
	OWN_PLACE, /* last, each relative to its own position: 7.3 */
	PER_CPU, /* last, as x86_64 up to 6.14: absolute below 2^31, else counted down from -1 */
	SHAPES,
};

/* An image with the table in one of these forms; the caller frees. */
static char *make_image(enum shape shape, size_t *len)
{
	const size_t addresses = 4 * SYMBOLS;
	char *image = xcalloc(BEFORE + table_len + 64, 1), *at = image + BEFORE;

	memset(image, 0x5a, BEFORE);
	if (shape == ADDRESSES_FIRST) {
		memcpy(at, table, table_len);
		*len = BEFORE + table_len;
		return image;
	}
	memcpy(at, table + addresses + BASE, table_len - addresses - BASE);
	at += (table_len - addresses - BASE + 7) / 8 * 8;
	for (size_t i = 0; i < SYMBOLS; i++) {
		uint32_t v;

		memcpy(&v, table + 4 * i, 4);
		if (shape == OWN_PLACE)
			v -= (uint32_t)(at - image + 4 * (ptrdiff_t)i);
		if (shape == PER_CPU && i)
			v = ~v;
		memcpy(at + 4 * i, &v, 4);
	}
	*len = (size_t)(at - image) + addresses;
	return image;
}

static uint64_t address_of(const struct kallsyms *k, const char *name)
{
	for (size_t i = 0; i < k->n; i++)
		if (streq(k->v[i].name, name))
			return k->v[i].at;
	return 0;
}

static void functions_of_an_image(void **state)
{
	(void)state;
	for (enum shape shape = 0; shape < SHAPES; shape++) {
		struct kallsyms k;
		struct err err = { "" };
		size_t len;
		_free_ char *image = make_image(shape, &len);

		if (kallsyms__parse(image, len, &k, &err))
			fail_msg("shape %d: %s", shape, err.msg);
		assert_int_equal(k.stext, 0x10000);
		assert_int_equal(k.etext, 0xfe0000);
		assert_int_equal(address_of(&k, "aa_file_perm"), 0x7476e8);
		assert_int_equal(address_of(&k, "el0_svc") % 4, 0);
		/* Neither data nor init code, nor symbols of the linker script. */
		assert_int_equal(address_of(&k, "some_data"), 0);
		assert_int_equal(address_of(&k, "init_thing"), 0);
		assert_int_equal(k.n, SYMBOLS - 4);
		for (size_t i = 1; i < k.n; i++)
			assert_true(k.v[i - 1].at < k.v[i].at);
		kallsyms__release(&k);
	}
}

/* Truncated at any length, or with any byte changed: parsed or refused, without reading out of
 * bounds. */
static void damaged_tables(void **state)
{
	size_t refused = 0;

	(void)state;
	for (enum shape shape = 0; shape < SHAPES; shape++) {
		size_t len;
		_free_ char *image = make_image(shape, &len);

		for (size_t at = BEFORE; at < len; at += 97) {
			struct kallsyms k;
			struct err err = { "" };
			_free_ char *cut = xcalloc(at, 1);

			memcpy(cut, image, at);
			refused += kallsyms__parse(cut, at, &k, &err) == -ENOENT && err.msg[0];
			kallsyms__release(&k);
			image[at] ^= 0x11;
			(void)kallsyms__parse(image, len, &k, &err);
			kallsyms__release(&k);
			image[at] ^= 0x11;
		}
	}
	assert_true(refused > 500);
}

static void one_rule_for_aliases(void **state)
{
	static const struct {
		struct kallsyms_function better, worse;
	} cases[] = {
		{ { 0, 't', "gic_handle_irq" }, { 0, 'T', "__irqentry_text_start" } },
		{ { 0, 't', "gic_handle_irq" }, { 0, 't', "__pi__stext" } },
		{ { 0, 'W', "memset" }, { 0, 't', "__pi_memset" } },
		{ { 0, 'T', "vfs_read_long_name" }, { 0, 't', "vfs" } },
		{ { 0, 'T', "vfs" }, { 0, 'T', "vfs_read" } },
		{ { 0, 't', "a" }, { 0, 't', "b" } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		assert_true(kallsyms__is_better(&cases[i].better, &cases[i].worse));
		assert_false(kallsyms__is_better(&cases[i].worse, &cases[i].better));
	}
}

/* A module of 6.18, as in its package; the caller frees. */
static char *load_module(size_t *len)
{
	_free_ char *packed = NULL;
	char *data = NULL;

	assert_int_equal(fs__read("tests/data/modules/qemu_fw_cfg.ko.xz", 1 << 20, &packed, len),
			 0);
	assert_int_equal(unpack__memory(packed, *len, 1 << 20, &data, len), 0);
	return data;
}

static void functions_of_a_module(void **state)
{
	struct module_symbols m;
	struct err err = { "" };
	bool found = false;
	size_t len;
	_free_ char *data = load_module(&len);

	(void)state;
	assert_int_equal(module_symbols__parse(data, len, &m, &err), 0);
	for (size_t i = 0; i < m.n; i++) {
		if (!streq(m.v[i].name, "fw_cfg_sysfs_read_raw"))
			continue;
		found = true;
		assert_string_equal(m.sections[m.v[i].section].name, ".text");
		assert_int_equal(m.v[i].at, 0x510);
		assert_int_equal(m.v[i].size, 84);
	}
	assert_true(found);
	module_symbols__release(&m);
}

static void damaged_modules(void **state)
{
	size_t len, refused = 0;
	_free_ char *whole = load_module(&len);

	(void)state;
	for (size_t at = 0; at < len; at += 61) {
		struct module_symbols m;
		struct err err = { "" };
		_free_ char *cut = xcalloc(len, 1);

		memcpy(cut, whole, at);
		refused += module_symbols__parse(cut, at, &m, &err) == -EINVAL && err.msg[0];
		module_symbols__release(&m);
		memcpy(cut, whole, len);
		cut[at] ^= 0x11;
		(void)module_symbols__parse(cut, len, &m, &err);
		module_symbols__release(&m);
	}
	assert_true(refused > 100);
}

/* A kernel in a directory like one in the cache, with this image and this module. */
static void make_kernel(char *dir, struct kernel *k)
{
	static const char dep[] = "kernel/x/qemu_fw_cfg.ko.xz:\n";
	_free_ char *modules = NULL, *list = NULL, *file = NULL;
	size_t len;
	_free_ char *image = make_image(ADDRESSES_LAST, &len);

	memcpy(image + 56, (const char[]){ 'A', 'R', 'M', 0x64 }, 4);
	assert_non_null(mkdtemp(dir));
	modules = xasprintf("%s/lib/modules/6.18/kernel/x", dir);
	assert_int_equal(fs__mkdir_p(modules), 0);
	list = xasprintf("%s/lib/modules/6.18/modules.dep", dir);
	file = xasprintf("%s/qemu_fw_cfg.ko.xz", modules);
	*k = (struct kernel){ .image = xasprintf("%s/Image", dir),
			      .modules_root = dir,
			      .release = (char *)"6.18" };
	assert_int_equal(fs__write_atomic(k->image, image, len), 0);
	assert_int_equal(fs__write_atomic(list, dep, strlen(dep)), 0);
	assert_int_equal(fs__copy("tests/data/modules/qemu_fw_cfg.ko.xz", file, 0644, NULL), 0);
}

/* KASLR moves the kernel and its modules. Trampolines have no symbols, and follow the text. */
static void addresses_of_a_boot(void **state)
{
	static const char sections[] = "qemu_fw_cfg .text 0xffff8000c0007000\n"
				       "qemu_fw_cfg .plt 0xffff8000c0008000\n"
				       "gone .text 0xffff8000c0100000\n";
	static const struct {
		uint64_t va;
		const char *name, *module;
	} cases[] = {
		{ 0xffff9000407476e8, "aa_file_perm", "" },
		{ 0xffff9000407476ec, "aa_file_perm", "" },
		{ 0xffff900040000000, "", "" },
		{ 0xffff8000c0007000 + 0x510, "fw_cfg_sysfs_read_raw", "qemu_fw_cfg" },
		{ 0xffff8000c0007000 + 0x510 + 84 - 4, "fw_cfg_sysfs_read_raw", "qemu_fw_cfg" },
		{ 0xffff8000c0008000, "plt", "qemu_fw_cfg" },
		{ 0xffff8000c0008ffc, "plt", "qemu_fw_cfg" },
		{ 0xffff8000c0009000, "", "" }, /* beyond the area */
		{ 0xffff8000c0100000, "", "" }, /* a module without a file */
	};
	struct profile_part part = { .image = { 0xffff900040000000, 0xffff900042000000 },
				     .area = { { 0xffff8000c0007000, 0xffff8000c0009000 } },
				     .n_areas = 1 };
	char dir[] = "/tmp/kduel-symbols-XXXXXX";
	struct symbols s;
	struct kernel k;
	struct err err = { "" };

	(void)state;
	make_kernel(dir, &k);
	if (symbols__load(&s, &k, sections, &err))
		fail_msg("%s", err.msg);
	symbols__place(&s, &part);
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct symbol found = symbols__find(&s, cases[i].va);

		assert_string_equal(found.name, cases[i].name);
		assert_string_equal(found.module, cases[i].module);
		assert_true(found.start <= cases[i].va && cases[i].va < found.end);
	}
	symbols__release(&s);
	assert_int_equal(symbols__load(&s, &k, "qemu_fw_cfg .text\n", &err), -EPROTO);
	symbols__release(&s);
	fs__rm_rf(dir);
	free(k.image);
}

/* Operands of instructions are replaced by names, in an image and in a module. */
static void instructions_as_text(void **state)
{
	static const uint32_t code[] = {
		0xd503201f, /* nop */
		0x94000000 | (0x7476e8 - 0x104) / 4, /* bl aa_file_perm */
		0x34000040, /* cbz w0, two instructions ahead */
		0x14000000 | (0x7476ec - 0x10c) / 4, /* b into it */
		0xd65f03c0, /* ret */
	};
	static const char *const want[] = { "nop", "bl\taa_file_perm", "cbz\tw0, +0x10",
					    "b\taa_file_perm+0x4", "ret" };
	const struct disasm_place place = { "", "", 0x100, sizeof(code) };
	const struct disasm_place beyond = { "", "", 0x10000000, 4 };
	const struct disasm_place module = { "qemu_fw_cfg", ".text", 0x510, 84 };
	const struct disasm_place relocated = { "qemu_fw_cfg", ".text", 0x418, 0xf8 };
	const struct disasm_place gone = { "gone", ".text", 0, 4 };
	struct strvec lines = { 0 };
	char dir[] = "/tmp/kduel-symbols-XXXXXX";
	struct kernel k;
	struct err err = { "" };
	int fd;

	(void)state;
	make_kernel(dir, &k);
	fd = open(k.image, O_WRONLY | O_CLOEXEC);
	assert_int_equal(pwrite(fd, code, sizeof(code), 0x100), sizeof(code));
	close(fd);
	if (disasm__function(&k, &place, &lines, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(lines.n, ARRAY_SIZE(want));
	for (size_t i = 0; i < lines.n; i++)
		assert_string_equal(lines.v[i], want[i]);
	strvec__release(&lines);
	assert_int_equal(disasm__function(&k, &beyond, &lines, &err), -ENOENT);
	strvec__release(&lines);
	if (disasm__function(&k, &module, &lines, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(lines.n, 84 / 4);
	assert_string_equal(lines.v[6], "b.lt\t+0x4c");
	assert_string_equal(lines.v[15], "bl\tfw_cfg_read_blob");
	strvec__release(&lines);
	assert_int_equal(disasm__function(&k, &relocated, &lines, &err), 0);
	assert_string_equal(lines.v[6], "adrp\tx21, 0 <fw_cfg_sysfs_attr_show-0x8>\t.data");
	assert_true(strvec__has(&lines, "bl\tmutex_lock"));
	strvec__release(&lines);
	assert_int_equal(disasm__function(&k, &gone, &lines, &err), -ENOENT);
	strvec__release(&lines);
	fs__rm_rf(dir);
	free(k.image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_of_an_image), cmocka_unit_test(damaged_tables),
		cmocka_unit_test(one_rule_for_aliases),	 cmocka_unit_test(functions_of_a_module),
		cmocka_unit_test(damaged_modules),	 cmocka_unit_test(addresses_of_a_boot),
		cmocka_unit_test(instructions_as_text),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
