/* SPDX-License-Identifier: GPL-2.0-only */
/* config.h - from a base and fragments to a configured build directory. */
#ifndef KDUEL_KERNELS_BUILD_CONFIG_H
#define KDUEL_KERNELS_BUILD_CONFIG_H

#include "lib/err.h"
#include "runner/kernels/build/fragment.h"
#include "runner/kernels/build/state.h"

/* Path of a fragment: a name means configs/kconfig/NAME.config. NULL with `err`; the caller
 * frees. */
char *build_config__fragment_path(const char *name, struct err *err);
/* Which bases there are besides files. */
bool build_config__is_base(const char *word);
/* The lines of all fragments; -EINVAL with FILE:LINE. */
int build_config__fragments(const struct build *b, struct fragments *f, struct err *err);
/* Are the symbols of all fragments known to the source, as far as that can be told before it is exported?
 * -EINVAL with FILE:LINE of those that are not. */
int build_config__check(const struct build *b, struct err *err);
/* Configure b->out. -EINVAL with FILE:LINE of every line that has no effect. */
int build_config__make(struct build *b, struct err *err);

#endif
