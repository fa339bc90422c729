"""Runs our worker and the Python worker, in turn, on one recording in a real Kafka: windows a second, CPU, and how far they agree."""
import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

import confluent_kafka
from confluent_kafka.admin import AdminClient, NewTopic

import recording
from common import HERE, ROOT, WORKER, cpu, environment, run, say

LANES, PATIENCE = 2, 60
TICKS = os.sysconf("SC_CLK_TCK")


class Broker:
    """Apache Kafka, one node, in a folder of its own."""

    def __init__(self, home):
        self.script, self.data = os.path.join(home, "broker"), tempfile.mkdtemp(prefix="kafka")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.address = f"127.0.0.1:{port}"
        run(["bash", self.script, "start", "--data", self.data, "--port", str(port)], dict(os.environ))

    def create(self, topic, **config):
        """A topic, and waits until it is there."""
        client = AdminClient({"bootstrap.servers": self.address})  # its futures fail where it is not kept
        for future in client.create_topics([NewTopic(topic, LANES, 1, config=config)]).values():
            future.result()

    def stop(self):
        """Stops it, and takes its data away."""
        subprocess.run(["bash", self.script, "stop", "--data", self.data], stdout=subprocess.DEVNULL, check=False)
        shutil.rmtree(self.data, ignore_errors=True)


def prepare(folder):
    """The demo's pipeline and its model with untrained weights, in a folder."""
    source = os.path.join(ROOT, "pipelines")
    with open(os.path.join(source, "machine-activity.json"), encoding="utf-8") as file:
        pipeline = json.loads("".join(line for line in file if not line.startswith("//")))
    model = os.path.join(folder, pipeline["model"])
    os.makedirs(model)
    shutil.copy(os.path.join(source, pipeline["model"], "config.json"), model)
    run([*WORKER, "model", "init", model], environment(1))
    del pipeline["$schema"]
    for output in pipeline["outputs"].values():
        output["topK"] = 4
    return pipeline


