/* SPDX-License-Identifier: GPL-2.0-only */
/* guest.h - properties of the guest, from the command lines of boots. */
#ifndef KDUEL_ANALYSIS_GUEST_H
#define KDUEL_ANALYSIS_GUEST_H

#include "reports/store/campaign.h"

/* Guest RAM of a variant (by index) in bytes; 0: no boot has a QEMU command line with a size. */
double guest__ram(const struct campaign *c, size_t variant);

#endif
