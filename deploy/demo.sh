#!/usr/bin/env bash
# Sets up, builds what has changed and runs the demo; the arguments go to 'StreamPerceiver.Worker demo' (--seconds, --speed, --help).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false

bash deploy/setup.sh

# The SDK leaves folders in the temporary one, so it gets its own; NuGet's locks stay where other builds look for them.
temporary=$(mktemp -d)
trap 'rm -rf "$temporary"' EXIT
NUGET_SCRATCH=${TMPDIR:-/tmp}/NuGetScratch$(id -un) TMPDIR=$temporary bash deploy/build.sh src/StreamPerceiver.Worker
rm -rf "$temporary"

exec dotnet artifacts/bin/StreamPerceiver.Worker/release/StreamPerceiver.Worker.dll demo "$@"
