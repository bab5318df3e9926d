// SPDX-License-Identifier: GPL-2.0-only
/* formats.c - for each program, words that occur together only in its output. */
#include "workloads/output/formats.h"

#define LOOK (256u << 10)

/* All of `words` must occur in the text, the first one at the beginning if it starts with "^". The
 * first matching row counts, so more specific ones come first. */
static const struct format {
	const char *name;
	const char *reader; /* workloads or command that read it; NULL: none */
	const char *words[4];
} formats[] = {
	{ "an HTML page", NULL, { "^<!doctype html" } },
	{ "an HTML page", NULL, { "^<html" } },
	{ "an XML document", NULL, { "^<?xml" } },
	{ "a mail", NULL, { "^from ", "\nsubject: " } },
	{ "a patch", NULL, { "^diff --git " } },
	{ "a Debian package", NULL, { "^!<arch>" } },
	{ "JSON of fio", "fio-dmcrypt", { "\"fio version\"" } },
	{ "JSON of hyperfine", NULL, { "\"results\"", "\"command\"", "\"stddev\"", "\"times\"" } },
	{ "JSON of google-benchmark", NULL, { "\"benchmarks\"", "\"cpu_time\"", "\"real_time\"" } },
	{ "JSON of pytest-benchmark", NULL, { "\"benchmarks\"", "\"machine_info\"" } },
	{ "JSON of memtier_benchmark", NULL, { "\"ALL STATS\"" } },
	{ "JSON of iperf3", NULL, { "\"intervals\"", "\"sum_received\"" } },
	{ "JSON of dmesg", NULL, { "\"dmesg\": [", "\"pri\":" } },
	{ "JSON of journalctl", NULL, { "\"__cursor\"", "\"message\"" } },
	{ "journalctl's export format", NULL, { "^__cursor=" } },
	{ "journalctl's verbose format", NULL, { "\n    _boot_id=", "\n    message=" } },
	{ "JSON of perf stat", NULL, { "\"counter-value\"", "\"event\"" } },
	{ "JSON of bpftrace", NULL, { "{\"type\": \"attached_probes\"" } },
	{ "JSON of bpftrace", NULL, { "{\"type\": \"", "\"data\": {\"@" } },
	{ "JSON of sysstat", NULL, { "\"sysstat\"", "\"hosts\"" } },
	{ "JSON of rt-tests", NULL, { "\"rt_test_version" } },
	{ "JSON of kduel", NULL, { "\"schema\"", "\"kind\"", "\"metrics\"" } },
	{ "fio's normal output", NULL, { "(groupid=", "err=", "io depths" } },
	{ "fio's terse output", NULL, { "^2;fio-" } },
	{ "fio's terse output", NULL, { "^3;fio-" } },
	{ "fio's terse output", NULL, { "^4;fio-" } },
	{ "fio's terse output", NULL, { "^5;fio-" } },
	{ "output of perf stat", NULL, { "performance counter stats for" } },
	{ "output of perf stat -x", NULL, { ",msec,task-clock," } },
	{ "output of perf bench", "hackbench perf-bench", { "# running ", "benchmark" } },
	{ "output of perf bench", "hackbench", { " groups == ", "total time:" } },
	{ "output of hackbench", "hackbench", { "each sender will pass", "time:" } },
	{ "output of sysbench", NULL, { "sysbench ", "total number of events" } },
	{ "output of pgbench", "pgbench", { "number of transactions actually processed" } },
	{ "output of speedtest1", "sqlite-speedtest", { "-- speedtest1 for sqlite" } },
	{ "output of xfs_io", "seqread-xfs", { "bytes at offset ", " ops; " } },
	{ "output of stress-ng", "stress-ng", { "stress-ng: ", "bogo ops" } },
	{ "output of cyclictest", NULL, { "policy: ", "\nt: 0 (", " max:" } },
	{ "output of cyclictest", NULL, { "# histogram\n", "# max latencies: " } },
	{ "output of rtla", NULL, { "timer latency", "thread timer latency" } },
	{ "output of memtier_benchmark", NULL, { "all stats\n", "type ", "ops/sec" } },
	{ "output of hyperfine", NULL, { "benchmark ", "time (mean ", "range (min " } },
	{ "output of iperf", NULL, { "connecting to ", " port ", "interval ", "transfer " } },
	{ "output of redis-benchmark", NULL, { "====== ", " requests completed in " } },
	{ "output of ApacheBench", NULL, { "this is apachebench, version " } },
	{ "output of schbench", NULL, { "latency percentiles (usec)", "99.0th: " } },
	{ "output of dbench", NULL, { "dbench version ", "throughput " } },
	{ "output of STREAM", NULL, { "best rate mb/s", "copy: " } },
	{ "output of Go's benchmarks", NULL, { "\ngoarch: ", " ns/op" } },
	{ "output of Linux Test Project", NULL, { " tpass: ", "summary:\npassed " } },
	{ "output of dd", NULL, { " records in\n", " records out\n", " copied, " } },
	{ "output of iostat", NULL, { "avg-cpu: ", "%user ", "%iowait " } },
	{ "output of turbostat", NULL, { "avg_mhz\t", "busy%\t" } },
	{ "output of wrk", NULL, { "running ", "requests/sec:", "transfer/sec:" } },
	{ "output of netperf", NULL, { "^migrated ", " test from " } },
	{ "output of UnixBench", NULL, { "byte unix benchmarks" } },
	{ "output of perf report", NULL, { "# to display the perf.data header info" } },
	{ "output of strace -c", NULL, { "% time", "usecs/call", "errors syscall" } },
	{ "output of vmstat", NULL, { "^procs --", "--memory--" } },
	{ "output of lmbench", NULL, { "lmbench" } },
	{ "output of memaslap", NULL, { "tps: ", "net_rate: " } },
	{ "output of time -v", NULL, { "elapsed (wall clock) time" } },
	{ "output of GNU time", "kernbench", { "user ", "system ", "elapsed ", "%cpu" } },
	{ "output of the shell's time", NULL, { "real\t", "user\t", "sys\t" } },
	{ "output of time -p", NULL, { "real ", "\nuser ", "\nsys " } },
	{ "output of bpftrace", NULL, { "attaching ", " probe" } },
	{ "a histogram of bpftrace", NULL, { "@", "|@" } },
	{ "a map of bpftrace", NULL, { "^@" } },
	{ "a trace of ftrace", NULL, { "# tracer: " } },
	{ "page tables of arm64", "layout", { "---[ linear mapping start" } },
	{ "page tables of arm64", "layout", { " UXN ", "---[" } },
	{ "page tables of arm64", "layout", { "pxn uxn" } },
	{ "page tables of riscv", NULL, { "---[", "linear mapping ]---" } },
	{ "page tables of riscv", NULL, { "---[ fixmap start", "pci i/o", "---[ vmemmap start" } },
	{ "page tables of riscv", NULL, { "^0x", " pmd ", " . w r v" } },
	{ "page tables of riscv", NULL, { "^0x", " pte ", " . w r v" } },
	{ "page tables of x86", NULL, { "---[ user space ]---" } },
	{ "page tables of x86", NULL, { "---[ low kernel mapping ]---" } },
	{ "page tables of x86", NULL, { "---[ esp", "fixup" } },
	{ "page tables of x86", NULL, { "---[ high kernel mapping ]---" } },
	{ "page tables of x86", NULL, { " glb ", " pmd\n" } },
	{ "page tables of x86", NULL, { " glb ", " pte\n" } },
	{ "page tables of 32-bit arm", NULL, { "---[ kernel mapping ]---" } },
	{ "page tables of 32-bit arm", NULL, { "---[ vmalloc() area ]---", "---[ vectors" } },
	{ "page tables of stage 2, for a guest", NULL, { "---[ guest ipa ]---" } },
	{ "page tables of powerpc", NULL, { "---[ start of kernel vm" } },
	{ "page tables of s390", NULL, { "---[ identity mapping start" } },
	{ "page tables of s390", NULL, { "---[ lowcore area start" } },
	{ "page tables of s390", NULL, { "---[ kernel image start" } },
	{ "/proc/vmallocinfo", NULL, { "^0x", "-0x", " pages=", " vmalloc" } },
	{ "/proc/iomem", NULL, { "-", " : system ram" } },
	{ "/proc/PID/maps", NULL, { "-", " r-xp " } },
	{ "a kernel log of test_vmalloc", "vmalloc", { "all test took " } },
	{ "output of the kernel's self-tests", "mm-selftests", { "summary: pass=", "fail=" } },
	{ "output of the kernel's self-tests", "mm-selftests", { "tap version 1" } },
	{ "output of the kernel's self-tests", "mm-selftests", { "# totals: pass:" } },
	{ "output of KUnit", NULL, { "ktap version ", "# subtest: " } },
	{ "samples for kduel compare --csv", NULL, { "metric", "kernel", "slot", "value\n" } },
	{ "nights for kduel history --csv", NULL, { "^metric,night,value\n" } },
	{ "a plan", NULL, { "variants:", "workloads:" } },
	{ "a configuration of a kernel", NULL, { "\nconfig_", "=y" } },
	{ "a kernel log", NULL, { "linux version ", "] " } },
};

