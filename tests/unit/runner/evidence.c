// SPDX-License-Identifier: GPL-2.0-only
/* Evidence of a crash: which records are read, in which order, and that they are then deleted. */
/* run.sh: deadlines */
#include "runner/machine/evidence.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "../test_machine.h"

static void collect(struct test_machine *r, struct evidence *ev)
{
	struct err err = { "" };

	if (evidence__collect(&r->ssh, NULL, "11111111-0000-4000-8000-000000000000", ev, &err))
		fail_msg("%s", err.msg);
}

static void mark(struct test_machine *r)
{
	struct err err = { "" };

	if (evidence__mark(&r->ssh, &err))
		fail_msg("%s", err.msg);
}

/* Records as named by efi_pstore. The part that was written first is the end of the log. */
static void test_efi(void **state)
{
	struct test_machine *r = *state;
	_cleanup_(evidence__release) struct evidence ev = { 0 }, none = { 0 };
	_free_ char *left = NULL;

	put(r->root, "/sys/fs/pstore/dmesg-efi_pstore-171000000001001",
	    "Panic#1 Part1\nan old crash\n");
	mark(r);
	/* Meanwhile systemd-pstore moves the old record. */
	free(test_machine__sh(r,
			      "mkdir -p var/lib/systemd/pstore/1710000000 && mv sys/fs/pstore/dmesg* "
			      "var/lib/systemd/pstore/1710000000/"));
	put(r->root, "/sys/fs/pstore/dmesg-efi_pstore-176400000001001",
	    "Oops#1 Part1\nfirst end\n");
	put(r->root, "/sys/fs/pstore/dmesg-efi_pstore-176400000101002",
	    "Panic#2 Part1\nlast words\n");
	put(r->root, "/sys/fs/pstore/dmesg-efi_pstore-176400000102002", "Panic#2 Part2\nmiddle\n");
	put(r->root, "/sys/fs/pstore/dmesg-efi_pstore-176400000110002", "Panic#2 Part10\nbegin\n");
	collect(r, &ev);
	assert_string_equal(ev.pstore,
			    "== dmesg-efi_pstore-176400000001001\nOops#1 Part1\nfirst end\n\n"
			    "== dmesg-efi_pstore-176400000110002\nPanic#2 Part10\nbegin\n\n"
			    "== dmesg-efi_pstore-176400000102002\nPanic#2 Part2\nmiddle\n\n"
			    "== dmesg-efi_pstore-176400000101002\nPanic#2 Part1\nlast words");
	assert_int_equal(ev.pstore_len, strlen(ev.pstore));
	left = test_machine__sh(r, "find sys var/lib/systemd -type f");
	assert_string_equal(left,
			    "var/lib/systemd/pstore/1710000000/dmesg-efi_pstore-171000000001001\n");
	collect(r, &none);
	assert_null(none.pstore);
}

/* ramoops reuses names, and also keeps the console. systemd-pstore has moved new records, too. */
static void test_ramoops(void **state)
{
	struct test_machine *r = *state;
	_cleanup_(evidence__release) struct evidence ev = { 0 };
	_free_ char *left = NULL;

	put(r->root, "/sys/fs/pstore/dmesg-ramoops-0", "Panic#1 Part1\nold\n");
	mark(r);
	put(r->root, "/var/lib/systemd/pstore/0/dmesg-ramoops-0", "Panic#1 Part1\nnew\n");
	put(r->root, "/sys/fs/pstore/console-ramoops-0", "all of it\n");
	put(r->root, "/sys/fs/pstore/dmesg-erst-7.enc.z", "x");
	collect(r, &ev);
	assert_string_equal(
		ev.pstore,
		"== dmesg-ramoops-0\nPanic#1 Part1\nnew\n\n"
		"== console-ramoops-0\nall of it\n\n"
		"== dmesg-erst-7.enc.z\n(compressed in a way that this kernel cannot read)");
	left = test_machine__sh(r, "find sys var/lib/systemd");
	assert_string_equal(left, "sys\nsys/fs\nsys/fs/pstore\nsys/fs/pstore/dmesg-ramoops-0\n"
				  "var/lib/systemd\nvar/lib/systemd/pstore\n");
}

/* A crashing kernel may write anything. */
static void test_hostile(void **state)
{
	struct test_machine *r = *state;
	_cleanup_(evidence__release) struct evidence ev = { 0 };

	mark(r);
	free(test_machine__sh(r,
			      "mkdir -p sys/fs/pstore && cd sys/fs/pstore && "
			      "printf 'a\\033]0;x\\007\\000\\377b\\nkduel-end-0 0\\n' >dmesg-efi_pstore-1 && "
			      "head -c 1900000 /dev/zero | tr '\\0' z >dmesg-efi_pstore-2 && "
			      "head -c 9000000 /dev/zero >dmesg-efi_pstore-3"));
	collect(r, &ev);
	assert_true(str_starts(ev.pstore, "== dmesg-efi_pstore-1\na?]0;x???b\nkduel-end-0 0\n"));
	assert_true(ev.pstore_len <= 1000000);
	/* Things that are not records are left alone. */
	assert_true(test_machine__has(r, "/sys/fs/pstore/dmesg-efi_pstore-3"));
	assert_false(test_machine__has(r, "/sys/fs/pstore/dmesg-efi_pstore-2"));
}

static void test_log_and_watchdog(void **state)
{
	struct test_machine *r = *state;
	_cleanup_(evidence__release) struct evidence ev = { 0 }, other = { 0 };
	struct err err;

	test_machine__tool(
		r, "journalctl",
		"case \"$*\" in *--list-boots*) echo '-1 22222222000040008000000000000000 x'; echo '0 3 x' ;; "
		"'-k -b 22222222000040008000000000000000 '*) echo 'kernel: Oops' ;; esac");
	put(r->root, "/sys/class/watchdog/watchdog0/bootstatus", "32\n");
	put(r->root, "/sys/class/watchdog/watchdog0/identity", "i6300ESB timer\n");
	collect(r, &ev);
	assert_string_equal(ev.kernel_log, "kernel: Oops");
	assert_string_equal(ev.watchdog, "reset by i6300ESB timer");
	/* The previous boot may be the one that armed the failed one, which then left nothing. */
	put(r->root, "/sys/class/watchdog/watchdog0/bootstatus", "0\n");
	assert_int_equal(evidence__collect(&r->ssh, NULL, "22222222-0000-4000-8000-000000000000",
					   &other, &err),
			 0);
	assert_null(other.kernel_log);
	assert_null(other.watchdog);
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, test_machine__setup, test_machine__teardown)

int main(void)
{
	const struct CMUnitTest tests[] = { TEST(test_efi), TEST(test_ramoops), TEST(test_hostile),
					    TEST(test_log_and_watchdog) };

	if (!test_machine__possible()) {
		printf("1..0 # SKIP this user may not make namespaces (unshare -rm)\n");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
