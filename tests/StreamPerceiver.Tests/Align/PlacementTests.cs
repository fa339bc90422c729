using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Audio;
using StreamPerceiver.Modalities.Set;
using StreamPerceiver.Modalities.Text;
using StreamPerceiver.Modalities.Video;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Align;

/// <summary>Frames in slots and sound in samples, in the window [100 ms, 110 ms).</summary>
public sealed class PlacementTests
{
    private static readonly EventTime Start = Some.At(100);
    private const long Size = 10 * Some.Ms;

    // Slots:    0 1 2 3 4, two milliseconds each
    // Middles: 101 103 105 107 109
    [Theory]
    [InlineData(new[] { 101, 103, 105, 107, 109 }, new[] { 101, 103, 105, 107, 109 })]
    [InlineData(new[] { 100, 102, 104, 106, 108 }, new[] { 100, 102, 104, 106, 108 })] // 102 is as near to 101 as 100 is: the earlier
    [InlineData(new[] { 102, 106 }, new[] { 102, 102, 106, 106, 0 })] // 104 has none; one frame may fill two slots; 109 is 3 away
    [InlineData(new[] { 105 }, new[] { 0, 0, 105, 0, 0 })]
    [InlineData(new[] { 102 }, new[] { 102, 102, 0, 0, 0 })] // 1 away is within the tolerance
    [InlineData(new int[0], new[] { 0, 0, 0, 0, 0 })]
    public void Place_Video_EachSlotTakesTheNearestFrameWithinTheTolerance(int[] frames, int[] slots)
    {
        var spec = new VideoSpec("camera", "camera", false, 1, 1, Frames: 5, ToleranceNs: 1 * Some.Ms, 1);

        (AlignedInput data, double coverage) = spec.Place([.. frames.Select((ms, i) => Frame(Some.At(ms), i, (byte)ms))], Start, Size);

        ((AlignedVideo)data).Slots.Select(s => s is null ? 0 : (int)s[0]).ShouldBe(slots);
        coverage.ShouldBe(slots.Count(s => s != 0) / 5.0);
    }

    [Fact]
    public void Place_VideoANanosecondPastTheTolerance_IsMissing()
    {
        var spec = new VideoSpec("camera", "camera", false, 1, 1, Frames: 1, ToleranceNs: 2 * Some.Ms, 1); // middle: 105

        bool Fills(EventTime time) => spec.Place([Frame(time, 0, 1)], Start, Size).Coverage > 0;

        new[] { Some.At(103) - 1, Some.At(103), Some.At(107), Some.At(107) + 1 }.Select(Fills).ShouldBe([false, true, true, false]);
    }

    [Fact]
    public void Place_TwoFramesAtOnce_TheOneWithTheLowerOffsetIsTaken()
    {
        var spec = new VideoSpec("camera", "camera", false, 1, 1, Frames: 1, ToleranceNs: Size, 1);

        var data = (AlignedVideo)spec.Place([Frame(Some.At(105), 1, 11), Frame(Some.At(105), 2, 22)], Start, Size).Data;

        data.Slots.Single().ShouldBe([11]);
    }

