// SPDX-License-Identifier: GPL-2.0-only
/* probe.c - two scripts: one answers questions, a line each; the other one copies files. */
#include "runner/machine/probe.h"

#include "lib/clock.h"
#include "lib/fs.h"
#include "lib/utf8.h"
#include "runner/host/arch.h"

#include <inttypes.h>

#define ANSWERS_MAX 100
#define STATE_DIR_SH \
	"d=/var/lib/kduel; [ \"$(id -u)\" = 0 ] || d=${XDG_STATE_HOME:-$HOME/.local/state}/kduel"

/* If a command is missing on the machine, its answer is empty. */
static const char questions[] =
	"exec 2>/dev/null\n"
	"p() { echo \"$1 $2\"; }\n"
	"has() { command -v \"$1\"; }\n"
	"free_kb() { set -- $(df -Pk \"$1\" | tail -n 1); echo \"$4\"; }\n"
	"up() { f=$1; while [ ! -d \"$f\" ]; do f=$(dirname \"$f\"); done; echo \"$f\"; }\n"
	"p arch \"$(uname -m)\"\n"
	"p kernel \"$(uname -r)\"\n"
	"p name \"$(uname -n)\"\n"
	"p cpus \"$(getconf _NPROCESSORS_ONLN || nproc)\"\n"
	"p system \"$(. /etc/os-release; echo \"$PRETTY_NAME\")\"\n"
	"p clock \"$(date +%s)\"\n"
	"p uid \"$(id -u)\"\n"
	"p boot_id \"$(cat /proc/sys/kernel/random/boot_id)\"\n" STATE_DIR_SH "\n"
	"p dir \"$d\"\n"
	"[ ! -f \"$d/tune\" ] || p tuned yes\n"
	"p dir_free_kb \"$(free_kb \"$(up \"$d\")\")\"\n"
	"p boot_free_kb \"$(free_kb /boot)\"\n"
	"p modules_free_kb \"$(free_kb /lib/modules)\"\n"
	"p tools \"$(for t in sha256sum mktemp ln mv df sync flock; do has $t >/dev/null || printf '%s ' $t; done)\"\n"
	"p kexec \"$(has kexec)\"\n"
	"p kexec_loaded \"$(cat /sys/kernel/kexec_loaded)\"\n"
	"p kexec_disabled \"$(cat /proc/sys/kernel/kexec_load_disabled)\"\n"
	"p lockdown \"$(sed -n 's/.*\\[\\(.*\\)\\].*/\\1/p' /sys/kernel/security/lockdown)\"\n"
	"p config_kexec \"$({ zcat /proc/config.gz || cat \"/boot/config-$(uname -r)\"; } | sed -n 's/^CONFIG_KEXEC=//p; s/^# CONFIG_KEXEC is not set/n/p' | head -n 1)\"\n"
	"p efi \"$([ -d /sys/firmware/efi ] && echo yes)\"\n"
	"p sdboot \"$(ls /sys/firmware/efi/efivars | grep -c '^LoaderInfo-')\"\n"
	"p bootctl \"$(has bootctl)\"\n"
	"p efivars \"$(awk '$2 == \"/sys/firmware/efi/efivars\" { print $4 }' /proc/mounts | head -n 1)\"\n"
	"e=; for d in \"$(bootctl -x)\" /boot /efi /boot/efi; do [ -z \"$e\" ] && [ -n \"$d\" ] && [ -d \"$d/loader/entries\" ] && e=$d; done\n"
	"p entries \"$e\"\n"
	"p entries_free_kb \"$([ -n \"$e\" ] && free_kb \"$e\")\"\n"
	"p grub_editenv \"$(has grub-editenv || has grub2-editenv)\"\n"
	"p grub_reboot \"$(has grub-reboot || has grub2-reboot)\"\n"
	"g=; for f in /boot/grub /boot/grub2; do [ -d $f ] && g=$f; done\n"
	"p grub_dir \"$g\"\n"
	"c=$g/grub.cfg; [ -n \"$g\" ] && [ -f \"$c\" ] || c=/dev/null\n"
	"p grub_one_time \"$(grep -q 'next_entry' $c && echo yes)\"\n"
	"p grub_custom \"$(grep -q 'custom\\.cfg' $c && echo yes)\"\n"
	"p grubenv_fs \"$([ -n \"$g\" ] && stat -f -c %T $g)\"\n"
	"p grubenv_on \"$([ -n \"$g\" ] && lsblk -no TYPE \"$(df -P $g | tail -n 1 | cut -d ' ' -f 1)\" | head -n 1)\"\n"
	"p next_entry \"$([ -n \"$g\" ] && sed -n 's/^next_entry=//p' $g/grubenv | head -n 1)\"\n"
	"p pstore \"$(cat /sys/module/pstore/parameters/backend)\"\n"
	"p pstore_files \"$(ls /sys/fs/pstore /var/lib/systemd/pstore | grep -c -- -)\"\n"
	"p watchdog \"$([ -e /dev/watchdog ] && cat /sys/class/watchdog/watchdog0/identity)\"\n"
	"p watchdog_dev \"$([ -e /dev/watchdog ] && echo yes)\"\n"
	"p panic \"$(cat /proc/sys/kernel/panic)\"\n"
	"exit 0";

int probe__ask(struct ssh *s, const char *what, const char *script, struct probe *p,
	       struct err *err)
{
	_free_ char *out = NULL;
	char *save = NULL;
	int status, ret;

