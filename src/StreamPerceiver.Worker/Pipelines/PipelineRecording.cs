using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.Logging;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Pipelines;

/// <summary>The recording of one run of a pipeline, with its log lines and metrics.</summary>
internal sealed class PipelineRecording : IDisposable
{
    private readonly Meter _meter;

    /// <summary>Begins the recording of a run, in files of its own.</summary>
    /// <param name="settings">Where and how, with a folder.</param>
    /// <param name="pipeline">The pipeline's name.</param>
    /// <param name="log">Receives the name of the files, and the reason of an early end.</param>
    /// <param name="time">The clock.</param>
    public PipelineRecording(RecordingSettings settings, string pipeline, ILogger log, TimeProvider time)
    {
        string session = Guid.NewGuid().ToString("N");
        string name = string.Create(CultureInfo.InvariantCulture, $"{pipeline}-{time.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}-{session[..8]}");
        Recorder = new RunRecorder(
            () => new RecordingWriter(settings.Folder!, name, settings.Options, session), (long)settings.QueueMb << 20,
            reason => Log.RecordingFailed(log, pipeline, reason));
        Log.RecordingBegins(log, pipeline, Path.Combine(settings.Folder!, name));
        _meter = new Meter(new MeterOptions(PipelineMetrics.MeterName) { Tags = [new("pipeline", pipeline)] });
        _meter.CreateObservableCounter("streamperceiver.recording.records", () => Recorder.Records, "{record}", "Records written to the recording.");
        _meter.CreateObservableUpDownCounter(
            "streamperceiver.recording.failed", () => Recorder.HasFailed ? 1 : 0, "{recording}", "Recordings that ended before their run.");
    }

    /// <summary>Receives the events of the run.</summary>
    public RunRecorder Recorder { get; }

    /// <summary>Ends the recording once its queue is written.</summary>
    public void Dispose()
    {
        Recorder.Dispose();
        _meter.Dispose();
    }
}
