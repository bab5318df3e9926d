// SPDX-License-Identifier: GPL-2.0-only
/*
 * method.c - the scripts of each boot method. A script that cannot do its part prints why and exits
 * with 6.
 *
 * kexec: kexec(8) loads the kernel with kexec_load(2). systemd would use kexec_file_load(2), which
 * arm64 kernels often lack. An exit status of 0 does not prove that the kernel is loaded, so
 * /sys/kernel/kexec_loaded is read, too.
 *
 * GRUB: custom.cfg gets one entry that sources a file of kduel's, which says what to boot. grub.cfg
 * and the entry of known-good are never touched.
 */
#include "runner/machine/method.h"

#include "lib/utf8.h"

enum { NOT_POSSIBLE = 6 };

#define ENTRY "kduel" /* id of the boot entry; for systemd-boot without the suffix ".conf" */

static const char kexec_check[] =
	"no() { echo \"$1\"; exit 6; }\n"
	"command -v kexec >/dev/null || no 'kexec(8) is missing: install kexec-tools'\n"
	"[ -e /sys/kernel/kexec_loaded ] || no 'the running kernel has no kexec (CONFIG_KEXEC)'\n"
	"[ \"$(cat /proc/sys/kernel/kexec_load_disabled 2>/dev/null || echo 0)\" = 0 ] || "
	"no 'kexec is disabled until the next boot (kernel.kexec_load_disabled)'\n"
	"case $(cat /sys/kernel/security/lockdown 2>/dev/null) in ''|*'[none]'*) ;; "
	"*) no 'the kernel is locked down (Secure Boot), which forbids kexec' ;; esac";

static const char kexec_arm[] = "set -- $opts -c -l \"$image\" --command-line=\"$cmdline\"\n"
				"[ -z \"$initrd\" ] || set -- \"$@\" --initrd=\"$initrd\"\n"
				"said=$(kexec \"$@\" 2>&1) || { echo \"$said\"; exit 6; }";

static const char kexec_verify[] =
	"[ \"$(cat /sys/kernel/kexec_loaded)\" = 1 ] || "
	"{ echo 'kexec returned 0, but the kernel has nothing loaded'; exit 6; }";

/* GRUB clears next_entry by overwriting grubenv in place, which works only on simple file systems. */
#define GRUB_TOOLS                                                            \
	"no() { echo \"$1\"; exit 6; }\n"                                     \
	"g=; for d in /boot/grub /boot/grub2; do [ -d $d ] && g=$d; done\n"   \
	"[ -n \"$g\" ] || no 'there is neither /boot/grub nor /boot/grub2'\n" \
	"t=grub; command -v grub-editenv >/dev/null || t=grub2\n"             \
	"env() { \"$t-editenv\" \"$g/grubenv\" \"$@\"; }\n"

static const char grub_check[] = GRUB_TOOLS
	"command -v $t-reboot >/dev/null && command -v $t-editenv >/dev/null || "
	"no 'grub-reboot or grub-editenv is missing: install grub-common'\n"
	"case $(stat -f -c %T $g) in ext2/ext3|ext4|xfs|msdos|vfat) ;; "
	"*) no \"grubenv is on $(stat -f -c %T $g), where GRUB cannot clear a one-time entry\" ;; esac\n"
	"on=$(lsblk -no TYPE \"$(df -P $g | tail -n 1 | cut -d ' ' -f 1)\" 2>/dev/null | head -n 1)\n"
	"case $on in lvm|raid*|crypt) no \"grubenv is on $on, where GRUB cannot clear a one-time entry\" ;; esac\n"
	"grep -q custom.cfg $g/grub.cfg || no \"$g/grub.cfg does not read custom.cfg: restore /etc/grub.d/41_custom and run grub-mkconfig\"\n"
	"grep -q next_entry $g/grub.cfg || no \"$g/grub.cfg has no next_entry: make it with grub-mkconfig\"\n"
	"[ -e $g/grubenv ] || no \"there is no $g/grubenv: run grub-editenv $g/grubenv create\"";

