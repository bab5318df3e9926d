/* SPDX-License-Identifier: GPL-2.0-only */
/* foreign.h - `kduel import --from`: results of other tools become a campaign, or CSV. */
#ifndef KDUEL_CLI_FOREIGN_H
#define KDUEL_CLI_FOREIGN_H

#include "reports/foreign/foreign.h"

struct foreign_import {
	unsigned int format; /* index into foreign__formats */
	enum foreign_boot boot;
	const char *db;
	const char *name; /* of the campaign; NULL: that of the tool */
	const char *csv; /* write samples there ("-": standard output), store nothing; NULL: store */
	char **files; /* [VARIANT=]FILE */
	size_t n;
};

/* Read all files, or none; returns an exit code. */
int foreign_import__run(const struct foreign_import *o);

#endif
