/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * list.h - every format of a report, sorted by name; X(name, do people read it?). The renderer of a
 * format is format_NAME() in a file of this folder. No guard: an X-macro.
 */
X(csv, false)
X(json, false)
X(junit, false)
X(mail, true)
X(markdown, true)
X(text, true)
