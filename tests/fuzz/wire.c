// SPDX-License-Identifier: GPL-2.0-only
/* wire.c - messages between agent and host: an accepted message survives a round trip. */
#include "runner/wire/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = { "" };
	struct wire_msg m, again;
	enum wire_type type;
	char *one, *two;

	if (wire_msg__decode((const char *)data, size, &m, &err)) {
		if (!err.msg[0])
			abort();
		return 0;
	}
	one = wire_msg__encode(&m);
	type = m.type;
	wire_msg__release(&m);
	/* Only a job may fail to encode: escaping can make it longer than a line may be. */
	if (!one && type != WIRE_JOB)
		abort();
	if (!one)
		return 0;
	if (wire_msg__decode(one, strlen(one) - 1, &again, &err))
		abort();
	two = wire_msg__encode(&again);
	if (!two || !streq(one, two))
		abort();
	wire_msg__release(&again);
	free(one);
	free(two);
	return 0;
}
