using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>Readings on a grid with a step every 10 ms, in the window [1000 ms, 1050 ms). Tolerance 12 ms. null: the step has no value.</summary>
public sealed class SensorGridTests
{
    // steps:            1000  1010  1020  1030  1040
    // readings:            1004 1010              1043
    private static readonly (long Ms, float Value)[] Readings = [(1004, 4), (1010, 10), (1043, 43)];

    [Fact]
    public void Place_Nearest_TakesTheNearestWithinTheTolerance()
        => Grid(Interpolation.Nearest, Readings).ShouldBe([4, 10, 10, null, 43]);

    [Fact]
    public void Place_Hold_TakesTheLastAtOrBeforeTheStep()
        => Grid(Interpolation.Hold, Readings).ShouldBe([null, 10, 10, null, null]);

    [Fact]
    public void Place_Linear_IsOnTheLineAndBeyondTheEndsTheReadingItself()
    {
        // steps:     1000  1010  1020  1030  1040
        // readings:     1005  1015     1027    (none)
        Grid(Interpolation.Linear, (1005, 50), (1015, 60), (1027, 180)).ShouldBe([50, 55, 110, 180, null]);
    }

    [Fact]
    public void Place_LinearAcrossAGap_DoesNotSpeakForStepsFarFromBothReadings()
        => Grid(Interpolation.Linear, (1000, 0), (1040, 40)).ShouldBe([0, 0, null, 40, 40]);

    [Fact]
    public void Place_NearestOfTwoAsNear_IsTheEarlier()
        => Grid(Interpolation.Nearest, (1005, 5), (1015, 15))[1].ShouldBe(5);

    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Hold)]
    [InlineData(Interpolation.Linear)]
    public void Place_ReadingOnTheStep_IsTheStepsValue(Interpolation interpolation)
        => Grid(interpolation, (1010, 1), (1020, 2), (1030, 3))[1..4].ShouldBe([1, 2, 3]);

    [Theory]
    [InlineData(Interpolation.Nearest)]
    [InlineData(Interpolation.Hold)]
    [InlineData(Interpolation.Linear)]
    public void Place_TwoReadingsAtOnce_TheOneWithTheGreaterOffsetSpeaks(Interpolation interpolation)
        => Grid(interpolation, (1010, 1), (1010, 2))[1].ShouldBe(2);

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Place_AtTheTolerance_IsStillNear(long past, bool near)
        => Grid(Interpolation.Hold, 12 * Some.Ms - past, (1008, 8))[2].HasValue.ShouldBe(near); // 12 ms before 1020

    [Fact]
    public void Place_NoReadings_FillsNothing()
    {
        Grid(Interpolation.Linear).ShouldBe([null, null, null, null, null]);
    }

    [Fact]
    public void Place_ManyChannels_KeepsThemApart()
    {
        var spec = new SensorSpec("imu", "imu", false, ["x", "y", "z"], 100, Interpolation.Linear, 20 * Some.Ms);
        MediaSample[] readings = [Reading(1000, 0, 0, 100, -7), Reading(1020, 1, 20, 300, -7)];

        (AlignedInput data, double coverage) = spec.Place(readings, Some.At(1000), 30 * Some.Ms);

        ((AlignedSeries)data).Values.ShouldBe([0, 100, -7, /**/ 10, 200, -7, /**/ 20, 300, -7]);
        coverage.ShouldBe(1);
    }

    [Fact]
    public void Place_RateThatDoesNotDivideASecond_PutsStepsWithoutDrift()
    {
        // 3 Hz over an hour: the last step is at start + 10799/3 s, to the nanosecond.
        var spec = new SensorSpec("imu", "imu", false, ["x"], 3, Interpolation.Nearest, 0);
        var last = new SensorReading(new StreamKey(0, "a", 0), new EventTime(10_799 * EventTime.PerSecond / 3), 0, [1]);

        var series = (AlignedSeries)spec.Place([last], new EventTime(0), 3_600 * EventTime.PerSecond).Data;

        series.Filled.Length.ShouldBe(10_800);
        series.Filled[^1].ShouldBeTrue();
    }

    [Theory]
    [InlineData(0.2, 10, new long[] { 0, 5_000_000_000 })]
    [InlineData(0.3, 10, new long[] { 0, 3_333_333_333, 6_666_666_666 })]
    [InlineData(0.7, 10, new long[] { 0, 1_428_571_428, 2_857_142_857, 4_285_714_285, 5_714_285_714, 7_142_857_142, 8_571_428_571 })]
    [InlineData(2.5, 2, new long[] { 0, 400_000_000, 800_000_000, 1_200_000_000, 1_600_000_000 })]
    public void Place_RateThatIsNotWhole_PutsStepsEvenlyToTheNanosecond(double rate, int seconds, long[] steps)
    {
        var spec = new SensorSpec("imu", "imu", false, ["x"], rate, Interpolation.Nearest, 0);
        MediaSample[] readings = [.. steps.Select((at, i) => new SensorReading(new StreamKey(0, "a", 0), new EventTime(at), i, [i + 1]))];

        (AlignedInput data, double coverage) = spec.Place(readings, new EventTime(0), seconds * EventTime.PerSecond);

        ((AlignedSeries)data).Values.ShouldBe(steps.Select((_, i) => i + 1f));
        coverage.ShouldBe(1);
    }

    private static SensorReading Reading(long ms, long offset, params float[] values) => new(new StreamKey(0, "a", 0), Some.At(ms), offset, values);

    private static float?[] Grid(Interpolation interpolation, params (long Ms, float Value)[] readings) => Grid(interpolation, 12 * Some.Ms, readings);

    private static float?[] Grid(Interpolation interpolation, long toleranceNs, params (long Ms, float Value)[] readings)
    {
        var spec = new SensorSpec("imu", "imu", false, ["x"], 100, interpolation, toleranceNs);
        (AlignedInput data, double coverage) = spec.Place([.. readings.Select((r, i) => Reading(r.Ms, i, r.Value))], Some.At(1000), 50 * Some.Ms);
        var series = (AlignedSeries)data;
        coverage.ShouldBe(series.Filled.Count(f => f) / 5.0);
        return [.. series.Values.Zip(series.Filled, (v, f) => f ? v : (float?)null)];
    }
}
