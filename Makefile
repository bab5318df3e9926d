# SPDX-License-Identifier: GPL-2.0-only
# kduel: `make demo` compares two kernels, `make test` runs the tests; both install missing packages
# first. `make help` lists the other targets. O=DIR builds in another directory, V=1 shows commands.

O       ?= build
CC      ?= cc
WERROR  ?= 0
SAN     ?=
KDUEL   := $(if $(filter build,$(O)),kduel,$(O)/kduel)
BIN     := $(abspath $(KDUEL))
prefix  ?= /usr/local
DESTDIR ?=

ifeq ($(V),1)
Q :=
else
Q := @
endif
say = $(if $(Q),@printf '  %-7s %s\n' '$(1)' '$(2)')

PKGS     := jansson yaml-0.1 expat sqlite3 libarchive libRmath nettle libzstd zlib libmicrohttpd libelf libdw
HOST     := $(shell uname -m)
CROSS    := $(if $(filter aarch64,$(HOST)),,aarch64-linux-gnu-)
WARN     := -Wall -Wextra -Wmissing-prototypes -Wstrict-prototypes -Wshadow -Wwrite-strings \
	    -Wvla -Wformat=2 $(if $(filter 1,$(WERROR)),-Werror)
SANFLAGS := $(if $(SAN),-fsanitize=$(SAN) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Tests start programs with sanitizers thousands of times: without PIE they start in five sixths of the
# time. lld links them in a third of the time.
SANLINK  := $(if $(SAN),-no-pie $(if $(shell command -v ld.lld),$(if $(findstring clang,$(CC)),-fuse-ld=lld)))
OPT      ?= -O2 -g
BASE     := -std=gnu17 -D_GNU_SOURCE -I. -I$(O)/gen $(OPT) $(WARN) -pthread
ALL_CFLAGS = $(BASE) $(SANFLAGS) $(PKG_CFLAGS) $(CFLAGS)

# Evaluated once, and only when something is compiled: `make help` and `make setup` work without the packages.
PKG_CFLAGS = $(eval PKG_CFLAGS := $$(shell pkg-config --cflags $(PKGS) || \
	echo MISSING_PACKAGES_run_make_setup))$(PKG_CFLAGS)
PKG_LIBS = $(eval PKG_LIBS := $$(shell pkg-config --libs $(PKGS)) -lfdt -lm $(call perf_libs,$(HOST)))$(PKG_LIBS)

src = $(sort $(wildcard $(1)))
# All sources in a folder and its subfolders, up to three levels.
below = $(call src,$(foreach d,$(1),$(d)/*.c $(d)/*/*.c $(d)/*/*/*.c))
LIB_SRC    := $(call below,lib)
PLUG_SRC   := $(filter-out collectors/tlbmodel/%,$(call below,workloads collectors))
REPORT_SRC := $(call below,reports)
AGENT_SRC  := $(call below,runner/agent)
RUNNER_SRC := $(filter-out runner/main.c $(AGENT_SRC),$(call below,runner))
AGENT_ALL  := $(LIB_SRC) $(PLUG_SRC) $(filter runner/wire%,$(RUNNER_SRC)) $(AGENT_SRC)

obj = $(patsubst %.c,$(O)/obj/%.o,$(1))

.PHONY: all setup demo test tests-built unit-cli-built asan-built fuzz-built fuzzers check check-run suite unit-cli unit cli web boots asan valgrind fuzz lint format circles metrics bench bench-stats torture fuzz-long metal-server metal-demo soak-metal bench-metal test-fleet test-metal test-metal-kvm test-planted test-bisect test-x86 install clean help FORCE
all: $(KDUEL) agents

help:
	@echo 'make             build ./kduel and the agents'
	@echo 'make demo        set-up, build, run configs/demo.yaml, print the comparison'
	@echo 'make test        set-up, build, all tests (unit, cli, web, boots, asan, valgrind, fuzz, lint)'
	@echo 'make check       build, unit and cli tests, lint of changed files: a few minutes'
	@echo 'make unit|cli|web|boots|asan|valgrind|fuzz|lint   one kind of test'
	@echo 'make format      format all C sources as lint requires (clang-format)'
	@echo 'make circles     check calls and includes for cycles and for wrong directions (part of lint)'
	@echo 'make metrics     sizes and shape of the source tree, or of the one in TREE=DIR'
	@echo 'make bench       measure how fast kduel is; compared programs run side by side'
	@echo 'make bench-stats simulations: do the verdicts keep what docs/METHOD.md promises?'
	@echo 'make torture     attack what docs/RELIABILITY.md promises: an hour; PART=kill N=100 runs one part, shortened'
	@echo 'make test-planted does kduel explain find a change that was patched into a kernel? 15 minutes of CPU'
	@echo 'make test-bisect does kduel bisect find a slow commit, though it is killed midway? first run: an hour of CPU'
	@echo 'make test-x86    several x86_64 kernels under QEMU, exact and timed: minutes of CPU'
	@echo 'make test-fleet  two fake machines behind a real Slurm (installs it; needs root): five minutes'
	@echo 'make test-metal  real reboots of a QEMU guest that stands in for a server: half an hour'
	@echo 'make test-metal-kvm  kduel for arm64 with that server as a KVM host: 15 minutes'
	@echo 'make metal-demo  a campaign on that server, as a user would run it on a real one'
	@echo 'make metal-server  build that server'
	@echo 'make fuzz-long   go on fuzzing where the last run stopped: FUZZ_TARGETS="plan wire" FUZZ_SECONDS=600'
	@echo 'make setup       install missing packages (apt; root or sudo), or print the command that does'
	@echo 'make install     install below $(prefix) (prefix=, DESTDIR=)'
	@echo 'variables        O=DIR  V=1  WERROR=1  CC=clang  SAN=address,undefined'

setup:
	$(Q)tools/setup.sh

# --- libperf ------------------------------------------------------------------------------

# The kernel's library for perf_event_open(2), built from the distribution's linux-source package, as no
# package has it built. Always in build/, not $(O): it is the same for every compiler and sanitizer.
# perf's event tables are unpacked too: tests/cli/pmu-tables.sh compares configs/cores with them.
LIBPERF  := $(CURDIR)/build/libperf
PERF_TAR := $(lastword $(sort $(wildcard /usr/src/linux-source-*.tar.xz)))
PERF_TOP  = $(basename $(basename $(notdir $(PERF_TAR))))
PERF_MAKE = env -u MAKEFLAGS -u MAKELEVEL -u O -u OUTPUT -u V -u CFLAGS -u LDFLAGS $(MAKE) -s
$(LIBPERF)/src/.unpacked:
	$(call say,UNPACK,$(notdir $(PERF_TAR)))
	$(Q)[ -n '$(PERF_TAR)' ] || { echo 'linux-source is missing: run make setup' >&2; exit 1; }
	$(Q)mkdir -p $(@D)
	$(Q)tar -C $(@D) --strip-components=1 -xf $(PERF_TAR) \
		$(addprefix $(PERF_TOP)/tools/,lib include build scripts arch/arm64/include arch/x86/include \
		perf/pmu-events/arch)
	@touch $@
# libperf.a and libapi.a for one architecture, in a directory with the name that `uname -m` prints there.
$(LIBPERF)/%/.done: $(LIBPERF)/src/.unpacked
	$(call say,LIBPERF,$*)
	$(Q)mkdir -p $(@D)
	$(Q)for l in perf api; do $(PERF_MAKE) -C $(LIBPERF)/src/tools/lib/$$l O=$(@D)/ \
		CC=$(if $(filter $*,$(HOST)),gcc,$*-linux-gnu-gcc) ARCH=$(PERF_ARCH_$*) \
		$(if $(filter $*,$(HOST)),,CROSS_COMPILE=$*-linux-gnu-) EXTRA_CFLAGS='-fPIC -w' \
		$(@D)/lib$$l.a >$(@D)/log-$$l 2>&1 || { cat $(@D)/log-$$l >&2; exit 1; }; done
	@touch $@
PERF_ARCH_x86_64  := x86
PERF_ARCH_aarch64 := arm64
PERF_CFLAGS := -isystem $(LIBPERF)/src/tools/lib/perf/include
perf_libs    = $(addprefix $(LIBPERF)/$(1)/,libperf.a libapi.a)

# --- programs -----------------------------------------------------------------------------

$(O)/gen/version.h: FORCE
	@mkdir -p $(@D)
	@v=$$(git describe --always --dirty 2>/dev/null || echo unknown); \
	 echo "#define KDUEL_VERSION \"$$v\"" | cmp -s - $@ || \
	 echo "#define KDUEL_VERSION \"$$v\"" >$@

# The files that use libperf, for both architectures.
$(O)/obj/collectors/pmc/set.o $(O)/obj/collectors/pmc/sampler.o: $(LIBPERF)/$(HOST)/.done
$(O)/obj/collectors/pmc/set.o $(O)/obj/collectors/pmc/sampler.o: BASE += $(PERF_CFLAGS)
$(O)/arm64/collectors/pmc/set.o $(O)/arm64/collectors/pmc/sampler.o: $(LIBPERF)/aarch64/.done
$(O)/arm64/collectors/pmc/set.o $(O)/arm64/collectors/pmc/sampler.o: BASE += $(PERF_CFLAGS)

$(O)/obj/%.o: %.c | $(O)/gen/version.h
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Stylesheet, script and icon of the pages are embedded in the program.
$(O)/obj/reports/web/assets.o: reports/assets/kduel.css reports/assets/kduel.js reports/assets/kduel.svg

define archive
$(call say,AR,$@)
$(Q)rm -f $@ && $(AR) cqs $@ $^
endef

$(O)/lib.a: $(call obj,$(LIB_SRC))
	$(archive)
$(O)/plug.a: $(call obj,$(PLUG_SRC))
	$(archive)
$(O)/reports.a: $(call obj,$(REPORT_SRC))
	$(archive)
$(O)/runner.a: $(call obj,$(RUNNER_SRC))
	$(archive)
$(O)/agent.a: $(call obj,$(filter-out runner/agent/main.c,$(AGENT_SRC)))
	$(archive)

ARCHIVES := $(O)/runner.a $(O)/reports.a $(O)/plug.a $(O)/tlb.a $(O)/lib.a

$(KDUEL): $(O)/obj/runner/main.o $(ARCHIVES)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) $(LDFLAGS) -o $@ $^ $(PKG_LIBS)

