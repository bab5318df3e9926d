// SPDX-License-Identifier: GPL-2.0-only
/* driver.c - run a fuzz target on the files named on the command line, without libFuzzer. */
#include "lib/fs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		_free_ char *data = NULL;
		size_t len;
		int err = fs__read(argv[i], 1u << 26, &data, &len);

		if (err) {
			fprintf(stderr, "%s: %s\n", argv[i], strerror(-err));
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)data, len);
	}
	return 0;
}
