using FsCheck.Fluent;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Flow;

namespace StreamPerceiver.Tests.Align;

/// <summary>Sensors that are faster or slower than their grid, and irregular ones, beside the rules of interpolation written out step by step.</summary>
public sealed class SensorRateTests
{
    private const int Steps = 10;

    // The readings of the picture in pipelines/README.md: a step every 10 ms, from 1000 ms on, with a tolerance of 15 ms.
    private static readonly (long Ms, float Value)[] Pictured =
        [(994, 2.2f), (1003, 3.0f), (1006, -1.4f), (1012, 1.2f), (1027, 2.0f), (1034, 3.2f), (1069, 1.0f), (1088, -2.4f)];

    [Theory]
    [InlineData(Interpolation.Nearest, new[] { 3.0f, 1.2f, 2.0f, 2.0f, 3.2f, float.NaN, 1.0f, 1.0f, -2.4f, -2.4f })]
    [InlineData(Interpolation.Hold, new[] { 2.2f, -1.4f, 1.2f, 2.0f, 3.2f, float.NaN, float.NaN, 1.0f, 1.0f, -2.4f })]
    [InlineData(Interpolation.Mean, new[] { 0.8f, 1.2f, 2.0f, 3.2f, 3.2f, float.NaN, 1.0f, 1.0f, -2.4f, -2.4f })]
    [InlineData(Interpolation.Peak, new[] { 3.0f, 1.2f, 2.0f, 3.2f, 3.2f, float.NaN, 1.0f, 1.0f, -2.4f, -2.4f })]
    public void Place_ReadingsOfThePicture_GivesTheRingsOfThePicture(Interpolation interpolation, float[] expected)
        => Place(interpolation, 15 * Some.Ms, long.MaxValue, Pictured).ShouldBe(expected);

