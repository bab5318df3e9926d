// SPDX-License-Identifier: GPL-2.0-only
/* part.c - helpers shared by the parts of churn. */
#include "workloads/churn/part.h"

#define MAGIC "~Module signature appended~\n"
#define ENOTSUPP 524 /* internal to the kernel, but returned by some system calls; not in errno.h */

int churn__fail(struct churn *c, const char *call)
{
	int code = errno;

	err__set(&c->err, 0, "%s: %s", call, strerror(code));
	switch (code) {
	case ENOSYS:
	case ENOENT:
	case ENODEV:
	case EOPNOTSUPP:
	case ENOTSUPP:
	case EPERM:
	case EACCES:
		return -EOPNOTSUPP;
	default:
		return -code;
	}
}

/* The signature is followed by 12 bytes, of which the last four are its big-endian length, and then
 * the magic. */
size_t churn__before_signature(const char *file, size_t len)
{
	const size_t tail = 12 + strlen(MAGIC);
	const uint8_t *at;
	uint64_t signature;

	if (len < tail || memcmp(file + len - strlen(MAGIC), MAGIC, strlen(MAGIC)) != 0)
		return len;
	at = (const uint8_t *)file + len - strlen(MAGIC) - 4;
	signature = (uint64_t)at[0] << 24 | (uint64_t)at[1] << 16 | (uint64_t)at[2] << 8 | at[3];
	return signature <= len - tail ? len - tail - (size_t)signature : len;
}
