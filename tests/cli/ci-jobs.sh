#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The CI jobs of configs/ci and docs/CI.md: they match the schemas of the CI systems, and running their commands
# creates the files that they collect.
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
cat >"$T/check.py" <<'PY'
# Print the mistakes in a YAML file, according to a schema, one per line. As in YAML 1.2, "on" is a string.
import sys, yaml, jsonschema
class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {c: [(t, r) for t, r in l if t != "tag:yaml.org,2002:bool" or c in "tTfF"]
                               for c, l in yaml.SafeLoader.yaml_implicit_resolvers.items()}
schema = yaml.load(open(sys.argv[1]), Loader)
jsonschema.Draft7Validator.check_schema(schema)
for e in jsonschema.Draft7Validator(schema).iter_errors(yaml.load(open(sys.argv[2]), Loader)):
    print("/".join(map(str, e.absolute_path)) + ": " + e.message[:200])
PY
check() { python3 "$T/check.py" "$TOP/tests/data/ci/$1.schema.yaml" "$2" 2>&1; }
wrong() { # engine, what is wrong, sed expression
	sed -E "$3" "$TOP/configs/ci/$1.yml" >"$T/wrong.yml"
	like "$(check "$1" "$T/wrong.yml")" . "$1: $2 is found"
}
for engine in github gitlab; do
	is "$(check $engine "$TOP/configs/ci/$engine.yml")" "" "configs/ci/$engine.yml has the keys of its engine"
done
# Mistakes are found.
wrong github "a key that there is not" 's/runs-on:/run-on:/'
wrong github "an event that there is not" 's/workflow_dispatch:/workflow_dispatched:/'
wrong github "a time that is none" 's/0 21 \* \* \*/21:00/'
wrong github "an action without its version" 's/checkout@v4/checkout/'
wrong github "a step that is two" 's/- uses: actions.checkout@v4/&\n        run: "true"/'
wrong gitlab "a key that there is not" 's/resource_group:/resource-group:/'
wrong gitlab "a report that there is not" 's/junit:/junit_xml:/'
wrong gitlab "an exit code that is none" 's/\[4, 6\]/[four]/'
wrong gitlab "a time that is none" 's/timeout: 10h/timeout: 10 nights/'
wrong gitlab "a job without a script" 's/^  script:/  scripts:/'

# Run the commands as the CI system would, in a checkout.
mkdir "$T/bin" "$T/work"
ln -s "$KDUEL" "$T/bin/kduel"
PATH=$T/bin:$PATH
unset KDUEL_DB
cd "$T/work" || exit
nightly 1.2 <<-'YAML' >plan.yaml
workloads: [{hackbench: {groups: 2}}]
boots: 4
iterations: 3
warmup: 1
YAML
printf 'plan: plan.yaml\nreport: nights\n' >next.yaml
values() { # path in the YAML, of jq
	python3 -c 'import json, sys, yaml; print(json.dumps(yaml.load(sys.stdin, yaml.BaseLoader)))' <"$1" | jq -r "$2"
}
ran() { # engine, its commands
	printf '%s\n' "$2" >"$T/$1.sh"
	rm -rf nights
	KDUEL_DB=$T/$1.db XDG_CACHE_HOME=$T/cache GITHUB_STEP_SUMMARY=$T/summary bash -x "$T/$1.sh" >"$T/log" 2>&1
	rc=$?
}
ran gitlab "$(values "$TOP/configs/ci/gitlab.yml" '.sut1.script[]')"
is $rc 1 "gitlab: a regression is exit code 1" "$(cat "$T/log")"
# shellcheck disable=SC2046 # a glob
is "$(xmllint --xpath 'string(/testsuites/@failures)' $(values "$TOP/configs/ci/gitlab.yml" .sut1.artifacts.reports.junit))" \
	"$(jq '[.blocks[].rows[] | select(.family == "primary" and .verdict == "regression")] | length' nights/latest/report.json)" \
	"gitlab: the JUnit report is where the job expects it" "$(find nights)"
ok "$([ -d "$(values "$TOP/configs/ci/gitlab.yml" '.sut1.artifacts.paths[]')" ]; echo $?)" "gitlab: the files are where the job expects them"
is "$(values "$TOP/configs/ci/gitlab.yml" '.sut1.allow_failure.exit_codes | join(" ")')" "4 6" "gitlab: exit codes 4 and 6 are warnings"
ran github "$(values "$TOP/configs/ci/github.yml" '.jobs.sut1.steps[] | .run // empty')"
like "$(cat "$T/summary")" "hackbench" "github: the summary has the report" "$(cat "$T/log")"
ok "$([ -e "$(values "$TOP/configs/ci/github.yml" '.jobs.sut1.steps[] | .with.path // empty')/latest/junit.xml" ]; echo $?)" "github: the files are where the job expects them"

# Examples for other CI systems: check at least the syntax.
blocks() { # language
	awk -v l="\`\`\`$1" '$0 == l { on = 1; next } /^```/ { on = 0 } on' "$TOP/docs/CI.md"
}
blocks python >"$T/master.py"
ok "$(python3 -m py_compile "$T/master.py" 2>"$T/log"; echo $?)" "Buildbot's part of docs/CI.md is Python" "$(cat "$T/log")"
blocks yaml >"$T/lava.yaml"
is "$(values "$T/lava.yaml" '.actions | map(keys[0]) | join(" ")')" "deploy boot test" "LAVA's job has its actions"
for name in kduel.db next.yaml; do
	is "$(blocks groovy | grep -c "$name")" 1 "Jenkins' part names $name"
done
finish
