"""Writes the spoken prompts of Debian's asterisk-core-sounds-*-wav as folders of sounds for training, validation and test, with labels. Needs no library."""
import datetime
import hashlib
import os
import shutil
import sys
import wave

LANGUAGES = ("en", "es", "fr", "it", "ru")


def part_of(name):
    """The part of a prompt. A prompt is in the same part in all languages, so that no text of the test was heard in training."""
    share = int(hashlib.sha256(name.encode()).hexdigest(), 16) % 100
    return "training" if share < 70 else "validation" if share < 80 else "test"


def moment(second):
    """The RFC 3339 time of a second."""
    return (datetime.datetime(2000, 1, 1) + datetime.timedelta(seconds=second)).isoformat() + "Z"


def prompts(source):
    """Language, name and path of each spoken prompt: no silence, and no tone that several languages share."""
    found, seen = [], {}
    for folder in sorted(os.listdir(source)):
        for place, _, files in sorted(os.walk(os.path.join(source, folder))):
            for file in sorted(files):
                path = os.path.join(place, file)
                name = os.path.relpath(path, os.path.join(source, folder))
                if folder[:2] in LANGUAGES and name.endswith(".wav") and not name.startswith("silence"):
                    with open(path, "rb") as data:
                        digest = hashlib.sha256(data.read()).hexdigest()
                    seen.setdefault(digest, set()).add(folder)
                    found.append((folder[:2], name, path, digest))
    return [(language, name, path) for language, name, path, digest in found if len(seen[digest]) == 1]


def main():
    """Puts the prompts of a language and a part one after the other, each at a whole second."""
    source, target = sys.argv[1:]
    tables, labels, ends = {}, ["entity,from,to,output,value"], {}
    for language, name, path in prompts(source):
        part = part_of(name)
        entity, file = f"{language}-{part}", f"{language}-{name.replace('/', '-')}"
        with wave.open(path) as sound:
            seconds = sound.getnframes() // sound.getframerate()
        if seconds == 0:
            continue
        os.makedirs(os.path.join(target, part), exist_ok=True)
        shutil.copy(path, os.path.join(target, part, file))
        start = ends.get(entity, 0)
        ends[entity] = start + seconds + 1
        tables.setdefault(part, ["path,entity,topic,time"]).append(f"{file},{entity},prompts.sound,{moment(start)}")
        labels.append(f"{entity},{moment(start)},{moment(start + seconds)},language,{language}")
    for part, rows in tables.items():
        with open(os.path.join(target, part, "times.csv"), "w", encoding="ascii") as file:
            file.write("\n".join(rows) + "\n")
    with open(os.path.join(target, "labels.csv"), "w", encoding="ascii") as file:
        file.write("\n".join(labels) + "\n")


if __name__ == "__main__":
    main()
