// SPDX-License-Identifier: GPL-2.0-only
/* The scripts of the boot methods, run in a directory that serves as the machine's root. What they arm is
 * what the boot loader would read; programs that exit with 0 but do nothing are detected. */
/* run.sh: deadlines */
#include "runner/machine/method.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../test_machine.h"

#define VARS "/sys/firmware/efi/efivars/"
#define GUID "-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"
#define ONE_SHOT VARS "LoaderEntryOneShot" GUID

static const struct installed kernel = { .image = (char *)"/boot/efi/kduel/Image-1",
					 .initrd = (char *)"/boot/efi/kduel/initrd-1",
					 .release = (char *)"6.1-k",
					 .loader_image = (char *)"/kduel/Image-1",
					 .loader_initrd = (char *)"/kduel/initrd-1",
					 .fs_uuid = (char *)"12-34" };
static const struct method_boot next = { &kernel, "root=/dev/sda1 a='b c' panic=10 kduel.boot=1" };

/* The content of a file on the machine; "" if it does not exist. Caller frees. */
static char *text_of(const struct test_machine *r, const char *path)
{
	_free_ char *full = test_machine__at(r, path);
	char *text = NULL;

	return fs__read(full, 1u << 16, &text, NULL) ? xstrdup("") : text;
}

/* The script must have failed, with `why` in the message. */
static void assert_refused(struct test_machine *r, int ret, const struct err *err, const char *why)
{
	assert_int_equal(ret, -EOPNOTSUPP);
	assert_int_equal(r->ssh.fault, BOOT_MACHINE_ARM);
	if (!strstr(err->msg, why))
		fail_msg("\"%s\" lacks \"%s\"", err->msg, why);
}

static void assert_done(int ret, const struct err *err)
{
	if (ret)
		fail_msg("%s", err->msg);
}

/* A fake bootctl that writes EFI variables like the firmware: attributes, then UTF-16. */
static void put_bootctl(const struct test_machine *r, const char *before)
{
	_free_ char *script = xasprintf(
		"%s\ncase $1 in -x) echo /boot/efi ;;\n"
		"set-oneshot) if [ -z \"$2\" ]; then rm -f " ONE_SHOT "; else\n"
		"{ printf '\\7\\0\\0\\0'; printf '%%s\\0' \"$2\" | sed 's/./&\\x00/g'; } >" ONE_SHOT
		"; fi ;; esac",
		before);

	test_machine__tool(r, "bootctl", script);
}

/* /proc is the host's, so a fake grep provides another /proc/mounts. */
static void put_mounts(const struct test_machine *r, const char *how)
{
	_free_ char *script = xasprintf(
		"case \" $* \" in *' /proc/mounts ') set -- \"$1\" \"$2\" /mounts; "
		"echo 'efivarfs /sys/firmware/efi/efivars efivarfs %s,nosuid 0 0' >/mounts ;; esac\n"
		"exec /usr/bin/grep \"$@\"",
		how);

	test_machine__tool(r, "grep", script);
}

static void test_systemd_boot(void **state)
{
	const enum machine_boot m = MACHINE_BOOT_SYSTEMD_BOOT;
	struct test_machine *r = *state;
	_free_ char *entry = NULL, *left = NULL;
	enum machine_boot found;
	struct err err = { "" };

	put_bootctl(r, "");
	put_mounts(r, "rw");
	assert_refused(r, method__check(&r->ssh, m, &err), &err, "did not boot this system");
	put(r->root, VARS "LoaderInfo" GUID, "x");
	assert_refused(r, method__check(&r->ssh, m, &err), &err, "names no boot partition");
	free(test_machine__sh(r, "mkdir -p boot/efi"));
	assert_done(method__check(&r->ssh, m, &err), &err);
	assert_done(method__find_loader(&r->ssh, &found, &err), &err);
	assert_int_equal(found, m);
	assert_refused(r, method__verify(&r->ssh, m, &err), &err, "has no one-time entry");
	assert_done(method__arm(&r->ssh, m, &next, &err), &err);
	assert_done(method__verify(&r->ssh, m, &err), &err);
	entry = text_of(r, "/boot/efi/loader/entries/kduel.conf");
	assert_string_equal(entry,
			    "title kduel, once\nlinux /kduel/Image-1\ninitrd /kduel/initrd-1\n"
			    "options root=/dev/sda1 a='b c' panic=10 kduel.boot=1\n");
	/* If the entry is still set after the boot, that is reported, and the entry is cleared. */
	assert_refused(r, method__check_spent(&r->ssh, m, &err), &err,
		       "did not clear its one-time");
	left = text_of(r, ONE_SHOT);
	assert_string_equal(left, "");
	assert_done(method__check_spent(&r->ssh, m, &err), &err);
	put_mounts(r, "ro");
	assert_refused(r, method__check(&r->ssh, m, &err), &err,
		       "it cannot be booted by systemd-boot: efivarfs is read-only");
	put_mounts(r, "rw");
	put_bootctl(r, "exec sleep 5");
	r->m.deadlines.command = NSEC_PER_SEC;
	assert_int_equal(method__check(&r->ssh, m, &err), -ENOTCONN);
	assert_int_equal(r->ssh.fault, BOOT_MACHINE_LOST);
	assert_non_null(strstr(err.msg, "it could not check boot method systemd-boot: no answer"));
}

