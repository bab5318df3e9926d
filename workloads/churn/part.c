// SPDX-License-Identifier: GPL-2.0-only
/* part.c - what the parts of churn share. */
#include "workloads/churn/part.h"

#define ENOTSUPP 524 /* the kernel's own, which user space has no word for */

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
