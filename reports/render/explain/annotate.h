/* SPDX-License-Identifier: GPL-2.0-only */
/* annotate.h - two disassemblies of a function beside each other, as text and JSON. */
#ifndef KDUEL_RENDER_ANNOTATE_H
#define KDUEL_RENDER_ANNOTATE_H

#include "reports/profile/annotate.h"

/* Runs of instructions that neither side executed are one line. */
void annotate__text(const struct annotate *a, FILE *out);
/* Every instruction. */
void annotate__json(const struct annotate *a, FILE *out);

#endif
