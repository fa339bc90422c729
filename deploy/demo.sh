#!/usr/bin/env bash
# Sets up, builds what has changed and runs the demo; the arguments go to 'StreamPerceiver.Worker demo' (--seconds, --speed, --help).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

bash deploy/setup.sh

# The SDK leaves folders in the temporary one, so it gets its own; NuGet's locks stay where other builds look for them.
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
echo 'build: StreamPerceiver.Worker, Release'
NUGET_SCRATCH=${TMPDIR:-/tmp}/NuGetScratch$(id -un) TMPDIR=$temporary \
    dotnet build src/StreamPerceiver.Worker -c Release -v minimal -clp:NoSummary -tl:off --disable-build-servers </dev/null |
    sed -u 's/ -> .*//; /^ *\(Determining\|Restored\|All projects\|[0-9]* of\|Build succeeded\|Time Elapsed\|0 \|$\)/d'
rm -rf "$temporary"

exec dotnet artifacts/bin/StreamPerceiver.Worker/release/StreamPerceiver.Worker.dll demo "$@"
