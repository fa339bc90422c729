using System.ComponentModel.DataAnnotations;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Worker.Settings;

/// <summary>All of appsettings.json, checked.</summary>
/// <param name="Kafka">Brokers and clients.</param>
/// <param name="Pipelines">The pipelines to run: full paths of files, or of folders of files.</param>
/// <param name="Memory">The memory budget.</param>
/// <param name="Batch">When a micro-batch closes.</param>
/// <param name="Decode">When a record counts as slow.</param>
/// <param name="Inference">How models run.</param>
/// <param name="Shutdown">How the worker stops.</param>
public sealed record WorkerSettings(
    KafkaSettings Kafka, IReadOnlyList<string> Pipelines, MemorySettings Memory, BatchOptions Batch, DecodeSettings Decode, InferenceSettings Inference,
    ShutdownSettings Shutdown)
{
    /// <summary>The schema registry (default: none).</summary>
    public RegistrySettings SchemaRegistry { get; init; } = new();

    /// <summary>The recording of what is read (default: none).</summary>
    public RecordingSettings Recording { get; init; } = new();
}

/// <summary>Brokers and clients.</summary>
public sealed record KafkaSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Kafka";

    /// <summary>Brokers, as <c>host:port</c> with commas between, or <c>embedded</c> (required).</summary>
    [Required]
    public string? BootstrapServers { get; init; }

    /// <summary>Partitions of each topic of the embedded broker (default: 2).</summary>
    [Range(1, 64)]
    public int EmbeddedPartitions { get; init; } = 2;

    /// <summary>
    /// How predictions are delivered (default: exactly-once). With exactly-once, readers of committed records get a prediction with the next commit. With
    /// at-least-once they get it immediately. After a kill or a rebalance they may then get the last predictions twice, with the same ids.
    /// </summary>
    [AllowedValues(ExactlyOnce, AtLeastOnce)]
    public string Delivery { get; init; } = ExactlyOnce;

    /// <summary>A value of <see cref="Delivery"/>.</summary>
    public const string ExactlyOnce = "exactly-once";

    /// <summary>The other value of <see cref="Delivery"/>.</summary>
    public const string AtLeastOnce = "at-least-once";

    /// <summary>
    /// Name of this worker in its group, the same at every start, such as the name of its pod (default: none, a new member at every start). With a name a
    /// restart moves no lanes, and the open transaction of a killed run is aborted at once.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>
    /// How the group divides its lanes (default: classic). <c>consumer</c> is KIP-848, for Apache Kafka 4.0 and later: the brokers divide them. Workers
    /// that keep their lanes go on during a rebalance.
    /// </summary>
    [AllowedValues(Classic, Consumer)]
    public string GroupProtocol { get; init; } = Classic;

    /// <summary>A value of <see cref="GroupProtocol"/>.</summary>
    public const string Classic = "classic";

    /// <summary>The other value of <see cref="GroupProtocol"/>.</summary>
    public const string Consumer = "consumer";

    /// <summary>Longest time between two commits, in milliseconds (default: 100).</summary>
    [Range(10, 15_000)]
    public int CommitIntervalMs { get; init; } = 100;

    /// <summary>
    /// The time from which a pipeline without progress reads, by Kafka's timestamps: an RFC 3339 time (default: none, it reads all). A pipeline with progress
    /// goes on where it was.
    /// </summary>
    [Time]
    public string? StartFrom { get; init; }

    /// <summary><see cref="StartFrom"/> in milliseconds since 1970.</summary>
    internal long? StartFromMs
        => StartFrom is { } text && EventTime.TryParse(text, out EventTime time) ? time.Nanoseconds / EventTime.PerMillisecond : null;

    /// <summary>
    /// What happens where records were deleted before they were read, such as by retention: with <c>stop</c> (default) the pipeline ends with a message that
    /// names them. With <c>continue</c> it goes on behind them. The loss is then counted, logged, and published to the dead letters.
    /// </summary>
    [AllowedValues(StopAtLoss, GoOn)]
    public string OnLostRecords { get; init; } = StopAtLoss;

    /// <summary>A value of <see cref="OnLostRecords"/>.</summary>
    public const string StopAtLoss = "stop";

    /// <summary>The other value of <see cref="OnLostRecords"/>.</summary>
    public const string GoOn = "continue";

    /// <summary>Further settings of librdkafka by their own names (default: none). Settings that would break exactly-once are refused.</summary>
    public Dictionary<string, string> Client { get; init; } = [];

    /// <summary>A file with more such settings, such as secrets: <c>key=value</c> a line (default: none). <see cref="Client"/> overrides it.</summary>
    public string? ClientFile { get; init; }
}

