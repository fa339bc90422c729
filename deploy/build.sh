#!/usr/bin/env bash
# Restores and builds a project or solution, Release: what is built, and while packages come how much has come. TMPDIR is the caller's affair.
set -euo pipefail
(($# == 1)) || { echo "usage: ${0##*/} PROJECT" >&2; exit 2; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# NuGet's folders, with the variables that move them.
folders=("${NUGET_PACKAGES:-$HOME/.nuget/packages}" "${NUGET_HTTP_CACHE_PATH:-${XDG_DATA_HOME:-$HOME/.local/share}/NuGet}")
megabytes() { { du -scm "${folders[@]}" 2>/dev/null || true; } | sed -n '$s/[^0-9].*//p'; } # a folder may not be there yet

echo "build: $(basename "$1"), Release"
before=$(megabytes) shown=$before rest=''
dotnet build "$1" -c Release -v minimal -clp:NoSummary -tl:off --disable-build-servers </dev/null |
    while true; do
        code=0
        IFS= read -r -t 5 line || code=$?
        if ((code > 128)); then # nothing for five seconds; part of a line may be here
            rest+=$line now=$(megabytes)
            if ((now > shown)); then echo "restore: packages have come, $((now - before)) MB on the disk so far"; fi
            shown=$now
            continue
        fi
        line=$rest$line rest=''
        case ${line%% -> *} in
            '' | *'Determining projects'* | *'  Restored '* | *'All projects'* | *' projects are up-to-date'* | 'Build succeeded'* | 'Time Elapsed'* | '    0 '*) ;;
            *) echo "${line%% -> *}" ;;
        esac
        ((code == 0)) || break
    done
