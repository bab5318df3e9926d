/* SPDX-License-Identifier: GPL-2.0-only */
/* glob.h - simple patterns: * and ? are the only special characters. */
#ifndef KDUEL_GLOB_H
#define KDUEL_GLOB_H

#include "lib/base.h"

/* Does the whole text match the pattern? * matches any text and ? any one UTF-8 character.
 * Everything else is literal, unlike in fnmatch(): names of campaigns and machines may contain
 * brackets and backslashes. */
bool glob__fits(const char *pattern, const char *text);

#endif
