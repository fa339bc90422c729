using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Reads topics beside their groups: it joins none and commits nothing. Records of decided transactions come alone. The order is that of each partition.
/// </summary>
public sealed class TopicReader : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    private readonly string _brokers;
    private readonly IReadOnlyList<string> _topics;
    private readonly ILogger _log;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ClientCalls _calls;
    private readonly LogOffsets _offsets;

    /// <summary>Makes the reader; it connects when reading starts.</summary>
    /// <param name="brokers">Brokers, as <c>host:port</c> with commas between.</param>
    /// <param name="client">Further settings of librdkafka, such as those for security.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="log">Receives the client's messages.</param>
    /// <exception cref="RefusedException">The settings of the client do not go together.</exception>
    public TopicReader(string brokers, IReadOnlyDictionary<string, string> client, IReadOnlyList<string> topics, TimeProvider time, ILogger log)
    {
        (_brokers, _topics, _log) = (brokers, topics, log);
        var options = new ConsumerOptions { BootstrapServers = brokers, GroupId = "streamperceiver-recorder", Client = client, ProgressTopic = "" };
        ConsumerConfig settings = ConsumerSettings.NonMember(options);
        settings.AutoOffsetReset = AutoOffsetReset.Error; // what retention takes before it is read must not be skipped in silence
        _consumer = ConsumerSettings.Builder(settings, log).SetErrorHandler((_, error) => Log.ClientError(log, error.Code, error.Reason)).BuildOrRefuse();
        _calls = new ClientCalls($"the reader of {brokers}", time);
        _offsets = new LogOffsets(_consumer.Handle, _calls);
    }

    /// <summary>Reads records as they come.</summary>
    /// <param name="from">Where to begin: at the first record of each partition, behind the last, or at a time.</param>
    /// <param name="untilEnd">Whether to end with the records that are there at the start (default: go on).</param>
    /// <param name="idle">Is called about ten times a second while no record comes.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StreamPerceiverException">
    /// A topic is not there, the brokers do not answer at the start, or records were deleted before they were read.
    /// </exception>
    public IEnumerable<SourceRecord> Read(ReadFrom from, bool untilEnd, Action idle, CancellationToken stop)
    {
        IReadOnlyList<TopicPartition> partitions = AskAtStart(Partitions);
        IReadOnlyDictionary<TopicPartition, long> starts = AskAtStart(() => Starts(from, partitions));
        Dictionary<TopicPartition, long> open = untilEnd
            ? AskAtStart(() => _offsets.End(partitions, IsolationLevel.ReadCommitted, Timeout)).Where(end => end.Value > starts[end.Key]).ToDictionary()
            : [];
        _consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p, starts[p])));
        while (!stop.IsCancellationRequested && (!untilEnd || open.Count > 0))
        {
            ConsumeResult<byte[]?, byte[]?>? result = Poll();
            if (result is null)
            {
                idle();
                continue;
            }

            long next = result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1;
            bool isBeyond = untilEnd && (!open.TryGetValue(result.TopicPartition, out long end) || next > end);
            if (!result.IsPartitionEOF && !isBeyond) yield return result.ToSourceRecord();
            if (open.TryGetValue(result.TopicPartition, out long last) && next >= last) open.Remove(result.TopicPartition);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _calls.Close(() =>
    {
        _offsets.Dispose();
        _consumer.Dispose();
    });

    private ConsumeResult<byte[]?, byte[]?>? Poll()
    {
        try
        {
            return _consumer.Consume(PollWait);
        }
        catch (ConsumeException e) when (e.Error.Code is ErrorCode.Local_AutoOffsetReset or ErrorCode.OffsetOutOfRange)
        {
            TopicPartitionOffset at = e.ConsumerRecord.TopicPartitionOffset;
            throw new StreamPerceiverException($"{at.Topic}/{at.Partition.Value}/{at.Offset.Value}: deleted before it was read", e);
        }
        catch (ConsumeException e) when (!e.Error.IsFatal && e.Error.Code is not (ErrorCode.TopicAuthorizationFailed or ErrorCode.UnknownTopicOrPart))
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason); // brokers that are away come back
            return null;
        }
        catch (KafkaException e)
        {
            throw new StreamPerceiverException($"{_brokers}: {e.Error.Reason} ({e.Error.Code})", e);
        }
    }

    private T AskAtStart<T>(Func<T> question)
    {
        try
        {
            return question();
        }
        catch (KafkaException e)
        {
            throw Refusal.OfSilence(_brokers, e);
        }
    }

    private List<TopicPartition> Partitions()
    {
        using IAdminClient admin = new DependentAdminClientBuilder(_consumer.Handle).Build();
        List<TopicPartition> partitions = [];
        foreach (string topic in _topics)
        {
            TopicMetadata found = _calls.Run("GetMetadata", Timeout, () => admin.GetMetadata(topic, Timeout)).Topics.Single();
            if (found.Error.IsError) throw new StreamPerceiverException($"topic {topic} at {_brokers}: {found.Error.Reason}");
            partitions.AddRange(found.Partitions.Select(p => new TopicPartition(topic, p.PartitionId)));
        }

        return partitions;
    }

    private IReadOnlyDictionary<TopicPartition, long> Starts(ReadFrom from, IReadOnlyList<TopicPartition> partitions) => from.TimestampMs is { } time
        ? _offsets.At(time, partitions, Timeout)
        : from.IsEnd ? _offsets.End(partitions, IsolationLevel.ReadCommitted, Timeout) : _offsets.Begin(partitions, Timeout);
}

/// <summary>Where the reading of topics begins.</summary>
/// <param name="IsEnd">Behind the last record of each partition.</param>
/// <param name="TimestampMs">At the first record with a timestamp of this time or later, in milliseconds since 1970.</param>
public sealed record ReadFrom(bool IsEnd = false, long? TimestampMs = null)
{
    /// <summary>Reads where to begin: <c>beginning</c>, <c>end</c>, or an RFC 3339 time. Returns null for anything else.</summary>
    public static ReadFrom? Parse(string text) => text switch
    {
        "beginning" => new ReadFrom(),
        "end" => new ReadFrom(IsEnd: true),
        _ => EventTime.TryParse(text, out EventTime time) ? new ReadFrom(TimestampMs: time.Nanoseconds / EventTime.PerMillisecond) : null,
    };
}
