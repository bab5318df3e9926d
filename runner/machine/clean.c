// SPDX-License-Identifier: GPL-2.0-only
/* clean.c - the script that removes everything that kduel left on a machine, and nothing else. */
#include "runner/machine/clean.h"

#include "lib/utf8.h"
#include "runner/machine/install.h"

/* Prints each thing that it has removed. A one-time entry that is still armed is cleared, too: it
 * would name a boot entry that no longer exists. */
static const char clean[] =
	"fail=0\n"
	"gone() { rm -rf \"$1\" && [ ! -e \"$1\" ] && echo \"$1\" || fail=1; }\n"
	"for g in /boot/grub /boot/grub2; do\n"
	"  c=$g/custom.cfg\n"
	"  if [ -f \"$c\" ] && grep -q '^# kduel begin' \"$c\"; then\n"
	"    t=$(mktemp \"$c.XXXXXX\") && cp -p \"$c\" \"$t\" && sed '/^# kduel begin/,/^# kduel end/d' \"$c\" >\"$t\" &&\n"
	"      if [ -s \"$t\" ]; then mv -f \"$t\" \"$c\"; else rm -f \"$t\" \"$c\"; fi && echo \"the entry in $c\" || { rm -f \"$t\"; fail=1; }\n"
	"  fi\n"
	"  e=$g/grubenv\n"
	"  [ -f \"$e\" ] || continue\n"
	"  for k in $(sed -n 's/^\\(kduel_[a-z_]*\\)=.*/\\1/p; s/^\\(next_entry\\)=kduel$/\\1/p' \"$e\"); do\n"
	"    { grub-editenv \"$e\" unset \"$k\" || grub2-editenv \"$e\" unset \"$k\"; } 2>/dev/null && echo \"$k in $e\" || fail=1\n"
	"  done\n"
	"done\n"
	"for b in \"$(bootctl -x 2>/dev/null)\" /boot /efi /boot/efi; do\n"
	"  [ -n \"$b\" ] || continue\n"
	"  f=$b/loader/entries/kduel.conf\n"
	"  if [ -f \"$f\" ]; then\n"
	"    for v in /sys/firmware/efi/efivars/LoaderEntryOneShot-*; do\n"
	"      [ ! -f \"$v\" ] || [ \"$(tail -c +5 \"$v\" | tr -d '\\000')\" != kduel.conf ] || { bootctl set-oneshot '' >/dev/null 2>&1 && echo 'the one-time entry' || fail=1; }\n"
	"    done\n"
	"    gone \"$f\"\n"
	"  fi\n"
	"  [ ! -d \"$b/kduel\" ] || [ -L \"$b/kduel\" ] || gone \"$b/kduel\"\n"
	"done\n"
	"for m in /lib/modules/*/" INSTALL_MARK " /lib/modules/.kduel-*/" INSTALL_MARK "; do\n"
	"  d=${m%/*}; [ ! -f \"$m\" ] || [ -L \"$d\" ] || gone \"$d\"\n"
	"done\n"
	"for d in /lib/modules/.kduel-*.part; do [ ! -d \"$d\" ] || gone \"$d\"; done\n"
	"d=/var/lib/kduel; [ ! -d \"$d\" ] || gone \"$d\"\n"
	"d=${XDG_STATE_HOME:-$HOME/.local/state}/kduel; [ ! -d \"$d\" ] || gone \"$d\"\n"
	"exit $fail";

int machine__clean(struct ssh *s, char **said, struct err *err)
{
	int status, ret;

	ret = ssh__run(s,
		       &(struct ssh_script){ .what = "remove what is kduel's",
					     .text = clean,
					     .root = true,
					     .within_ns = s->m->deadlines.push },
		       said, &status, err);
	if (ret)
		return ret;
	utf8__clean(*said, strlen(*said), true);
	if (str_ends(*said, "\n"))
		(*said)[strlen(*said) - 1] = '\0';
	if (status)
		return ssh__fault(s, BOOT_MACHINE_PUSH, -EIO, err,
				  "some of kduel's files could not be removed; these were: %.500s",
				  **said ? *said : "nothing");
	return 0;
}
