/* SPDX-License-Identifier: GPL-2.0-only */
/* format.h - version of the lines between the plugin and the host; docs/TLB.md describes them. */
#ifndef KDUEL_TLBMODEL_FORMAT_H
#define KDUEL_TLBMODEL_FORMAT_H

#define TLB_FORMAT 1

#endif
