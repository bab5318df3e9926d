/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * layout_metrics.h - the figures of a layout that are compared: their names and meanings are the
 * same, whatever the source of the layout.
 */
#ifndef KDUEL_COLLECTORS_SUPPORT_LAYOUT_METRICS_H
#define KDUEL_COLLECTORS_SUPPORT_LAYOUT_METRICS_H

#include "collectors/support/layout.h"
#include "lib/metric.h"

#define LAYOUT_LINEAR "linear_map"

#define LAYOUT_BYTES(metric, way, text)                                                            \
	METRIC(.name = metric, .unit = "B", .better = way, .kind = METRIC_STATE, .per_boot = true, \
	       .describes = true, .deterministic = true, .margin_abs = 2 << 20,                    \
	       .resolution = 4096, .help = text)

/* Rows of a metric table, with the leaves of all granules; a kernel has those of its own granule,
 * which also determines which of them are blocks: see layout.h. */
#define LAYOUT_METRICS                                                                         \
	METRIC(.name = LAYOUT_LINEAR ".block_share", .unit = "%", .better = BETTER_HIGHER,     \
	       .kind = METRIC_STATE, .primary = true, .per_boot = true, .deterministic = true, \
	       .margin_abs = 1, .help = "share of the linear map that is mapped by blocks"),   \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_4k", BETTER_LOWER,                          \
			     "linear map in pages of 4 KiB"),                                  \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_16k", BETTER_LOWER,                         \
			     "linear map in pages of 16 KiB"),                                 \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_64k", BETTER_HIGHER,                        \
			     "linear map in runs (or pages) of 64 KiB"),                       \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_2m", BETTER_HIGHER,                         \
			     "linear map in blocks (or runs) of 2 MiB"),                       \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_32m", BETTER_HIGHER,                        \
			     "linear map in runs (or blocks) of 32 MiB"),                      \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_512m", BETTER_HIGHER,                       \
			     "linear map in blocks of 512 MiB"),                               \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_1g", BETTER_HIGHER,                         \
			     "linear map in blocks of 1 GiB"),                                 \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_16g", BETTER_HIGHER,                        \
			     "linear map in runs of 16 GiB"),                                  \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_ro", BETTER_HIGHER,                         \
			     "linear map that is read-only"),                                  \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_rw", BETTER_LOWER,                          \
			     "linear map that is writable"),                                   \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_x", BETTER_LOWER,                           \
			     "linear map that the kernel may execute"),                        \
		LAYOUT_BYTES(LAYOUT_LINEAR ".bytes_invalid", BETTER_LOWER,                     \
			     "linear map with invalid entries"),                               \
		METRIC(.name = "kernel.bytes_wx", .unit = "B", .better = BETTER_LOWER,         \
		       .kind = METRIC_STATE, .per_boot = true, .deterministic = true,          \
		       .margin_abs = 4096, .resolution = 4096,                                 \
		       .help = "all sections: writable and executable")

typedef void (*layout_put)(void *arg, const char *metric, double value);

/* Pass each figure to `put`: the share of blocks and the bytes by leaf size; with `all` also by
 * permission. The names are static. -ENOENT: there is no linear map. */
int layout_metrics__put(const struct layout *l, bool all, layout_put put, void *arg);
/* "4K 2097152, ..., ro 0, rw 5, ...": a section in one line; the caller frees. */
char *layout_metrics__line(const struct layout *l, const struct layout_section *s);

#endif
