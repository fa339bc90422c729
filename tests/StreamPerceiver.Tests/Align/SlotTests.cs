using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>Which samples fill which slots of the window [100 ms, 110 ms), as placement itself tells it.</summary>
public sealed class SlotTests
{
    private const long Size = 10 * Some.Ms;

    private static readonly EventTime Start = Some.At(100);
    private static readonly StreamKey Stream = new(0, "a", 0);

    [Theory]
    [InlineData(Interpolation.Linear, "0 Nearest 0+1", "1 Interpolated 0+2", "2 Nearest 1+1", "3 Nearest 1+1", "4 Masked 0+0")]
    [InlineData(Interpolation.Nearest, "0 Nearest 0+1", "1 Nearest 1+1", "2 Nearest 1+1", "3 Nearest 1+1", "4 Masked 0+0")]
    [InlineData(Interpolation.Hold, "0 Held 0+1", "1 Held 0+1", "2 Held 1+1", "3 Held 1+1", "4 Masked 0+0")]
    [InlineData(Interpolation.Mean, "0 Mean 0+1", "1 Mean 1+1", "2 Held 1+1", "3 Held 1+1", "4 Masked 0+0")]
    [InlineData(Interpolation.Peak, "0 Peak 0+1", "1 Peak 1+1", "2 Held 1+1", "3 Held 1+1", "4 Masked 0+0")]
    public void A_step_has_its_readings_and_how_they_fill_it(Interpolation interpolation, params string[] slots)
    {
        // Steps at 100, 102, 104, 106 and 108.
        var spec = new SensorSpec("imu", "imu", false, ["x"], 500, interpolation, 3 * Some.Ms);

        Told(spec, Reading(100, 0), Reading(103, 1)).ShouldBe(slots);
    }

    [Fact]
    public void A_frame_has_its_distance_to_the_middle_of_the_slot()
    {
        var spec = new VideoSpec("camera", "camera", false, 1, 1, Frames: 2, ToleranceNs: 3 * Some.Ms, 1);
        MediaSample[] frames = [new VideoFrame(Stream, Some.At(101), 0, [1]), new VideoFrame(Stream, Some.At(104), 1, [2])];
        List<WindowSlot> slots = [];

        spec.Place(frames, Start, Size, slots);

        slots.ShouldBe([
            new WindowSlot(0, 1, new EventTime(102_500_000), Some.At(100), Some.At(105), SlotFill.Nearest, 0, 1),
            new WindowSlot(1, 1, new EventTime(107_500_000), Some.At(105), Some.At(110), SlotFill.Masked, 0, 0),
        ]);
    }

    [Fact]
    public void Sound_has_the_runs_that_are_left_of_each_chunk_and_the_gaps()
    {
        AudioChunk[] chunks = [Sound(98, 5, 0), Sound(101, 3, 1), Sound(107, 9, 2)];

        Told(new AudioSpec("sound", "sound", false, 1000, 5), chunks).ShouldBe(["0 Part 0+1", "1+3 Part 1+1", "4+3 Masked 0+0", "7+3 Part 2+1"]);
    }

    [Fact]
    public void The_latest_text_word_or_set_fills_the_one_slot()
    {
        MediaSample[] texts = [.. new[] { 99, 101, 110 }.Select((ms, i) => new TextReading(Stream, Some.At(ms), i, [65]))];
        Told(new TextSpec("note", "t", false, 9), texts).ShouldBe(["0 Latest 1+1"]);
        Told(new CategorySpec("kind", "t", false, ["x"]), new CategoryReading(Stream, Some.At(109), 0, 0)).ShouldBe(["0 Latest 0+1"]);
        Told(new SetSpec("cloud", "t", false, ["x"], 5), new SetReading(Stream, Some.At(99), 0, [])).ShouldBe(["0 Masked 0+0"]);
    }

    [Fact]
    public void What_is_told_of_readings_is_what_is_placed()
    {
        var random = new Random(20_260_131);
        for (int run = 0; run < 300; run++)
        {
            var kind = (Interpolation)(run % 5);
            var spec = new SensorSpec("imu", "imu", false, ["x"], 1000, kind, random.Next(1, 4) * Some.Ms);
            SensorReading[] readings =
                [.. Enumerable.Range(0, random.Next(0, 9)).Select(_ => 97 + random.Next(0, 60) / 4.0).Order().Select((ms, i) => Reading(ms, i))];
            List<WindowSlot> slots = [];

            var series = (AlignedSeries)spec.Place(readings, Start, Size, slots).Data;

            slots.Select(s => s.Fill != SlotFill.Masked).ShouldBe(series.Filled);
            for (int step = 0; step < slots.Count; step++)
                if (series.Filled[step]) Value(slots[step], readings).ShouldBe(series.Values[step], 1e-5f, $"run {run}, step {step}");
        }
    }

    // The value of a reading is its index, so that the value of a step tells the readings that made it.
    private static float Value(WindowSlot slot, SensorReading[] readings)
    {
        SensorReading[] sources = readings[slot.FirstSample..(slot.FirstSample + slot.Samples)];
        if (slot.Fill == SlotFill.Mean) return sources.Average(r => r.Values[0]);
        if (slot.Fill == SlotFill.Peak) return sources.Max(r => r.Values[0]);
        if (slot.Fill != SlotFill.Interpolated) return sources.Single().Values[0];
        return sources[0].Values[0] + (float)(slot.At - sources[0].Time) / (sources[1].Time - sources[0].Time);
    }

    private static string[] Told(InputSpec spec, params MediaSample[] samples)
    {
        List<WindowSlot> slots = [];
        spec.Place(samples, Start, Size, slots);
        return [.. slots.Select(s => $"{s.First}{(s.Count > 1 ? $"+{s.Count}" : "")} {s.Fill} {s.FirstSample}+{s.Samples}")];
    }

    private static SensorReading Reading(double ms, int index) => new(Stream, new EventTime((long)(ms * Some.Ms)), index, [index]);

    private static AudioChunk Sound(int ms, int length, int index) => new(Stream, Some.At(ms), length * Some.Ms, index, new float[length]);
}
