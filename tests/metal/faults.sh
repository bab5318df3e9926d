#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# faults.sh: each fault of a machine that boots kernels, and a kill of kduel at each state, on the machine
# of shell (tests/bootable.sh): no QEMU. A part of it is in tests/cli.
exec "$(dirname "$0")/../cli/machine-boots.sh" all
