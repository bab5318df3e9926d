// SPDX-License-Identifier: GPL-2.0-only
/* Which machines can boot kernels, by typical answers of servers. */
/* run.sh: deadlines */
#include "runner/machine/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../test_machine.h"

/* Make a probe from "KEY ANSWER" lines. */
static struct probe answers(const char *text)
{
	_free_ char *copy = xstrdup(text);
	struct probe p = { 0 };
	char *save = NULL;

	for (char *l = strtok_r(copy, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
		size_t n = strcspn(l, " ");

		strvec__pushf(&p.keys, "%.*s", (int)n, l);
		strvec__push(&p.values, l[n] ? l + n + 1 : "");
	}
	return p;
}

static const char *const kinds[] = { "ok", "note", "MISSING" };

/* All findings, one per line. Caller frees. */
static char *judge(enum machine_boot boot, const char *text)
{
	_cleanup_(probe__release) struct probe p = answers(text);
	_cleanup_(findings__release) struct findings f = { 0 };
	const struct machine m = { .name = (char *)"m", .boot = boot };
	char *said = NULL;
	FILE *out = xmemstream(&said, &(size_t){ 0 });

	machine_check__booting(&m, &p, &f);
	for (size_t i = 0; i < f.n; i++)
		fprintf(out, "%s %s\n", kinds[f.v[i].kind], f.v[i].text);
	fclose(out);
	return said;
}

/* The answers of a Debian server with GRUB and no problems. If a key occurs twice, the first line
 * counts. */
#define GRUB_SERVER                                                                                 \
	"kernel 6.12.48+deb13-arm64\nefi yes\nsdboot 0\nkexec /usr/sbin/kexec\nkexec_loaded 0\n"    \
	"kexec_disabled 0\nlockdown none\nconfig_kexec y\ngrub_dir /boot/grub\ngrub_one_time yes\n" \
	"grub_custom yes\ngrub_editenv /usr/bin/grub-editenv\ngrub_reboot /usr/sbin/grub-reboot\n"  \
	"grubenv_fs ext2/ext3\ngrubenv_on part\nnext_entry \nboot_free_kb 700000\n"                 \
	"modules_free_kb 90000000\n"
#define SDBOOT_SERVER                                                                         \
	"efi yes\nsdboot 1\nbootctl /usr/bin/bootctl\nentries /efi\nentries_free_kb 900000\n" \
	"efivars rw,nosuid,nodev,noexec,relatime\nboot_free_kb 1000\nmodules_free_kb 900000\n"

static void test_grub(void **state)
{
	(void)state;
	_free_ char *all = judge(MACHINE_BOOT_AUTO, GRUB_SERVER);

	assert_string_equal(all, "ok boot: by grub, its boot loader, UEFI\n"
				 "ok space in /boot: 683.6 MiB free\n"
				 "ok space in /lib/modules: 85.8 GiB free\n"
				 "ok kexec: /usr/sbin/kexec\n"
				 "ok grubenv: /boot/grub on ext2/ext3\n");
}

static void test_systemd_boot(void **state)
{
	(void)state;
	_free_ char *all = judge(MACHINE_BOOT_AUTO,
				 SDBOOT_SERVER "kexec /sbin/kexec\nkexec_loaded 0\n");

	assert_string_equal(all, "ok boot: by systemd-boot, its boot loader, UEFI\n"
				 "ok space in /efi: 878.9 MiB free\n"
				 "ok space in /lib/modules: 878.9 MiB free\n"
				 "ok kexec: /sbin/kexec\n");
}

/* An obstacle is a failure if the machine's file asks for that boot method, and a note otherwise. */
static void test_obstacles(void **state)
{
	(void)state;
	static const struct {
		enum machine_boot boot;
		const char *answer; /* put in front of the others, so that it counts */
		const char *want;
	} cases[] = {
		{ MACHINE_BOOT_GRUB, "grubenv_fs btrfs\n",
		  "MISSING grubenv: /boot/grub is on btrfs on part" },
		{ MACHINE_BOOT_GRUB, "grubenv_fs zfs\ngrubenv_on \n",
		  "MISSING grubenv: /boot/grub is on zfs, " },
		{ MACHINE_BOOT_GRUB, "grubenv_on lvm\n",
		  "MISSING grubenv: /boot/grub is on ext2/ext3 on lvm" },
		{ MACHINE_BOOT_GRUB, "grubenv_on raid1\n", "MISSING grubenv: " },
		{ MACHINE_BOOT_GRUB, "grubenv_on mpath\n", "ok grubenv: " },
		{ MACHINE_BOOT_KEXEC, "grubenv_on raid1\n", "note grubenv: " },
		{ MACHINE_BOOT_AUTO, "grubenv_on raid1\n", "note grubenv: " },
		{ MACHINE_BOOT_GRUB, "next_entry 2\n",
		  "MISSING grubenv: somebody else's one-time entry is set: 2" },
		{ MACHINE_BOOT_GRUB, "next_entry kduel\n", "ok grubenv: " },
		{ MACHINE_BOOT_GRUB, "grub_one_time \n",
		  "MISSING GRUB: /boot/grub/grub.cfg does not support one-time" },
		{ MACHINE_BOOT_GRUB, "grub_custom \n",
		  "MISSING GRUB: /boot/grub/grub.cfg does not read custom" },
		{ MACHINE_BOOT_GRUB, "grub_editenv \n",
		  "MISSING GRUB: grub-editenv is not installed" },
		{ MACHINE_BOOT_GRUB, "grub_dir \n", "MISSING GRUB: neither" },
		{ MACHINE_BOOT_KEXEC, "lockdown integrity\n",
		  "MISSING kexec: blocked by lockdown (integrity)" },
		{ MACHINE_BOOT_GRUB, "lockdown integrity\n",
		  "note kexec: blocked by lockdown (integrity)" },
		{ MACHINE_BOOT_KEXEC, "config_kexec n\n",
		  "MISSING kexec: this kernel is built without" },
		{ MACHINE_BOOT_KEXEC, "kexec_loaded \n",
		  "MISSING kexec: this kernel is built without" },
		{ MACHINE_BOOT_KEXEC, "kexec_disabled 1\n",
		  "MISSING kexec: disabled until the next boot" },
		{ MACHINE_BOOT_KEXEC, "kexec \n", "MISSING kexec: not installed" },
		{ MACHINE_BOOT_KEXEC, "boot_free_kb 20000\n",
		  "MISSING space in /boot: 19.5 MiB free, but a" },
		{ MACHINE_BOOT_KEXEC, "boot_free_kb 150000\n",
		  "note space in /boot: 146.5 MiB free, but two" },
		{ MACHINE_BOOT_NO, "boot_free_kb 20000\n", "ok space in /boot: 19.5 MiB" },
		{ MACHINE_BOOT_KEXEC, "boot_free_kb x\n", "note space in /boot: unknown" },
		{ MACHINE_BOOT_SYSTEMD_BOOT, "",
		  "MISSING systemd-boot: it did not boot this system" },
		{ MACHINE_BOOT_AUTO, "grub_dir \n", "note boot: neither GRUB nor systemd-boot" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = xasprintf("%s" GRUB_SERVER, cases[i].answer);
		_free_ char *said = judge(cases[i].boot, text);

		if (!strstr(said, cases[i].want))
			fail_msg("%zu: %s\nnot in\n%s", i, cases[i].want, said);
	}
}

static void test_obstacles_of_systemd_boot(void **state)
{
	(void)state;
	static const char *const cases[][2] = {
		{ "efivars ro,nosuid\n", "efivars is mounted read-only" },
		{ "efivars \n", "efivars is not mounted" },
		{ "entries_free_kb 50000\n", "MISSING space in /efi: 48.8 MiB free, but a" },
		{ "bootctl \n", "MISSING systemd-boot: bootctl is not installed" },
		{ "entries \n", "MISSING systemd-boot: no loader/entries in" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_free_ char *text = xasprintf("%s" SDBOOT_SERVER, cases[i][0]);
		_free_ char *said = judge(MACHINE_BOOT_SYSTEMD_BOOT, text);

		if (!strstr(said, cases[i][1]))
			fail_msg("%zu: %s\nnot in\n%s", i, cases[i][1], said);
	}
}

/* The script with the questions, run on files as in distributions. */
static void test_questions(void **state)
{
	struct test_machine *r = *state;
	_cleanup_(probe__release) struct probe debian = { 0 }, fedora = { 0 };
	struct err err;

	test_machine__tool(r, "zcat", "exit 1"); /* or it would read the host kernel's config */
	test_machine__tool(r, "uname",
			   "[ \"$1\" = -r ] && echo 6.12.48+deb13-arm64 || exec /usr/bin/uname \"$@\"");
	put(r->root, "/boot/config-6.12.48+deb13-arm64",
	    "# CONFIG_KEXEC_SIG is not set\nCONFIG_KEXEC=y\nCONFIG_KEXEC_CORE=y\n");
	put(r->root, "/sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	put(r->root, "/boot/grub/grubenv",
	    "# GRUB Environment Block\nsaved_entry=0\nnext_entry=kduel\n####");
	put(r->root, "/boot/grub/grub.cfg",
	    "if [ \"${next_entry}\" ] ; then\n   set default=\"${next_entry}\"\n   set next_entry=\n   save_env next_entry\n"
	    "### BEGIN /etc/grub.d/41_custom ###\nif [ -f  ${config_directory}/custom.cfg ]; then\n");
	put(r->root, "/boot/efi/loader/entries/x.conf", "");
	assert_int_equal(probe__run(&r->ssh, &debian, &err), 0);
	assert_string_equal(probe__get(&debian, "config_kexec"), "y");
	assert_string_equal(probe__get(&debian, "lockdown"), "integrity");
	assert_string_equal(probe__get(&debian, "grub_dir"), "/boot/grub");
	assert_string_equal(probe__get(&debian, "grub_one_time"), "yes");
	assert_string_equal(probe__get(&debian, "grub_custom"), "yes");
	assert_string_equal(probe__get(&debian, "next_entry"), "kduel");
	assert_string_equal(probe__get(&debian, "entries"), "/boot/efi");
	free(test_machine__sh(r, "rm -r boot/grub boot/efi; : >boot/config-6.12.48+deb13-arm64"));
	put(r->root, "/boot/config-6.12.48+deb13-arm64", "# CONFIG_KEXEC is not set\n");
	put(r->root, "/boot/grub2/grub.cfg", "blscfg\n");
	assert_int_equal(probe__run(&r->ssh, &fedora, &err), 0);
	assert_string_equal(probe__get(&fedora, "config_kexec"), "n");
	assert_string_equal(probe__get(&fedora, "grub_dir"), "/boot/grub2");
	assert_string_equal(probe__get(&fedora, "grub_one_time"), "");
	assert_string_equal(probe__get(&fedora, "entries"), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_grub),
		cmocka_unit_test(test_systemd_boot),
		cmocka_unit_test(test_obstacles),
		cmocka_unit_test(test_obstacles_of_systemd_boot),
	};
	const struct CMUnitTest there[] = {
		cmocka_unit_test_setup_teardown(test_questions, test_machine__setup,
						test_machine__teardown)
	};

	if (!test_machine__possible())
		printf("# skipped: the questions; this user may not make namespaces (unshare -rm)\n");
	else if (cmocka_run_group_tests(there, NULL, NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
