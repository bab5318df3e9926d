// SPDX-License-Identifier: GPL-2.0-only
/* The deterministic recipe: its command line, and the device tree that it boots with. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "lib/fs.h"
#include "runner/targets/target.h"
#include "runner/targets/dtb.h"
#include "runner/targets/qemu_find.h"
#include "runner/plan/tlb_cores.h"

#include <libfdt.h>
#include <unistd.h>

#define SAMPLE "tests/data/dtb/virt-10.0.2"

static char *sample(size_t *len)
{
	char *text = NULL;

	assert_int_equal(fs__read(SAMPLE, 1 << 20, &text, len), 0);
	return text;
}

static void *changed(const struct dtb_change *c)
{
	size_t len, n;
	_free_ char *dtb = sample(&len);
	struct err err = { "" };
	void *out;

	if (dtb__change(dtb, len, c, &out, &n, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(fdt_check_full(out, n), 0);
	return out;
}

static const void *prop(const void *fdt, const char *node, const char *name, int want_len)
{
	int at = fdt_path_offset(fdt, node), len = -1;
	const void *p = at < 0 ? NULL : fdt_getprop(fdt, at, name, &len);

	if (!p)
		fail_msg("no %s in %s", name, node);
	assert_int_equal(len, want_len);
	return p;
}

static void test_pmem_node(void **state __unused)
{
	_free_ void *fdt = changed(&(struct dtb_change){
		.seed = 1, .pmem_base = 0xc0000000, .pmem_size = 0x13400000 });
	const fdt64_t *reg = prop(fdt, "/pmem@c0000000", "reg", 16);

	assert_string_equal(prop(fdt, "/pmem@c0000000", "compatible", 12), "pmem-region");
	assert_int_equal(fdt64_ld(&reg[0]), 0xc0000000);
	assert_int_equal(fdt64_ld(&reg[1]), 0x13400000);
	/* What QEMU had written is still there. */
	prop(fdt, "/chosen", "stdout-path", 15);
	prop(fdt, "/psci", "method", 4);
}

static void test_no_pmem(void **state __unused)
{
	_free_ void *fdt = changed(&(struct dtb_change){ .seed = 1 });

	for (int node = fdt_first_subnode(fdt, 0); node >= 0; node = fdt_next_subnode(fdt, node))
		assert_int_not_equal(strncmp(fdt_get_name(fdt, node, NULL), "pmem", 4), 0);
}

/* The same seed gives the same layout, another seed another one. */
static void test_seeds(void **state __unused)
{
	_free_ void *a = changed(&(struct dtb_change){ .seed = 1ull << 40 });
	_free_ void *b = changed(&(struct dtb_change){ .seed = 1ull << 40 });
	_free_ void *c = changed(&(struct dtb_change){ .seed = 1ull << 41 });

	assert_memory_equal(prop(a, "/chosen", "kaslr-seed", 8),
			    prop(b, "/chosen", "kaslr-seed", 8), 8);
	assert_memory_equal(prop(a, "/chosen", "rng-seed", 32), prop(b, "/chosen", "rng-seed", 32),
			    32);
	assert_memory_not_equal(prop(a, "/chosen", "kaslr-seed", 8),
				prop(c, "/chosen", "kaslr-seed", 8), 8);
	assert_memory_not_equal(prop(a, "/chosen", "rng-seed", 32),
				prop(c, "/chosen", "rng-seed", 32), 32);
}

static void test_no_device_tree(void **state __unused)
{
	const struct dtb_change c = { .seed = 1, .pmem_base = 0xc0000000, .pmem_size = 2 << 20 };
	size_t len, n;
	_free_ char *dtb = sample(&len);
	struct err err;
	void *out;

	assert_int_equal(dtb__change("", 0, &c, &out, &n, &err), -EINVAL);
	assert_int_equal(dtb__change("no tree, but long enough for a header .........", 47, &c,
				     &out, &n, &err),
			 -EINVAL);
	assert_non_null(strstr(err.msg, "device tree"));
	for (size_t cut = 1; cut < len; cut = cut * 2 + 1)
		assert_int_equal(dtb__change(dtb, len - cut, &c, &out, &n, &err), -EINVAL);
	fdt_set_version(dtb, 3);
	assert_int_equal(dtb__change(dtb, len, &c, &out, &n, &err), -EINVAL);
}

/* --- the command line ---------------------------------------------------------------------- */

static char tmp[] = "/tmp/kduel-exact-XXXXXX";

static char *image(off_t size)
{
	char *path = xasprintf("%s/root,1.ext4", tmp);

	assert_int_equal(fs__write_atomic(path, "", 0), 0);
	assert_int_equal(truncate(path, size), 0);
	return path;
}

