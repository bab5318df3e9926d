// SPDX-License-Identifier: GPL-2.0-only
/* identity: which kernel is actually running, on which CPUs, with which command line. Facts
 * only. */
#include "collectors/collector.h"
#include "lib/fs.h"
#include "lib/units.h"

#include <linux/if_alg.h>
#include <sys/socket.h>
#include <sys/utsname.h>
#include <unistd.h>

#define BOOT_ID "/proc/sys/kernel/random/boot_id"
#define TEXT_MAX 4000
#define CONFIG "/proc/config.gz"
#define CONFIG_MAX (4u << 20)
#define MAX_CPUS 1024
#define MAX_MIDRS 8

/* Report the first line of a file. */
static int text_fact(struct job *job, const char *key, const char *path)
{
	_free_ char *text = NULL;
	int ret = fs__read(path, TEXT_MAX, &text, NULL);

	if (ret)
		return job__fail(job, ret, "cannot read %s: %s", path, strerror(-ret));
	text[strcspn(text, "\n")] = '\0';
	job__fact(job, key, "%s", text);
	return 0;
}

/* Report the distinct values and the number of CPUs that have each, which reveals mixed systems. */
static void midr_fact(struct job *job)
{
	char seen[MAX_MIDRS][32] = { "" }, out[MAX_MIDRS * 48] = "", path[96];
	unsigned int count[MAX_MIDRS] = { 0 }, n = 0, i;
	size_t used = 0;

	for (unsigned int cpu = 0; cpu < MAX_CPUS; cpu++) {
		_free_ char *text = NULL;

		snprintf(path, sizeof(path),
			 "/sys/devices/system/cpu/cpu%u/regs/identification/midr_el1", cpu);
		if (fs__read(path, sizeof(seen[0]) - 1, &text, NULL))
			continue;
		text[strcspn(text, "\n")] = '\0';
		for (i = 0; i < n && !streq(seen[i], text); i++)
			;
		if (i == MAX_MIDRS)
			continue;
		if (i == n)
			snprintf(seen[n++], sizeof(seen[0]), "%s", text);
		count[i]++;
	}
	for (i = 0; i < n; i++)
		used += (size_t)snprintf(out + used, sizeof(out) - used, "%s%s x %u", i ? ", " : "",
					 seen[i], count[i]);
	job__fact(job, "identity/midr", "%s",
		  n ? out : "absent (no arm64 identification registers)");
}

/* Use the kernel's sha256, so that the agent needs no cryptographic library. */
static int sha256(const void *data, size_t len, unsigned char digest[32])
{
	struct sockaddr_alg sa = { .salg_family = AF_ALG,
				   .salg_type = "hash",
				   .salg_name = "sha256" };
	_close_ int fd = socket(AF_ALG, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	_close_ int op = -1;

	if (fd < 0 || bind(fd, (struct sockaddr *)&sa, sizeof(sa)) < 0)
		return -errno;
	op = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	if (op < 0)
		return -errno;
	for (size_t off = 0; off < len;) {
		ssize_t n = send(op, (const char *)data + off, len - off, MSG_MORE);

		if (n <= 0)
			return n ? -errno : -EIO;
		off += (size_t)n;
	}
	if (send(op, "", 0, 0) < 0 || read(op, digest, 32) != 32)
		return -EIO;
	return 0;
}

static void config_fact(struct job *job)
{
	_free_ char *data = NULL;
	unsigned char digest[32] = { 0 };
	char hex[65] = "";
	size_t len = 0;
	int ret = fs__read(CONFIG, CONFIG_MAX, &data, &len);

	if (ret) {
		job__fact(job, "identity/config", "absent (%s: %s)", CONFIG, strerror(-ret));
		return;
	}
	ret = sha256(data, len, digest);
	if (ret) {
		job__fact(job, "identity/config", "present, %zu bytes, not hashed (%s)", len,
			  strerror(-ret));
		return;
	}
	units__put_hex(digest, 32, hex);
	job__fact(job, "identity/config", "sha256 %s", hex);
}

static int collect(struct job *job, enum collect_phase phase __unused)
{
	struct utsname u;
	int ret;

	if (uname(&u) < 0)
		return job__fail(job, -errno, "uname: %s", strerror(errno));
	job__fact(job, "identity/release", "%s", u.release);
	job__fact(job, "identity/machine", "%s", u.machine);
	ret = text_fact(job, "identity/version", "/proc/version");
	if (!ret)
		ret = text_fact(job, "identity/cmdline", "/proc/cmdline");
	/* A kernel without CONFIG_SYSCTL has no boot ID; a guest, all of whose boots are kduel's
	 * own, needs none. */
	if (!ret && access(BOOT_ID, F_OK) == 0)
		ret = text_fact(job, "identity/boot-id", BOOT_ID);
	if (ret)
		return ret;
	job__fact(job, "identity/cpus", "%ld of %ld online", sysconf(_SC_NPROCESSORS_ONLN),
		  sysconf(_SC_NPROCESSORS_CONF));
	job__fact(job, "identity/page-size", "%ld", sysconf(_SC_PAGESIZE));
	midr_fact(job);
	config_fact(job);
	return 0;
}

const struct collector col_identity = {
	.name = "identity",
	.version = 1,
	.summary = "release, command line, CPU and configuration of the running kernel",
	.phases = COLLECT_AFTER_BOOT,
	.max_s = 20,
	.collect = collect,
};