    [Fact]
    public void Place_LinearWithALongestGap_DrawsNoLineAcrossALongerOne()
    {
        (long, float)[] readings = [(1000, 0), (1030, 30), (1071, 71)];

        Place(Interpolation.Linear, 30 * Some.Ms, 30 * Some.Ms, readings).ShouldBe([0, 10, 20, 30, 30, 30, 71, 71, 71, 71]); // 41 ms apart: the nearer one
        Place(Interpolation.Linear, 30 * Some.Ms, 41 * Some.Ms, readings).ShouldBe([0, 10, 20, 30, 30, 50, 60, 71, 71, 71]);
    }

    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Hold)]
    [InlineData(Interpolation.Linear)]
    [InlineData(Interpolation.Mean)]
    [InlineData(Interpolation.Peak)]
    public void Place_AnyReadings_GivesWhatTheRulesDefine(Interpolation interpolation) => Prop.ForAll(
        Arb.From(
            from count in Gen.Choose(0, 30)
            from times in Gen.Choose(960, 1099).ArrayOf(count)
            from values in Gen.Choose(-9, 9).ArrayOf(count)
            from tolerance in Gen.Choose(0, 40)
            from gap in Gen.Elements(5, 20, 1000)
            select (Readings: times.Order().Zip(values, (t, v) => ((long)t, (float)v)).ToArray(), tolerance, gap)),
        s =>
        {
            float[] found = Place(interpolation, s.tolerance * Some.Ms, s.gap * Some.Ms, s.Readings);
            float[] expected = [.. Enumerable.Range(0, Steps).Select(i => Defined(interpolation, s.tolerance, s.gap, s.Readings, 1000 + 10 * i))];
            return found.SequenceEqual(expected).Label($"found {string.Join(' ', found)}\nexpected {string.Join(' ', expected)}");
        }).Holds(3000);

    [Theory]
    [InlineData(Interpolation.Mean, 2f)]
    [InlineData(Interpolation.Peak, -9f)]
    public void Accept_ReadingsOfACellInAnyOrder_GivesTheSameValue(Interpolation interpolation, float expected)
    {
        var spec = new SensorSpec("imu", "imu", false, ["x"], 100, interpolation, 0);
        (long Ms, float Value)[] readings = [(1001, 8), (1004, -9), (1007, 7)];
        foreach (int[] order in new int[][] { [0, 1, 2], [2, 1, 0], [1, 2, 0] })
        {
            MediaSample[] samples = [.. order.Select((at, i) => Reading(readings[at].Ms, i, readings[at].Value))];
            Array.Sort(samples, (a, b) => a.IsAfter(b) ? 1 : -1);
            ((AlignedSeries)spec.Place(samples, Some.At(1000), 10 * Some.Ms).Data).Values.ShouldBe([expected]);
        }
    }

    [Fact]
    public void A_reading_an_hour_fills_every_window_of_a_minute_until_the_next_one()
    {
        const int minute = 60_000;
        var slow = new SensorSpec("slow", "slow", false, ["x"], 1 / 60.0, Interpolation.Hold, 70L * minute * Some.Ms);
        var fast = new SensorSpec("fast", "fast", false, ["x"], 1 / 60.0, Interpolation.Hold, 0);
        var timeline = new Timeline(slow, fast) { Size = minute, Hop = minute, IdleAfter = minute };

        for (int m = 0; m < 130; m++)
        {
            if (m % 60 == 0) timeline.Read(0, "a", from: m * minute);
            timeline.Read(1, "a", from: m * minute).Read(0, "!");
        }

        timeline.Publish();
        timeline.Windows.Count.ShouldBe(129);
        timeline.Windows.ShouldAllBe(w => w.EndsWith(" x x"));
        timeline.Details[59].ShouldEndWith(" 0 59"); // values are offsets
        timeline.Details[60].ShouldEndWith(" 1 60");
        timeline.Outcomes(0).ShouldBe("UU."); // the last one still reaches on
    }

    [Fact]
    public void Of_many_readings_with_a_long_reach_only_the_last_before_the_window_is_held()
    {
        var fast = new SensorSpec("imu", "imu", false, ["x"], 1000, Interpolation.Hold, 3_600_000 * Some.Ms);
        var timeline = new Timeline(fast) { OutOfOrder = 5 };

        timeline.Read(0, new string('a', 1_000)).Publish();

        timeline.Outcomes(0).TrimEnd('.').Length.ShouldBeInRange(985, 999);
        timeline.Memory.BytesInUse.ShouldBeLessThan(20 * 400);
    }

    [Fact]
    public void Maximal_gaps_are_for_lines_alone()
        => (new SensorSpec("imu", "imu", false, ["x"], 100, Interpolation.Mean, 0) { MaxGapNs = 7 * Some.Ms }).Problems(50 * Some.Ms)
            .ShouldBe(["maxGapMs is 7, expected none: only the interpolation linear draws lines across gaps"]);

    // The rules as pipelines/README.md has them, without regard to time.
    private static float Defined(Interpolation how, long tolerance, long gap, (long Ms, float Value)[] readings, long step)
    {
        (long Ms, float Value)[] cell = [.. readings.Where(r => r.Ms >= step && r.Ms < step + 10)];
        (long Ms, float Value)[] befores = [.. readings.Where(r => r.Ms <= step && step - r.Ms <= tolerance)];
        (long Ms, float Value)[] afters = [.. readings.Where(r => r.Ms > step && r.Ms - step <= tolerance)];
        if (cell.Length > 0 && how == Interpolation.Mean) return (float)cell.Average(r => (double)r.Value);
        if (cell.Length > 0 && how == Interpolation.Peak) return cell.MaxBy(r => Math.Abs(r.Value)).Value;
        if (how is Interpolation.Hold or Interpolation.Mean or Interpolation.Peak) return befores.Length > 0 ? befores[^1].Value : float.NaN;
        if (befores.Length == 0 || afters.Length == 0) return befores.Length > 0 ? befores[^1].Value : afters.Length > 0 ? afters[0].Value : float.NaN;
        ((long Ms, float Value) before, (long Ms, float Value) after) = (befores[^1], afters[0]);
        if (how == Interpolation.Nearest || after.Ms - before.Ms > gap) return after.Ms - step < step - before.Ms ? after.Value : before.Value;
        return (float)(before.Value + (double)(step - before.Ms) / (after.Ms - before.Ms) * ((double)after.Value - before.Value));
    }

    private static SensorReading Reading(long ms, long offset, float value) => new(new StreamKey(0, "a", 0), Some.At(ms), offset, [value]);

    // NaN: the step has no value.
    private static float[] Place(Interpolation how, long toleranceNs, long gapNs, (long Ms, float Value)[] readings)
    {
        var spec = new SensorSpec("imu", "imu", false, ["x"], 100, how, toleranceNs) { MaxGapNs = gapNs };
        MediaSample[] samples = [.. readings.Select((r, i) => Reading(r.Ms, i, r.Value))];
        var series = (AlignedSeries)spec.Place(samples, Some.At(1000), Steps * 10 * Some.Ms).Data;
        return [.. series.Values.Zip(series.Filled, (v, f) => f ? v : float.NaN)];
    }
}
