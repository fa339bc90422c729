using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings.Explain;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Tests.Explain;

/// <summary>Records of two sensors by hand, a and b with a step every 200 ms, in windows of 2 s, and the explanation of one window.</summary>
internal sealed class Recorded
{
    /// <summary>The first instant of the first window.</summary>
    public static readonly EventTime Start = EventTime.FromUnixMilliseconds(1_700_000_000_000);

    private readonly List<IntakeEvent> _events = [];
    private readonly Dictionary<string, long> _offsets = [];
    private readonly string _sections;

    /// <param name="sections">The inputs of the pipeline; by default the two sensors.</param>
    public Recorded(string? sections = null) => _sections = sections ?? $"{Sensor("a", required: true)}, {Sensor("b")}";

    /// <summary>The section of a sensor.</summary>
    public static string Sensor(string name, bool required = false, string interpolation = "linear", bool table = false)
        => $"\"{name}\": {{ \"topic\": \"t.{name}\", \"modality\": \"sensor\", \"rateHz\": 5, \"channels\": [\"v\"], \"toleranceMs\": 200, "
            + $"\"interpolation\": \"{interpolation}\", \"required\": {(required ? "true" : "false")}, \"table\": {(table ? "true" : "false")} }}";

    /// <summary>Adds a record of an input, some milliseconds after the start of the first window. Records are received in the order of the calls.</summary>
    public Recorded Add(string input, int ms, string value = "[1]", string entity = "m", string type = "application/json")
    {
        long offset = _offsets[input] = _offsets.GetValueOrDefault(input, -1) + 1;
        byte[] key = Encoding.UTF8.GetBytes(entity), bytes = Encoding.UTF8.GetBytes(value);
        var record = new SourceRecord(
            $"t.{input}", 0, offset, Start.Nanoseconds / EventTime.PerMillisecond + ms, key, bytes,
            [new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(type))]);
        _events.Add(new RecordRead(record));
        return this;
    }

    /// <summary>Adds a record of each input for every step of a range, those of a before those of b.</summary>
    public Recorded Steps(int from, int to, params IReadOnlyList<string> inputs)
    {
        for (int step = from; step < to; step++)
            foreach (string input in inputs) Add(input, 200 * step);
        return this;
    }

    /// <summary>
    /// Adds that the brokers were asked for the ends of partitions, some seconds after the start on the clock, and that an input had nothing unread. The
    /// recording is then that of a run.
    /// </summary>
    public Recorded AskEnds(int seconds, string input)
    {
        var at = TimeSpan.FromSeconds(seconds);
        var partition = new SourcePartition($"t.{input}", 0);
        _events.AddRange([new EndsAsked(at), new EndAnswered(partition, _offsets[input] + 1, at)]);
        return this;
    }

    /// <summary>Explains the window that begins so many milliseconds after the first one.</summary>
    public async Task<WindowExplanation> ExplainAsync(int ms = 0, string entity = "m")
    {
        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $$"""
                {
                  "name": "p", "model": "none", "window": { "sizeMs": 2000, "idleAfterMs": 3000 }, "outputs": { "state": {} },
                  "topics": { "predictions": "t.p" }, "inputs": { {{_sections}} }
                }
                """);
            var explainer = new WindowExplainer(PipelineReader.Read(file), entity, Start + ms * EventTime.PerMillisecond);
            string? session = _events.Exists(e => e is EndsAsked) ? "run" : null;
            RecordedEvent[] events = [.. _events.Select((e, i) => new RecordedEvent(e, (Start + (i + 1) * EventTime.PerSecond).Nanoseconds, session))];
            return await explainer.RunAsync(events, new Dictionary<string, InputPreparation>(), new MemoryBudget(64 << 20));
        }
        finally
        {
            File.Delete(file);
        }
    }
}
