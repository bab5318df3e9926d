/* SPDX-License-Identifier: GPL-2.0-only */
/* paths.h - find the data files that are installed with kduel. */
#ifndef KDUEL_HOST_PATHS_H
#define KDUEL_HOST_PATHS_H

#include "lib/base.h"

/* The path of a file or directory in configs/, such as "cpus.yaml": in $KDUEL_CONFIG_DIR if that is
 * set, or else beside the program (configs, ../configs) or where it is installed
 * (../share/kduel/configs). The caller frees; NULL if it does not exist. */
char *paths__config(const char *name);
/* The directory of the running program; the caller frees; NULL if unknown. */
char *paths__exe_dir(void);

#endif
