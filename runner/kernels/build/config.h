/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - configures a build directory from a base and fragments. */
#ifndef KDUEL_KERNELS_BUILD_CONFIG_H
#define KDUEL_KERNELS_BUILD_CONFIG_H

#include "lib/err.h"
#include "runner/kernels/build/fragment.h"
#include "runner/kernels/build/state.h"

/* Path of a fragment; a name stands for configs/kconfig/NAME.config. The caller frees. NULL, with
 * `err`: there is no such file. */
char *build_config__fragment_path(const char *name, struct err *err);
/* Is this the name of a base configuration, and not the path of one? */
bool build_config__is_base(const char *word);
/* Parse all fragments of the spec into `f`. -EINVAL with FILE:LINE. */
int build_config__fragments(const struct build *b, struct fragments *f, struct err *err);
/* Check the symbols of all fragments before the source is exported, if it is known which symbols it
 * has. 0; -EINVAL with FILE:LINE of unknown ones; or another -errno. */
int build_config__check(const struct build *b, struct err *err);
/* Configure b->out. -EINVAL with FILE:LINE of every line that has no effect. */
int build_config__make(struct build *b, struct err *err);

#endif
