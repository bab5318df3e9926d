// SPDX-License-Identifier: GPL-2.0-only
/* evidence.c - scripts that read what a machine has kept of a crash. */
#include "runner/machine/evidence.h"

#include "lib/utf8.h"
#include "runner/machine/push.h"

#define KEPT_MAX "1000000" /* keep at most this many bytes of each text */

/* Identify records by a checksum of their content: systemd-pstore moves them to another directory,
 * and some backends reuse names. */
#define COMMON                                                         \
	"umask 077; state=/var/lib/kduel; mkdir -p $state || exit 9\n" \
	"exec 2>/dev/null\n"                                           \
	"[ ! -d /sys/firmware/efi ] || modprobe -q efi_pstore\n"       \
	"[ ! -d /sys/fs/pstore ] || mountpoint -q /sys/fs/pstore || "  \
	"mount -t pstore pstore /sys/fs/pstore\n"                      \
	"records() { find /sys/fs/pstore /var/lib/systemd/pstore -type f -size -2048k; }\n" PUSH_SUM

static const char mark[] = COMMON
	"records | while read -r f; do sum \"$f\"; done >$state/pstore.before";

/* Sort the parts of a crash dump by descending number: pstore writes the end of the log first, as
 * part 1. */
static const char read_pstore[] = COMMON
	"touch $state/pstore.before\n"
	"records | while read -r f; do\n"
	"  grep -qx \"$(sum \"$f\")\" $state/pstore.before && continue\n"
	"  n=$(head -n 1 \"$f\" | head -c 64 | sed -n 's/^[A-Za-z ]*#\\([0-9][0-9]*\\) *Part *\\([0-9][0-9]*\\).*/\\1 \\2/p')\n"
	"  echo \"${n:-999999 0} $f\"\n"
	"done | sort -k 1,1n -k 2,2nr -k 3 | cut -d ' ' -f 3- >$state/pstore.read\n"
	"while read -r f; do\n"
	"  echo \"== ${f##*/}\"\n"
	"  case $f in *.enc.z) echo '(compressed in a way that this kernel cannot read)' ;; *) tr '\\000' '?' <\"$f\"; echo ;; esac\n"
	"done <$state/pstore.read | head -c " KEPT_MAX;

/* Remove the records that were read: kduel has them now. */
static const char empty_pstore[] = COMMON
	"while read -r f; do rm -f \"$f\"; rmdir \"${f%/*}\"; done <$state/pstore.read\n"
	"rm -f $state/pstore.read; :";

static const char read_log[] =
	"exec 2>/dev/null\n"
	"command -v journalctl >/dev/null || exit 0\n"
	"[ -n \"$boot\" ] || boot=$(journalctl --list-boots --no-pager -q | awk '$1 == -1 { print $2 }')\n"
	"[ -n \"$boot\" ] && [ \"$boot\" != \"$known_good\" ] || exit 0\n"
	"journalctl -k -b \"$boot\" -o short-monotonic --no-pager -q | tail -c " KEPT_MAX
	" | tr '\\000' '?'";

/* 32 is WDIOF_CARDRESET: the last reset came from the watchdog. */
static const char read_watchdog[] =
	"for w in /sys/class/watchdog/watchdog*; do\n"
	"  s=$(cat \"$w/bootstatus\" 2>/dev/null)\n"
	"  case $s in ''|*[!0-9]*) continue ;; esac\n"
	"  [ $((s & 32)) = 0 ] || { echo \"reset by $(head -c 100 \"$w/identity\" 2>/dev/null)\"; exit 0; }\n"
	"done\n"
	"exit 0";

/* Run a script. *text is its output, made printable; NULL if it is empty. The caller frees. */
static int run_script(struct ssh *s, const char *what, const char *script, char **text, size_t *len,
		      struct err *err)
{
	size_t n;
	int status;
	int ret = ssh__run(s, &(struct ssh_script){ .what = what, .text = script, .root = true },
			   text, &status, err);

	if (ret)
		return ret;
	if (status)
		return ssh__fault(s, BOOT_MACHINE_LOST, -EIO, err, "it could not %s: status %d",
				  what, status);
	n = strlen(*text);
	while (n && strchr("\r\n ", (*text)[n - 1]))
		(*text)[--n] = '\0';
	utf8__clean(*text, n, true);
	if (len)
		*len = n;
	if (!n) {
		free(*text);
		*text = NULL;
	}
	return 0;
}

int evidence__mark(struct ssh *s, struct err *err)
{
	_free_ char *nothing = NULL;

	return run_script(s, "note the records in pstore", mark, &nothing, NULL, err);
}

static int collect_pstore(struct ssh *s, struct evidence *ev, struct err *err)
{
	_free_ char *nothing = NULL;
	int ret = run_script(s, "read pstore", read_pstore, &ev->pstore, &ev->pstore_len, err);

	return ret || !ev->pstore ?
		       ret :
		       run_script(s, "empty pstore", empty_pstore, &nothing, NULL, err);
}

/* Remove the dashes from a boot id, as journalctl writes it. Caller frees. */
static char *plain_id(const char *boot_id)
{
	char *id = xstrdup(boot_id ? boot_id : ""), *to = id;

	for (const char *c = id; *c; c++)
		if (*c != '-')
			*to++ = *c;
	*to = '\0';
	return id;
}

int evidence__collect(struct ssh *s, const char *boot_id, const char *known_good,
		      struct evidence *ev, struct err *err)
{
	_free_ char *boot = plain_id(boot_id), *good = plain_id(known_good), *script = NULL;
	_free_ char *values = ssh__values("boot", boot, "known_good", good, NULL);
	int ret;

	*ev = (struct evidence){ 0 };
	script = xasprintf("%s%s", values, read_log);
	ret = collect_pstore(s, ev, err);
	if (!ret)
		ret = run_script(s, "read the kernel log of the previous boot", script,
				 &ev->kernel_log, &ev->kernel_log_len, err);
	if (!ret)
		ret = run_script(s, "query its watchdog", read_watchdog, &ev->watchdog, NULL, err);
	return ret;
}

void evidence__release(struct evidence *ev)
{
	free(ev->pstore);
	free(ev->kernel_log);
	free(ev->watchdog);
	*ev = (struct evidence){ 0 };
}
