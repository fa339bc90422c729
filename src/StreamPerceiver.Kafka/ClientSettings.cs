using System.Runtime.InteropServices;
using System.Text;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Checks settings of librdkafka that a user gives. All may be set but those that the worker sets itself, since its guarantees depend on them.
/// </summary>
public static partial class ClientSettings
{
    private const string Library = "librdkafka";
    private const string Offsets = "offsets are committed by the worker, once all that came of their records is stored";
    private const string Stored = "a prediction counts as published once all in-sync replicas have it, in order and once";
    private const string Away = "a broker that is away is waited for, however long";

    /// <summary>By key: the only value that may be given, if there is one, and why.</summary>
    private static readonly Dictionary<string, (string? Ours, string Why)> Owned = new(StringComparer.Ordinal)
    {
        ["bootstrap.servers"] = (null, "set Kafka:BootstrapServers"),
        ["metadata.broker.list"] = (null, "set Kafka:BootstrapServers"),
        ["group.id"] = (null, "it is the name of the pipeline"),
        ["group.instance.id"] = (null, "set Kafka:InstanceId"),
        ["transactional.id"] = (null, "it is made of the pipeline's name and Kafka:InstanceId"),
        ["partition.assignment.strategy"] = ("range", "with any other a lane's inputs go to different workers"),
        ["group.protocol"] = (null, "set Kafka:GroupProtocol"),
        ["group.remote.assignor"] = ("range", "with any other a lane's inputs go to different workers"),
        ["enable.auto.commit"] = (null, Offsets),
        ["auto.commit.enable"] = (null, Offsets),
        ["auto.commit.interval.ms"] = (null, "set Kafka:CommitIntervalMs"),
        ["enable.auto.offset.store"] = ("false", Offsets),
        ["offset.store.method"] = ("broker", Offsets),
        ["enable.partition.eof"] = ("true", "by it an input that is silent is told from one that is unread"),
        ["isolation.level"] = ("read_committed", "what a transaction has given up must not be read"),
        ["auto.offset.reset"] = ("error", "records that retention took before they were read must not be skipped in silence"),
        ["enable.idempotence"] = ("true", Stored),
        ["acks"] = ("all", Stored),
        ["request.required.acks"] = ("all", Stored),
        ["message.timeout.ms"] = ("0", Away),
        ["delivery.timeout.ms"] = ("0", Away),
        ["delivery.report.only.error"] = ("false", "records are settled by their delivery reports"),
    };

    /// <summary>Returns what is wrong with a setting, or null. In a message the setting's name stands before it.</summary>
    /// <param name="key">The setting, under librdkafka's name.</param>
    /// <param name="value">Its value.</param>
    /// <param name="mayBeShown">Whether the message may contain the value.</param>
    public static string? Check(string key, string value, bool mayBeShown)
    {
        string found = mayBeShown ? $"is '{value}'" : "is set";
        if (Owned.TryGetValue(key, out (string? Ours, string Why) owned))
        {
            if (value == owned.Ours) return null;
            return owned.Ours is null ? $"{found}, expected nothing: {owned.Why}" : $"{found}, expected '{owned.Ours}' or nothing: {owned.Why}";
        }

        Span<byte> error = stackalloc byte[512];
        nint configuration = New();
        Answer answer = Set(configuration, key, value, error, (nuint)error.Length);
        Destroy(configuration);
        return answer switch
        {
            Answer.Ok => null,
            Answer.Unknown => "is not a known setting of librdkafka",
            _ when mayBeShown => $"{found}, which librdkafka refuses: {Encoding.UTF8.GetString(error[..error.IndexOf((byte)0)])}",
            _ => "has a value that librdkafka refuses",
        };
    }

    private enum Answer
    {
        Unknown = -2,
        Invalid = -1,
        Ok = 0,
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint New();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial Answer Set(nint configuration, string key, string value, Span<byte> error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_destroy")]
    private static partial void Destroy(nint configuration);
}
