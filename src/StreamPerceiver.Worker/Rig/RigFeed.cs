using StreamPerceiver.Flow;
using StreamPerceiver.Kafka;

namespace StreamPerceiver.Worker.Rig;

/// <summary>Sends the records of machines to the topics of a broker, each when it arrives by the machines' clock. Keys choose partitions.</summary>
/// <param name="writer">Writes the records.</param>
/// <param name="machines">The machines.</param>
/// <param name="topics">The topics.</param>
/// <param name="outage">An input that is taken away; null: none.</param>
/// <param name="speed">How many times as fast as real time.</param>
/// <param name="time">The clock. Its second at the start is the machines' millisecond 0.</param>
internal sealed class RigFeed(
    TopicWriter writer, IReadOnlyList<RigMachine> machines, RigTopics topics, RigOutage? outage, double speed, TimeProvider time)
{
    // A timer ends no sooner.
    private static readonly TimeSpan LeastWait = TimeSpan.FromMilliseconds(1);

    private long _started;
    private EventTime _start;

    /// <summary>Records of inputs that were sent; those of the truth do not count.</summary>
    public long Sent { get; private set; }

    /// <summary>Computes the machines' millisecond of an event time.</summary>
    public long MsOf(EventTime moment) => (moment - _start) / EventTime.PerMillisecond;

    /// <summary>Computes how long ago, on the wall clock, the machines' clock showed an event time.</summary>
    public TimeSpan Since(EventTime moment) => time.GetElapsedTime(_started) - OnTheWall(moment.Nanoseconds);

    /// <summary>Sends the records of a time, then waits until the broker has stored all of them.</summary>
    /// <param name="length">The time, on the wall clock.</param>
    /// <param name="stop">Ends it early. Records that were sent count.</param>
    /// <exception cref="StreamPerceiverException">A topic is missing, or refuses a record.</exception>
    public async Task RunAsync(TimeSpan length, CancellationToken stop)
    {
        // Looks up the leaders before the start, so that no input starts behind the others.
        foreach (string topic in topics.All) writer.RequirePartitions(topic, 1);
        _started = time.GetTimestamp();
        _start = new EventTime(time.GetUtcNow().ToUnixTimeSeconds() * EventTime.PerSecond);
        foreach (RigRecord record in new RigStream(machines, topics, _start, outage).Records((long)(length.TotalMilliseconds * speed)))
        {
            TimeSpan wait = OnTheWall(record.ArrivesNs) - time.GetElapsedTime(_started);
            if (wait >= LeastWait) await Task.Delay(wait, time, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stop.IsCancellationRequested) break;
            writer.Send(record.Record with { Partition = TopicWriter.ByKey });
            if (record.Record.Topic != topics.Truth) Sent++;
        }

        writer.Flush();
    }

    private TimeSpan OnTheWall(long nanoseconds) => TimeSpan.FromMicroseconds((nanoseconds - _start.Nanoseconds) / 1000.0 / speed);
}
