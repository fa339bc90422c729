#!/usr/bin/env bash
# Measures StreamPerceiver against its peers on this machine: models in one process, models in processes of their own, then the whole pipeline.
# Installs the Debian packages that are missing.
#   --quick       one round of three models and of a small recording (about ten minutes), for a look
#   --peers-only  leaves out our side of the models, the bench in one process, and the pipeline
# Figures go to artifacts/peers/process.json, models.json and pipeline.json.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"
process=() names=() models=() pipeline=() peers_only=
for option in "$@"; do
    case $option in
        --quick)
            names=(language-perceiver vision-perceiver-fourier multimodal-perceiver)
            process+=(--rounds 1 --models "${names[@]}")
            models+=(--rounds 1 "${names[@]}")
            pipeline+=(--rounds 1 --entities 4 --seconds 20)
            ;;
        --peers-only) peers_only=--peers-only ;;
        *) echo "usage: ${0##*/} [--quick] [--peers-only]" >&2; exit 2 ;;
    esac
done

bash deploy/setup.sh --tests
packages=(python3-torch python3-numpy python3-opencv)
installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${packages[@]}" 2>/dev/null | sed -n 's/^installed //p' || true)
missing=()
for package in "${packages[@]}"; do grep -qxF "$package" <<<"$installed" || missing+=("$package"); done
if ((${#missing[@]})); then
    as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    log=$root/artifacts/peers-setup.log
    mkdir -p "$root/artifacts"
    echo "peers: installing ${missing[*]}; the log is $log"
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}" </dev/null >"$log" 2>&1 || {
        echo "peers: it failed; see $log, or have somebody run: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    }
fi
# Debian's packages are for Debian's own Python.
python=/usr/bin/python3

echo 'peers: building the worker and the benchmarks'
for project in src/StreamPerceiver.Worker tests/StreamPerceiver.Benchmarks; do
    dotnet build "$project" -c Release -v quiet -clp:NoSummary -tl:off --disable-build-servers </dev/null
done
mkdir -p artifacts/peers

if [[ -z $peers_only ]]; then
    echo 'peers: models in one process'
    "$python" tests/peers/prepare.py ${names[@]+"${names[@]}"}
    artifacts/bin/StreamPerceiver.Benchmarks/release/StreamPerceiver.Benchmarks peers --json artifacts/peers/process.json ${process[@]+"${process[@]}"}
fi
echo 'peers: models in processes of their own'
"$python" tests/peers/models.py ${peers_only:+"$peers_only"} --json artifacts/peers/models.json ${models[@]+"${models[@]}"}
if [[ -z $peers_only ]]; then
    echo 'peers: pipeline'
    "$python" tests/peers/pipeline.py --json artifacts/peers/pipeline.json ${pipeline[@]+"${pipeline[@]}"}
fi