/// <summary>The memory that records and windows may take.</summary>
public sealed record MemorySettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Memory";

    /// <summary>
    /// The memory that the process may take beyond that of the idle process with its model, in mebibytes (default: 256). It sets prefetch, queues, held
    /// samples and the size of batches. Several pipelines have equal shares of it.
    /// </summary>
    [Range(64, 1_048_576)]
    public int BudgetMb { get; init; } = MemoryBudget.DefaultMb;

    /// <summary>Makes the equal share of one of several pipelines, with nothing held.</summary>
    public MemoryBudget ShareOf(int pipelines) => new(((long)BudgetMb << 20) / pipelines);
}

/// <summary>When a record counts as slow.</summary>
public sealed record DecodeSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Decode";

    /// <summary>
    /// A record that takes longer to decode is named in a log line, and holds up its own lane alone, in milliseconds (default: 1000). No result depends on it.
    /// </summary>
    [Range(10, 3_600_000)]
    public int SlowAfterMs { get; init; } = DecodeOptions.DefaultSlowAfterMs;
}

/// <summary>How models run: threads, precision, device and plan.</summary>
public sealed record InferenceSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Inference";

    /// <summary>Threads of the model; 0 means one for each core (default: 0).</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>
    /// The precision of the model's dense products: <c>float32</c> (default) or <c>bfloat16</c>. The latter is up to twice as fast where the processor
    /// multiplies it, and changes logits in the third digit. The start measures both, and takes float32 where bfloat16 is not faster.
    /// </summary>
    [AllowedValues("float32", "bfloat16")]
    public string Precision { get; init; } = "float32";

    /// <summary>
    /// The device of the model: <c>auto</c> (default), <c>cpu</c>, <c>cuda</c> or <c>cuda:N</c>, the GPU of that number. <c>auto</c> takes a GPU if there
    /// is one, else the CPU.
    /// </summary>
    [RegularExpression(PlanChoice.DevicePattern, ErrorMessage = PlanChoice.DeviceWords)]
    public string Device { get; init; } = PlanChoice.Auto;

    /// <summary>
    /// Which code runs the model's operations: <c>auto</c> (default), <c>kernels</c> (the worker's own, on the CPU) or <c>tensors</c> (libtorch's, on any
    /// device). <c>auto</c> takes kernels on the CPU and tensors on a GPU.
    /// </summary>
    [AllowedValues(PlanChoice.Auto, PlanChoice.Kernels, PlanChoice.Tensors)]
    public string Plan { get; init; } = PlanChoice.Auto;

    /// <summary>Device and plan, with the names of their settings.</summary>
    internal PlanChoice Choice() => new(Device, Plan, $"{Section}:{nameof(Device)}", $"{Section}:{nameof(Plan)}");
}

/// <summary>How the worker stops.</summary>
public sealed record ShutdownSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Shutdown";

    /// <summary>Longest time that a stop may take to drain, in seconds (default: 30).</summary>
    [Range(1, 3600)]
    public int DrainSeconds { get; init; } = 30;

    /// <summary>
    /// What the other pipelines do when one fails or is refused: with <c>continue</c> (default) they run on. With <c>stop</c> they drain, and the process ends.
    /// </summary>
    [AllowedValues(RunOn, StopAll)]
    public string OnPipelineFault { get; init; } = RunOn;

    /// <summary>A value of <see cref="OnPipelineFault"/>.</summary>
    public const string RunOn = "continue";

    /// <summary>The other value of <see cref="OnPipelineFault"/>.</summary>
    public const string StopAll = "stop";
}
