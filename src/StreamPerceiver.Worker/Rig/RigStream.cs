using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Rig;

/// <summary>A record of the rig, and when the network delivers it.</summary>
/// <param name="Record">The record, without an offset.</param>
/// <param name="ArrivesNs">When it arrives, in nanoseconds since 1970.</param>
internal sealed record RigRecord(SourceRecord Record, long ArrivesNs);

/// <summary>
/// Makes the records of machines: a camera (JPEG, 8 a second), a microphone (PCM, 8 chunks a second), an accelerometer (JSON, 100 a second), and the truth
/// (JSON) when a state begins. A record depends on its machine's seed and on time alone.
/// </summary>
/// <param name="machines">The machines.</param>
/// <param name="topics">Where to.</param>
/// <param name="start">Event time of millisecond 0.</param>
/// <param name="outage">An input that is taken away (default: none).</param>
internal sealed class RigStream(IReadOnlyList<RigMachine> machines, RigTopics topics, EventTime start, RigOutage? outage = null)
{
    private const int ChunkMs = 125, ReadingMs = 10;

    private readonly Source[] _sources = [.. machines.Select(m => new Source(m))];

    /// <summary>Makes the records of a time, in the order of their arrival. Where the network loses one, there is none.</summary>
    /// <param name="lengthMs">The time, in milliseconds.</param>
    public IEnumerable<RigRecord> Records(long lengthMs)
    {
        var waiting = new PriorityQueue<RigRecord, (long, long)>();
        long made = 0; // of two records that arrive at once, the first one made comes first
        for (long ms = 0; ms < lengthMs; ms += ReadingMs)
        {
            foreach (Source source in _sources)
                foreach (RigRecord record in At(source, ms))
                    waiting.Enqueue(record, (record.ArrivesNs, made++));
            while (waiting.TryPeek(out RigRecord? next, out _) && next.ArrivesNs <= Time(ms).Nanoseconds) yield return waiting.Dequeue();
        }

        while (waiting.Count > 0) yield return waiting.Dequeue();
    }

    private IEnumerable<RigRecord> At(Source source, long ms)
    {
        (RigMachine machine, RigPhase phase) = (source.Machine, source.Machine.At(ms));
        if (source.Said != phase)
        {
            source.Said = phase;
            yield return Make(topics.Truth, machine, Time(phase.FromMs), "application/json", Truth(phase), Time(ms).Nanoseconds);
        }

        bool isChunk = ms % ChunkMs < ReadingMs;
        if (isChunk && IsSent(source.Camera, "camera"))
        {
            long arrives = Time(ms).Nanoseconds + source.Camera.DelayNs(ms);
            yield return Make(topics.Camera, machine, Time(ms), "image/jpeg", RigCamera.Frame(machine, phase, ms), arrives);
        }

        if (isChunk && IsSent(source.Microphone, "microphone"))
        {
            long from = ms / ChunkMs * ChunkMs, arrives = Time(from + ChunkMs).Nanoseconds + source.Microphone.DelayNs(ms); // it is sent when it is full
            yield return Make(
                topics.Microphone, machine, Time(from), $"audio/pcm;rate={RigMicrophone.Rate};channels=1;format=s16le",
                RigMicrophone.Sound(machine, machine.At(from), from, ChunkMs), arrives);
        }

        if (IsSent(source.Accelerometer, "accelerometer"))
        {
            long arrives = Time(ms).Nanoseconds + source.Accelerometer.DelayNs(ms);
            yield return Make(topics.Accelerometer, machine, Time(ms), "application/json", RigAccelerometer.Reading(machine, phase, ms), arrives);
        }

        bool IsSent(RigNetwork network, string input) => !network.Loses(ms) && outage?.Covers(input, machine.Name, ms) != true;
    }

    private EventTime Time(long ms) => start + (ms * EventTime.PerMillisecond);

    private byte[] Truth(RigPhase phase)
        => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>
        {
            ["from"] = Time(phase.FromMs).ToString(),
            ["to"] = Time(phase.ToMs).ToString(),
            ["output"] = topics.Output,
            ["value"] = phase.Fault.ToString(),
        });

    private static RigRecord Make(string topic, RigMachine machine, EventTime time, string contentType, byte[] value, long arrivesNs)
        => new(
            new SourceRecord(
                topic, 0, 0, arrivesNs / EventTime.PerMillisecond, Encoding.UTF8.GetBytes(machine.Name), value,
                [new("content-type", Encoding.UTF8.GetBytes(contentType)), new("ce_time", Encoding.UTF8.GetBytes(time.ToString()))]),
            arrivesNs);

    private sealed class Source(RigMachine machine)
    {
        public RigMachine Machine => machine;

        public RigPhase? Said { get; set; }

        public RigNetwork Camera { get; } = new(machine, RigChance.CameraNetwork);

        public RigNetwork Microphone { get; } = new(machine, RigChance.MicrophoneNetwork);

        public RigNetwork Accelerometer { get; } = new(machine, RigChance.AccelerometerNetwork);
    }
}
