/* SPDX-License-Identifier: GPL-2.0-only */
/* check.h - can a machine boot kernels in the way that its file says, and what is in the way of it? */
#ifndef KDUEL_MACHINE_CHECK_H
#define KDUEL_MACHINE_CHECK_H

#include "runner/machine/probe.h"

enum finding_kind {
	FINDING_OK,
	FINDING_NOTE, /* good to know: not needed for this way of booting */
	FINDING_LACKS, /* needed, and not there */
};

struct finding {
	enum finding_kind kind;
	char *text; /* owned; for people */
};

struct findings {
	struct finding *v;
	size_t n;
};

/* How it would be booted: what its file says, or the loader that was found; MACHINE_BOOT_NO also when
 * there is none. */
enum machine_boot machine_check__method(const struct machine *m, const struct probe *p);
/* Judge the answers of probe__run(). findings__release() in any case. */
void machine_check__booting(const struct machine *m, const struct probe *p, struct findings *out);
void findings__release(struct findings *f);

#endif
