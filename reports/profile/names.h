/* SPDX-License-Identifier: GPL-2.0-only */
/* names.h - names of functions as they can be compared between two builds. */
#ifndef KDUEL_PROFILE_NAMES_H
#define KDUEL_PROFILE_NAMES_H

#include "lib/base.h"

/* How much of a name is the function's own: compilers append .constprop.0, .isra.0, .part.0, .cold,
 * .llvm.123 to the copies and pieces that they make, and another build numbers them otherwise. */
size_t function_name__length(const char *name);
/* Is it a piece of a function (.part, .cold), which is no call of it when it is entered? */
bool function_name__is_piece(const char *name);

#endif
