// SPDX-License-Identifier: GPL-2.0-only
/* What the agent as /init on a real machine reads from disks and from the command line. */
#include "lib/base.h"
#include "runner/agent/handover.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <cmocka.h>

static const unsigned char id[16] = { 0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef,
				      0x0f, 0x1e, 0x2d, 0x3c, 0x4b, 0x5a, 0x69, 0x78 };

/* The UUID that is found on a disk with `magic` and a UUID at these offsets; "" if none is found. */
static const char *uuid_of(off_t magic_at, const char *magic, size_t len, off_t id_at)
{
	static char uuid[37];
	char path[] = "/tmp/kduel-disk-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, 1 << 20), 0);
	assert_int_equal(pwrite(fd, magic, len, magic_at), (ssize_t)len);
	assert_int_equal(pwrite(fd, id, sizeof(id), id_at), sizeof(id));
	close(fd);
	if (handover__read_uuid(path, uuid))
		uuid[0] = '\0';
	unlink(path);
	return uuid;
}

static void test_uuid(void **state)
{
	(void)state;
	static const char want[] = "01234567-89ab-cdef-0f1e-2d3c4b5a6978";
	char uuid[37];

	assert_string_equal(uuid_of(1024 + 56, "\x53\xef", 2, 1024 + 104), want);
	assert_string_equal(uuid_of(0, "XFSB", 4, 32), want);
	assert_string_equal(uuid_of(65536 + 64, "_BHRfS_M", 8, 65536 + 32), want);
	assert_string_equal(uuid_of(0, "hsqs", 4, 32), "");
	assert_int_equal(handover__read_uuid("/dev/null", uuid), -EUCLEAN);
	assert_int_equal(handover__read_uuid("/nonexistent", uuid), -ENOENT);
}

static void test_rw(void **state)
{
	(void)state;
	assert_false(handover__is_rw(""));
	assert_false(handover__is_rw("root=/dev/vda2 ro quiet"));
	assert_true(handover__is_rw("root=/dev/vda2 ro quiet rw\n"));
	assert_false(handover__is_rw("rw console=ttyS0 ro"));
	assert_false(handover__is_rw("rwx=1 brw"));
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_uuid),
					    cmocka_unit_test(test_rw) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
