/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - function names, comparable between builds. */
#ifndef KDUEL_PROFILE_NAMES_H
#define KDUEL_PROFILE_NAMES_H

#include "lib/base.h"

/* Length of a function name without compiler suffixes (.constprop.0, .isra.0, .part.0, .cold,
 * .llvm.123), which mark copies and parts of a function and are numbered differently in each
 * build. */
size_t function_name__length(const char *name);
/* Is it a part of a function (.part, .cold)? Entering it is not a call of the function. */
bool function_name__is_piece(const char *name);

#endif
