using System.CommandLine;
using StreamPerceiver.Flow;
using StreamPerceiver.Recordings;
using StreamPerceiver.Recordings.Times;
using StreamPerceiver.Topology;
using StreamPerceiver.Worker.Commands;
using StreamPerceiver.Worker.Settings;

namespace StreamPerceiver.Worker.Recordings.Publish;

/// <summary>The options of <c>replay --publish</c>.</summary>
internal sealed class PublishOptions
{
    private const string Now = "now";

    private readonly Option<bool> _publish = new("--publish") { Description = "Writes the records to Kafka instead, to the same topics and partitions." };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "With --publish: 2 is twice as fast as they came; 0 as fast as it goes.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string[]> _remap = new("--remap") { Description = "With --publish: OLD=NEW, another name for a topic. May be given again." };

    private readonly Option<int> _loop = new("--loop")
    {
        Description = "With --publish: how often, 0 without end. Each loop is later by the length of the recording, in whole seconds.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _shift = new("--shift")
    {
        Description = "With --publish: now, or the RFC 3339 event time that the first record gets. Kafka's timestamps and the headers with event times move by "
            + "as much (ce_time; with --pipeline those that it names). Times in payloads do not move.",
    };

    /// <summary>All of them.</summary>
    public IEnumerable<Option> All => [_publish, _rate, _remap, _loop, _shift];

    /// <summary>Refuses numbers that are out of their ranges.</summary>
    public void RequireRanges()
    {
        _rate.Require(0, 1e6);
        _loop.Require(0, 1_000_000);
    }

    /// <summary>Returns whether records are to go to Kafka.</summary>
    /// <exception cref="StreamPerceiverException">They are not, and another of the options is given.</exception>
    public bool IsGiven(ParseResult parsed)
    {
        if (parsed.GetValue(_publish)) return true;
        if (All.FirstOrDefault(o => parsed.GetResult(o) is { Implicit: false }) is { } other)
            throw new StreamPerceiverException($"replay: {other.Name} is given, expected --publish with it");
        return false;
    }

    /// <summary>Writes records to Kafka.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="kafka">The brokers.</param>
    /// <param name="definition">The pipeline whose inputs are written; null: all.</param>
    /// <param name="files">The files of the recording.</param>
    /// <param name="records">The records.</param>
    /// <param name="topics">The topics to write; null: all.</param>
    /// <param name="times">The first and the last time of receipt.</param>
    /// <exception cref="StreamPerceiverException">Options do not fit, or Kafka refuses.</exception>
    public async Task RunAsync(
        ParseResult parsed, KafkaSettings kafka, PipelineDefinition? definition, IReadOnlyList<string> files, IEnumerable<RecordedRecord> records,
        IReadOnlySet<string>? topics, (long FirstNs, long LastNs) times)
    {
        TimeProvider time = TimeProvider.System;
        int? loops = parsed.GetValue(_loop) is > 0 and var count ? count : null;
        EventTime? start = StartOf(parsed.GetValue(_shift), time);
        TimeShift shift = definition is not null && (loops != 1 || start is not null) ? new TimeShift(definition.Inputs) : new TimeShift();
        ConsoleKeys? keys = ConsoleKeys.OfTerminal;
        var run = new PublishRun(kafka, Renamed(parsed.GetValue(_remap)!), new Playback(new Pace(parsed.GetValue(_rate), time), keys, time));
        if (keys is not null) Console.WriteLine($"replay: {Playback.Help}");
        using var signals = new StopSignals();
        await run.RunAsync(
            files, RecordLoop.Play(records, loops, shift, start), topics, new ReplayPosition(times.FirstNs, times.LastNs, loops),
            new ProgressLine(time, Console.Error, !Console.IsErrorRedirected), signals.Token).ConfigureAwait(false);
    }

    private EventTime? StartOf(string? text, TimeProvider time)
    {
        if (text is null) return null;
        if (text == Now) return EventTime.FromUnixMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
        return EventTime.TryParse(text, out EventTime start)
            ? start
            : throw new StreamPerceiverException($"{_shift.Name} is '{text}', expected {Now} or an RFC 3339 time");
    }

    private static Dictionary<string, string> Renamed(string[] pairs)
    {
        if (pairs.FirstOrDefault(p => p.Split('=') is not [{ Length: > 0 }, { Length: > 0 }]) is { } wrong)
            throw new StreamPerceiverException($"--remap is '{wrong}', expected OLD=NEW");
        string[][] parts = [.. pairs.Select(p => p.Split('='))];
        if (parts.GroupBy(p => p[0], StringComparer.Ordinal).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new StreamPerceiverException($"--remap names {twice.Key} {twice.Count()} times, expected once");
        return parts.ToDictionary(p => p[0], p => p[1], StringComparer.Ordinal);
    }
}
