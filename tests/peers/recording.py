"""A recording of real media for the demo's pipeline: doors with a camera, a microphone and an accelerometer each."""
import datetime
import glob
import io
import json
import math
import os
import time
import wave

VIDEO = "/usr/share/doc/opencv-doc/examples/data/vtest.avi"
SPEECH = "/usr/share/sounds/alsa"
CHUNK_MS, READING_MS, FRAME_MS = 500, 20, 100
DAY_MS = 86_400_000


def missing():
    """What is not installed, or None."""
    if not os.path.exists(VIDEO):
        return f"{VIDEO} is not there (Debian's opencv-doc)"
    return None if os.path.isdir(SPEECH) else f"{SPEECH} is not there (Debian's alsa-utils)"


def frames(count):
    """JPEG pictures of 320 x 240 of OpenCV's street scene."""
    import cv2
    video, found = cv2.VideoCapture(VIDEO), []
    while len(found) < count:
        there, picture = video.read()
        if not there:
            break
        found.append(cv2.imencode(".jpg", cv2.resize(picture, (320, 240)), [cv2.IMWRITE_JPEG_QUALITY, 70])[1].tobytes())
    return found


def chunks():
    """Half seconds of ALSA's announcements, a WAV file each."""
    found = []
    for path in sorted(glob.glob(os.path.join(SPEECH, "*.wav"))):
        with wave.open(path) as reader:
            size = reader.getframerate() * CHUNK_MS // 1000
            while len(part := reader.readframes(size)) == size * reader.getsampwidth() * reader.getnchannels():
                memory = io.BytesIO()
                with wave.open(memory, "wb") as writer:
                    writer.setparams(reader.getparams())
                    writer.writeframes(part)
                found.append(memory.getvalue())
    return found


def records(entities, seconds):
    """(time in ms, key, input, content type, payload), by time."""
    pictures, sounds = frames(300), chunks()
    start, made = int(time.time() * 1000) // DAY_MS * DAY_MS, []
    for e in range(entities):
        key, first = f"door-{e + 1}", start + 10 * e
        for i in range(seconds * 1000 // FRAME_MS):
            made.append((first + i * FRAME_MS, key, "camera", "image/jpeg", pictures[(i + 37 * e) % len(pictures)]))
        for i in range(seconds * 1000 // CHUNK_MS):
            made.append((first + i * CHUNK_MS, key, "microphone", "audio/wav", sounds[(i + 5 * e) % len(sounds)]))
        for i in range(seconds * 1000 // READING_MS):
            reading = {"x": round(math.sin(i * 0.1 + e), 5), "y": round(math.cos(i * 0.07), 5), "z": 1.0}
            made.append((first + i * READING_MS, key, "accelerometer", "application/json", json.dumps(reading).encode()))
    made.sort(key=lambda r: r[0])
    return made


def windows(made, pipeline):
    """How many windows close by the watermarks of what was made: all of them, where no key is silent for long before the others."""
    size, hop = pipeline["window"]["sizeMs"], pipeline["window"]["hopMs"]
    first, last = {}, {}
    for at, key, name, _, _ in made:
        first[key] = min(first.get(key, at), at)
        last[key, name] = max(last.get((key, name), at), at)
    count = 0
    for key, begin in first.items():
        passed = min(at for (k, _), at in last.items() if k == key) - pipeline["window"]["outOfOrdernessMs"]
        count += max(0, (passed - size) // hop - ((begin - size) // hop + 1) + 1)
    return count


def publish(brokers, made, topics):
    """All of it, before anybody reads."""
    import confluent_kafka
    producer = confluent_kafka.Producer({"bootstrap.servers": brokers, "linger.ms": 20, "acks": "all"})
    for at, key, name, kind, payload in made:
        moment = datetime.datetime.fromtimestamp(at / 1000, datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        while True:
            try:
                producer.produce(topics[name], payload, key, timestamp=at, headers={"content-type": kind, "ce_time": moment})
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
    producer.flush()
