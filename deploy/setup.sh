#!/usr/bin/env bash
# Installs the Debian packages that are missing: what the build and the worker need, and with --tests what the tests use. The tests also use
# packages of npm; where those cannot be had, the tests that need them say so.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

packages=(fonts-dejavu-core g++ libatomic1 libavformat-dev libdrm2 libgtk-3-0 libmpg123-0 libsndfile1 libssl3 libswscale-dev libturbojpeg0)
case "${1-}" in
    '') ;;
    --tests)
        packages+=(alsa-utils ffmpeg lz4 opencv-doc python3-avro python3-cbor2 python3-confluent-kafka python3-msgpack python3-numpy python3-protobuf)
        command -v node >/dev/null || packages+=(nodejs)
        command -v npm >/dev/null || packages+=(npm)
        kafka=${KAFKA_HOME-$root/../shared/kafka}
        if [[ -n $kafka && -d $kafka ]]; then
            command -v java >/dev/null || packages+=(openjdk-17-jre-headless)
            command -v openssl >/dev/null || packages+=(openssl)
        fi
        ;;
    *) echo "usage: ${0##*/} [--tests]" >&2; exit 2 ;;
esac

installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
missing=()
for package in "${packages[@]}"; do grep -qxF "$package" <<<"$installed" || missing+=("$package"); done

if ((${#missing[@]})); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
        echo "setup: Debian 12 packages are missing, and this user cannot install them (no apt-get, or neither root nor sudo without a password)." >&2
        echo "setup: have somebody run: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    mkdir -p "$root/artifacts"
    log=$root/artifacts/setup.log
    : >"$log"
    # apt-get, all of its output to the log; here its errors, and a line now and then to show that it goes on.
    apt() {
        local line steps=0
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" </dev/null 2>&1 | tee -a "$log" |
            while read -r line; do
                case $line in
                    'E: '* | 'Need to get '*) echo "setup: $line" ;;
                    Get:* | 'Unpacking '* | 'Setting up '*) if ((++steps % 150 == 0)); then line=${line%% http*} && echo "setup: ... ${line%% (*}"; fi ;;
                esac
            done
    }
    echo "setup: installing ${missing[*]}; the log is $log"
    apt update || echo 'setup: apt-get update failed; trying with the lists that are here'
    apt install -y --no-install-recommends "${missing[@]}" || { echo "setup: apt-get install failed; see $log" >&2; exit 1; }
fi

# Independent implementations that tests compare ours with, at the versions of the lock file.
install_peer() {
    local lock=$root/tests/StreamPerceiver.Mcap.Tests/Peer/package-lock.json to=$root/artifacts/mcap-peer
    if cmp -s "$lock" "$to/installed.json"; then return; fi
    mkdir -p "$to"
    cp "${lock%/*}"/package*.json "$to"
    echo 'setup: installing the independent implementation of MCAP'
    if npm ci --prefix "$to" --ignore-scripts --no-audit --no-fund >>"$root/artifacts/setup.log" 2>&1; then
        cp "$lock" "$to/installed.json"
    else
        echo "setup: npm ci failed, so the tests beside it will be skipped; see $root/artifacts/setup.log" >&2
    fi
}
if [[ ${1-} == --tests ]]; then install_peer; fi

# Last, because the SDK itself needs libraries that the packages bring.
if ! sdk=$(cd "$root" && dotnet --version 2>&1); then
    echo "setup: the .NET 10 SDK is needed (global.json) and 'dotnet --version' fails. Install it from Microsoft and put dotnet on the PATH. It says:" >&2
    echo "$sdk" >&2
    exit 1
fi
echo "setup: complete (.NET SDK $sdk)"
