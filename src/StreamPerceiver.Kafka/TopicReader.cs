using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Reads topics beside their groups: it joins none and commits nothing. Records of decided transactions come alone. The order is that of each partition.
/// </summary>
public sealed class TopicReader : IDisposable
{
    // Of all partitions together. It bounds the memory of a recorder, which writes slower than a broker gives.
    private const int PrefetchBytes = 64 << 20;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(500); // as a worker's
    private static readonly TimeSpan CheckTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan PartitionsInterval = TimeSpan.FromSeconds(5);

    private readonly string _brokers;
    private readonly IReadOnlyList<string> _topics;
    private readonly ILogger _log;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly ClientCalls _calls;
    private readonly LogOffsets _offsets;
    private readonly TimeProvider _time;

    /// <summary>Makes the reader; it connects when reading starts.</summary>
    /// <param name="brokers">Brokers, as <c>host:port</c> with commas between.</param>
    /// <param name="client">Further settings of librdkafka, such as those for security.</param>
    /// <param name="topics">The topics.</param>
    /// <param name="time">The clock of the deadlines.</param>
    /// <param name="log">Receives the client's messages.</param>
    /// <exception cref="RefusedException">The settings of the client do not go together.</exception>
    public TopicReader(string brokers, IReadOnlyDictionary<string, string> client, IReadOnlyList<string> topics, TimeProvider time, ILogger log)
    {
        (_brokers, _topics, _time, _log) = (brokers, topics, time, log);
        var options = new ConsumerOptions { BootstrapServers = brokers, GroupId = "streamperceiver-recorder", Client = client, ProgressTopic = "" };
        ConsumerConfig settings = ConsumerSettings.NonMember(options);
        settings.FetchQueueBackoffMs = 20; // how soon a queue that was full is filled again; the client's default is a second
        settings.QueuedMaxMessagesKbytes = PrefetchBytes >> 10;
        settings.AutoOffsetReset = AutoOffsetReset.Error; // what retention takes before it is read must not be skipped in silence
        _consumer = ConsumerSettings.Builder(settings, log).SetErrorHandler((_, error) => Log.ClientError(log, error.Code, error.Reason)).BuildOrRefuse();
        _calls = new ClientCalls($"the reader of {brokers}", time);
        _offsets = new LogOffsets(_consumer.Handle, _calls);
    }

    /// <summary>
    /// Reads records as they come, with the ends of partitions as a worker that keeps up would learn them. Partitions that are added are read from their first
    /// record.
    /// </summary>
    /// <param name="from">Where to begin: at the first record of each partition, behind the last, or at a time.</param>
    /// <param name="untilEnd">Whether to read the records that are there at the start, and nothing else (default: go on).</param>
    /// <param name="idle">Is called about ten times a second while no record comes.</param>
    /// <param name="stop">Ends the reading.</param>
    /// <exception cref="StreamPerceiverException">
    /// A topic is not there, the brokers do not answer at the start, or records were deleted before they were read.
    /// </exception>
    public IEnumerable<IntakeEvent> Read(ReadFrom from, bool untilEnd, Action idle, CancellationToken stop)
    {
        List<TopicPartition> partitions = AskAtStart(Partitions);
        IReadOnlyDictionary<TopicPartition, long> starts = AskAtStart(() => Starts(from, partitions));
        Dictionary<TopicPartition, long> open = untilEnd
            ? AskAtStart(() => _offsets.End(partitions, IsolationLevel.ReadCommitted, Timeout)).Where(end => end.Value > starts[end.Key]).ToDictionary()
            : [];
        _consumer.Assign(partitions.Select(p => new TopicPartitionOffset(p, starts[p])));
        TimeSpan lastCheck = Now, lastSearch = Now;
        while (!stop.IsCancellationRequested && (!untilEnd || open.Count > 0))
        {
            if (!untilEnd && Now - lastCheck >= CheckInterval)
            {
                if (Now - lastSearch >= PartitionsInterval)
                {
                    AddNew(partitions);
                    lastSearch = Now;
                }

                foreach (IntakeEvent happened in AskEnds(partitions)) yield return happened;
                lastCheck = Now;
            }

            ConsumeResult<byte[]?, byte[]?>? result = Poll();
            if (result is null)
            {
                idle();
                continue;
            }

            long next = result.IsPartitionEOF ? result.Offset.Value : result.Offset.Value + 1;
            bool isBeyond = untilEnd && (!open.TryGetValue(result.TopicPartition, out long end) || next > end);
            if (!result.IsPartitionEOF && !isBeyond) yield return new RecordRead(result.ToSourceRecord(_consumer));
            if (result.IsPartitionEOF && !untilEnd) yield return new EndReached(PlaceOf(result.TopicPartition), next);
            if (open.TryGetValue(result.TopicPartition, out long last) && next >= last) open.Remove(result.TopicPartition);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _calls.Close(() =>
    {
        _offsets.Dispose();
        _consumer.Dispose();
    });

    private TimeSpan Now => _time.GetElapsedTime(0);

    private static SourcePartition PlaceOf(TopicPartition partition) => new(partition.Topic, partition.Partition.Value);

    private List<IntakeEvent> AskEnds(IReadOnlyList<TopicPartition> partitions)
    {
        TimeSpan now = Now;
        List<IntakeEvent> happened = [new EndsAsked(now)];
        Try(() => happened.AddRange(_offsets.End(partitions, IsolationLevel.ReadUncommitted, CheckTimeout)
            .Select(end => new EndAnswered(PlaceOf(end.Key), end.Value, now))));
        return happened;
    }

    private void AddNew(List<TopicPartition> partitions) => Try(() =>
    {
        TopicPartition[] added = [.. Partitions().Except(partitions)];
        if (added.Length == 0) return;
        _consumer.IncrementalAssign(added.Select(p => new TopicPartitionOffset(p, Offset.Beginning)));
        partitions.AddRange(added);
        foreach (TopicPartition partition in added) Log.PartitionAdded(_log, partition.Topic, partition.Partition.Value);
    });

    // Brokers that are away are soon asked again.
    private void Try(Action question)
    {
        try
        {
            question();
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            Log.ClientError(_log, e.Error.Code, e.Error.Reason);
        }
    }

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
