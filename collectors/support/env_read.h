/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * env_read.h - reads the state of a system apart from its kernel, as far as measurements depend on
 * it. docs/ENVIRONMENT.md says what each fact means and when it may differ.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_ENV_READ_H
#define KDUEL_COLLECTORS_SUPPORT_ENV_READ_H

#include "lib/base.h"

typedef void (*env_fact_fn)(void *arg, const char *key, const char *value);

/*
 * Read the system whose /proc and /sys are below `root` ("": the running system), and call `fact`
 * for each item, always with the same keys in the same order ("governor"). What the system does not
 * have is "absent", and what cannot be read is "unreadable: REASON"; a value is never empty.
 */
void env__read(const char *root, env_fact_fn fact, void *arg);

/* The word in brackets of "always [madvise] never"; the text itself if there are none. In place. */
char *env__chosen(char *text);
/* The value of "KEY : VALUE" in /proc/cpuinfo: the distinct values with the number of CPUs, as "0x1
 * x 2, 0x3 x 2"; just the value if all CPUs have the same. The caller frees; NULL: none. */
char *env__cpuinfo(const char *text, const char *key);
/* Areas of /proc/swaps as "none" or "8 GiB in 2 areas"; the caller frees. */
char *env__swaps(const char *text);
/* Names in /proc/modules, sorted: "2: bar foo", at most 4000 bytes; the caller frees. */
char *env__modules(const char *text);
/* "MemTotal: N kB" rounded up to 256 MiB, as what the kernel reserves varies; the caller frees.
 * NULL: none. */
char *env__memory(const char *text);

#endif
