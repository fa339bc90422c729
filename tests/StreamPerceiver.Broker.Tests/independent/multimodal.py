#!/usr/bin/python3
"""The official multimodal autoencoder on segments of video and sound, against a network in NumPy and the pictures that the program ffmpeg decodes.

prepare FOLDER                    writes pipelines of arrays, pictures and photos, sharpens the weights of FOLDER/model, and cuts OpenCV's street scene
publish BROKERS FROM TO FOLDER    sends a part of the segments and of the sound, by time, from one share to another
await BROKERS SHARE               waits until this share of all predictions is there, 0 to 1
check BROKERS FOLDER              compares all outputs, and prints the windows and the largest difference
"""
import json
import os
import struct
import sys
import wave

import numpy as np

import topics
from files import ffmpeg, npy, unpng
from network import Network, sharpen

SECOND, MILLISECOND = 1_000_000_000, 1_000_000
FRAMES, FPS, SIDE, PATCH, RATE, SAMPLES = 16, 25, 24, 16, 4000, 2560  # of a window, as in training but for the picture's side and the sound's rate
WINDOW = FRAMES * SECOND // FPS
START = 1_750_000_000 * SECOND // WINDOW * WINDOW
FIRST_FRAME, SEGMENT, SEGMENTS, CHUNK = 20 * MILLISECOND, 2 * SECOND, 3, 500 * MILLISECOND
WINDOWS = (SEGMENTS * SEGMENT - CHUNK) // WINDOW
ENTITIES = {"door-1": "mp4", "door-2": "mpegts"}
TYPES = {"mp4": "video/mp4", "mpegts": "video/mp2t"}
SCENE = "/usr/share/doc/opencv-doc/examples/data/vtest.avi"
SPEECH = "/usr/share/sounds/alsa/Front_Center.wav"

RENDERED = {"arrays": ("application/x-npy", "application/x-npy"), "pictures": ("image/png", "audio/wav"),
            "photos": ("image/jpeg", "audio/wav;format=f32")}