# The agent is static and built for both architectures; see runner/agent/.
AGENTS := $(O)/agent-aarch64 $(O)/agent-x86_64
PLUGIN := $(O)/tlbmodel.so
agents: $(AGENTS) $(PLUGIN)

# The TLB model is a plugin that the host's QEMU loads; see collectors/tlbmodel/. Calls into QEMU are
# resolved at load time. Built without sanitizers, as the QEMU that loads it has none.
TLB_SRC := $(filter-out %/plugin.c %/listen.c,$(call src,collectors/tlbmodel/*.c))
$(O)/pic/%.o: %.c | $(O)/gen/version.h
	$(call say,CC-PIC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) -fPIC -fvisibility=hidden -MMD -MP -c -o $@ $<
$(PLUGIN): $(patsubst %.c,$(O)/pic/%.o,$(call src,collectors/tlbmodel/*.c) lib/base.c lib/err.c lib/fs.c lib/strvec.c lib/units.c)
	$(call say,LD-SO,$@)
	$(Q)$(CC) $(BASE) -shared -o $@ $^
$(O)/tlb.a: $(call obj,$(TLB_SRC))
	$(archive)

# libjansson for arm64 is fetched with `kduel fetch`, from the release that this host runs: its cross
# compiler's libc is of that release too.
DEB_ARM64 := $(O)/deb/arm64
CODENAME  := $(shell . /etc/os-release && echo $$VERSION_CODENAME)
$(DEB_ARM64)/.done: | $(KDUEL)
	$(call say,FETCH,libjansson-dev:arm64)
	$(Q)$(BIN) fetch --arch arm64 --suite $(CODENAME) --into $(DEB_ARM64) libjansson-dev
	@touch $@

$(O)/arm64/%.o: %.c $(DEB_ARM64)/.done | $(O)/gen/version.h
	$(call say,CC-A64,$<)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(BASE) -I$(DEB_ARM64)/usr/include -MMD -MP -c -o $@ $<

$(O)/agent-aarch64: $(patsubst %.c,$(O)/arm64/%.o,$(AGENT_ALL))
	$(call say,LD-A64,$@)
	$(Q)$(CROSS)gcc $(BASE) -static -o $@ $^ $(DEB_ARM64)/usr/lib/aarch64-linux-gnu/libjansson.a -lm $(call perf_libs,aarch64)
	$(Q)$(CROSS)strip $@

# On x86_64 the agent for x86_64 is linked from the host's own objects; elsewhere it is cross-compiled, too.
ifeq ($(HOST),x86_64)
$(O)/agent-x86_64: $(patsubst %.c,$(O)/obj/%.o,$(AGENT_ALL))
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_CFLAGS) $(if $(SAN),,-static) -o $@ $^ -ljansson -lm $(call perf_libs,$(HOST))
else
DEB_AMD64 := $(O)/deb/amd64
$(DEB_AMD64)/.done: | $(KDUEL)
	$(call say,FETCH,libjansson-dev:amd64)
	$(Q)$(BIN) fetch --arch amd64 --suite $(CODENAME) --into $(DEB_AMD64) libjansson-dev
	@touch $@
$(O)/amd64/collectors/pmc/set.o $(O)/amd64/collectors/pmc/sampler.o: $(LIBPERF)/x86_64/.done
$(O)/amd64/collectors/pmc/set.o $(O)/amd64/collectors/pmc/sampler.o: BASE += $(PERF_CFLAGS)
$(O)/amd64/%.o: %.c $(DEB_AMD64)/.done | $(O)/gen/version.h
	$(call say,CC-AMD,$<)
	@mkdir -p $(@D)
	$(Q)x86_64-linux-gnu-gcc $(BASE) -I$(DEB_AMD64)/usr/include -MMD -MP -c -o $@ $<
$(O)/agent-x86_64: $(patsubst %.c,$(O)/amd64/%.o,$(AGENT_ALL))
	$(call say,LD-AMD,$@)
	$(Q)x86_64-linux-gnu-gcc $(BASE) -static -o $@ $^ $(DEB_AMD64)/usr/lib/x86_64-linux-gnu/libjansson.a -lm $(call perf_libs,x86_64)
	$(Q)x86_64-linux-gnu-strip $@
endif

# --- tests --------------------------------------------------------------------------------

UNIT_SRC := $(call below,tests/unit)
UNITS    := $(patsubst tests/unit/%.c,$(O)/unit/%,$(UNIT_SRC))

$(O)/unit/lib/%: $(O)/obj/tests/unit/lib/%.o $(O)/lib.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) -o $@ $^ -lcmocka $(PKG_LIBS)
$(O)/unit/tlbmodel/%: $(O)/obj/tests/unit/tlbmodel/%.o $(O)/tlb.a $(O)/plug.a $(O)/lib.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) -o $@ $^ -lcmocka $(PKG_LIBS)
$(O)/unit/plugins/%: $(O)/obj/tests/unit/plugins/%.o $(O)/plug.a $(O)/lib.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) -o $@ $^ -lcmocka $(PKG_LIBS)
$(O)/unit/reports/%: $(O)/obj/tests/unit/reports/%.o $(O)/reports.a $(O)/plug.a $(O)/lib.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) -o $@ $^ -lcmocka $(PKG_LIBS)
$(O)/unit/runner/%: $(O)/obj/tests/unit/runner/%.o $(O)/agent.a $(ARCHIVES)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) -o $@ $^ -lcmocka $(PKG_LIBS)

# These check the source tree, not the program: once, without sanitizers, is enough.
OF_TREE    := $(addprefix tests/cli/,circles.sh develop.sh lint-changed.sh)
CLI_TESTS  := $(filter-out $(if $(SAN),$(OF_TREE)),$(call src,tests/cli/*.sh))
# Long tests, of hostile input and of slow machines. Under sanitizers they find all that they would find
# without, so make test runs them only there, and make check not at all.
UNDER_ASAN := $(addprefix tests/cli/,altered-db.sh cache.sh disk-full.sh hostile-machine.sh machine.sh \
	machine-boots.sh machine-check.sh patches.sh)
# Tests that take seconds of CPU time: make test runs them under sanitizers only, make check without.
ONCE := $(addprefix tests/cli/,ab.sh bisect.sh cache-prune.sh ci-jobs.sh containers.sh db-neighbours.sh \
	explain.sh export.sh keeping.sh kernel.sh kernel-check.sh nightly.sh nightly-kernel.sh nights.sh options.sh \
	pool.sh published.sh serve-proxy.sh tune.sh)
WEB_TESTS  := $(call src,tests/web/*.sh)
BOOT_TESTS := $(call src,tests/boot/*.sh)
run = env -u CC O=$(O) KDUEL=$(BIN) tests/run.sh

FOR_UNIT := $(UNITS) $(O)/agent-$(HOST)
FOR_CLI  := $(KDUEL) $(O)/agent-$(HOST) $(LIBPERF)/src/.unpacked
FOR_WEB  := $(KDUEL) $(O)/agent-$(HOST) $(O)/web/.done
unit: $(FOR_UNIT)
	$(Q)$(run) $(UNITS)
cli: $(FOR_CLI)
	$(Q)$(run) $(CLI_TESTS)
unit-cli-built: $(FOR_UNIT) $(FOR_CLI)
# Both in one run: while some of the tests wait, others use the CPUs.
unit-cli: $(FOR_UNIT) $(FOR_CLI)
	$(Q)$(run) $(CLI_TESTS) $(UNITS)
suite: $(FOR_UNIT) $(FOR_CLI) $(FOR_WEB)
	$(Q)WEB=$(abspath $(O)/web) $(run) $(WEB_TESTS) $(filter-out $(UNDER_ASAN) $(ONCE),$(CLI_TESTS)) $(UNITS)
# A boot keeps one or two CPUs busy and waits for the rest of the time: three at a time fill two CPUs.
# The long timeout is for failing.sh, which builds an image with a compiler and a database server in it.
boots: all
	$(Q)TEST_TIMEOUT=2400 TEST_JOBS=$${TEST_JOBS:-3} $(run) $(BOOT_TESTS)

# Builds for tests use ccache if it is installed: most sources are the same as in the last run.
cached = $(if $(findstring ccache,$(1)),,$(if $(shell command -v ccache),ccache ))$(1)
# Paths in debug information do not count for ccache: a build in another directory hits it as well.
asan asan-built fuzz fuzz-built fuzz-long torture: export CCACHE_NOHASHDIR := 1
# One build serves both the tests and the fuzzers: it has the fuzzers' instrumentation, too. -g1: reports of
# sanitizers need line numbers, not types, and -g takes longer to compile and link.
make_san = +$(MAKE) --no-print-directory O=$(1) CC='$(call cached,clang)' SAN=address,undefined,fuzzer-no-link
make_asan = $(call make_san,build-asan) OPT='-O1 -g1'
# Stack traces of allocations have eight frames: by default ASan unwinds thirty at each malloc().
asan: export ASAN_OPTIONS := malloc_context_size=8:$(ASAN_OPTIONS)
asan:
	$(Q)$(make_asan) unit-cli
asan-built:
	$(Q)$(make_asan) unit-cli-built
valgrind: $(UNITS)
	$(Q)$(run) --valgrind $(UNITS)

FUZZ_SRC := $(filter-out tests/fuzz/driver.c,$(call src,tests/fuzz/*.c))
FUZZERS  := $(patsubst tests/fuzz/%.c,$(O)/fuzz/%,$(FUZZ_SRC))
fuzz:
	$(Q)$(make_asan) fuzz-run
fuzz-run: $(FUZZERS)
	$(Q)$(run) --fuzz $(FUZZERS)
fuzz-built:
	$(Q)$(make_asan) fuzzers
fuzzers: $(FUZZERS)
# FUZZ_TARGETS chooses some of the fuzzers. -O2, as they run for hours.
fuzz-long:
	$(Q)$(call make_san,build-fuzz) OPT='-O2 -g1' fuzz-long-run
fuzz-long-run: $(if $(FUZZ_TARGETS),$(addprefix $(O)/fuzz/,$(FUZZ_TARGETS)),$(FUZZERS))
	$(Q)tests/fuzz/long.sh $^
$(O)/fuzz/%: $(O)/obj/tests/fuzz/%.o $(O)/agent.a $(ARCHIVES)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(SANLINK) -fsanitize=fuzzer -o $@ $^ $(PKG_LIBS)
# The same fuzz targets built without clang: they process the files named on the command line.
$(O)/fuzz-plain/%: $(O)/obj/tests/fuzz/%.o $(O)/obj/tests/fuzz/driver.o $(O)/agent.a $(ARCHIVES)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(PKG_LIBS)

format:
	$(Q)git ls-files -z '*.c' '*.h' | xargs -0 -P $$(nproc) -n 64 clang-format --style=file -i

# tools/circles reads the object files of all these.
PROGRAMS := $(KDUEL) $(O)/agent-$(HOST) $(PLUGIN)
circles: $(PROGRAMS)
	$(Q)tools/circles $(O)
metrics: $(if $(TREE),,$(PROGRAMS))
	$(Q)tools/metrics $(TREE)
lint: $(PROGRAMS)
	$(Q)$(run) tests/lint.sh

# For use while developing: minutes, where `make test` takes half an hour.
check:
	$(Q)+$(MAKE) --no-print-directory $(JOBS) WERROR=1 check-run
check-run: $(PROGRAMS) $(FOR_UNIT) $(FOR_CLI)
	$(Q)LINT=changed $(run) tests/lint.sh $(filter-out $(UNDER_ASAN),$(CLI_TESTS)) $(UNITS)

# npm packages that the browser tests need, in the versions of package-lock.json; kduel itself needs none.
$(O)/web/.done: tests/web/package.json tests/web/package-lock.json tests/web/.npmrc
	$(call say,NPM,$(@D))
	@mkdir -p $(@D)
	$(Q)cp $^ $(@D)/ && cd $(@D) && npm ci --ignore-scripts --no-progress >npm.log 2>&1 || { cat npm.log; exit 1; }
	@touch $@
web: $(FOR_WEB)
	$(Q)WEB=$(abspath $(O)/web) $(run) $(WEB_TESTS)

BENCH := $(patsubst tests/bench/%.c,$(O)/bench/%,$(call src,tests/bench/*.c))
$(O)/bench/%: $(O)/obj/tests/bench/%.o $(ARCHIVES)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -o $@ $^ $(PKG_LIBS)
# scale-N is pages.c with N campaigns like a fleet's: 100 machines, 200 metrics, 2000 rows a campaign.
SCALE_ITERS ?= 1
$(O)/bench/scale-%: tests/bench/pages.c tests/bench/big_db.h $(ARCHIVES)
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -DBIG_CAMPAIGNS=$* -DBIG_MACHINES=100 -DBIG_METRICS=200 -DBIG_ITERS=$(SCALE_ITERS) \
		-o $@ $< $(ARCHIVES) $(PKG_LIBS)
$(O)/bench-clock.so: $(patsubst %.c,$(O)/pic/%.o,tests/bench/plugin/clock.c collectors/tlbmodel/registers.c)
	$(call say,LD-SO,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) -shared -o $@ $^
bench: all $(BENCH) $(O)/bench-clock.so
	$(Q)O=$(O) KDUEL=$(BIN) tests/bench/run.sh
bench-stats: $(O)/bench/stats $(O)/bench/percall $(O)/bench/counts $(O)/bench/coarse $(O)/bench/changepoint
	$(Q)r=0; for b in $^; do $$b || r=1; done; exit $$r

# Attacks on what docs/RELIABILITY.md promises; never part of `make test`, as they take an hour. PART
# chooses some of them, N sets how many rounds each runs.
TORTURE := $(addprefix $(O)/torture/,shim.so guest alter)
$(filter-out %.so,$(TORTURE)): $(O)/torture/%: tests/torture/%.c
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) -o $@ $<
$(O)/torture/shim.so: tests/torture/shim.c
	$(call say,LD-SO,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(BASE) -fPIC -shared -o $@ $<
torture: all $(TORTURE)
	$(Q)$(if $(filter altered,$(or $(PART),altered)),$(make_asan) build-asan/kduel)
	$(Q)O=$(O) KDUEL=$(BIN) tests/torture/run.sh $(PART)

# Tests of target ssh with a QEMU guest that stands in for a real server: half an hour, never part of
# `make test`.
METAL_TESTS := $(filter-out tests/metal/kvm.sh,$(call src,tests/metal/*.sh))
metal-server: all
	$(Q)tools/setup.sh metal
	$(Q)O=$(O) KDUEL=$(BIN) tests/metal/server build
metal-demo: metal-server
	$(Q)O=$(O) KDUEL=$(BIN) tests/metal/demo
test-metal: metal-server
	$(Q)TEST_TIMEOUT=3600 TEST_JOBS=3 $(run) $(METAL_TESTS)

# That server as an arm64 host with KVM. PART="quick packages host" runs more parts than the default.
test-metal-kvm: metal-server
	$(Q)env -u CC O=$(O) KDUEL=$(BIN) tests/metal/kvm.sh $(PART)

# A hundred boots, and each fault five times. This takes hours; after an interruption it goes on
# where it stopped. PART=kexec runs one part.
soak-metal: metal-server
	$(Q)O=$(O) KDUEL=$(BIN) tests/metal/soak $(PART)

# The time that kduel adds to a boot, compared with a script that only boots.
bench-metal: metal-server
	$(Q)O=$(O) KDUEL=$(BIN) tests/metal/bench

# Two fake machines behind real Slurm daemons; never part of `make test`.
test-fleet: all
	$(Q)tools/setup.sh fleet
	$(Q)TEST_TIMEOUT=1800 TEST_JOBS=1 $(run) $(call src,tests/fleet/*.sh)

# kduel explain must find a change that was patched into a kernel: builds the kernel with and without it.
test-planted: all
	$(Q)tools/setup.sh kernel
	$(Q)TEST_TIMEOUT=7200 TEST_JOBS=1 $(run) tests/planted/run.sh

# x86_64 kernels under QEMU: one in exact mode, then several releases, exact and timed.
test-x86: all
	$(Q)TEST_TIMEOUT=7200 TEST_JOBS=1 $(run) tests/x86/short.sh tests/x86/run.sh

# kduel bisect must find a commit that was planted in a kernel tree: builds about half a dozen commits.
test-bisect: all
	$(Q)tools/setup.sh kernel
	$(Q)TEST_TIMEOUT=14400 TEST_JOBS=1 $(run) tests/bisect/run.sh

JOBS := -j$(shell nproc)
test: setup
	$(Q)+$(MAKE) --no-print-directory $(JOBS) all
	$(Q)+$(MAKE) --no-print-directory WERROR=1 test-all
# What all kinds of tests need, built one after the other, each with all CPUs.
tests-built:
	$(Q)+for t in unit-cli-built $(O)/web/.done asan-built fuzz-built; do \
		$(MAKE) --no-print-directory $$t || r=1; done; exit $${r:-0}
test-all:
	$(Q)tests/all.sh

demo:
	$(Q)tools/setup.sh demo
	$(Q)+$(MAKE) --no-print-directory $(JOBS) all
	@# Exit status 1 means that kduel found a regression: a result, not a failure of the demo.
	$(BIN) run configs/demo.yaml || [ $$? -eq 1 ]

# --- the rest -----------------------------------------------------------------------------

install: all
	install -D -m 755 $(KDUEL) $(DESTDIR)$(prefix)/bin/kduel
	install -d $(DESTDIR)$(prefix)/libexec/kduel $(DESTDIR)$(prefix)/share/kduel/configs
	install -m 755 $(AGENTS) $(PLUGIN) $(DESTDIR)$(prefix)/libexec/kduel/
	cp -r configs/. $(DESTDIR)$(prefix)/share/kduel/configs/

clean:
	rm -rf build build-asan build-fuzz kduel

FORCE:
.SECONDARY:
-include $(shell find $(O) \( -path $(O)/metal -o -path $(O)/kvm \) -prune -o -type f -name '*.d' -print 2>/dev/null)