def cpu_seconds(process):
    """What a process has taken of the CPUs."""
    with open(f"/proc/{process.pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def command(who, file, broker, options):
    """How a worker is started."""
    if who == "ours":
        return [*WORKER, "run", f"--Kafka:BootstrapServers={broker.address}", f"--Pipelines:0={file}", f"--Inference:Threads={options.threads}",
                f"--Kafka:Delivery={options.delivery}"]
    return [sys.executable, os.path.join(HERE, "worker.py"), file, "--brokers", broker.address, "--threads", str(options.threads)]


def one(who, name, folder, pipeline, broker, expected, options):
    """One worker over the whole recording, timed from its first predictions to its last by the broker's clock."""
    mine = {**pipeline, "name": name, "topics": {"predictions": f"{name}.predictions"}}
    file = os.path.join(folder, f"{name}.json")
    with open(file, "w", encoding="utf-8") as out:
        json.dump(mine, out)
    topic = mine["topics"]["predictions"]
    broker.create(topic, **{"message.timestamp.type": "LogAppendTime"})
    reader = confluent_kafka.Consumer({"bootstrap.servers": broker.address, "group.id": f"{name}.reader", "isolation.level": "read_committed",
                                       "fetch.wait.max.ms": 20, "enable.partition.eof": False})
    reader.assign([confluent_kafka.TopicPartition(topic, p, 0) for p in range(LANES)])
    found, begun = {}, None
    with open(os.path.join(folder, f"{name}.log"), "w+", encoding="utf-8") as log:
        process = subprocess.Popen(command(who, file, broker, options), stdout=log, stderr=log, env=environment(options.threads), cwd=folder)
        try:
            heard, last = time.monotonic(), 0
            while len(found) < expected and time.monotonic() - heard < PATIENCE and process.poll() is None:
                messages = reader.consume(500, 0.05)
                for message in messages:
                    value = json.loads(message.value())
                    found[value["entity"], value["window"]["start"].replace(".000Z", "Z")] = value["outputs"]
                    heard, last = time.monotonic(), max(last, message.timestamp()[1])
                if messages and begun is None:
                    begun = (len(found), last, cpu_seconds(process))
            if process.poll() is not None or begun is None or len(found) <= begun[0]:
                log.seek(0)
                raise RuntimeError(f"{who}: {len(found)} of {expected} predictions:\n{log.read()[-2000:]}")
            windows, seconds, busy = len(found) - begun[0], (last - begun[1]) / 1000, cpu_seconds(process) - begun[2]
        finally:
            process.terminate()
            process.wait(60)
            reader.close()
    result = {"worker": who, "predictions": len(found), "timed": windows, "seconds": seconds, "windowsPerSecond": windows / seconds, "cpuSecondsPerWindow": busy / windows}
    say(f"{name}: {len(found)} of {expected} predictions, {windows} of them in {seconds:.2f} s: {result['windowsPerSecond']:.1f} windows/s, {result['cpuSecondsPerWindow'] * 1000:.1f} ms of CPU a window")
    return result, found


def agreement(ours, theirs):
    """Windows that both gave, and the largest and the mean difference of a probability."""
    common, differences = ours.keys() & theirs.keys(), []
    for window in common:
        for output, value in ours[window].items():
            other = {x["label"]: x["probability"] for x in theirs[window][output]["labels"]}
            differences += [abs(x["probability"] - other[x["label"]]) for x in value["labels"]]
    return {"both": len(common), "oursAlone": len(ours.keys() - common), "pythonAlone": len(theirs.keys() - common),
            "largest": max(differences, default=None), "mean": statistics.fmean(differences) if differences else None}


def main():
    """Publishes the recording, runs the workers by turns, and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=16, help="doors; 62 records a second each")
    parser.add_argument("--seconds", type=int, default=120, help="length of the recording")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2, help="threads of the model")
    parser.add_argument("--delivery", choices=["exactly-once", "at-least-once"], default="exactly-once", help="what ours promises")
    parser.add_argument("--json", metavar="FILE", help="writes all figures")
    options = parser.parse_args()
    home = os.environ.get("KAFKA_HOME") or os.path.join(os.path.dirname(ROOT), "shared", "kafka")
    why = recording.missing() or (None if os.path.exists(os.path.join(home, "broker")) else "KAFKA_HOME is not set: no Apache Kafka here")
    if why:
        sys.exit(f"pipeline: not measured: {why}")
    made = recording.records(options.entities, options.seconds)
    results, last = {"ours": [], "python": []}, {}
    folder, broker = tempfile.mkdtemp(prefix="peers"), Broker(home)
    try:
        pipeline = prepare(folder)
        for spec in pipeline["inputs"].values():
            broker.create(spec["topic"])
        expected = recording.windows(made, pipeline)
        print(f"{cpu()[0]}, {os.cpu_count()} CPUs, {options.threads} threads: {len(made)} records of {options.entities} entities, {expected} windows")
        recording.publish(broker.address, made, {name: spec["topic"] for name, spec in pipeline["inputs"].items()})
        for i in range(options.rounds):
            for who in results:
                result, last[who] = one(who, f"{who}-{i + 1}", folder, pipeline, broker, expected, options)
                results[who].append(result)
    finally:
        broker.stop()
        shutil.rmtree(folder, ignore_errors=True)
    rate, busy = ({who: statistics.median(r[figure] for r in rows) for who, rows in results.items()} for figure in ("windowsPerSecond", "cpuSecondsPerWindow"))
    print(f"{'':8} {'windows/s':>10} {'CPU ms a window':>16}")
    for who in results:
        print(f"{who:8} {rate[who]:10.1f} {busy[who] * 1000:16.1f}")
    print(f"ours to Python: {rate['ours'] / rate['python']:.2f} times the windows/s, {busy['ours'] / busy['python']:.2f} times the CPU a window")
    agreed = agreement(last["ours"], last["python"])
    print(f"{agreed['both']} windows by both, {agreed['oursAlone']} by ours alone, {agreed['pythonAlone']} by Python alone; "
          f"probabilities differ by {agreed['largest']:.1e} at most, {agreed['mean']:.1e} on average")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump({"records": len(made), "windows": expected, "rounds": results, "agreement": agreed}, file, indent=1)


if __name__ == "__main__":
    main()
