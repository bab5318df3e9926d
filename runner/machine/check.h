/* SPDX-License-Identifier: GPL-2.0-only */
/* check.h - can a machine boot kernels by the method in its file, and if not, why? */
#ifndef KDUEL_MACHINE_CHECK_H
#define KDUEL_MACHINE_CHECK_H

#include "runner/machine/probe.h"

enum finding_kind {
	FINDING_OK,
	FINDING_NOTE, /* for information: not needed for this boot method */
	FINDING_LACKS, /* needed, but missing */
};

struct finding {
	enum finding_kind kind;
	char *text; /* message for the user; owned */
};

struct findings {
	struct finding *v;
	size_t n;
};

/* How the machine would be booted: by the method in its file or, with `boot: auto`, by the boot
 * loader that the probe found; MACHINE_BOOT_NO if it found none. */
enum machine_boot machine_check__method(const struct machine *m, const struct probe *p);
/* Judge the answers of probe__run(). The caller releases `out` with findings__release(). */
void machine_check__booting(const struct machine *m, const struct probe *p, struct findings *out);
void findings__release(struct findings *f);

#endif