    // 1 kHz: sample i of the window is at 100 + i milliseconds. 0 is silence where no sound was sent.
    [Theory]
    [InlineData(100, 10, new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 })] // fills the window
    [InlineData(97, 5, new[] { 4, 5, 0, 0, 0, 0, 0, 0, 0, 0 })] // began before it
    [InlineData(108, 5, new[] { 0, 0, 0, 0, 0, 0, 0, 0, 1, 2 })] // goes on past it
    [InlineData(95, 20, new[] { 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 })] // both
    [InlineData(99, 1, new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })] // ends where it begins
    [InlineData(110, 3, new[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })] // begins where it ends
    public void Place_Audio_ToTheSampleAtBothEnds(long from, int samples, int[] expected)
        => Sound((Some.At(from), Counting(samples))).ShouldBe(expected);

    [Fact]
    public void Place_AudioWithAGap_LeavesItUnfilled()
        => Sound((Some.At(100), [1, 2, 3]), (Some.At(106), [4, 5, 6, 7])).ShouldBe([1, 2, 3, 0, 0, 0, 4, 5, 6, 7]);

    [Fact]
    public void Place_AudioThatOverlaps_TheLaterChunkHolds()
        => Sound((Some.At(100), [1, 2, 3, 4]), (Some.At(102), [7, 8])).ShouldBe([1, 2, 7, 8, 0, 0, 0, 0, 0, 0]);

    [Theory]
    [InlineData(499_999, 2)]
    [InlineData(500_000, 3)] // halves go up
    [InlineData(-500_000, 2)]
    [InlineData(-500_001, 1)]
    public void Place_AudioBetweenTwoSamples_GoesToTheNearest(long nanoseconds, int index)
        => Array.IndexOf(Sound((Some.At(102) + nanoseconds, [1])), 1).ShouldBe(index);

    [Fact]
    public void Place_AudioAcrossWindows_EverySampleIsInOneOfThem()
    {
        // 44.1 kHz, windows of 10 ms: 441 samples each. A chunk that begins anywhere leaves no seam.
        var spec = new AudioSpec("mic", "mic", false, 44_100, 1);
        float[] samples = Counting(2_000);
        for (long shift = 0; shift < 40_000; shift += 997)
        {
            var chunk = new AudioChunk(new StreamKey(0, "a", 0), Start + shift, 45_351_474, 0, samples);

            float[] heard = Enumerable.Range(0, 6)
                .Select(w => (AlignedAudio)spec.Place([chunk], Start + w * Size, Size).Data)
                .SelectMany(a => a.Samples.Where((_, i) => a.Filled[i])).ToArray();

            heard.ShouldBe(samples);
        }
    }

    [Fact]
    public void Place_Audio_CoverageIsTheShareOfFilledSamples()
    {
        var spec = new AudioSpec("mic", "mic", false, 1_000, 1);

        spec.Place([new AudioChunk(new StreamKey(0, "a", 0), Start, 3 * Some.Ms, 0, [0, 0, 0])], Start, Size).Coverage.ShouldBe(0.3);
    }

    // Drawn by millisecond and offset, in the order in which they are held: by time, then offset.
    [Theory]
    [InlineData(new[] { 100, 104, 109 }, 2)]
    [InlineData(new[] { 100, 104, 104 }, 2)] // at once: the one that was read last
    [InlineData(new[] { 99, 104, 110 }, 1)] // the window is [100, 110)
    [InlineData(new[] { 99, 110, 111 }, null)]
    [InlineData(new int[0], null)]
    public void Place_SetOrText_TheLatestInsideTheWindowIsTakenWhole(int[] times, int? taken)
    {
        var key = new StreamKey(0, "a", 0);
        MediaSample[] sets = [.. times.Select((ms, i) => new SetReading(key, Some.At(ms), i, [i, i, i, i]))];
        MediaSample[] texts = [.. times.Select((ms, i) => new TextReading(key, Some.At(ms), i, [(byte)i]))];

        (AlignedInput set, double setCoverage) = new SetSpec("cloud", "t", false, ["x", "y"], 5).Place(sets, Start, Size);
        (AlignedInput text, double textCoverage) = new TextSpec("note", "t", false, 9).Place(texts, Start, Size);

        ((AlignedSet)set).Elements.ShouldBe(taken is { } s ? [s, s, s, s] : null);
        ((AlignedText)text).Utf8.ShouldBe(taken is { } t ? [(byte)t] : null);
        (setCoverage, textCoverage).ShouldBe(taken is null ? (0, 0) : (1, 1));
    }

    // An empty board is not a camera that is off.
    [Fact]
    public void Place_EmptySet_IsThere()
        => new SetSpec("cloud", "t", false, ["x"], 5).Place([new SetReading(new StreamKey(0, "a", 0), Start, 0, [])], Start, Size).Coverage.ShouldBe(1);

    private static VideoFrame Frame(EventTime time, long offset, byte colour) => new(new StreamKey(0, "a", 0), time, offset, [colour]);

    private static float[] Counting(int count) => [.. Enumerable.Range(1, count).Select(i => (float)i)];

    private static int[] Sound(params (EventTime Time, float[] Samples)[] chunks)
    {
        var spec = new AudioSpec("mic", "mic", false, 1_000, 1);
        MediaSample[] samples = [.. chunks.Select((c, i) => new AudioChunk(new StreamKey(0, "a", 0), c.Time, c.Samples.Length * Some.Ms, i, c.Samples))];
        var placed = (AlignedAudio)spec.Place(samples, Start, Size).Data;
        placed.Filled.ShouldBe(placed.Samples.Select(s => s != 0));
        return [.. placed.Samples.Select(s => (int)s)];
    }
}
