/* SPDX-License-Identifier: GPL-2.0-only */
/* annotate.h - the disassembly of a function on both sides, as text and JSON. */
#ifndef KDUEL_RENDER_ANNOTATE_H
#define KDUEL_RENDER_ANNOTATE_H

#include "reports/profile/annotate.h"

/* Side by side; longer stretches that neither side executed are summarised in one line. */
void annotate__text(const struct annotate *a, FILE *out);
/* All instructions. */
void annotate__json(const struct annotate *a, FILE *out);

#endif
