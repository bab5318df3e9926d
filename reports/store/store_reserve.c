// SPDX-License-Identifier: GPL-2.0-only
/*
 * A megabyte kept aside, so that a disk that fills up during a campaign still
 * takes the few lines that say so.
 */
#include "lib/fs.h"
#include "reports/store/db.h"

#include <fcntl.h>
#include <unistd.h>

#define RESERVE_BYTES (1 << 20)
/* Do not take the last bit of a nearly full disk again right away. */
#define ROOM_FACTOR 2

void store_reserve__fill(const struct store *st)
{
	_close_ int fd = -1;

	if (!st->reserve || fs__exists(st->reserve) ||
	    fs__free_bytes(st->path) < (uint64_t)RESERVE_BYTES * ROOM_FACTOR)
		return;
	fd = open(st->reserve, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return;
	if (posix_fallocate(fd, 0, RESERVE_BYTES))
		unlink(st->reserve);
}

bool store_reserve__drop(const struct store *st)
{
	return st->reserve && unlink(st->reserve) == 0;
}
