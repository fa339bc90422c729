using Microsoft.Extensions.Logging;
using StreamPerceiver.Recordings;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Cases;

/// <summary>Runs regression cases: each recording through its pipeline, and its predictions beside the expected ones.</summary>
/// <param name="settings">Memory, batches, decoding and inference.</param>
/// <param name="time">The clock of the batcher.</param>
/// <param name="logs">Receives the log of models.</param>
/// <param name="output">Receives the lines of the cases.</param>
internal sealed class CaseRun(WorkerSettings settings, TimeProvider time, ILoggerFactory logs, TextWriter output)
{
    /// <summary>Runs a case, and compares its predictions with the expected ones. Returns whether the case has passed.</summary>
    /// <param name="regression">The case.</param>
    /// <param name="tolerance">The difference of two numbers that is none; 0: equal to the bit.</param>
    public Task<bool> VerifyAsync(RegressionCase regression, double tolerance) => PassAsync(regression, async () =>
    {
        if (!File.Exists(regression.Golden))
            throw new StreamPerceiverException($"{regression.Golden} is not there, expected the predictions that --accept writes");
        IReadOnlyList<RecordedPrediction> expected = RecordedPrediction.ReadAll(regression.Golden);
        IReadOnlyList<RecordedPrediction> found = await PredictAsync(regression).ConfigureAwait(false);
        return new GoldenFile(regression.Name, output).Verify(found, regression.Golden, expected, tolerance) == 0;
    });

    /// <summary>Runs a case, and writes its predictions as the expected ones. Returns whether the case could run.</summary>
    /// <param name="regression">The case.</param>
    public Task<bool> AcceptAsync(RegressionCase regression) => PassAsync(regression, async () =>
    {
        new GoldenFile(regression.Name, output).Accept(await PredictAsync(regression).ConfigureAwait(false), regression.Golden);
        return true;
    });

    private async Task<IReadOnlyList<RecordedPrediction>> PredictAsync(RegressionCase regression)
    {
        PipelineDefinition definition = PipelineReader.Read(regression.ReadPipeline());
        IReadOnlyList<string> files = RecordingReader.FilesOf([regression.Recording]);
        HashSet<string> topics = ReplayRun.TopicsOf(definition, files);
        var progress = new ProgressLine(time, TextWriter.Null, isTerminal: false);
        var run = new ReplayRun(settings, definition, time, logs, TextWriter.Null);
        return (await run.RunAsync(RecordingReader.ReadEvents(files, topics: topics), new ReplayPosition(0, 0), progress).ConfigureAwait(false)).Predictions;
    }

    private async Task<bool> PassAsync(RegressionCase regression, Func<Task<bool>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception e) when (Failures.IsOfTheUser(e))
        {
            await output.WriteLineAsync($"{regression.Name}: {Failures.Message(e)}").ConfigureAwait(false);
            return false;
        }
    }
}
