"""A plain Python worker for the same job as ours: Kafka, decoding, windows, PyTorch, Kafka. At least once, without restarts in mind."""
import argparse
import concurrent.futures
import datetime
import io
import json
import os
import signal
import wave

import confluent_kafka
import cv2
import numpy as np
import torch

import perceiver
import windows

EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
MOST_WINDOWS, MOST_RECORDS = 4, 500


def event_time(message):
    """ce_time where there is one, else Kafka's timestamp, in nanoseconds."""
    for name, value in message.headers() or []:
        if name == "ce_time":
            return (datetime.datetime.fromisoformat(value.decode()) - EPOCH) // datetime.timedelta(microseconds=1) * 1000
    return message.timestamp()[1] * windows.MS


def frame(spec, payload):
    """A picture to RGB at the pipeline's size."""
    picture = cv2.imdecode(np.frombuffer(payload, np.uint8), cv2.IMREAD_COLOR)
    return cv2.cvtColor(cv2.resize(picture, (spec["width"], spec["height"]), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)


def low_pass(cutoff, half=32):
    """A windowed sinc; `cutoff` is a share of the sample rate."""
    x = np.arange(-half, half + 1)
    taps = np.sinc(2 * cutoff * x) * np.hanning(2 * half + 3)[1:-1]
    return (taps / taps.sum()).astype(np.float32)


def sound(spec, payload):
    """16-bit WAV to mono floats at the model's rate."""
    with wave.open(io.BytesIO(payload)) as reader:
        rate, channels = reader.getframerate(), reader.getnchannels()
        samples = np.frombuffer(reader.readframes(reader.getnframes()), "<i2").astype(np.float32) / 32768
    samples = samples.reshape(-1, channels).mean(1)
    if rate == spec["rateHz"]:
        return samples
    if rate > spec["rateHz"]:
        samples = np.convolve(samples, low_pass(0.5 * spec["rateHz"] / rate), "same")
    if rate % spec["rateHz"] == 0:
        return samples[::rate // spec["rateHz"]]
    wanted = np.arange(len(samples) * spec["rateHz"] // rate) * (rate / spec["rateHz"])
    return np.interp(wanted, np.arange(len(samples)), samples).astype(np.float32)


class Worker:
    """Reads, predicts, publishes, commits."""

    def __init__(self, options):
        with open(options.pipeline, encoding="utf-8") as file:
            self.pipeline = json.load(file)
        self.inputs = {spec["topic"]: (name, spec) for name, spec in self.pipeline["inputs"].items()}
        directory = os.path.join(os.path.dirname(os.path.abspath(options.pipeline)), self.pipeline["model"])
        self.model = perceiver.load(directory)
        self.labels = {name: o["labels"] for name, o in perceiver.checkpoint.read_config(directory)["outputs"].items()}
        self.windows, self.pool, self.ready = windows.Windows(self.pipeline), concurrent.futures.ThreadPoolExecutor(options.threads), []
        self.producer = confluent_kafka.Producer({"bootstrap.servers": options.brokers, "linger.ms": 5, "enable.idempotence": True})
        self.consumer = confluent_kafka.Consumer({
            "bootstrap.servers": options.brokers, "group.id": self.pipeline["name"], "auto.offset.reset": "earliest", "enable.auto.commit": False})
        self.consumer.subscribe(list(self.inputs))
        self.stopped = False

    def run(self):
        """Until it is told to stop."""
        while not self.stopped:
            messages = self.consumer.consume(MOST_RECORDS, 0.05)
            for message in messages:
                if message.error():
                    raise confluent_kafka.KafkaException(message.error())
                self.ready.extend(self.take(message))
                while len(self.ready) >= MOST_WINDOWS:
                    self.predict()
            if self.ready:
                self.predict()
            if messages:
                self.producer.flush()
                self.consumer.commit(asynchronous=True)
        self.consumer.close()

    def take(self, message):
        """One record; the windows that it closes."""
        name, spec = self.inputs[message.topic()]
        time = end = event_time(message)
        if spec["modality"] == "video":
            data = self.pool.submit(frame, spec, message.value())
        elif spec["modality"] == "audio":
            data = sound(spec, message.value())
            end = time + len(data) * windows.SECOND // spec["rateHz"]
        else:
            reading = json.loads(message.value())
            data = np.array([reading[c] for c in spec["channels"]] if isinstance(reading, dict) else reading, np.float64)
        return self.windows.add(message.key().decode(), name, time, max(end, time + 1), message.offset(), data)

    def predict(self):
        """Runs the model on the oldest windows, and publishes what it says."""
        batch, self.ready = self.ready[:MOST_WINDOWS], self.ready[MOST_WINDOWS:]
        names = list(self.windows.inputs)
        arrays = {f"inputs.{n}": torch.from_numpy(np.stack([w[2][n][0] for w in batch])) for n in names}
        arrays["attention_mask"] = torch.from_numpy(np.stack([np.concatenate([w[2][n][1] for n in names]) for w in batch]))
        with torch.no_grad():
            shares = {name: logits.double().softmax(-1).numpy() for name, logits in self.model(arrays).items()}
        for i, (key, start, _) in enumerate(batch):
            outputs = {}
            for name, options in self.pipeline["outputs"].items():
                row = shares[f"logits.{name}"][i]
                best = np.argsort(-row, kind="stable")[:options.get("topK", 1)]
                outputs[name] = {"labels": [{"label": self.labels[name][b], "probability": float(row[b])} for b in best]}
            end = start + self.windows.size
            value = {"pipeline": self.pipeline["name"], "entity": key, "window": {"start": text(start), "end": text(end)}, "outputs": outputs}
            self.producer.produce(self.pipeline["topics"]["predictions"], json.dumps(value), key, timestamp=end // windows.MS)
        self.producer.poll(0)


def text(time):
    """A time as RFC 3339."""
    return (EPOCH + datetime.timedelta(microseconds=time // 1000)).isoformat().replace("+00:00", "Z")


def main():
    """Runs one pipeline file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pipeline")
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    worker = Worker(options)
    signal.signal(signal.SIGTERM, lambda *_: setattr(worker, "stopped", True))
    worker.run()


if __name__ == "__main__":
    main()
