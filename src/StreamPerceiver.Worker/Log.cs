using Microsoft.Extensions.Logging;

namespace StreamPerceiver.Worker;

internal static partial class Log
{
    [LoggerMessage(9001, LogLevel.Information, "libtorch {Version} on {Device}, plan {Plan}, {Threads} threads")]
    public static partial void TorchReady(ILogger log, string version, string device, string plan, int threads);

    [LoggerMessage(9003, LogLevel.Information,
        "model {Name}, version {Version}, {Parameters} parameters, {Precision}, up to {Batch} windows at once with the same bits as alone")]
    public static partial void ModelReady(ILogger log, string name, string version, long parameters, StreamPerceiver.Model.Precision precision, int batch);

    [LoggerMessage(9020, LogLevel.Warning, "{Line}")]
    public static partial void ModelWarning(ILogger log, string line);

    [LoggerMessage(9004, LogLevel.Information, "pipeline {Pipeline} runs: {Inputs} -> {Topic}, brokers {Brokers}, {Delivery}")]
    public static partial void PipelineRuns(ILogger log, string pipeline, string inputs, string topic, string brokers, string delivery);

    [LoggerMessage(9031, LogLevel.Information, "pipeline {Pipeline}: {Cost}")]
    public static partial void OutputCosts(ILogger log, string pipeline, string cost);

    [LoggerMessage(9005, LogLevel.Information,
        "pipeline {Pipeline} has drained: {Predictions} predictions published, {Rejected} records rejected, {Poison} windows poison")]
    public static partial void PipelineDrained(ILogger log, string pipeline, long predictions, long rejected, long poison);

    [LoggerMessage(9006, LogLevel.Critical, "pipeline {Pipeline} stopped: {Reason}")]
    public static partial void PipelineFailed(ILogger log, Exception cause, string pipeline, string reason);

    [LoggerMessage(9007, LogLevel.Information, "embedded broker at {Address}; any Kafka client can join, for example: kcat -b {Address} -t {Topic} -C -u")]
    public static partial void EmbeddedBroker(ILogger log, string address, string topic);

    [LoggerMessage(9008, LogLevel.Critical,
        "the stop did not drain in {Seconds} s, still running: {Running}; what was not published is not committed, and will be read again")]
    public static partial void DrainTimedOut(ILogger log, int seconds, string running);

    [LoggerMessage(9013, LogLevel.Critical, "pipeline {Pipeline} did not drain: {Reason}; what was not published is not committed, and will be read again")]
    public static partial void DrainInterrupted(ILogger log, string pipeline, string reason);

    [LoggerMessage(9014, LogLevel.Critical, "pipeline {Pipeline} has ended, the worker goes on with {Running}; its exit code will not be 0")]
    public static partial void OthersRunOn(ILogger log, string pipeline, string running);

    [LoggerMessage(9015, LogLevel.Critical, "pipeline {Pipeline} has ended and Shutdown:OnPipelineFault is stop: {Running} will drain and stop as well")]
    public static partial void OthersAreStopped(ILogger log, string pipeline, string running);

    [LoggerMessage(9009, LogLevel.Warning, "pipeline {Pipeline} starts afresh from what is committed in {Seconds:F1} s: {Reason}")]
    public static partial void StartsAfresh(ILogger log, string pipeline, string reason, double seconds);

    [LoggerMessage(9010, LogLevel.Warning, "model {Name}: a batch of {Windows} failed on the device: {Reason}")]
    public static partial void DeviceFailed(ILogger log, string name, int windows, string reason);

    [LoggerMessage(9012, LogLevel.Warning,
        "linear layers run at {Rate:F0} GFLOP/s in bfloat16 and at {Exact:F0} in float32: bfloat16 is not faster here, so the model runs in float32")]
    public static partial void PrecisionDoesNotPay(ILogger log, double rate, double exact);

    [LoggerMessage(9011, LogLevel.Critical, "pipeline {Pipeline} is refused: {Reason}")]
    public static partial void PipelineRefused(ILogger log, string pipeline, string reason);

    [LoggerMessage(9026, LogLevel.Warning, "pipeline {Pipeline}, so far: {Losses}")]
    public static partial void Lost(ILogger log, string pipeline, string losses);

    [LoggerMessage(9027, LogLevel.Information, "pipeline {Pipeline}, {When}: {Counts}")]
    public static partial void Counted(ILogger log, string pipeline, string when, string counts);

    [LoggerMessage(9028, LogLevel.Warning,
        "pipeline {Pipeline}: entity {Entity} is {Seconds:F0} s {Direction} the others at {Place}: its clock is wrong, or it sends what it has buffered")]
    public static partial void WrongClock(ILogger log, string pipeline, string entity, double seconds, string direction, string place);

    [LoggerMessage(9032, LogLevel.Information, "pipeline {Pipeline} is recorded to {Files}-0000.mcap and so on")]
    public static partial void RecordingBegins(ILogger log, string pipeline, string files);

    [LoggerMessage(9033, LogLevel.Error, "pipeline {Pipeline} goes on, and its recording has ended: {Reason}")]
    public static partial void RecordingFailed(ILogger log, string pipeline, string reason);

    [LoggerMessage(9029, LogLevel.Warning, "the schema registry {Url} gives no answer, and is waited for: {Reason}")]
    public static partial void RegistryAway(ILogger log, string url, string reason);

    [LoggerMessage(9030, LogLevel.Information, "the schema registry {Url} answers again")]
    public static partial void RegistryBack(ILogger log, string url);

    [LoggerMessage(9025, LogLevel.Warning,
        "pipeline {Pipeline}: {Record} ({Bytes} bytes) has been decoded for more than {SlowAfterMs} ms (Decode:SlowAfterMs); its lane waits, others go on")]
    public static partial void SlowRecord(ILogger log, string pipeline, StreamPerceiver.Flow.SourceRecord record, int bytes, int slowAfterMs);
}