static bool holds(const char *text, const char *const *words)
{
	for (size_t i = 0; i < ARRAY_SIZE(formats[0].words) && words[i]; i++) {
		const char *w = words[i] + (words[i][0] == '^');

		if (words[i][0] == '^' ? strncasecmp(text, w, strlen(w)) : !strcasestr(text, w))
			return false;
	}
	return true;
}

static const struct format *find(const char *text, size_t len)
{
	_free_ char *begin = xstrndup(text, len < LOOK ? len : LOOK);
	size_t blanks = strspn(begin, " \t\r\n");

	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		if (holds(begin + blanks, formats[i].words))
			return &formats[i];
	return NULL;
}

/* Is `reader` one of the words in `readers`? */
static bool is_among(const char *readers, const char *reader)
{
	size_t len = strlen(reader);

	for (const char *p = readers; (p = strstr(p, reader)); p += len)
		if ((p == readers || p[-1] == ' ') && (!p[len] || p[len] == ' '))
			return true;
	return false;
}

const char *formats__name(const char *text, size_t len)
{
	const struct format *f = find(text, len);

	return f ? f->name : NULL;
}

int formats__say(const char *text, size_t len, const char *reader, int code, struct err *err)
{
	const struct format *f = find(text, len);
	_free_ char *before = xstrdup(err->msg);

	if (f && !(f->reader && is_among(f->reader, reader)))
		err__set(err, code, "%.3800s (this looks like %s)", before, f->name);
	return code;
}
