/* SPDX-License-Identifier: GPL-2.0-only */
/* guest.h - what the command lines of boots say of the guest. */
#ifndef KDUEL_ANALYSIS_GUEST_H
#define KDUEL_ANALYSIS_GUEST_H

#include "reports/store/campaign.h"

/* Guest RAM of a variant (index), bytes, as the command lines of its boots have it; 0: not a guest of
 * ours. */
double guest__ram(const struct campaign *c, size_t variant);

#endif
