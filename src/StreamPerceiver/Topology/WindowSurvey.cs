using System.Runtime.InteropServices;
using System.Security.Cryptography;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Publish;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Topology;

/// <summary>The windows of a run, without the model, to be compared with those of another run.</summary>
public sealed class WindowSurvey
{
    private readonly Dictionary<(string Entity, EventTime End), SurveyedWindow> _windows = [];

    /// <summary>The windows by entity and end. Of two the later one counts.</summary>
    public IReadOnlyDictionary<(string Entity, EventTime End), SurveyedWindow> Windows => _windows;

    /// <summary>Runs a source through a graph.</summary>
    /// <param name="graph">The graph, which has not run yet.</param>
    /// <param name="source">Makes the source.</param>
    public static async Task<WindowSurvey> RunAsync(WindowGraph graph, Func<Func<Intake>, IRecordSource> source)
    {
        var survey = new WindowSurvey();
        var take = Stage.End<TokenisedWindow>(new StageCounts("survey"), survey.TakeAsync, WindowGraph.Items);
        graph.TokeniseWindows().Then(take);
        await using IRecordSource records = source(() => graph.NewIntake());
        await graph.RunAsync(records, [take], CancellationToken.None).ConfigureAwait(false);
        return survey;
    }

    private Task TakeAsync(Envelope<TokenisedWindow> item)
    {
        if (item.Value is { } window)
        {
            _windows[(window.Header.Entity, window.Header.End)] = new SurveyedWindow(window.Header, HashOf(window));
            window.ReturnArrays();
        }

        item.Ack!.Release(OutgoingRecords.OutcomeOf(item));
        return Task.CompletedTask;
    }

    private static string HashOf(TokenisedWindow window)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var input in window.Inputs)
        {
            hash.AppendData(MemoryMarshal.AsBytes<float>(input.Content));
            hash.AppendData(input.Mask);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>A window of a run.</summary>
/// <param name="Header">The entity, times and inputs of the window.</param>
/// <param name="Hash">SHA-256 of what the model is given.</param>
public sealed record SurveyedWindow(WindowHeader Header, string Hash);
