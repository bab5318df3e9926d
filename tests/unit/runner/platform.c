// SPDX-License-Identifier: GPL-2.0-only
/* Detecting whether a machine is hardware, a virtual machine, or emulated. */
#include "lib/tmpdir.h"
#include "runner/host/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../test_machine.h"

static void test_platform(void **state)
{
	static const struct {
		const char *vendor, *product, *cpuinfo;
		const char *board, *psci; /* of the device tree */
		bool hypervisor; /* the device tree has a node of this name */
		enum metric_platform is;
	} cases[] = {
		{ "Ampere(R)\n", "Mt. Mitchell\n", "CPU part\t: 0xac3\n", NULL, NULL, false,
		  PLATFORM_HARDWARE },
		{ NULL, NULL, NULL, NULL, NULL, false, PLATFORM_HARDWARE },
		/* QEMU's virt machine without firmware, emulated and under KVM. */
		{ "QEMU\n", "QEMU Virtual Machine\n", "CPU part\t: 0xac3\n", NULL, NULL, false,
		  PLATFORM_TCG },
		{ "QEMU\n", "KVM Virtual Machine\n", "CPU part\t: 0xac3\n", NULL, NULL, false,
		  PLATFORM_KVM },
		{ NULL, NULL, "CPU part\t: 0xd0c\n", "linux,dummy-virt", "smc", false,
		  PLATFORM_TCG },
		{ NULL, NULL, "CPU part\t: 0xd0c\n", "linux,dummy-virt", "hvc", false,
		  PLATFORM_KVM },
		{ NULL, NULL, "CPU part\t: 0xd08\n", "raspberrypi,4-model-b", "smc", false,
		  PLATFORM_HARDWARE },
		{ NULL, NULL, "CPU part\t: 0xd0c\n", NULL, NULL, true, PLATFORM_KVM },
		/* x86. */
		{ "QEMU\n", "Standard PC (Q35 + ICH9, 2009)\n",
		  "model name\t: QEMU TCG CPU version 2.5+\nflags\t\t: fpu hypervisor\n", NULL,
		  NULL, false, PLATFORM_TCG },
		{ "QEMU\n", "Standard PC (Q35 + ICH9, 2009)\n",
		  "model name\t: AMD EPYC\nflags\t\t: fpu hypervisor\n", NULL, NULL, false,
		  PLATFORM_KVM },
		{ "Amazon EC2\n", "m7i.large\n", "flags\t\t: fpu hypervisor lahf_lm\n", NULL, NULL,
		  false, PLATFORM_KVM },
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct tmpdir dir;
		struct err err;
		const char *root;

		assert_int_equal(tmpdir__make(&dir, "/tmp", "kduel-platform-", &err), 0);
		root = dir.path;
		if (cases[i].vendor)
			put(root, "/sys/class/dmi/id/sys_vendor", cases[i].vendor);
		if (cases[i].product)
			put(root, "/sys/class/dmi/id/product_name", cases[i].product);
		if (cases[i].cpuinfo)
			put(root, "/proc/cpuinfo", cases[i].cpuinfo);
		if (cases[i].hypervisor)
			put(root, "/proc/device-tree/hypervisor", "");
		if (cases[i].board) {
			put(root, "/proc/device-tree/compatible", cases[i].board);
			put(root, "/proc/device-tree/psci/method", cases[i].psci);
		}
		assert_int_equal(hostinfo__platform(root), cases[i].is);
		tmpdir__remove(&dir);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_platform),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
