// SPDX-License-Identifier: GPL-2.0-only
/* host.c - facts about the host, from /proc, /etc/os-release and dpkg. */
#include "runner/host/host.h"

#include "lib/fs.h"
#include "lib/meminfo.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "runner/host/arch.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CPUINFO_MAX (4u << 20)

/* Read a file below `root`, up to `max` bytes; "" if it cannot be read. The caller frees. */
static char *read_or_empty(const char *root, const char *file, size_t max)
{
	_free_ char *path = xasprintf("%s/%s", root, file);
	char *text = NULL;

	return fs__read(path, max, &text, NULL) ? xstrdup("") : text;
}

/* x86 has a line "model name : X" in /proc/cpuinfo; arm64 has only part numbers. */
char *hostinfo__cpu_model(const char *root)
{
	_free_ char *text = read_or_empty(root, "proc/cpuinfo", CPUINFO_MAX);
	char *at, *end;

	at = strstr(text, "model name");
	at = at ? at : strstr(text, "CPU part");
	at = at ? strchr(at, ':') : NULL;
	if (!at)
		return xstrdup("unknown CPU");
	at += 1 + strspn(at + 1, " \t");
	end = strchr(at, '\n');
	return end ? xstrndup(at, (size_t)(end - at)) : xstrdup(at);
}

enum metric_platform hostinfo__platform(const char *root)
{
	_free_ char *hypervisor = xasprintf("%s/proc/device-tree/hypervisor", root);
	_free_ char *vendor = read_or_empty(root, "sys/class/dmi/id/sys_vendor", 256);
	_free_ char *product = read_or_empty(root, "sys/class/dmi/id/product_name", 256);
	_free_ char *board = read_or_empty(root, "proc/device-tree/compatible", 256);
	_free_ char *psci = read_or_empty(root, "proc/device-tree/psci/method", 16);
	_free_ char *cpuinfo = read_or_empty(root, "proc/cpuinfo", CPUINFO_MAX);
	const bool virt = str_starts(board, "linux,dummy-virt");

	/* QEMU's virt machine has this DMI product name if the CPU is emulated (hw/arm/virt.c; with
	 * KVM it is "KVM Virtual Machine"), and emulated x86 CPUs have this model name by default. A
	 * virt machine without firmware has no DMI; but if it has EL2 or EL3, its PSCI conduit is
	 * SMC, which it never is under KVM. */
	if (str_starts(product, "QEMU Virtual Machine") || strstr(cpuinfo, "QEMU TCG CPU") ||
	    (virt && str_starts(psci, "smc")))
		return PLATFORM_TCG;
	/* The device-tree node identifies arm64 guests of Xen and some others; QEMU's machines are
	 * found by DMI, and x86 guests by the CPU flag "hypervisor". */
	if (virt || fs__exists(hypervisor) || strstr(vendor, "QEMU") ||
	    strstr(cpuinfo, " hypervisor"))
		return PLATFORM_KVM;
	return PLATFORM_HARDWARE;
}

/* /dev/kvm may exist even if the CPU or the hypervisor does not support virtualisation, so try to
 * create a virtual machine. */
int hostinfo__check_kvm(const char *arch, struct err *err)
{
	const struct arch *host = arch__host();
	_close_ int fd = -1;
	_close_ int vm = -1;

	if (!host || !streq(host->deb, arch))
		return err__set(err, -ENOTCONN,
				"KVM only runs kernels of the host's own architecture (%s), but these "
				"are for %s",
				host ? host->deb : "unknown to kduel", arch);
	fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return err__set(err, -ENOTCONN, "/dev/kvm cannot be opened: %s", strerror(errno));
	if (ioctl(fd, KVM_GET_API_VERSION, 0) != KVM_API_VERSION)
		return err__set(err, -ENOTCONN,
				"/dev/kvm has an API version that QEMU does not support");
	vm = ioctl(fd, KVM_CREATE_VM, 0);
	return vm < 0 ? err__set(err, -ENOTCONN, "/dev/kvm cannot create a virtual machine: %s",
				 strerror(errno)) :
			0;
}

/* Returns UINT64_MAX if the value cannot be read: then nothing is refused for lack of memory. */
static uint64_t meminfo_bytes(const char *root, const char *key)
{
	_free_ char *text = read_or_empty(root, "proc/meminfo", 1u << 16);
	uint64_t kb;

	return meminfo__value(text, key, &kb) ? UINT64_MAX : kb << 10;
}

uint64_t hostinfo__memory_available(void)
{
	return meminfo_bytes("", "MemAvailable");
}

uint64_t hostinfo__memory_total(const char *root)
{
	return meminfo_bytes(root, "MemTotal");
}

/* os-release(5) has shell syntax, but only plain and quoted words occur. A newline is put in front so
 * that the key can match in the first line. */
char *hostinfo__codename(void)
{
	static const char key[] = "\nVERSION_CODENAME=";
	_free_ char *file = NULL, *text = NULL;
	char *at;

	if (fs__read("/etc/os-release", 1u << 16, &file, NULL))
		return NULL;
	text = xasprintf("\n%s", file);
	at = strstr(text, key);
	if (!at)
		return NULL;
	at += sizeof(key) - 1;
	at += strspn(at, "\"'");
	at[strcspn(at, "\"'\r\n")] = '\0';
	return *at ? xstrdup(at) : NULL;
}

/* Not by uname -m: the kernel may have another architecture than the packages. */
char *hostinfo__deb_arch(void)
{
	char *argv[] = { (char *)"dpkg", (char *)"--print-architecture", NULL };
	_cleanup_(proc_result__release) struct proc_result res = { 0 };
	char *arch = NULL;

	if (!proc__run(&(struct proc_opts){ .argv = argv, .timeout_ms = 20000 }, &res) &&
	    !res.status) {
		res.out[strcspn(res.out, "\n")] = '\0';
		arch = *res.out ? xstrdup(res.out) : NULL;
	}
	return arch;
}

char *hostinfo__describe(void)
{
	_free_ char *model = hostinfo__cpu_model("");
	const long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	struct utsname u;
	char mem[32];

	uname(&u);
	units__fmt_size(hostinfo__memory_total(""), mem, sizeof(mem));
	return xasprintf("%s: %ld CPU%s (%s), %s, %s %s %s", u.nodename, cpus, plural_s(cpus),
			 model, mem, u.sysname, u.release, u.machine);
}
