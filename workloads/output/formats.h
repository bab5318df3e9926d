/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * formats.h - name the program that wrote a file, for the message of a parser that expected
 * another one's output. Nothing is parsed by what is found here.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_FORMATS_H
#define KDUEL_WORKLOADS_OUTPUT_FORMATS_H

#include "lib/err.h"

/* "JSON of hyperfine", "page tables of x86"; NULL: none of those known. Works on any bytes, looks at
 * the first 256 KiB. */
const char *formats__name(const char *text, size_t len);
/* To the message of a workload's parser, or of command "layout", that failed with `code`: add what
 * the file seems to be, unless that is what `reader` reads. Returns `code`. */
int formats__say(const char *text, size_t len, const char *reader, int code, struct err *err);

#endif