def prepare(folder):
    """Everything that the worker and the other verbs read."""
    for name, (image, audio) in RENDERED.items():
        pipeline = {
            "name": name, "model": "model", "window": {"sizeMs": WINDOW // MILLISECOND, "flushAfterMs": 0},
            "inputs": {
                "image": {"topic": "rooms.video", "modality": "video", "width": SIDE, "height": SIDE, "frames": FRAMES, "patch": 4},
                "audio": {"topic": "rooms.sound", "modality": "audio", "rateHz": RATE, "samplesPerPatch": PATCH}},
            "outputs": {"label": {"topK": 3}, "image": {"type": "dense", "topic": f"{name}.image", "as": image},
                        "audio": {"type": "dense", "topic": f"{name}.audio", "as": audio}},
            "topics": {"predictions": f"{name}.predictions"}}
        with open(os.path.join(folder, f"{name}.json"), "w", encoding="utf-8") as file:
            json.dump(pipeline, file)
    sharpen(os.path.join(folder, "model", "model.safetensors"))
    for number, (entity, container) in enumerate(ENTITIES.items()):
        for i in range(SEGMENTS):
            ffmpeg(["-ss", str(10 * number + 2 * i), "-i", SCENE, "-t", "2", "-vf", f"fps={FPS},scale={SIDE + 8}:{SIDE}", "-an", "-threads", "1", "-c:v",
                    "libx264", "-bf", "2", "-f", container, "-y", segment(folder, entity, i)])


def segment(folder, entity, index):
    """The file of a segment."""
    return os.path.join(folder, f"{entity}-{index}.{ENTITIES[entity]}")


def sound(entity):
    """The samples of an entity, 16 bits: speech at a twelfth of its rate, again and again, and the other way round for the second entity."""
    with wave.open(SPEECH) as file:
        speech = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    speech = speech[:len(speech) // 12 * 12].reshape(-1, 12).mean(1).astype("<i2")
    return np.resize(speech if entity == "door-1" else speech[::-1], SEGMENTS * SEGMENT // SECOND * RATE)


def publish(brokers, first_share, last_share, folder):
    """A part of all records, by time."""
    records = []
    for entity, container in ENTITIES.items():
        for i in range(SEGMENTS):
            with open(segment(folder, entity, i), "rb") as file:
                records.append((i * SEGMENT + FIRST_FRAME, "rooms.video", entity, TYPES[container], file.read()))
        samples, step = sound(entity), CHUNK * RATE // SECOND
        for i in range(len(samples) // step):
            records.append((i * CHUNK, "rooms.sound", entity, f"audio/pcm;rate={RATE};channels=1;format=s16le", samples[i * step:(i + 1) * step].tobytes()))
    topics.publish(brokers, records, START, float(first_share), float(last_share))


def network_of(folder):
    """The network, with the sizes of an official configuration under the names of our own."""
    network = Network(os.path.join(folder, "model"))
    given, grid = network.config, [FRAMES, SIDE // 4, SIDE // 4]
    labels = list(given["id2label"].values())
    network.config |= {
        "inputs": {
            "audio": {"type": "audio", "samples": SAMPLES, "samples_per_patch": PATCH, "num_bands": 192, "max_resolution": [SAMPLES]},
            "image": {"type": "video", "frames": FRAMES, "height": SIDE, "width": SIDE, "patch_size": 4, "num_bands": 32, "max_resolution": grid},
            "label": {"type": "one_hot", "hidden": True}},
        "outputs": {
            "audio": {"type": "audio", "patches": SAMPLES // PATCH, "max_resolution": SAMPLES},
            "image": {"type": "video", "shape": [FRAMES, SIDE, SIDE], "max_resolution": grid},
            "label": {"type": "classification", "labels": labels}}}
    return network


def check(brokers, folder):
    """Every window once, and of each the records of its outputs once, with the numbers of the network."""
    network, found, differences = network_of(folder), {}, {"array": 0.0, "level": 0.0, "photo": 0.0}
    names = [f"{entity}/{START + (i + 1) * WINDOW}" for entity in ENTITIES for i in range(WINDOWS)]
    for name, (image, _) in RENDERED.items():
        frames = [""] if image == "application/x-npy" else [f"/{i}" for i in range(FRAMES)]
        for topic, parts in (("predictions", [""]), ("image", [f"/image{part}" for part in frames]), ("audio", ["/audio"])):
            records = topics.records(brokers, f"{name}.{topic}")
            ids, expected = [h["ce_id"].decode() for h, _ in records], [f"{name}/{window}{part}" for window in names for part in parts]
            if sorted(ids) != sorted(expected):
                sys.exit(f"{name}.{topic}: {len(ids)} records of {len(set(ids))} ids, expected {len(expected)}")
            found.update(zip(ids, records))
    for entity in ENTITIES:
        pictures = [np.frombuffer(ffmpeg(["-i", segment(folder, entity, i), "-f", "rawvideo", "-pix_fmt", "rgb24", "-"]), np.uint8)
                    .reshape(-1, SIDE, SIDE + 8, 3) for i in range(SEGMENTS)]
        pictures = np.concatenate(pictures)[:, :, 4:-4]  # the square in the middle
        samples = sound(entity).astype(np.float32) / 32768
        for i in range(WINDOWS):
            clip = pictures[i * FRAMES:(i + 1) * FRAMES].astype(np.float32) / 255
            numbers = network.forward({"image": (clip, np.ones(FRAMES * SIDE * SIDE // 16)),
                                       "audio": (samples[i * SAMPLES:(i + 1) * SAMPLES], np.ones(SAMPLES // PATCH)), "label": (np.zeros((1, 0)), [1])})
            compare(network, found, f"{entity}/{START + (i + 1) * WINDOW}", numbers, differences)
    if len({found[f"arrays/{window}/image"][1] for window in names}) < len(names):
        sys.exit("two windows have the same reconstruction")
    print(f"{len(names)} windows of {len(RENDERED)} pipelines, largest differences: " + ", ".join(f"{kind} {value:.1e}" for kind, value in differences.items()))
    if differences["array"] > 1e-4 or differences["level"] > 1 or differences["photo"] > 8:
        sys.exit("a difference is too large: 1e-4 of an array, 1 level of a picture or of 16-bit sound, 8 levels of a photo on average")


def compare(network, found, window, numbers, differences):
    """The records of one window."""
    labels = network.config["outputs"]["label"]["labels"]
    powers = np.exp(numbers["label"][0] - numbers["label"][0].max())
    likely = sorted(zip(powers / powers.sum(), labels), reverse=True)[:3]
    image, audio = numbers["image"].reshape(FRAMES, SIDE, SIDE, 3), numbers["audio"].reshape(-1, PATCH)

    def note(kind, one, other):
        if one.shape != other.shape:
            sys.exit(f"{window}: {kind} has shape {one.shape}, expected {other.shape}")
        differences[kind] = max(differences[kind], float(abs(one.astype(float) - other).max()))

    def record(name, part, kind, shape, axes):
        headers, value = found[f"{name}/{window}{part}"]
        given = [headers[key].decode() for key in ("content-type", "streamperceiver.shape", "streamperceiver.axes")]
        if given != [kind, shape, axes]:
            sys.exit(f"{name}/{window}{part} is {given}, expected {[kind, shape, axes]}")
        return value

    for name, kinds in RENDERED.items():
        outputs = json.loads(found[f"{name}/{window}"][1])["outputs"]
        best = [(label["probability"], label["label"]) for label in outputs["label"]["labels"]]
        if [label for _, label in best] != [label for _, label in likely]:
            sys.exit(f"{name}/{window}: labels are {best}, expected {likely}")
        note("array", np.array([share for share, _ in best]), np.array([share for share, _ in likely]))
        count = 1 if name == "arrays" else FRAMES
        for output, kind, records, shape in (("image", kinds[0], count, list(image.shape)), ("audio", kinds[1], 1, list(audio.shape))):
            if outputs[output] != {"topic": f"{name}.{output}", "contentType": kind, "shape": shape, "records": records}:
                sys.exit(f"{name}/{window}: {output} is {outputs[output]}")
    sizes, axes, sounds = f"{SIDE},{SIDE},3", "row,column,colour", (f"{SAMPLES // PATCH},{PATCH}", "patch,sample")
    note("array", npy(record("arrays", "/image", "application/x-npy", f"{FRAMES},{sizes}", f"frame,{axes}")), image)
    note("array", npy(record("arrays", "/audio", "application/x-npy", *sounds)), audio)
    levels = np.clip(np.rint(image * 255), 0, 255)
    for i in range(FRAMES):
        note("level", unpng(record("pictures", f"/image/{i}", "image/png", sizes, axes)), levels[i])
    photos = b"".join(record("photos", f"/image/{i}", "image/jpeg", sizes, axes) for i in range(FRAMES))
    photos = ffmpeg(["-f", "mjpeg", "-i", "-", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], photos)
    note("photo", abs(np.frombuffer(photos, np.uint8).reshape(levels.shape) - levels).mean((1, 2, 3)), np.zeros(FRAMES))
    note("level", np.frombuffer(wav(record("pictures", "/audio", "audio/wav", *sounds), 1, 2), "<i2"),
         np.clip(np.rint(audio.reshape(-1) * 32768), -32768, 32767))
    note("array", np.frombuffer(wav(record("photos", "/audio", "audio/wav;format=f32", *sounds), 3, 4), "<f4"), audio.reshape(-1))


def wav(data, form, width):
    """The samples of a WAV file of one channel."""
    if struct.unpack("<HHI", data[20:28]) != (form, 1, RATE):
        sys.exit(f"the sound is {struct.unpack('<HHI', data[20:28])}, expected {(form, 1, RATE)}")
    return data[-SAMPLES * width:]


if __name__ == "__main__":
    {"prepare": prepare, "publish": publish, "await": lambda brokers, share: topics.await_predictions(
        brokers, RENDERED, float(share) * len(ENTITIES) * WINDOWS), "check": check}[sys.argv[1]](*sys.argv[2:])
