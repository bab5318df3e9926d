/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * list.h - the formats of a report, sorted by name: X(name, read by people?). format_NAME(), in a
 * file of this directory, is the renderer. No include guard: an X-macro.
 */
X(csv, false)
X(json, false)
X(junit, false)
X(mail, true)
X(markdown, true)
X(text, true)
