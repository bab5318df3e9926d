/* SPDX-License-Identifier: GPL-2.0-only */
/* glob.h - patterns of which people are told no more than that * and ? stand for something. */
#ifndef KDUEL_GLOB_H
#define KDUEL_GLOB_H

#include "lib/base.h"

/* Does the whole text fit the pattern? * is any text and ? any character of UTF-8; all else is itself, unlike
 * in fnmatch(): names of campaigns and machines may have brackets and backslashes. */
bool glob__fits(const char *pattern, const char *text);

#endif