/* If GRUB could not load the kernel, it would stay in its menu for ever. `fallback` makes it boot
 * the first entry instead; it only accepts a number. */
static const char grub_arm[] = GRUB_TOOLS
	"put() { cat >\"$1.part\" && sync \"$1.part\" && mv -f \"$1.part\" \"$1\" && sync \"${1%/*}\"; }\n"
	"quote() { printf '%s' \"$1\" | sed \"s/'/'\\\\\\\\''/g; s/^/'/; s/\\$/'/\"; }\n"
	"find=; [ -z \"$uuid\" ] || find=\"search --no-floppy --fs-uuid --set=root $uuid\"\n"
	"block=$(cat <<END\n"
	"# kduel begin\n"
	"menuentry 'kduel, once' --id " ENTRY " {\n"
	"	$find\n"
	"	source \"$(dirname \"$limage\")/grub.cfg\"\n"
	"}\n"
	"if [ \"\\${default}\" = " ENTRY " ]; then set fallback=0; fi\n"
	"# kduel end\n"
	"END\n"
	")\n"
	"touch $g/custom.cfg || no \"$g/custom.cfg cannot be written\"\n"
	"[ \"$(sed -n '/^# kduel begin/,/^# kduel end/p' $g/custom.cfg)\" = \"$block\" ] ||\n"
	"  { sed '/^# kduel begin/,/^# kduel end/d' $g/custom.cfg; echo \"$block\"; } | put $g/custom.cfg ||\n"
	"  no \"$g/custom.cfg cannot be written\"\n"
	"set -f\n"
	"{ printf 'linux %s' \"$limage\"\n"
	"  for w in $cmdline; do printf ' '; quote \"$w\"; done\n"
	"  echo; [ -z \"$linitrd\" ] || echo \"initrd $linitrd\"; } | put \"${image%/*}/grub.cfg\" ||\n"
	"  no \"${image%/*}/grub.cfg cannot be written\"\n"
	"said=$(\"$t-reboot\" " ENTRY " 2>&1) || no \"$said\"";

static const char grub_verify[] = GRUB_TOOLS
	"env list | grep -qx next_entry=" ENTRY " || "
	"no \"grub-reboot returned 0, but grubenv has no next_entry=" ENTRY "\"";

static const char grub_spent[] = GRUB_TOOLS
	"env list | grep -q '^next_entry=.' || exit 0\n"
	"env unset next_entry\n"
	"no 'GRUB did not clear next_entry and would have booted the same kernel every time: kduel has "
	"cleared it; use another boot method'";

#define LOADER_VARIABLES \
	"v=/sys/firmware/efi/efivars/LoaderEntryOneShot-4a67b082-0a4c-41cf-b6c7-440b29bb8c4f\n"

static const char sd_boot_check[] =
	"no() { echo \"$1\"; exit 6; }\n"
	"command -v bootctl >/dev/null || no 'bootctl is missing: install systemd-boot'\n"
	"ls /sys/firmware/efi/efivars 2>/dev/null | grep -q '^LoaderInfo-' || "
	"no 'systemd-boot did not boot this system'\n"
	"grep -q ' /sys/firmware/efi/efivars [^ ]* rw' /proc/mounts || no 'efivarfs is read-only or not mounted'\n"
	"b=$(bootctl -x 2>/dev/null) && [ -d \"$b\" ] || no 'bootctl -x names no boot partition'";

static const char sd_boot_arm[] = LOADER_VARIABLES
	"no() { echo \"$1\"; exit 6; }\n"
	"b=$(bootctl -x) && mkdir -p \"$b/loader/entries\" || no 'the boot partition cannot be written'\n"
	"e=$b/loader/entries/" ENTRY ".conf\n"
	"{ printf 'title kduel, once\\nlinux %s\\n' \"$limage\"\n"
	"  [ -z \"$linitrd\" ] || printf 'initrd %s\\n' \"$linitrd\"\n"
	"  printf 'options %s\\n' \"$cmdline\"; } >\"$e.part\" && sync \"$e.part\" && mv -f \"$e.part\" \"$e\" && "
	"sync \"${e%/*}\" || { rm -f \"$e.part\"; no \"$e cannot be written\"; }\n"
	"said=$(bootctl set-oneshot " ENTRY ".conf 2>&1) || no \"$said\"";

