#!/usr/bin/env bash
# Trains a model on real data of a Debian package with the worker's own verbs, and measures it on data that it has not seen.
#   train.sh digits FOLDER      handwritten digits of python3-sklearn: a few minutes
#   train.sh languages FOLDER   spoken prompts of asterisk-core-sounds-{en,es,fr,it,ru}-wav by language: half an hour
# Packages are downloaded and unpacked into FOLDER, and not installed. FOLDER/model is the trained model.
set -euo pipefail
(($# == 2)) || { sed -n '2,5s/^# //p' "$0"; exit 2; }
data=$1 here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
case $data in
    digits) packages=(python3-sklearn) source=usr/lib/python3/dist-packages/sklearn/datasets/data/digits.csv.gz ;;
    languages) packages=(asterisk-core-sounds-{en,es,fr,it,ru}-wav) source=usr/share/asterisk/sounds ;;
    *) echo "${0##*/}: '$data' is not known, expected digits or languages" >&2; exit 2 ;;
esac
mkdir -p "$2"
folder=$(cd "$2" && pwd)
[[ ! -e $folder/model ]] || { echo "${0##*/}: $folder/model is there already" >&2; exit 2; }

rm -rf "$folder/packages" "$folder/data"
mkdir -p "$folder/packages"
(cd "$folder/packages" && apt-get -q download "${packages[@]}" && for file in *.deb; do dpkg-deb -x "$file" .; done)
python3 "$here/$data.py" "$folder/packages/$source" "$folder/data"

worker=$root/artifacts/bin/StreamPerceiver.Worker/release/StreamPerceiver.Worker
"$worker" train --pipeline "$here/$data.json" --data "$folder/data/training" --validation "$folder/data/validation" \
    --labels "$folder/data/labels.csv" --recipe "$here/$data-recipe.json" --out "$folder/model"
"$worker" evaluate --pipeline "$here/$data.json" --data "$folder/data/test" --labels "$folder/data/labels.csv" --model "$folder/model"
