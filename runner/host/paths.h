/* SPDX-License-Identifier: GPL-2.0-only */
/* paths.h - finds the data files that are installed with kduel. */
#ifndef KDUEL_HOST_PATHS_H
#define KDUEL_HOST_PATHS_H

#include "lib/base.h"

/* Path of a file of configs/ ("cpus.yaml"): below $KDUEL_CONFIG_DIR when that is set, else
 * beside the program (configs, ../configs) or where it is installed (../share/kduel/configs).
 * The caller frees; NULL when there is none. */
char *paths__config(const char *name);
/* The directory the running program is in; the caller frees; NULL if unknown. */
char *paths__exe_dir(void);

#endif
