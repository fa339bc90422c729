using System.Globalization;
using System.Text;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Topology;

/// <summary>
/// A pipeline of one to three inputs, and its records: ordered or not, far too late, damaged, in batches, with long silences, and with wrong clocks.
/// </summary>
internal sealed record Scenario(
    IReadOnlyList<InputSpec> Inputs, AlignOptions Align, IReadOnlyList<SourceRecord> Records, Dictionary<(string Topic, int Lane), int> BeforeTheSilence)
{
    /// <summary>How many lanes the records have.</summary>
    public const int Lanes = 2;

    private const string Entities = "abcdefgh";

    public static Scenario Any(Random random)
    {
        InputSpec[] inputs = [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => Some.Sensor($"in-{i}", required: random.Next(3) == 0) with
        {
            Interpolation = (Interpolation)random.Next(5),
            ToleranceNs = (random.Next(4) == 0 ? random.Next(60) : random.Next(4)) * Some.Ms,
        })];
        if (random.Next(3) == 0) inputs = [.. inputs.Select(i => i with { Topic = "in", Where = new Where("to", null, i.Name) })]; // one topic for all
        if (random.Next(4) == 0) inputs = [Some.Sensor("a-table", required: random.Next(3) == 0) with { IsTable = true }, .. inputs];
        var plan = new WindowPlan(random.Next(1, 9) * Some.Ms, random.Next(1, 11) * Some.Ms);
        long entityIdleAfter = random.Next(4) == 0 ? 0 : random.Next(1, 40) * Some.Ms;
        var align = new AlignOptions(plan, random.Next(4) * Some.Ms, random.Next(2, 20) * Some.Ms, entityIdleAfter) { LeastSamples = random.Next(20) };
        long[] clocks = [.. Entities.Select(_ => random.Next(4) == 0 ? random.Next(-90, 2000) : 0L)];
        Dictionary<(string, int), int> silences = [];
        SourceRecord[] records =
        [
            .. from lane in Enumerable.Range(0, Lanes)
               from topic in inputs.Select(i => i.Topic).Distinct()
               from record in Stream(random, topic, lane, random.Next(1, 60), clocks, silences)
               let to = random.Next(20) == 0 ? "nobody" : inputs[random.Next(inputs.Length)].Name
               let isDeletion = topic == "a-table" && random.Next(6) == 0
               select record with { Value = isDeletion ? null : record.Value, Headers = [.. record.Headers, new("to", Encoding.UTF8.GetBytes(to))] },
        ];
        return new Scenario(inputs, align, records, silences);
    }

    public static SourceRecord Record(string topic, int lane, long offset, string entity, long ms, bool damaged = false) => new(
        topic, lane, offset, ms, Encoding.UTF8.GetBytes(entity), Encoding.UTF8.GetBytes(damaged ? "?" : $"[{offset}]"),
        [new("content-type", "application/json"u8.ToArray())]);

    /// <summary>A record of several readings, up to 60 ms before and after its own time, which is more than a window. The rest of it may be damaged.</summary>
    private static SourceRecord Batch(Random random, string topic, int lane, long offset, string entity, long ms, int spread)
    {
        string channel = random.Next(4) == 0 ? "unknown" : "x";
        IEnumerable<string> lines = Enumerable.Range(0, random.Next(1, 5))
            .Select(i => $$"""{"{{channel}}": {{offset * 10 + i}}, "time": "{{Some.At(ms + random.Next(-spread, spread + 1))}}"}""");
        if (random.Next(4) == 0) lines = lines.Append("?");
        return Record(topic, lane, offset, entity, ms) with
        {
            Value = Encoding.UTF8.GetBytes(string.Join('\n', lines)),
            Headers = [new("content-type", "application/x-ndjson"u8.ToArray())],
        };
    }

    public override string ToString() => string.Join('\n',
    [
        $"{Align}", .. Inputs.Select(i => $"{i}"),
        .. Records.GroupBy(r => (r.Topic, r.Partition)).Select(g => $"{g.Key}: {string.Join(' ', g.Select(Text))}"),
    ]);

    private static string Text(SourceRecord r) => string.Create(
        CultureInfo.InvariantCulture, $"{r.Offset}:{Encoding.UTF8.GetString(r.Key!)}{r.TimestampMs}={Encoding.UTF8.GetString(r.Value ?? [])}>{r.Header("to")}");

    private static IEnumerable<SourceRecord> Stream(Random random, string topic, int lane, int spread, long[] clocks, Dictionary<(string, int), int> silences)
    {
        bool few = random.Next(2) == 0;
        long offset = 0, now = 100 + random.Next(10);
        int count = random.Next(60), before = random.Next(count + 1);
        silences[(topic, lane)] = before;
        for (int i = 0; i < count; i++)
        {
            if (i == before) now += 1_000;
            now += random.Next(12) == 0 ? random.Next(60) : random.Next(5);
            long behind = random.Next(15) == 0 ? random.Next(80) : random.Next(3);
            int who = random.Next(few ? 3 : Entities.Length);
            if (random.Next(100) == 0) clocks[who] += random.Next(-50, 50); // the clock is set
            long time = now - behind + clocks[who];
            string entity = Entities[who].ToString();
            yield return random.Next(6) == 0
                ? Batch(random, topic, lane, offset, entity, time, spread)
                : Record(topic, lane, offset, entity, time, damaged: random.Next(20) == 0);
            offset += random.Next(10) == 0 ? 2 : 1; // a gap, as transaction markers leave
        }
    }
}
