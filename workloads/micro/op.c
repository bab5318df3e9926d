// SPDX-License-Identifier: GPL-2.0-only
/* op.c - the list of operations, and their error handling. */
#include "workloads/micro/op.h"

#define X(subject) extern const struct micro_op micro_##subject[];
#include "workloads/micro/list.h"
#undef X

/* Each ends with .name == NULL. */
static const struct micro_op *const subjects[] = {
#define X(subject) micro_##subject,
#include "workloads/micro/list.h"
#undef X
};

const struct micro_op *micro__op(size_t i)
{
	for (size_t s = 0; s < ARRAY_SIZE(subjects); s++)
		for (const struct micro_op *op = subjects[s]; op->name; op++)
			if (!i--)
				return op;
	return NULL;
}

int micro__fail(struct micro *m, const char *call)
{
	switch (errno) {
	case ENOSYS: /* not built in */
	case EAFNOSUPPORT:
	case EPROTONOSUPPORT:
	case EOPNOTSUPP:
		return err__set(&m->err, -EOPNOTSUPP, "%s: %s", call, strerror(errno));
	default:
		return err__set(&m->err, -errno, "%s: %s", call, strerror(errno));
	}
}

int micro__expect(struct micro *m, const char *what, uint64_t got, uint64_t want)
{
	return got == want ? 0 :
			     err__set(&m->err, -EIO, "%s: %llu, expected %llu", what,
				      (unsigned long long)got, (unsigned long long)want);
}
