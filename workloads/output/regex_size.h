/* SPDX-License-Identifier: GPL-2.0-only */
/* regex_size.h - what a regular expression grows to when it is compiled. */
#ifndef KDUEL_WORKLOADS_OUTPUT_REGEX_SIZE_H
#define KDUEL_WORKLOADS_OUTPUT_REGEX_SIZE_H

#define REGEX_MAX_SIZE 1000

/* Characters and classes of a POSIX extended expression, each as often as regcomp() has to copy it:
 * "x+" is x and x*, and what is in "{1,99}" stands there 99 times. "x*" and "x?" count as two, for
 * the ways around them. Repetitions of repetitions multiply: thirty "+" in a row take all memory
 * there is, thirty "?" all time (glibc's posix/regcomp.c: duplicate_tree(), calc_eclosure()).
 * Infinite where parentheses are nested beyond any use. Rough for what is no expression. */
double regex_size(const char *ere);

#endif
