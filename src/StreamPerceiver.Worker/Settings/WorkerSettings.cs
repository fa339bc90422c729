using System.ComponentModel.DataAnnotations;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Model;

namespace StreamPerceiver.Worker.Settings;

/// <summary>All of appsettings.json, checked.</summary>
/// <param name="Kafka">Brokers and clients.</param>
/// <param name="Pipelines">What to run: pipeline files, and folders of them.</param>
/// <param name="Memory">What there is of it.</param>
/// <param name="Batch">Micro-batches.</param>
/// <param name="Inference">The model's run time.</param>
/// <param name="Shutdown">How a stop goes.</param>
public sealed record WorkerSettings(
    KafkaSettings Kafka, IReadOnlyList<string> Pipelines, MemorySettings Memory, BatchOptions Batch, InferenceSettings Inference, ShutdownSettings Shutdown);

/// <summary>Brokers and clients.</summary>
public sealed record KafkaSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Kafka";

    /// <summary>Brokers, <c>host:port</c> and comma between, or <c>embedded</c> (required).</summary>
    [Required]
    public string? BootstrapServers { get; init; }

    /// <summary>Partitions of each topic of the embedded broker (default: 2).</summary>
    [Range(1, 64)]
    public int EmbeddedPartitions { get; init; } = 2;

    /// <summary>
    /// How predictions are delivered (default: exactly-once). Exactly once, a prediction becomes visible to readers of committed records with the
    /// next commit; at least once at once, and after a kill or a rebalance the last ones may come twice, with the same ids.
    /// </summary>
    [AllowedValues(ExactlyOnce, AtLeastOnce)]
    public string Delivery { get; init; } = ExactlyOnce;

    /// <summary>A value of <see cref="Delivery"/>.</summary>
    public const string ExactlyOnce = "exactly-once";

    /// <summary>The other value of <see cref="Delivery"/>.</summary>
    public const string AtLeastOnce = "at-least-once";

    /// <summary>
    /// Name of this worker among those of its group, the same at every start, such as the name of its pod (default: none, a new member at every
    /// start). With it a restart moves no lanes, and what a killed run left open is aborted at once.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>
    /// How the group divides its lanes (default: classic). <c>consumer</c> is KIP-848, for Apache Kafka 4.0 and later: the brokers divide them, and workers
    /// whose lanes stay do not stop meanwhile.
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

    /// <summary>Further settings of librdkafka by their own names (default: none). What the worker's promises rest on is refused.</summary>
    public Dictionary<string, string> Client { get; init; } = [];

    /// <summary>A file with more of them, secrets among them, <c>key=value</c> a line (default: none). What <see cref="Client"/> says wins.</summary>
    public string? ClientFile { get; init; }
}

/// <summary>The memory that records and windows may take.</summary>
public sealed record MemorySettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Memory";

    /// <summary>
    /// What the process may take beyond what it takes when idle with its model, in mebibytes (default: 256). Prefetch, queues, held samples and the
    /// size of batches follow from it. Several pipelines have equal shares of it.
    /// </summary>
    [Range(64, 1_048_576)]
    public int BudgetMb { get; init; } = MemoryBudget.DefaultMb;

    /// <summary>The share of one of so many pipelines, with nothing held.</summary>
    public MemoryBudget ShareOf(int pipelines) => new(((long)BudgetMb << 20) / pipelines);
}

/// <summary>The model's run time.</summary>
public sealed record InferenceSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Inference";

    /// <summary>Threads of the model; 0 takes one a core (default: 0).</summary>
    [Range(0, 1024)]
    public int Threads { get; init; }

    /// <summary>
    /// What the model's dense products run in: <c>float32</c> (default), or <c>bfloat16</c>, twice as fast where the processor multiplies it, with
    /// logits that differ in the third digit. Where it is not faster, measured at the start, float32 is taken.
    /// </summary>
    [AllowedValues("float32", "bfloat16")]
    public string Precision { get; init; } = "float32";

    /// <summary>
    /// The device of the model: <c>auto</c> (default), a GPU if there is one and else the CPU; <c>cpu</c>; <c>cuda</c>; or <c>cuda:N</c>, the GPU of that
    /// number.
    /// </summary>
    [RegularExpression(PlanChoice.DevicePattern, ErrorMessage = PlanChoice.DeviceWords)]
    public string Device { get; init; } = PlanChoice.Auto;

    /// <summary>
    /// Whose code runs the model's operations: <c>auto</c> (default), the kernels on the CPU and tensors on a GPU; <c>kernels</c>, the worker's own on the
    /// CPU; or <c>tensors</c>, libtorch's on any device.
    /// </summary>
    [AllowedValues(PlanChoice.Auto, PlanChoice.Kernels, PlanChoice.Tensors)]
    public string Plan { get; init; } = PlanChoice.Auto;

    /// <summary>Device and plan, with the names of their settings.</summary>
    internal PlanChoice Choice() => new(Device, Plan, $"{Section}:{nameof(Device)}", $"{Section}:{nameof(Plan)}");
}

/// <summary>How a stop goes.</summary>
public sealed record ShutdownSettings
{
    /// <summary>Name of the section.</summary>
    public const string Section = "Shutdown";

    /// <summary>Longest that a stop may drain, in seconds (default: 30).</summary>
    [Range(1, 3600)]
    public int DrainSeconds { get; init; } = 30;

    /// <summary>
    /// What a pipeline that fails or is refused means to the others (default: continue, they run on). With <c>stop</c> they drain, and the process ends.
    /// </summary>
    [AllowedValues(RunOn, StopAll)]
    public string OnPipelineFault { get; init; } = RunOn;

    /// <summary>A value of <see cref="OnPipelineFault"/>.</summary>
    public const string RunOn = "continue";

    /// <summary>The other value of <see cref="OnPipelineFault"/>.</summary>
    public const string StopAll = "stop";
}
