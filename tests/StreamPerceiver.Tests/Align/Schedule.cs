using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>A plan of windows, each input's records in their own order (entity and tick, "a3"), and a way to mix the inputs.</summary>
internal sealed record Schedule(
    int Size, int Hop, int OutOfOrder, int IdleAfter, int EntityIdleAfter, bool FirstRequired, (string Entity, int Tick)[][] Records, int Mix)
{
    /// <summary>Each record of an input goes on by 0 to 5 ticks, less 0 to disorder; its entity is any of those, each with a clock of its own.</summary>
    public static Gen<Schedule> Any(int inputs, int disorder, bool clocksAreWrong, params string[] entities) =>
        from size in Gen.Choose(1, 8)
        from hop in Gen.Choose(1, 10)
        from outOfOrder in Gen.Choose(0, 3)
        from idleAfter in Gen.Elements(5, 15)
        from entityIdleAfter in Gen.Elements(0, 3, 20)
        from required in Gen.Elements(true, false)
        from counts in Gen.Choose(0, 12).ArrayOf(inputs)
        from steps in Gen.Choose(0, 5).ArrayOf(12).ArrayOf(inputs)
        from behind in Gen.Choose(0, disorder).ArrayOf(12).ArrayOf(inputs)
        from names in Gen.Elements(entities).ArrayOf(12).ArrayOf(inputs)
        from mix in Gen.Choose(0, int.MaxValue)
        from clocks in Gen.Elements(0, 0, 0, 0, 7, -9, 100_000).ArrayOf(entities.Length)
        let wrong = entities.Zip(clocks).DistinctBy(e => e.First).ToDictionary(e => e.First, e => clocksAreWrong ? e.Second : 0)
        let records = counts.Select((count, i) => Enumerable.Range(0, count)
            .Select(n => (names[i][n], 20 + steps[i].Take(n + 1).Sum() - behind[i][n] + wrong[names[i][n]])).ToArray())
        select new Schedule(size, hop, outOfOrder, idleAfter, entityIdleAfter, required, [.. records], mix);

    /// <summary>The same with the records of one entity left out.</summary>
    public Schedule Without(string entity) => this with { Records = [.. Records.Select(r => r.Where(x => x.Entity != entity).ToArray())] };

    /// <summary>The windows of one entity.</summary>
    public string Of(string entity)
        => string.Join('\n', Read(OneAfterTheOther()).Windows.Where(w => w.StartsWith(entity + "@", StringComparison.Ordinal)));

    /// <summary>Whether every input has a record.</summary>
    public bool AllSpeak => Records.All(r => r.Length > 0);

    /// <summary>The same with one record less.</summary>
    public IEnumerable<Schedule> Smaller() =>
        from input in Enumerable.Range(0, Records.Length)
        from gone in Enumerable.Range(0, Records[input].Length)
        select this with { Records = [.. Records.Select((r, i) => i == input ? [.. r.Where((_, n) => n != gone)] : r)] };

    /// <summary>Which input is read next, at each step. The last step of an input is its end.</summary>
    public IEnumerable<int> OneAfterTheOther() => Records.SelectMany((r, input) => Enumerable.Repeat(input, r.Length + 1));

    public IEnumerable<int> Mixed()
    {
        int[] steps = [.. OneAfterTheOther()];
        new Random(Mix).Shuffle(steps);
        return steps;
    }

    /// <summary>The windows to the last value, and what became of every record.</summary>
    public string Run(IEnumerable<int> steps)
    {
        Timeline timeline = Read(steps).Publish();
        return string.Join('\n', [.. timeline.Details.OrderBy(w => w[0]), .. Records.Select((_, i) => timeline.Outcomes(i)), $"{timeline.Skipped}"]);
    }

    /// <summary>Whether each window closed by watermarks, or without waiting for some input.</summary>
    public string Reasons(IEnumerable<int> steps)
        => string.Join('\n', Read(steps).Headers.OrderBy(h => h.Entity).Select(
            h => $"{h.Entity}@{h.Start.Nanoseconds / Some.Ms} {h.ClosedBy == CloseReason.Watermark}"));

    /// <summary>The windows, entity after entity, each entity's in the order in which they came.</summary>
    public string Windows(IEnumerable<int> steps) => string.Join('\n', Read(steps).Windows.OrderBy(w => w[0]));

    /// <summary>The windows as they are defined, where a is the only entity and no record is later than allowed.</summary>
    public string Defined() => string.Join('\n',
        from k in Enumerable.Range(-20, 120)
        let start = k * Hop
        let inside = Records.Select(r => Enumerable.Range(start, Size).Select(tick => r.Any(x => x.Tick == tick) ? 'x' : '.')).ToArray()
        where inside.Any(i => i.Contains('x')) && (!FirstRequired || inside[0].Contains('x'))
        select $"a@{start} {string.Join(' ', inside.Select(i => string.Concat(i)))}");

    public override string ToString()
        => string.Join('\n',
        [
            $"size {Size}, hop {Hop}, out of order {OutOfOrder}, idle after {IdleAfter}, entity idle after {EntityIdleAfter}, first required: {FirstRequired}",
            .. Records.Select((r, i) => $"input {i}: {string.Join(' ', r.Select(x => $"{x.Entity}{x.Tick}"))}"),
            $"mixed: {string.Join(' ', Mixed())}",
        ]);

    private Timeline Read(IEnumerable<int> steps)
    {
        var timeline = new Timeline([.. Records.Select((_, i) => Some.Sensor($"{i}", required: i == 0 && FirstRequired))])
        { Size = Size, Hop = Hop, OutOfOrder = OutOfOrder, IdleAfter = IdleAfter, EntityIdleAfter = EntityIdleAfter };
        var read = new int[Records.Length];
        foreach (int input in steps)
        {
            int n = read[input]++;
            if (n == Records[input].Length) timeline.Read(input, "!");
            else timeline.Read(input, Records[input][n].Entity, from: Records[input][n].Tick);
        }

        for (int input = 0; input < read.Length; input++) timeline.Read(input, "#");
        return timeline;
    }
}
