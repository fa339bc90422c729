using System.Net;
using System.Net.Sockets;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using StreamPerceiver.Kafka;
using StreamPerceiver.TestKit;

// One test at a time: brokers and workers want the cores, and libtorch's number of threads, which bits depend on, is the process's.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace StreamPerceiver.Broker.Tests;

/// <summary>A broker with nothing in it: librdkafka's in this process, or Apache Kafka itself.</summary>
internal abstract partial class TestBroker : IDisposable
{
    public abstract string BootstrapServers { get; }

    public abstract void CreateTopic(string topic, int partitions);

    /// <summary>Configures a topic, under Kafka's own names. The embedded broker's topics have no settings, so there is nothing to do.</summary>
    public abstract void Configure(string topic, string name, string value);

    /// <summary>Deletes the records before an offset, as retention does; null: all of them.</summary>
    public void DeleteRecords(string topic, int partition, long? before)
    {
        using IAdminClient admin = Admin();
        var to = new TopicPartitionOffset(topic, partition, before ?? Offset.End);
        admin.DeleteRecordsAsync([to]).GetAwaiter().GetResult();
    }

    /// <summary>The node that leads a partition.</summary>
    public int LeaderOf(string topic, int partition)
    {
        using IAdminClient admin = Admin();
        return admin.GetMetadata(topic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Single(p => p.PartitionId == partition).Leader;
    }

    private protected IAdminClient Admin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = BootstrapServers }).Build();

    /// <summary>Takes it away at once, as a crash does: all of it, or one node of several (from 1).</summary>
    public abstract void Crash(int? node = null);

    /// <summary>Brings it back with all that it had.</summary>
    public abstract void Resume(int? node = null);

    public abstract void Dispose();

    /// <summary>Starts one; skips the test, with the reason, where it is not to be had.</summary>
    public static TestBroker Start(bool real, int nodes = 1)
    {
        if (!real) return new Embedded();
        string? home = Environment.GetEnvironmentVariable("KAFKA_HOME");
        Skip.If(string.IsNullOrEmpty(home), "KAFKA_HOME is not set: no Apache Kafka here");
        return new Real(home!, nodes);
    }

    private sealed class Embedded : TestBroker
    {
        private readonly EmbeddedBroker _broker = new();

        public override string BootstrapServers => _broker.BootstrapServers;

        public override void CreateTopic(string topic, int partitions) => _broker.CreateTopic(topic, partitions);

        public override void Configure(string topic, string name, string value)
        {
            // Its topics have no settings.
        }

        public override void Crash(int? node) => _broker.SetUp(false);

        public override void Resume(int? node) => _broker.SetUp(true);

        public override void Dispose() => _broker.Dispose();
    }

    private sealed class Real : TestBroker
    {
        // Of the consumer protocol: how soon a member that was killed is given up.
        private static readonly string[] ShortSessions =
        [
            "group.consumer.session.timeout.ms=6000", "group.consumer.min.session.timeout.ms=6000",
            "group.consumer.heartbeat.interval.ms=1000", "group.consumer.min.heartbeat.interval.ms=1000",
        ];

        private readonly string _script;
        private readonly string _data = Directory.CreateTempSubdirectory("kafka").FullName;
        private readonly int _nodes;

        public Real(string home, int nodes)
        {
            (_script, _nodes) = (Path.Combine(home, "broker"), nodes);
            int port = FreePort(nodes);

            Run(["start", "--data", _data, "--port", $"{port}", "--nodes", $"{nodes}", .. ShortSessions.SelectMany(setting => new[] { "--set", setting })]);
            BootstrapServers = string.Join(',', Enumerable.Range(port, nodes).Select(p => $"127.0.0.1:{p}"));
        }

        public override string BootstrapServers { get; }

        public override void CreateTopic(string topic, int partitions)
        {
            using IAdminClient admin = Admin();
            admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = partitions, ReplicationFactor = (short)_nodes }]).GetAwaiter()
                .GetResult();
        }

        public override void Configure(string topic, string name, string value)
        {
            using IAdminClient admin = Admin();
            admin.AlterConfigsAsync(new Dictionary<ConfigResource, List<ConfigEntry>>
            {
                [new ConfigResource { Type = ResourceType.Topic, Name = topic }] = [new ConfigEntry { Name = name, Value = value }],
            }).GetAwaiter().GetResult();
        }

        public override void Crash(int? node) => ProgramResult.Of("bash", [_script, "kill", "--data", _data, .. Node(node)]);

        public override void Resume(int? node)
        {
            Run(["resume", "--data", _data, .. Node(node)]);
        }

        // Once more helps: on a busy machine the script may look for its node before there is one, and one cluster id in 64 that it makes begins
        // with a dash, which Kafka's own tool takes for an option.
        private void Run(params string[] arguments)
        {
            ProgramResult result = default!;
            for (int tries = 0; tries < 3; tries++)
            {
                result = ProgramResult.Of("bash", [_script, .. arguments]);
                if (result.ExitCode == 0) return;
            }

            throw new InvalidOperationException($"{_script} {arguments[0]}: {result.Output}{result.Error}");
        }

        public override void Dispose()
        {
            ProgramResult.Of("bash", _script, "stop", "--data", _data);
            Directory.Delete(_data, recursive: true);
        }

        private static string[] Node(int? node) => node is null ? [] : ["--node", $"{node}"];

        /// <summary>
        /// A port that is free, and so are those of the other nodes, and those of the controllers that the script puts 101 above them. None is among those that
        /// the system gives to outgoing connections (from 32768 on): a node that is away would find its own taken when it comes back.
        /// </summary>
        private static int FreePort(int nodes)
            => Enumerable.Range(0, 100).Select(i => 10_000 + (Environment.ProcessId + i) % 100 * 200)
                .First(port => Enumerable.Range(port, nodes).Concat(Enumerable.Range(port + 101, nodes)).All(IsFree));

        private static bool IsFree(int port)
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            try
            {
                listener.Start();
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }
    }
}