	*p = (struct probe){ 0 };
	ret = ssh__run(s, &(struct ssh_script){ .what = what, .text = script, .root = true }, &out,
		       &status, err);
	if (ret)
		return ret;
	if (status)
		return ssh__fault(s, BOOT_MACHINE_LOST, -EIO, err, "it could not %s: status %d",
				  what, status);
	for (char *l = strtok_r(out, "\n", &save); l && p->keys.n < ANSWERS_MAX;
	     l = strtok_r(NULL, "\n", &save)) {
		size_t n = strcspn(l, " ");

		utf8__clean(l, strlen(l), false);
		strvec__pushf(&p->keys, "%.*s", (int)n, l);
		strvec__push(&p->values, l[n] ? l + n + 1 : "");
	}
	return 0;
}

int probe__run(struct ssh *s, struct probe *p, struct err *err)
{
	return probe__ask(s, "report what it has", questions, p, err);
}

const char *probe__get(const struct probe *p, const char *key)
{
	for (size_t i = 0; i < p->keys.n; i++)
		if (streq(p->keys.v[i], key))
			return p->values.v[i];
	return "";
}

int64_t probe__clock_offset(const struct probe *p)
{
	const char *text = probe__get(p, "clock");
	int64_t theirs = strtoll(text, NULL, 10);

	/* Reject what cannot be a time; the difference below must not overflow. */
	if (theirs <= 0 || theirs > INT64_MAX / 2)
		return INT64_MAX;
	return theirs - (int64_t)(clock__wall_ns() / NSEC_PER_SEC);
}

const char *probe__arch(const struct probe *p)
{
	const char *machine = probe__get(p, "arch");

	for (size_t i = 0; i < arch__count; i++)
		if (streq(arch__all[i].machine, machine))
			return arch__all[i].deb;
	return machine;
}

void probe__release(struct probe *p)
{
	strvec__release(&p->keys);
	strvec__release(&p->values);
}

/* Files that are copied, relative to the root of the tree. */
static const char *const copied[] = {
	"etc/machine-id",
	"proc/cmdline",
	"proc/cpuinfo",
	"proc/meminfo",
	"proc/self/status",
	"proc/sys/kernel/dmesg_restrict",
	"proc/sys/kernel/hostname",
	"proc/sys/kernel/perf_event_paranoid",
	"proc/sys/kernel/random/boot_id",
	"sys/class/dmi/id/product_name",
	"sys/class/dmi/id/sys_vendor",
	"sys/devices/system/cpu/cpu0/regs/identification/midr_el1",
};

/* Write one file of the tree. */
static int put_file(const char *root, const char *path, const char *text, size_t len,
		    struct err *err)
{
	_free_ char *full = xasprintf("%s/%s", root, path);
	_free_ char *dir = xstrndup(full, (size_t)(strrchr(full, '/') - full));
	int ret = fs__mkdir_p(dir);

	if (!ret)
		ret = fs__write_atomic(full, text, len);
	return ret ? err__errno(err, ret, full) : 0;
}

/* The script prints each file between two marker lines with its number. */
int probe__copy_tree(struct ssh *s, const char *root, struct err *err)
{
	_free_ char *script = NULL, *out = NULL;
	FILE *f = xmemstream(&script, &(size_t){ 0 });
	int status, ret;

	for (size_t i = 0; i < ARRAY_SIZE(copied); i++)
		fprintf(f,
			"if [ -r /%s ]; then echo kduel-file-%zu; head -c 1000000 /%s; "
			"echo; echo kduel-end-%zu; fi\n",
			copied[i], i, copied[i], i);
	/* An arm64 guest of a hypervisor. */
	fputs("[ ! -e /proc/device-tree/hypervisor ] || echo kduel-hypervisor\n", f);
	/* QEMU's virt machine without firmware, which would identify it in DMI; and its PSCI
	 * conduit. */
	fputs("case $(tr -d '\\0' </proc/device-tree/compatible) in linux,dummy-virt*)\n"
	      "  echo kduel-virt-$(tr -d '\\0' </proc/device-tree/psci/method) ;; esac 2>/dev/null\n",
	      f);
	fclose(f);
	ret = ssh__run(s,
		       &(struct ssh_script){
			       .what = "describe itself", .text = script, .root = true },
		       &out, &status, err);
	for (size_t i = 0; !ret && i < ARRAY_SIZE(copied); i++) {
		_free_ char *head = xasprintf("kduel-file-%zu\n", i);
		_free_ char *tail = xasprintf("\nkduel-end-%zu\n", i);
		const char *from = strstr(out, head), *to = from ? strstr(from, tail) : NULL;

		if (!to)
			continue;
		from += strlen(head);
		if (to >= from)
			ret = put_file(root, copied[i], from, (size_t)(to - from), err);
	}
	if (!ret && strstr(out, "\nkduel-hypervisor\n"))
		ret = put_file(root, "proc/device-tree/hypervisor", "", 0, err);
	if (!ret && strstr(out, "\nkduel-virt-"))
		ret = put_file(root, "proc/device-tree/compatible", "linux,dummy-virt", 16, err);
	if (!ret && strstr(out, "\nkduel-virt-smc\n"))
		ret = put_file(root, "proc/device-tree/psci/method", "smc", 3, err);
	return ret;
}
