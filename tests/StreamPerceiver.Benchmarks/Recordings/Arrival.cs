using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;

namespace StreamPerceiver.Benchmarks.Recordings;

/// <summary>A record with the time at which a recorder received it.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Entity">The key.</param>
/// <param name="Time">The event time, which is also Kafka's timestamp.</param>
/// <param name="ContentType">The content type of the payload.</param>
/// <param name="Payload">The payload.</param>
/// <param name="Received">The time of receipt.</param>
internal sealed record Arrival(string Topic, string Entity, EventTime Time, string ContentType, byte[] Payload, EventTime Received)
{
    /// <summary>Writes records to a file, in the order in which they are given. Each topic has one partition.</summary>
    public static void WriteAll(string path, IEnumerable<Arrival> arrivals)
    {
        string folder = Directory.CreateTempSubdirectory("recording-").FullName;
        using (var writer = new RecordingWriter(folder, "r"))
        {
            Dictionary<string, long> offsets = [];
            foreach (Arrival arrival in arrivals)
            {
                long offset = offsets.GetValueOrDefault(arrival.Topic);
                offsets[arrival.Topic] = offset + 1;
                writer.Add(arrival.ToRecord(offset), arrival.Received.Nanoseconds);
            }
        }

        File.Move(Directory.GetFiles(folder).Single(), path, overwrite: true);
        Directory.Delete(folder);
    }

    private SourceRecord ToRecord(long offset) => new(
        Topic, 0, offset, Time.Nanoseconds / EventTime.PerMillisecond, Encoding.UTF8.GetBytes(Entity), Payload,
        [
            new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(ContentType)),
            new("ce_time", Encoding.UTF8.GetBytes(Time.ToString())),
        ]);
}