static const char sd_boot_verify[] = LOADER_VARIABLES
	"[ \"$(tr -d '\\000-\\037' <\"$v\" 2>/dev/null)\" = " ENTRY ".conf ] || "
	"{ echo 'bootctl returned 0, but the firmware has no one-time entry'; exit 6; }";

static const char sd_boot_spent[] = LOADER_VARIABLES
	"[ -e \"$v\" ] || exit 0\n"
	"bootctl set-oneshot ''\n"
	"echo 'systemd-boot did not clear its one-time entry; kduel has cleared it'; exit 6";

static const char nothing[] = "";

static const struct method {
	const char *check, *arm, *verify, *spent;
} methods[] = {
	[MACHINE_BOOT_KEXEC] = { kexec_check, kexec_arm, kexec_verify, nothing },
	[MACHINE_BOOT_GRUB] = { grub_check, grub_arm, grub_verify, grub_spent },
	[MACHINE_BOOT_SYSTEMD_BOOT] = { sd_boot_check, sd_boot_arm, sd_boot_verify, sd_boot_spent },
	[MACHINE_BOOT_COMMAND] = { nothing, NULL, nothing, nothing },
};

/* Run a script that exits with 0, or prints a reason and fails. The message is "`fault`: REASON", or
 * "it could not `what`: REASON" if `fault` is NULL or the machine does not answer. */
static int run(struct ssh *s, const char *what, const char *fault, const char *values,
	       const char *script, struct err *err)
{
	_free_ char *text = xasprintf("%s%s", values, script), *said = NULL;
	int status = 0, ret = 0;

	if (*script)
		ret = ssh__run(s, &(struct ssh_script){ .what = what, .text = text, .root = true },
			       &said, &status, err);
	if (ret || !status)
		return ret;
	said[strcspn(said, "\n")] = '\0';
	utf8__clean(said, strlen(said), false);
	return ssh__fault(s, BOOT_MACHINE_ARM, -EOPNOTSUPP, err, "%s%s: %s (status %d)",
			  fault ? "" : "it could not ", fault ? fault : what,
			  *said ? said : "it gave no reason", status);
}

int method__find_loader(struct ssh *s, enum machine_boot *method, struct err *err)
{
	static const char script[] =
		"ls /sys/firmware/efi/efivars 2>/dev/null | grep -q '^LoaderInfo-' && exit 11\n"
		"for d in /boot/grub /boot/grub2; do [ -e $d/grub.cfg ] && exit 10; done\n"
		"exit 0";
	_free_ char *said = NULL;
	int status, ret = ssh__run(s,
				   &(struct ssh_script){ .what = "report its boot loader",
							 .text = script,
							 .root = true },
				   &said, &status, err);

	*method = ret	       ? MACHINE_BOOT_NO :
		  status == 10 ? MACHINE_BOOT_GRUB :
		  status == 11 ? MACHINE_BOOT_SYSTEMD_BOOT :
				 MACHINE_BOOT_NO;
	return ret;
}

int method__check(struct ssh *s, enum machine_boot method, struct err *err)
{
	_free_ char *what = xasprintf("check boot method %s", machine_boot__name(method));
	_free_ char *fault = xasprintf("it cannot be booted by %s", machine_boot__name(method));

	return run(s, what, fault, "", methods[method].check, err);
}

int method__arm(struct ssh *s, enum machine_boot method, const struct method_boot *boot,
		struct err *err)
{
	const struct installed *k = boot->kernel;
	_free_ char *what = xasprintf("arm a boot by %s", machine_boot__name(method)),
		    *values = NULL;

