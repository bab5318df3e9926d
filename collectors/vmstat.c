// SPDX-License-Identifier: GPL-2.0-only
/* vmstat: what memory management did in an iteration, from /proc/vmstat. */
#include "collectors/support/delta.h"

#define COUNTERS(ROW)                                                                             \
	ROW("pgfault", "events", COUNT, "page faults", "/proc/vmstat", "pgfault", 1, 1)           \
	ROW("pgmajfault", "events", COUNT, "page faults that needed I/O", "/proc/vmstat",         \
	    "pgmajfault", 1, 1)                                                                   \
	ROW("pgfree", "events", COUNT, "pages freed", "/proc/vmstat", "pgfree", 1, 1)             \
	ROW("thp_fault_alloc", "events", COUNT, "huge pages allocated by faults", "/proc/vmstat", \
	    "thp_fault_alloc", 1, 1)                                                              \
	ROW("thp_split_pmd", "events", COUNT, "huge mappings that were split", "/proc/vmstat",    \
	    "thp_split_pmd", 1, 1)                                                                \
	ROW("compact_stall", "events", COUNT, "waits for compaction", "/proc/vmstat",             \
	    "compact_stall", 1, 1)                                                                \
	ROW("allocstall_normal", "events", COUNT, "waits for reclaim", "/proc/vmstat",            \
	    "allocstall_normal", 1, 1)                                                            \
	ROW("pgmigrate_success", "events", COUNT, "pages migrated", "/proc/vmstat",               \
	    "pgmigrate_success", 1, 1)                                                            \
	ROW("numa_hint_faults", "events", COUNT, "faults for NUMA balancing", "/proc/vmstat",     \
	    "numa_hint_faults", 1, 1)                                                             \
	ROW("pswpin", "events", COUNT, "pages swapped in", "/proc/vmstat", "pswpin", 1, 1)        \
	ROW("pswpout", "events", COUNT, "pages swapped out", "/proc/vmstat", "pswpout", 1, 1)

DELTA_COLLECTOR(vmstat, "page faults, migrations, compaction, swap: /proc/vmstat", COUNTERS);
