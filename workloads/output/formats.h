/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * formats.h - guesses which program wrote a file, for error messages of parsers that expected
 * another one's output. Never used for parsing.
 */
#ifndef KDUEL_WORKLOADS_OUTPUT_FORMATS_H
#define KDUEL_WORKLOADS_OUTPUT_FORMATS_H

#include "lib/err.h"

/* "JSON of hyperfine", "page tables of x86"; NULL: unknown. Works on any bytes, but only looks at
 * the first 256 KiB. */
const char *formats__name(const char *text, size_t len);
/* Extend the message in `err`, of a workload's parser or of command "layout" that failed with
 * `code`, by what the file seems to be, unless that is what `reader` reads. Returns `code`. */
int formats__say(const char *text, size_t len, const char *reader, int code, struct err *err);

#endif