	if (method == MACHINE_BOOT_COMMAND)
		values = ssh__values("KDUEL_IMAGE", k->image, "KDUEL_INITRD",
				     k->initrd ? k->initrd : "", "KDUEL_CMDLINE", boot->cmdline,
				     "KDUEL_RELEASE", k->release ? k->release : "", NULL);
	else
		values = ssh__values("image", k->image, "initrd", k->initrd ? k->initrd : "",
				     "limage", k->loader_image ? k->loader_image : "", "linitrd",
				     k->loader_initrd ? k->loader_initrd : "", "uuid",
				     k->fs_uuid ? k->fs_uuid : "", "cmdline", boot->cmdline, "opts",
				     s->m->kexec_unchecked ? "-i" : "", NULL);
	if (method == MACHINE_BOOT_COMMAND) {
		/* The user's command most likely prints its errors to stderr. */
		_free_ char *script =
			xasprintf("export KDUEL_IMAGE KDUEL_INITRD KDUEL_CMDLINE KDUEL_RELEASE\n"
				  "exec 2>&1\n%s",
				  s->m->boot_command);

		return run(s, what, NULL, values, script, err);
	}
	return run(s, what, NULL, values, methods[method].arm, err);
}

int method__verify(struct ssh *s, enum machine_boot method, struct err *err)
{
	return run(s, "report what it boots next", "the next boot is not set to the kernel", "",
		   methods[method].verify, err);
}

int method__disarm(struct ssh *s, struct err *err)
{
	static const char script[] =
		"[ \"$(cat /sys/kernel/kexec_loaded 2>/dev/null)\" != 1 ] || kexec -u\n"
		"for g in /boot/grub /boot/grub2; do\n"
		"  for t in grub grub2; do\n"
		"    command -v $t-editenv >/dev/null && [ -e $g/grubenv ] || continue\n"
		"    ! $t-editenv $g/grubenv list | grep -qx next_entry=" ENTRY
		" || $t-editenv $g/grubenv unset next_entry\n"
		"  done\n"
		"done\n" LOADER_VARIABLES
		"[ \"$(tr -d '\\000-\\037' <\"$v\" 2>/dev/null)\" != " ENTRY
		".conf ] || bootctl set-oneshot ''\n"
		":";

	return run(s, "disarm the next boot", NULL, "", script, err);
}

int method__check_spent(struct ssh *s, enum machine_boot method, struct err *err)
{
	return run(s, "report its one-time entry", "the boot was not one-time", "",
		   methods[method].spent, err);
}

/*
 * With systemd, `systemctl` returns at once, and stopping the services ends this session. Without
 * systemd, or with `force`, a background process waits until the session has ended, then kills sshd
 * and reboots. It kills sshd because kexec leaves the old kernel without closing its connections,
 * and kduel waits for the connection to close. If `kexec -e` returns, it has failed: reboot into
 * known-good.
 */
static const char go_script[] =
	"sync\n"
	"[ -n \"$force\" ] || [ ! -d /run/systemd/system ] || { systemctl $verb; exit; }\n"
	"sshd=; p=$$\n"
	"while [ \"$p\" -gt 1 ] 2>/dev/null; do\n"
	"  case $(cat /proc/$p/comm) in sshd*) sshd=\"$p $sshd\" ;; esac\n"
	"  p=$(sed -n 's/^PPid:[[:space:]]*//p' /proc/$p/status)\n"
	"done\n"
	"export verb sshd; export me=$$\n"
	"setsid sh -c 'trap \"\" HUP TERM\n"
	"  n=0; while kill -0 $me && [ $n -lt 20 ]; do sleep 0.1; n=$((n + 1)); done; sleep 0.2\n"
	"  [ -z \"$sshd\" ] || kill -9 $sshd\n"
	"  [ $verb = reboot ] || kexec -e\n"
	"  reboot -f' </dev/null >/dev/null 2>&1 &";

int method__go(struct ssh *s, enum machine_boot method, bool force, struct err *err)
{
	_free_ char *values = ssh__values("verb", method == MACHINE_BOOT_KEXEC ? "kexec" : "reboot",
					  "force", force ? "1" : "", NULL);
	int ret = run(s, "reboot", NULL, values, go_script, err);

	return ret && s->fault == BOOT_MACHINE_LOST ? 0 : ret;
}
