/* SPDX-License-Identifier: GPL-2.0-only */
/* foreign.h - `kduel import --from`: convert results of other tools to a campaign, or to CSV. */
#ifndef KDUEL_CLI_FOREIGN_H
#define KDUEL_CLI_FOREIGN_H

#include "reports/foreign/foreign.h"

struct foreign_import {
	unsigned int format; /* index into foreign__formats */
	enum foreign_boot boot;
	const char *db; /* NULL: the default */
	const char *name; /* of the campaign; NULL: the name of the tool */
	const char *csv; /* write CSV to this file ("-": standard output); NULL: store a campaign */
	char **files; /* [VARIANT=]FILE */
	size_t n;
};

/* Import all files, or none if there is an error. Returns an exit code. */
int foreign_import__run(const struct foreign_import *o);

#endif
