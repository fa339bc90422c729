"""Samples to windows in event time, and windows to arrays: the peer of our align and tokenise stages, for video, sound and readings."""
import bisect

import numpy as np

MS, SECOND = 1_000_000, 1_000_000_000


class Stream:
    """One input of one key: samples by time, and a watermark."""

    def __init__(self, tolerance):
        self.samples, self.tolerance, self.latest = [], tolerance, None

    def add(self, time, end, offset, data):
        """Keeps a sample in order."""
        bisect.insort(self.samples, (time, offset, end, data), key=lambda s: s[:2])
        self.latest = time if self.latest is None else max(self.latest, time)

    def touching(self, start, end):
        """Samples with a say in a window."""
        return [s for s in self.samples if s[0] < end and s[2] + self.tolerance > start]


class Windows:
    """The windows of all keys. A window closes when every input's watermark has passed its end."""

    def __init__(self, pipeline):
        window = pipeline["window"]
        self.size, self.hop = window["sizeMs"] * MS, window.get("hopMs", window["sizeMs"]) * MS
        self.disorder = window.get("outOfOrdernessMs", 0) * MS
        self.inputs = dict(sorted(pipeline["inputs"].items()))
        self.keys, self.following = {}, {}

    def add(self, key, name, time, end, offset, data):
        """Takes a sample; gives the windows that close with it, as (key, start, arrays of each input)."""
        if key not in self.keys:
            self.keys[key] = {n: Stream(2 * SECOND // s["rateHz"] if s["modality"] == "sensor" else 0) for n, s in self.inputs.items()}
        streams = self.keys[key]
        own = streams[name].latest
        if own is not None and (end - 1) // self.hop * self.hop + self.size <= own - self.disorder:
            return  # late
        streams[name].add(time, end, offset, data)
        if any(s.latest is None for s in streams.values()):
            return
        passed = min(s.latest for s in streams.values()) - self.disorder
        if key not in self.following:
            self.following[key] = (min(s.samples[0][0] for s in streams.values()) - self.size) // self.hop + 1
        while self.following[key] * self.hop + self.size <= passed:
            start = self.following[key] * self.hop
            arrays = {n: PLACE[s["modality"]](s, streams[n].touching(start, start + self.size), start, self.size) for n, s in self.inputs.items()}
            self.following[key] += 1
            for s in streams.values():
                s.samples = [x for x in s.samples if x[2] + s.tolerance > start + self.hop]
            there = {n: mask.any() for n, (_, mask) in arrays.items()}
            if any(there.values()) and all(there[n] or not s.get("required") for n, s in self.inputs.items()):
                yield key, start, arrays


def place_video(spec, samples, start, size):
    """Each slot takes the frame nearest to its middle: (T, 3, H, W), and a mask by patch."""
    slots, side = spec["frames"], spec["patch"]
    values = np.zeros((slots, 3, spec["height"], spec["width"]), np.float32)
    mask = np.zeros((slots, spec["height"] // side * (spec["width"] // side)), np.int64)
    if samples:
        times = np.array([s[0] for s in samples]) - start
        for slot in range(slots):
            distance = abs(times - (2 * slot + 1) * size // (2 * slots))
            nearest = int(distance.argmin())
            if distance[nearest] <= size // (2 * slots):
                values[slot] = samples[nearest][3].result().transpose(2, 0, 1)
                mask[slot] = 1
    return values / 255, mask.reshape(-1)


def place_audio(spec, samples, start, size):
    """Each chunk goes to the sample nearest to its time: (S, 1), and a mask by patch."""
    rate, patch = spec["rateHz"], spec["samplesPerPatch"]
    length = rate * size // SECOND
    values, filled = np.zeros(length, np.float32), np.zeros(length, bool)
    for time, _, _, chunk in samples:
        at = (2 * (time - start) * rate + SECOND) // (2 * SECOND)
        first, last = max(0, at), min(length, at + len(chunk))
        if last > first:
            values[first:last] = chunk[first - at:last - at]
            filled[first:last] = True
    return values[:, None], (2 * filled.reshape(-1, patch).sum(1) >= patch).astype(np.int64)


def place_sensor(spec, samples, start, size):
    """Each step takes the line between its neighbours, or the one that is near: (T, C), and a mask by step."""
    steps = spec["rateHz"] * size // SECOND
    if not samples:
        return np.zeros((steps, len(spec["channels"])), np.float32), np.zeros(steps, np.int64)
    tolerance = 2 * SECOND // spec["rateHz"]
    times, values = np.array([s[0] for s in samples]) - start, np.stack([s[3] for s in samples])
    at = np.arange(steps) * SECOND // spec["rateHz"]
    right = np.searchsorted(times, at, "right")
    before, after = np.maximum(right - 1, 0), np.minimum(right, len(times) - 1)
    has_before = (right > 0) & (at - times[before] <= tolerance)
    has_after = (right < len(times)) & (times[after] - at <= tolerance)
    both = has_before & has_after
    share = np.where(both, (at - times[before]) / np.maximum(times[after] - times[before], 1), ~has_before)[:, None]
    mask = has_before | has_after
    return ((values[before] + share * (values[after] - values[before])) * mask[:, None]).astype(np.float32), mask.astype(np.int64)


PLACE = {"video": place_video, "audio": place_audio, "sensor": place_sensor}
