using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.Logging;

namespace StreamPerceiver.Kafka;

/// <summary>Asks the brokers at intervals whether the topics are still those of the start. One thread calls it, and never waits.</summary>
/// <param name="client">The client whose connections are used.</param>
/// <param name="layout">The topics at the start.</param>
/// <param name="log">Receives which topics are missing.</param>
internal sealed class LayoutWatch(Handle client, TopicLayout layout, ILogger log) : IDisposable
{
    // Kafka's zero id: a broker of a version without ids.
    private const string NoId = "AAAAAAAAAAAAAAAAAAAAAA";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly IAdminClient _admin = new DependentAdminClientBuilder(client).Build();
    private Task<Dictionary<string, TopicState>>? _asked;
    private TimeSpan _lastAsked;

    /// <summary>Takes the answer to the last question where it is there, and asks the next one in time.</summary>
    /// <param name="now">The clock.</param>
    /// <exception cref="StreamPerceiverException">The topics have changed; see <see cref="TopicLayout.Compare"/>.</exception>
    public void Check(TimeSpan now)
    {
        if (_asked is { IsCompleted: true } answered)
        {
            _asked = null;
            TakeAnswer(answered, now);
        }

        if (_asked is not null || now - _lastAsked < Interval) return;
        _lastAsked = now;
        _asked = DescribeAsync(_admin, layout.Topics, Interval);
    }

    /// <summary>Asks now and waits, since something about the topics is not as it was.</summary>
    /// <inheritdoc cref="Check"/>
    public void CheckAndWait(TimeSpan now) => TakeAnswer(DescribeAsync(_admin, layout.Topics, Interval), now);

    /// <inheritdoc/>
    public void Dispose() => _admin.Dispose();

    /// <summary>Asks the brokers for the states of topics.</summary>
    /// <exception cref="KafkaException">No broker answered, or not for all topics.</exception>
    public static async Task<Dictionary<string, TopicState>> DescribeAsync(IAdminClient admin, IEnumerable<string> topics, TimeSpan timeout)
    {
        try
        {
            var limits = new DescribeTopicsOptions { RequestTimeout = timeout };
            DescribeTopicsResult result = await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(topics), limits).ConfigureAwait(false);
            return StatesOf(result.TopicDescriptions);
        }
        catch (DescribeTopicsException e) when (e.Results.TopicDescriptions.All(t => t.Error.Code is ErrorCode.NoError or ErrorCode.UnknownTopicOrPart))
        {
            return StatesOf(e.Results.TopicDescriptions);
        }
    }

    private static Dictionary<string, TopicState> StatesOf(IEnumerable<TopicDescription> topics) => topics.ToDictionary(
        t => t.Name,
        t => t.Error.IsError ? new TopicState(0, null)
            : new TopicState(t.Partitions.Count, t.TopicId?.ToString() is { } id && id != NoId ? id : null),
        StringComparer.Ordinal);

    private void TakeAnswer(Task<Dictionary<string, TopicState>> answer, TimeSpan now)
    {
        try
        {
            foreach (string topic in layout.Compare(answer.GetAwaiter().GetResult(), now)) Log.TopicMissing(log, topic, TopicLayout.Patience.TotalSeconds);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            // Not known: the brokers are asked again.
        }
    }
}
