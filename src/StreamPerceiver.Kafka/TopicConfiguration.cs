using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamPerceiver.Publish;

namespace StreamPerceiver.Kafka;

/// <summary>Reads the settings of topics, under Kafka's own names.</summary>
internal static class TopicConfiguration
{
    /// <summary>What a topic does with old records.</summary>
    public const string CleanupPolicy = "cleanup.policy";

    /// <summary>A value of <see cref="CleanupPolicy"/>: a topic that keeps the last record of each key.</summary>
    public const string Compact = "compact";

    /// <summary>The largest batch of records.</summary>
    public const string MaxMessageBytes = "max.message.bytes";

    // A broker takes requests of up to 100 MiB by default, in which a record has company.
    private const long MostRequestBytes = 99 << 20;

    // The wait is short, since the embedded broker has no controller and never answers.
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    /// <summary>Asks for the settings of topics. A topic is missing where this worker may not ask, or where no broker answers.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Describe(IAdminClient admin, ClientCalls calls, IEnumerable<string> topics)
    {
        ConfigResource[] wanted = [.. topics.Select(topic => new ConfigResource { Type = ResourceType.Topic, Name = topic })];
        var limits = new DescribeConfigsOptions { RequestTimeout = Timeout };
        try
        {
            return calls.Run("DescribeConfigs", Timeout, () => admin.DescribeConfigsAsync(wanted, limits).GetAwaiter().GetResult())
                .ToDictionary(topic => topic.ConfigResource.Name, IReadOnlyDictionary<string, string> (topic) => ByName(topic.Entries), StringComparer.Ordinal);
        }
        catch (DescribeConfigsException e)
        {
            return e.Results.Where(topic => !topic.Error.IsError)
                .ToDictionary(topic => topic.ConfigResource.Name, IReadOnlyDictionary<string, string> (topic) => ByName(topic.Entries), StringComparer.Ordinal);
        }
        catch (KafkaException e) when (!e.Error.IsFatal)
        {
            return new Dictionary<string, IReadOnlyDictionary<string, string>>();
        }
    }

    /// <summary>Returns the limits that the settings of a topic mean for a writer.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="clientBytes">The largest record that the writer's own client takes.</param>
    public static TopicLimit LimitOf(IReadOnlyDictionary<string, string> settings, long clientBytes)
    {
        bool isStampedByBroker = settings.GetValueOrDefault("message.timestamp.type") == "LogAppendTime";
        bool keepsForever = settings.GetValueOrDefault(CleanupPolicy) == Compact;
        long? before = Number("message.timestamp.before.max.ms") ?? Number("message.timestamp.difference.max.ms"); // the latter before Kafka 3.6
        long? after = Number("message.timestamp.after.max.ms") ?? Number("message.timestamp.difference.max.ms");
        long? kept = keepsForever || Number("retention.ms") is < 0 ? long.MaxValue : Number("retention.ms");
        long bytes = Math.Min(Number(MaxMessageBytes) ?? long.MaxValue, MostRequestBytes);
        return new TopicLimit
        {
            MaxBytes = Math.Min(bytes, clientBytes),
            NeedsKey = settings.GetValueOrDefault(CleanupPolicy, "").Contains(Compact, StringComparison.Ordinal),
            MaxAgeMs = isStampedByBroker || before is null || kept is null ? null : Math.Min(before.Value, kept.Value),
            MaxAheadMs = isStampedByBroker ? null : after,
        };

        long? Number(string name)
            => long.TryParse(settings.GetValueOrDefault(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long n) ? n : null;
    }

    private static Dictionary<string, string> ByName(Dictionary<string, ConfigEntryResult> entries)
        => entries.Values.ToDictionary(e => e.Name, e => e.Value ?? "", StringComparer.Ordinal);
}
