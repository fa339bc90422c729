using System.Text;
using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Interpret;
using StreamPerceiver.Publish;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>A prediction belongs to the trace of the newest record in its window that has one.</summary>
public sealed class TraceTests : IDisposable
{
    private readonly Presses _presses = new();

    public void Dispose() => _presses.Dispose();

    [Fact]
    public async Task The_newest_record_with_a_trace_gives_it()
    {
        // Of the 25 readings of each machine in a window of five seconds, the one at 1.4 s and the one at 2.2 s have traces, and the sound at 1.5 s.
        InMemoryResult result = await _presses.RunAsync(Traced(("t.imu", 1400), ("t.sound", 1500), ("t.imu", 2200)));
        InMemoryResult plain = await _presses.RunAsync(Presses.Records());

        IReadOnlyList<EventTime> ends = [.. result.Predictions.Where(p => p.Header.Trace is not null).Select(p => p.Header.End).Distinct()];
        ends.ShouldNotBeEmpty();
        foreach (Prediction prediction in result.Predictions)
        {
            (string Topic, int Ms)? newest = new (string, int)[] { ("t.imu", 2200), ("t.sound", 1500), ("t.imu", 1400) }
                .Where(t => At(t.Item2) >= prediction.Header.Start && At(t.Item2) < prediction.Header.End).Cast<(string, int)?>().FirstOrDefault();
            Parent(prediction)?[..36].ShouldBe($"00-{TraceId(newest!.Value.Topic, newest.Value.Ms)}-");
            (Parent(prediction) is null).ShouldBe(newest is null);
        }

        Presses.Values(result).ShouldBe(Presses.Values(plain)); // the value has nothing of it
    }

    [Fact]
    public async Task It_does_not_depend_on_batches_or_on_how_the_inputs_come()
    {
        SourceRecord[] records = [.. Traced(("t.imu", 1400), ("t.sound", 1500), ("t.imu", 2000), ("t.sound", 2000))];
        InMemoryResult one = await _presses.RunAsync(records);
        InMemoryResult other = await _presses.RunAsync(
            records.Where(r => r.Topic == "t.sound").Concat(records.Where(r => r.Topic == "t.imu")), new BatchOptions { MaxWindows = 1 });

        Headers(other).Order().ShouldBe(Headers(one).Order());
        Headers(one).ShouldContain(h => h.Contains("traceparent"));
        one.Pipeline.Memory.BytesInUse.ShouldBe((await _presses.RunAsync(Presses.Records())).Pipeline.Memory.BytesInUse); // those of the open windows
    }

    [Fact]
    public async Task At_one_time_the_last_input_counts()
    {
        InMemoryResult result = await _presses.RunAsync(Traced(("t.sound", 2000), ("t.imu", 2000)));

        string last = _presses.Definition.Inputs[^1].Topic;
        result.Predictions.Select(Parent).OfType<string>().ShouldAllBe(parent => parent.StartsWith($"00-{TraceId(last, 2000)}-"));
    }

    private static IReadOnlyList<string> Headers(InMemoryResult result)
        => [.. result.Predictions.Select(p => PredictionRecord.From(p, "out").Headers)
            .Select(headers => string.Join('|', headers.Select(h => $"{h.Key}={Encoding.UTF8.GetString(h.Value!)}")))];

    private static string? Parent(Prediction prediction)
        => PredictionRecord.From(prediction, "out").Headers.Where(h => h.Key == "traceparent").Select(h => Encoding.UTF8.GetString(h.Value!)).SingleOrDefault();

    private static EventTime At(int ms) => EventTime.FromUnixMilliseconds(ms);

    private static string TraceId(string topic, int ms) => $"{topic[2..].Length:x8}{ms:x24}";

    private static IEnumerable<SourceRecord> Traced(params (string Topic, int Ms)[] traced) => Presses.Records().Select(record =>
    {
        if (!traced.Contains((record.Topic, (int)record.TimestampMs))) return record;
        string parent = $"00-{TraceId(record.Topic, (int)record.TimestampMs)}-00f067aa0ba902b7-01";
        return record with { Headers = [.. record.Headers, new("traceparent", Encoding.ASCII.GetBytes(parent)), new("tracestate", "a=1"u8.ToArray())] };
    });
}
