using System.Text;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Worker.Rig;

/// <summary>A record of the rig, and when the network delivers it.</summary>
/// <param name="Record">The record, without an offset.</param>
/// <param name="ArrivesNs">When it arrives, in nanoseconds since 1970.</param>
internal sealed record RigRecord(SourceRecord Record, long ArrivesNs);

/// <summary>Makes the records of machines: a camera (JPEG, 8 a second), a microphone (PCM, 8 chunks a second), an accelerometer (JSON, 100 a second).</summary>
/// <param name="machines">The machines.</param>
/// <param name="topicOf">The topic of each input.</param>
/// <param name="start">Event time of millisecond 0.</param>
internal sealed class RigStream(IReadOnlyList<RigMachine> machines, IReadOnlyDictionary<string, string> topicOf, EventTime start)
{
    private const int ChunkMs = 125, ReadingMs = 10;

    /// <summary>Makes the records of a time, in the order of their arrival. Where the network loses one, there is none.</summary>
    /// <param name="lengthMs">The time, in milliseconds.</param>
    public IEnumerable<RigRecord> Records(long lengthMs)
    {
        var waiting = new PriorityQueue<RigRecord, long>();
        for (long ms = 0; ms < lengthMs; ms += ReadingMs)
        {
            foreach (RigMachine machine in machines)
                foreach (RigRecord record in At(machine, ms))
                    waiting.Enqueue(record, record.ArrivesNs);
            long now = (start + (ms * EventTime.PerMillisecond)).Nanoseconds;
            while (waiting.TryPeek(out _, out long arrives) && arrives <= now) yield return waiting.Dequeue();
        }

        while (waiting.Count > 0) yield return waiting.Dequeue();
    }

    private IEnumerable<RigRecord> At(RigMachine machine, long ms)
    {
        if (ms % ChunkMs < ReadingMs && !machine.Loses(0, ms)) yield return Make(machine, "camera", 0, ms, "image/jpeg", RigCamera.Frame(machine, ms));
        if (ms % ChunkMs < ReadingMs && !machine.Loses(1, ms))
        {
            long chunk = ms / ChunkMs * ChunkMs;
            yield return Make( // it is sent when it is full
                machine, "microphone", 1, chunk, $"audio/pcm;rate={RigMicrophone.Rate};channels=1;format=s16le", RigMicrophone.Sound(machine, chunk, ChunkMs));
        }

        if (!machine.Loses(2, ms)) yield return Make(machine, "accelerometer", 2, ms, "application/json", RigAccelerometer.Reading(machine, ms));
    }

    private RigRecord Make(RigMachine machine, string input, int sensor, long ms, string contentType, byte[] value)
    {
        EventTime time = start + (ms * EventTime.PerMillisecond);
        long arrives = time.Nanoseconds + machine.DelayNs(sensor, ms) + (sensor == 1 ? ChunkMs * EventTime.PerMillisecond : 0);
        var record = new SourceRecord(
            topicOf[input], 0, 0, arrives / EventTime.PerMillisecond, Encoding.UTF8.GetBytes(machine.Name), value,
            [new("content-type", Encoding.UTF8.GetBytes(contentType)), new("ce_time", Encoding.UTF8.GetBytes(time.ToString()))]);
        return new RigRecord(record, arrives);
    }
}
