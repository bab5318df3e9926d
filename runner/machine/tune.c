// SPDX-License-Identifier: GPL-2.0-only
/* tune.c - two scripts: one changes settings, the other one restores them. */
#include "runner/machine/tune.h"

#include "lib/utf8.h"

/* The state file has the boot id in its first line, then a line PATH|OLD|NEW for each setting. For a
 * swap area, PATH is "swap", OLD its device and NEW empty. */
#define COMMON                                                                      \
	"umask 077; state=$dir/tune\n"                                              \
	"boot=$(cat /proc/sys/kernel/random/boot_id)\n"                             \
	"reads() { v=$(cat \"$1\" 2>/dev/null) || return 1; case $v in *'['*']'*) " \
	"v=${v#*'['}; v=${v%%']'*} ;; esac; echo \"$v\"; }\n"

static const char apply[] = COMMON
	"no() { echo \"$1\"; exit 6; }\n"
	"mkdir -p \"$dir\" || no \"$dir cannot be created\"\n"
	"[ \"$(head -n 1 \"$state\" 2>/dev/null)\" = \"$boot\" ] || echo \"$boot\" >\"$state\" || no \"$state cannot be written\"\n"
	"keep() { printf '%s|%s|%s\\n' \"$@\" >>\"$state\" && sync \"$state\" || no \"$state cannot be written\"; }\n"
	"lacks() { no \"$1: this machine does not have that setting; remove the key\"; }\n"
	"files() {\n"
	"  n=\n"
	"  for f in $3; do\n"
	"    [ -e \"$f\" ] || continue\n"
	"    n=1; old=$(reads \"$f\") || no \"$1: $f cannot be read\"\n"
	"    [ \"$old\" != \"$2\" ] || continue\n"
	"    keep \"$f\" \"$old\" \"$2\"\n"
	"    { echo \"$2\" >\"$f\"; } 2>/dev/null || no \"$1: $f does not accept '$2'\"\n"
	"    [ \"$(reads \"$f\")\" = \"$2\" ] || no \"$1: $f was set to '$2' but reads '$(reads \"$f\")'\"\n"
	"  done\n"
	"  [ -n \"$n\" ]\n"
	"}\n"
	"swap() {\n"
	"  tail -n +2 /proc/swaps | while read -r a rest; do\n"
	"    a=$(printf '%b' \"$a\"); keep swap \"$a\" ''\n"
	"    swapoff \"$a\" 2>/dev/null || no \"swap: $a cannot be turned off\"\n"
	"  done || exit 6\n"
	"}\n";

static const char restore[] = COMMON
	"[ -f \"$state\" ] || exit 0\n"
	"[ \"$(head -n 1 \"$state\")\" != \"$boot\" ] || tail -n +2 \"$state\" | tac | { bad=0\n"
	"  while IFS='|' read -r path old new; do\n"
	"    if [ \"$path\" = swap ]; then swapon \"$old\" 2>/dev/null || grep -q \"^$old \" /proc/swaps || { echo \"swap area $old cannot be turned on\"; bad=5; }; continue; fi\n"
	"    now=$(reads \"$path\")\n"
	"    if [ \"$now\" = \"$old\" ]; then continue; fi\n"
	"    if [ \"$now\" != \"$new\" ]; then echo \"$path reads '$now', set by somebody else: it is left alone\"; continue; fi\n"
	"    { echo \"$old\" >\"$path\"; } 2>/dev/null\n"
	"    [ \"$(reads \"$path\")\" = \"$old\" ] || { echo \"$path cannot be set back to '$old'\"; bad=5; }\n"
	"  done; exit $bad; } || exit 5\n"
	"rm -f \"$state\"";

static int run(struct machine_hold *h, const char *what, const char *head, const char *tail,
	       char **said, int *status, struct err *err)
{
	_free_ char *values = ssh__values("dir", h->dir, NULL);
	_free_ char *script = xasprintf("%s%s%s", values, head, tail);
	int ret = ssh__run(&h->ssh,
			   &(struct ssh_script){ .what = what, .text = script, .root = true }, said,
			   status, err);

	if (!ret)
		utf8__clean(*said, strlen(*said), true);
	return ret;
}

int machine_tune__apply(struct machine_hold *h, struct err *err)
{
	_free_ char *said = NULL;
	struct err ignored;
	int status, ret;

	h->tuned = true;
	ret = run(h, "change its settings", apply, h->settings, &said, &status, err);
	if (ret || !status)
		return ret;
	(void)machine_tune__restore(h, &ignored);
	said[strcspn(said, "\n")] = '\0';
	return ssh__fault(&h->ssh, BOOT_MACHINE_TUNE, -EOPNOTSUPP, err, "tune: %s",
			  *said ? said : "a setting cannot be changed");
}

int machine_tune__restore(struct machine_hold *h, struct err *err)
{
	_free_ char *said = NULL;
	char *save = NULL;
	int status, ret = run(h, "restore its settings", restore, "", &said, &status, err);

	if (ret)
		return ret;
	if (status)
		return ssh__fault(&h->ssh, BOOT_MACHINE_TUNE, -EIO, err,
				  "settings that a campaign changed are still in force: %.500s",
				  said);
	h->tuned = false;
	for (char *l = strtok_r(said, "\n", &save); l; l = strtok_r(NULL, "\n", &save))
		strvec__pushf(&h->notes, "machine %s: %s", h->m->name, l);
	return 0;
}