/* The command line for a guest with 2 GiB and this workload; empty with `err` set. */
static char *command_of(const char *workload, bool exact, const char *root, struct err *err)
{
	struct plan_workload w = { .wl = workload__find(workload) };
	struct plan_variant v = { .name = (char *)"v",
				  .kernel = { .arch = (char *)"arm64" },
				  .cpu = (char *)"ampereone",
				  .cpu_arg = (char *)"max,midr=0xc00fac30",
				  .cmdline = (char *)"extra=1",
				  .memory = 2048ull << 20 };
	struct plan plan = { .path = (char *)"p.yaml",
			     .variants = &v,
			     .n_variants = 1,
			     .workloads = &w,
			     .n_workloads = 1,
			     .exact = exact,
			     .target = { .memory = 2048ull << 20, .cpus = 2 } };
	struct qemu qemu = { .program = (char *)"/qemu" };
	struct tlb_cores tlb = { 0 };
	struct boot_spec spec = { .plan = &plan,
				  .variant = &v,
				  .qemu = &qemu,
				  .exact = exact,
				  .seed = 0x123456789ull,
				  .kernel = "/Image",
				  .initrd = "/initrd",
				  .root = root,
				  .run_dir = "RUN",
				  .modules = "",
				  .tlb = &tlb };
	struct strvec argv = { 0 };
	char *line = NULL;

	assert_int_equal(tlb_cores__load(&plan, &tlb, err), 0);
	if (!target_qemu.command(&spec, &argv, err))
		line = strvec__shell_line(&argv);
	strvec__release(&argv);
	tlb_cores__release(&tlb);
	return line ? line : xstrdup("");
}

static char *command(bool exact, const char *root, struct err *err)
{
	return command_of("pipe", exact, root, err);
}

static void test_command(void **state __unused)
{
	static const char *const has[] = {
		"tcg,thread=single",
		"-icount shift=1,sleep=off",
		"clock=vm",
		"-seed 591751049",
		"memory-backend-memfd,id=m0,size=2048M,share=on",
		"-m 2052M",
		"id=m1,size=4M,share=off,readonly=on,rom=off",
		"root,,1.ext4",
		"-dtb RUN/machine.dtb",
		"virtio-serial-pci,ioeventfd=off",
		"file,id=agent,path=RUN/agent.jsonl",
		"name=opt/org.kduel.job,file=RUN/jobs.jsonl",
		"mem=2048M",
		"kduel.root=/dev/pmem0",
		"/tlbmodel.so,out=RUN/tlb.jsonl,core=generic/48x48/48x48/21/1280x5,core=generic-large/",
		"kduel.overlay=1",
		"kduel.job=opt/org.kduel.job",
		"arm64.nomops extra=1",
	};
	/* Whatever answers when the host likes, and what would take chance out of the layout. */
	static const char *const lacks[] = { "boot=on", "virtio-blk",	 "-drive",	 "socket",
					     "fd=3",	"nokaslr",	 "thread=multi", "-netdev",
					     "-nic",	"dtb-randomness" };
	_free_ char *root = image(4 << 20), *line = NULL;
	_free_ char *plugin = xasprintf("%s/tlbmodel.so", tmp);
	struct err err = { "" };

	assert_int_equal(fs__write_atomic(plugin, "", 0), 0);
	assert_int_equal(setenv("KDUEL_AGENT_DIR", tmp, 1), 0);
	line = command(true, root, &err);
	assert_string_equal(err.msg, "");
	for (size_t i = 0; i < ARRAY_SIZE(has); i++)
		if (!strstr(line, has[i]))
			fail_msg("no '%s' in: %s", has[i], line);
	for (size_t i = 0; i < ARRAY_SIZE(lacks); i++)
		if (strstr(line, lacks[i]))
			fail_msg("'%s' in: %s", lacks[i], line);
	free(line);
	line = command_of("boot", true, root, &err);
	assert_non_null(strstr(line, "/tlbmodel.so,out=RUN/tlb.jsonl,boot=on,core="));
	unlink(root);
	unlink(plugin);
}

static void test_timed_boots_have_none_of_it(void **state __unused)
{
	struct err err = { "" };
	_free_ char *line = command(false, NULL, &err);

	assert_string_equal(err.msg, "");
	assert_non_null(strstr(line, "thread=multi"));
	assert_null(strstr(line, "icount"));
	assert_null(strstr(line, "kduel.job"));
	assert_null(strstr(line, "-dtb"));
}

static void check_no_command(const char *root, const char *says)
{
	struct err err = { "" };
	_free_ char *line = command(true, root, &err);

	assert_string_equal(line, "");
	assert_non_null(strstr(err.msg, says));
}

static void test_bad_image(void **state __unused)
{
	_free_ char *root = image((4 << 20) + 4096);

	check_no_command(root, "multiple of 2 MiB");
	unlink(root);
	check_no_command(root, root);
}

static void refused(uint64_t memory, int code, const char *says)
{
	struct plan_variant v = { .name = (char *)"v", .cpu = (char *)"max" };
	struct plan plan = { .path = (char *)"p.yaml",
			     .variants = &v,
			     .n_variants = 1,
			     .exact = true,
			     .target = { .memory = memory, .cpus = 1 } };
	struct err err = { "" };

	assert_int_equal(target_qemu.check(&plan, &err), code);
	if (!strstr(err.msg, says))
		fail_msg("'%s' is not in: %s", says, err.msg);
}

static void test_memory(void **state __unused)
{
	refused(64ull << 20, 0, "");
	refused(65ull << 20, -EINVAL, "p.yaml: target.memory must be a multiple of 2 MiB");
	refused(1ull << 50, -ENOTCONN, "MiB of memory available, each guest wants 1073741824");
}

static int set_up(void **state __unused)
{
	return mkdtemp(tmp) && !setenv("KDUEL_CONFIG_DIR", "configs", 1) ? 0 : -1;
}

static int clean_up(void **state __unused)
{
	return rmdir(tmp);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pmem_node),
		cmocka_unit_test(test_no_pmem),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_no_device_tree),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_timed_boots_have_none_of_it),
		cmocka_unit_test(test_bad_image),
		cmocka_unit_test(test_memory),
	};

	return cmocka_run_group_tests(tests, set_up, clean_up);
}
