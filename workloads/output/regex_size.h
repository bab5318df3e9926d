/* SPDX-License-Identifier: GPL-2.0-only */
/* regex_size.h - estimates how large a regular expression becomes when compiled. */
#ifndef KDUEL_WORKLOADS_OUTPUT_REGEX_SIZE_H
#define KDUEL_WORKLOADS_OUTPUT_REGEX_SIZE_H

#define REGEX_MAX_SIZE 1000

/*
 * Number of characters and classes in a POSIX extended expression, counting each as often as
 * regcomp() has to copy it: "x+" is x and x*, and the contents of "{1,99}" occur 99 times. "x*" and
 * "x?" count twice, for the ways around them. Nested repetitions multiply: thirty "+" in a row use
 * all memory, thirty "?" all time (duplicate_tree() and calc_eclosure() in glibc's
 * posix/regcomp.c). Infinite if parentheses are nested too deeply. Only approximate for invalid
 * expressions.
 */
double regex_size(const char *ere);

#endif