static void test_systemd_boot_lies(void **state)
{
	const enum machine_boot m = MACHINE_BOOT_SYSTEMD_BOOT;
	struct test_machine *r = *state;
	struct err err = { "" };

	free(test_machine__sh(r, "mkdir -p boot/efi ." VARS));
	put_bootctl(r, "[ $1 = -x ] || exit 0");
	assert_done(method__arm(&r->ssh, m, &next, &err), &err);
	assert_refused(r, method__verify(&r->ssh, m, &err), &err,
		       "bootctl returned 0, but the firmware has no one-time entry");
	put_bootctl(r, "[ $1 = -x ] || { echo 'No space left on device' >&2; exit 1; }");
	assert_refused(r, method__arm(&r->ssh, m, &next, &err), &err, "No space left on device");
	/* A partition on which no entry can be written. */
	free(test_machine__sh(r, "rm -rf boot/efi/loader; : >boot/efi/loader"));
	assert_refused(r, method__arm(&r->ssh, m, &next, &err), &err, "cannot be written");
}

/* Only entries that kduel armed are disarmed. */
static void test_disarm(void **state)
{
	struct test_machine *r = *state;
	_free_ char *mine = NULL, *theirs = NULL;
	struct err err = { "" };

	free(test_machine__sh(r, "mkdir -p boot/efi ." VARS));
	put_bootctl(r, "");
	assert_done(method__arm(&r->ssh, MACHINE_BOOT_SYSTEMD_BOOT, &next, &err), &err);
	assert_done(method__disarm(&r->ssh, &err), &err);
	mine = text_of(r, ONE_SHOT);
	assert_string_equal(mine, "");
	free(test_machine__sh(r, "printf '\\7\\0\\0\\0o\\0l\\0d\\0\\0\\0' >." ONE_SHOT));
	assert_done(method__disarm(&r->ssh, &err), &err);
	theirs = text_of(r, ONE_SHOT);
	assert_memory_equal(theirs, "\7", 1);
}

static void test_command(void **state)
{
	const enum machine_boot m = MACHINE_BOOT_COMMAND;
	struct test_machine *r = *state;
	_free_ char *told = NULL;
	struct err err = { "" };

	assert_done(method__check(&r->ssh, m, &err), &err);
	r->m.boot_command = (char *)"printf '%s\\n' \"$KDUEL_IMAGE\" \"$KDUEL_INITRD\" "
				    "\"$KDUEL_CMDLINE\" \"$KDUEL_RELEASE\" >/told";
	assert_done(method__arm(&r->ssh, m, &next, &err), &err);
	told = text_of(r, "/told");
	assert_string_equal(told, "/boot/efi/kduel/Image-1\n/boot/efi/kduel/initrd-1\n"
				  "root=/dev/sda1 a='b c' panic=10 kduel.boot=1\n6.1-k\n");
	assert_done(method__verify(&r->ssh, m, &err), &err);
	assert_done(method__check_spent(&r->ssh, m, &err), &err);
	r->m.boot_command = (char *)"echo the PXE server is down >&2; exit 4";
	assert_refused(r, method__arm(&r->ssh, m, &next, &err), &err,
		       "it could not arm a boot by command: the PXE server is down (status 4)");
	r->m.boot_command = (char *)"exit 3";
	assert_refused(r, method__arm(&r->ssh, m, &next, &err), &err,
		       "it gave no reason (status 3)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_systemd_boot, test_machine__setup,
						test_machine__teardown),
		cmocka_unit_test_setup_teardown(test_systemd_boot_lies, test_machine__setup,
						test_machine__teardown),
		cmocka_unit_test_setup_teardown(test_disarm, test_machine__setup,
						test_machine__teardown),
		cmocka_unit_test_setup_teardown(test_command, test_machine__setup,
						test_machine__teardown),
	};

	if (!test_machine__possible()) {
		printf("1..0 # SKIP this user may not make namespaces (unshare -rm)\n");
		return 0;
	}
	return cmocka_run_group_tests_name("methods", tests, NULL, NULL);
}
