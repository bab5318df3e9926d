/* SPDX-License-Identifier: GPL-2.0-only */
/* tlbmodel_parse.h - where the running kernel says that it and its modules lie. */
#ifndef KDUEL_COLLECTORS_SUPPORT_TLBMODEL_PARSE_H
#define KDUEL_COLLECTORS_SUPPORT_TLBMODEL_PARSE_H

#include "lib/base.h"

/* /sys/kernel/vmcoreinfo, "0x0000000041a0b000 1024": physical address and, in hex, size of the
 * note. 0 or -EPROTO. */
int tlbmodel__note(const char *text, uint64_t *pa, uint64_t *size);
/* /proc/iomem: first and last physical byte of the kernel image. 0 or -EPROTO (to all but root
 * the kernel shows zeros). */
int tlbmodel__image(const char *iomem, uint64_t *first, uint64_t *last);
/* /proc/iomem: the next range of memory that a driver has added, from *at on, which moves behind it, by
 * its first and last byte. False: no more. */
bool tlbmodel__added(const char **at, uint64_t *first, uint64_t *last);
/* /proc/vmallocinfo: the next area that holds code or data of modules or generated code, from
 * *at on, which moves behind it. False: no more. */
bool tlbmodel__module_area(const char **at, uint64_t *start, uint64_t *end);
/* Who made the area whose line ended at `at`: "alloc_insn_page+0x20/0x48", up to *len. */
const char *tlbmodel__area_owner(const char *text, const char *at, int *len);

#endif
