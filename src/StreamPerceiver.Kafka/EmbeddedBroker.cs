using System.Runtime.InteropServices;

namespace StreamPerceiver.Kafka;

/// <summary>
/// The broker that librdkafka has for tests, in this process. Any Kafka client on this machine can use it. It keeps about 5 MB a partition in memory, and
/// stores nothing on disk. For the demo and for tests.
/// </summary>
public sealed partial class EmbeddedBroker : IDisposable
{
    /// <summary>Value of <c>Kafka:BootstrapServers</c> that asks for it.</summary>
    public const string Name = "embedded";

    private const string Library = "librdkafka";
    private const int Producer = 0;
    private nint _client;
    private nint _cluster;

    /// <summary>Starts one broker on a free port.</summary>
    public EmbeddedBroker()
        : this(1)
    {
    }

    /// <summary>Starts several brokers, which share the partitions of each topic, on free ports.</summary>
    internal EmbeddedBroker(int brokers)
    {
        nint configuration = NewConfiguration();
        Configure(configuration, "log_level", "3", 0, 0); // otherwise it warns that the client below has no brokers, which is intended
        _client = New(Producer, configuration, 0, 0); // the cluster lives in a client, which is otherwise unused
        if (_client == 0) throw new StreamPerceiverException("embedded broker: librdkafka could not make a client");
        _cluster = NewCluster(_client, brokers);
        if (_cluster == 0) throw new StreamPerceiverException("embedded broker: librdkafka could not start it, expected a free port on loopback");
        BootstrapServers = Marshal.PtrToStringUTF8(Bootstraps(_cluster))!;
    }

    /// <summary>Where clients connect, <c>host:port</c>.</summary>
    public string BootstrapServers { get; }

    /// <summary>Creates an empty topic.</summary>
    public void CreateTopic(string topic, int partitions)
    {
        int error = CreateTopic(_cluster, topic, partitions, 1);
        if (error != 0) throw new StreamPerceiverException($"embedded broker: topic {topic} with {partitions} partitions: error {error}");
    }

    /// <summary>Takes the broker away, or brings it back on the same port with all that it had.</summary>
    public void SetUp(bool up) => Require(up ? BrokerUp(_cluster, -1) : BrokerDown(_cluster, -1));

    /// <summary>Makes one of the brokers, which count from 1, answer this much later.</summary>
    internal void Delay(int broker, TimeSpan delay) => Require(SetRoundTrip(_cluster, broker, (int)delay.TotalMilliseconds));

    private static void Require(int error)
    {
        if (error != 0) throw new StreamPerceiverException($"embedded broker: error {error}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_cluster != 0) DestroyCluster(_cluster);
        if (_client != 0) Destroy(_client);
        _cluster = _client = 0;
    }

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_new")]
    private static partial nint NewConfiguration();

    [LibraryImport(Library, EntryPoint = "rd_kafka_conf_set", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Configure(nint configuration, string name, string value, nint error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_new")]
    private static partial nint New(int type, nint configuration, nint error, nuint errorSize);

    [LibraryImport(Library, EntryPoint = "rd_kafka_destroy")]
    private static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_new")]
    private static partial nint NewCluster(nint client, int brokers);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_destroy")]
    private static partial void DestroyCluster(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_cluster_bootstraps")]
    private static partial nint Bootstraps(nint cluster);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_topic_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int CreateTopic(nint cluster, string topic, int partitions, int replicationFactor);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_down")]
    private static partial int BrokerDown(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_up")]
    private static partial int BrokerUp(nint cluster, int broker);

    [LibraryImport(Library, EntryPoint = "rd_kafka_mock_broker_set_rtt")]
    private static partial int SetRoundTrip(nint cluster, int broker, int milliseconds);
}
