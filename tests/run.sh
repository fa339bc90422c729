#!/usr/bin/env bash
# Builds everything, checks the formatting and runs every test. The last line is the sum: N passed, N failed, N skipped.
# A step that breaks (set-up, build, formatting, a test host that crashes or hangs) counts as one failure.
#   --full   runs the official models at their full size, too (trait Category=Full; two minutes more)
#   --long   runs nothing but the long tests (trait Category=Long; half an hour)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
case "$*" in
    '') filter='Category!=Full&Category!=Long' timeout=5m ;;
    --full) filter='Category!=Long' timeout=5m ;;
    --long) filter='Category=Long' timeout=30m ;;
    *) echo "usage: ${0##*/} [--full | --long]" >&2; exit 2 ;;
esac
if [[ -z ${KAFKA_HOME+set} && -d ../shared/kafka ]]; then KAFKA_HOME=$(cd ../shared/kafka && pwd); export KAFKA_HOME; fi
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

passed=0 failed=0 skipped=0
results=artifacts/test-results
rm -rf "$results"
mkdir -p "$results"
# What the SDK, the tests and GStreamer leave behind goes with this folder; NuGet's locks stay where other builds look for them.
temporary=$(mktemp -d)
broken() { failed=$((failed + 1)); echo "FAILED   $1" >>"$results/failed.txt"; }
finish() {
    local code=$?
    rm -rf "$temporary"
    if ((code != 0 && failed == 0)); then broken "this run ended early, with code $code"; fi
    if ((passed + failed == 0)); then broken 'no test ran'; fi
    for list in "$results"/{skipped,failed}.txt; do if [[ -s $list ]]; then echo; cat "$list"; fi; done
    echo
    echo "$passed passed, $failed failed, $skipped skipped"
    ((failed == 0)) || exit 1
}
trap finish EXIT

bash deploy/setup.sh --tests </dev/null || { broken 'set-up'; exit 1; }

export NUGET_SCRATCH=${TMPDIR:-/tmp}/NuGetScratch$(id -un) TMPDIR=$temporary GST_REGISTRY=$temporary/gstreamer
bash deploy/build.sh StreamPerceiver.sln || { broken 'build'; exit 1; }

echo 'format: dotnet format --verify-no-changes'
dotnet format StreamPerceiver.sln --verify-no-changes --no-restore </dev/null || broken 'formatting (dotnet format puts it right)'

# Prints 'passed failed skipped' of a results file; the names, messages and source lines of what did not pass go to the two lists.
read_results() {
    awk -v results="$results" '
        BEGIN { RS = "<" }
        function attribute(name) {
            return match($0, " " name "=\"[^\"]*") ? plain(substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)) : ""
        }
        function text() { sub(/^[^>]*>/, ""); return plain($0) }
        function plain(s) {
            gsub(/&#xD;/, "", s); gsub(/&#xA;/, "\n", s)
            gsub(/&lt;/, "<", s); gsub(/&gt;/, ">", s); gsub(/&quot;/, "\"", s); gsub(/&amp;/, "\\&", s)
            return s
        }
        function indented(s) { sub(/\n+$/, "", s); gsub(/\n/, "\n         ", s); return "         " s }
        /^UnitTestResult / { test = attribute("testName"); outcome = attribute("outcome"); count[outcome]++; total++
            list = results (outcome == "NotExecuted" ? "/skipped.txt" : "/failed.txt")
            if (outcome != "Passed") print (outcome == "NotExecuted" ? "SKIPPED  " : "FAILED   ") test >> list }
        /^\/Results>/ { test = "" }
        /^Message>/ && test != "" { print indented(text()) >> list }
        /^StackTrace>/ && test != "" {
            n = split(text(), line, "\n")
            for (i = 1; i <= n; i++) if (line[i] ~ /:line [0-9]+/) print indented(line[i]) >> list
        }
        END { print count["Passed"] + 0, total - count["Passed"] - count["NotExecuted"], count["NotExecuted"] + 0 }' "$1"
}

for project in tests/*/*.Tests.csproj; do
    name=$(basename "$project" .csproj)
    log=$results/$name.log
    printf 'test: %-30s ' "$name"
    code=0 start=$SECONDS
    dotnet test "artifacts/bin/$name/release/$name.dll" --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
        "--blame:CollectHangDump;HangDumpType=None;TestTimeout=$timeout" --filter "$filter" </dev/null >"$log" 2>&1 || code=$?
    p=0 f=0 s=0
    if [[ -s $results/$name.trx ]]; then read -r p f s < <(read_results "$results/$name.trx"); fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    echo "$p passed, $f failed, $s skipped ($((SECONDS - start)) s)"
    if grep -q 'Test Run Aborted' "$log" || ((code != 0 && f == 0)); then
        broken "$name ended before its end, with code $code ($log):"
        { grep -A2 -E '^(The active test run was aborted|The test running when)|elapsed' "$log" || tail -n 20 "$log"; } |
            sed 's/^/         /' >>"$results/failed.txt"
    fi
done

# The regression cases of the pipelines, with the weights that model init makes.
printf 'cases: '
start=$SECONDS worker=artifacts/bin/StreamPerceiver.Worker/release/StreamPerceiver.Worker log=$results/cases.log
cp -r pipelines "$temporary/pipelines"
find "$temporary/pipelines" -name model.safetensors -delete
for config in "$temporary"/pipelines/models/*/config.json "$temporary"/pipelines/cases/*/model/config.json; do
    "$worker" model init "$(dirname "$config")" </dev/null
done >"$log" 2>&1 || broken "the models of the cases ($log)"
code=0
"$worker" recording cases "$temporary/pipelines/cases" </dev/null >>"$log" 2>&1 || code=$?
p=0 f=0
read -r p f < <(sed -n 's/^cases: \([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$log") || broken "the cases ended before their end, with code $code ($log)"
passed=$((passed + p)) failed=$((failed + f))
echo "$p passed, $f failed ($((SECONDS - start)) s)"
if ((f > 0)); then { echo "FAILED   cases ($log)"; sed 's/^/         /' "$log"; } >>"$results/failed.txt"; fi
