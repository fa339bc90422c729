using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tests.Decode;
using static StreamPerceiver.Tests.Decode.Payloads;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Align;

/// <summary>Counters that become the increase since a window's first reading. A reading a second, and a step a second.</summary>
public sealed class CounterTests
{
    private const double Bits16 = 65_536, Bits32 = 4_294_967_296, Bits53 = 9_007_199_254_740_992;

    [Theory]
    [InlineData(Bits16, false, new[] { 65_530.0, 65_535, 0, 3 }, new[] { 0f, 5, 6, 9 })] // it wraps
    [InlineData(Bits16, false, new[] { 32_767.0, -32_768, -1, 0 }, new[] { 0f, 1, 32_768, 32_769 })] // as signed numbers
    [InlineData(Bits16, false, new[] { 0.0, 40_000, 10_000, 10_000 }, new[] { 0f, 40_000, 40_000, 40_000 })] // falls by less than half: reset
    [InlineData(Bits16, false, new[] { 32_768.0, 0, 32_769, 0 }, new[] { 0f, 0, 32_769, 65_536 })] // half is a reset, more is a wrap
    [InlineData(Bits16, true, new[] { 3.0, 65_535, 65_530, 1 }, new[] { 0f, -4, -9, -2 })] // an encoder turns back and forth
    [InlineData(Bits16, true, new[] { 100.0, 32_868, 100, 32_867 }, new[] { 0f, -32_768, -65_536, -32_769 })] // half a turn is a way down
    [InlineData(360, true, new[] { 350.5, 360, 10.25, 349.75 }, new[] { 0f, 9.5f, 19.75f, -0.75f })] // an angle
    [InlineData(1_000_000, false, new[] { 999_999.75, 0.5, 1, 1 }, new[] { 0f, 0.75f, 1.25f, 1.25f })] // an odometer of six digits
    [InlineData(0, false, new[] { 7e8, 7e8 + 1, 0, 12 }, new[] { 0f, 1, 1, 13 })] // it never wraps, but is reset
    [InlineData(0, true, new[] { 7e8, 7e8 + 1, 7e8 - 3, 0 }, new[] { 0f, 1, -3, -7e8f })] // nor is it reset
    public void A_count_is_the_increase_since_the_first_reading(double wrap, bool reverses, double[] counts, float[] expected)
        => Steps(Input(wrap, reverses), [.. counts.Select((c, i) => Json(1000 * i, c))]).ShouldBe(expected);

    [Fact]
    public void Counts_that_only_go_up_are_unwrapped_whatever_the_modulus() => Prop.ForAll(
        Arb.From(
            from wrap in Gen.Elements(2, 10, 256, 360, 1e6, Bits16, Bits32, Bits53)
            from signed in Gen.Elements(true, false)
            from shares in Gen.Choose(0, 999).ArrayOf(4)
            select (wrap, signed, rises: shares[1..].Select(s => (long)(wrap / 2 * s / 1000)).ToArray(), first: (long)(wrap * shares[0] / 1000))),
        s => Holds(Input(s.wrap, false), s.wrap, s.signed, s.first, s.rises)).Holds(1000);

    [Fact]
    public void Counts_that_reverse_are_unwrapped_whatever_the_modulus() => Prop.ForAll(
        Arb.From(
            from wrap in Gen.Elements(2, 10, 256, 360, 1e6, Bits16, Bits32, Bits53)
            from signed in Gen.Elements(true, false)
            from shares in Gen.Choose(-1000, 999).ArrayOf(4)
            select (wrap, signed, rises: shares[1..].Select(s => (long)(wrap / 2 * s / 1000)).ToArray(), first: (long)(wrap * Math.Abs(shares[0]) / 1001))),
        s => Holds(Input(s.wrap, true), s.wrap, s.signed, s.first, s.rises)).Holds(1000);

    [Fact]
    public void Every_count_is_exact_in_every_kind_of_format()
    {
        foreach (double count in new[] { 16_777_217, Bits32 - 1, 6_004_799_503_160_661, Bits53 - 1, 123_456_789.25 })
        {
            string number = count.ToString("R", CultureInfo.InvariantCulture);
            (long, string Type, byte[])[] readings =
            [
                (1000, Npy.Type, Npy.Doubles("2,", count, 0)), (1000, "text/csv", Encoding.UTF8.GetBytes($"n,x\n{number},0\n")),
                (1000, "application/json", Encoding.UTF8.GetBytes($"{{\"n\":[{number}],\"x\":[0]}}")),
                (1000, "application/cbor", [0x82, 0xFB, .. BitConverter.GetBytes(count).AsEnumerable().Reverse(), 0]),
            ];

            foreach ((long, string Type, byte[]) reading in readings)
                Steps(Input(Bits53, false), Json(0, count - 1), reading)[1].ShouldBe(1, $"{number} as {reading.Type}");
        }
    }

    [Fact]
    public void The_increase_is_from_the_first_reading_of_the_window_or_else_the_last_one_before_it()
    {
        SensorSpec input = Input(Bits16, false) with { Interpolation = Interpolation.Linear };

        Steps(input, Json(-1000, 65_530), Json(1000, 4), Json(2000, 8)).ShouldBe([-5, 0, 4, 4]);
        Steps(input, Json(-2000, 5), Json(-1000, 65_530)).ShouldBe([0, 0, 0, 0]);
        Steps(input).ShouldBe([0, 0, 0, 0]);
    }

    [Fact]
    public void A_step_between_two_readings_is_on_the_line_across_the_wrap_and_other_channels_stay()
    {
        SensorSpec input = Input(Bits32, false) with { Interpolation = Interpolation.Linear };

        Place(input, (0, "application/json", "[4294967290,7]"u8.ToArray()), (2000, "application/json", "[4,8]"u8.ToArray()))[..6]
            .ShouldBe([0, 7, 5, 7.5f, 10, 8]);
    }

    [Fact]
    public void Records_in_any_order_of_arrival_give_the_same_windows()
    {
        long[] counts = [65_500, 65_530, 20, 5, 9, 40_000, 65_000, 100, 200, 300];
        string expected = Windows(Enumerable.Range(0, counts.Length));
        expected.ShouldBe("0,30,56,56 0,39991,64991,65627"); // a wrap and a reset, then a wrap
        foreach (int[] order in new int[][] { [1, 0, 3, 2, 5, 4, 7, 6, 8, 9], [2, 1, 0, 3, 6, 5, 4, 8, 7, 9] }) Windows(order).ShouldBe(expected);

        string Windows(IEnumerable<int> order)
        {
            SensorSpec input = Input(Bits16, false);
            var aligner = new StreamAligner([input], new AlignOptions(new WindowPlan(4000 * Some.Ms, 4000 * Some.Ms), 2000 * Some.Ms, 1, 0));
            List<string> windows = [];
            Feed(Envelope<MediaSample>.OfNotice(new LaneOpened(3, new Dictionary<string, EventTime>(), new ClockState?[1])));
            foreach (int i in order.Append(12))
                Feed(Envelope<MediaSample>.OfValue(Decode(input, Json(1000 * i, i < counts.Length ? counts[i] : 0)), new RecordAck(i)));
            return string.Join(' ', windows);

            void Feed(Envelope<MediaSample> item) => windows.AddRange(
                aligner.Accept(item).Where(w => w.Value is not null)
                    .Select(w => string.Join(',', ((AlignedSeries)w.Value!.Inputs[0]).Values.Where((_, i) => i % 2 == 0))));
        }
    }

    [Theory]
    [InlineData(Bits16, false, "[65537,0]", "channel n is 65537, expected a count from -32768 to 65536, by its wrap")]
    [InlineData(Bits16, true, "[-32769,0]", "channel n is -32769, expected a count from -32768 to 65536, by its wrap")]
    [InlineData(0, false, "[-1,0]", "channel n is -1, expected a count of 0 or more")]
    public void A_count_that_the_counter_cannot_have_is_rejected(double wrap, bool reverses, string json, string found)
        => Rejected(Input(wrap, reverses), "application/json", Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, found);

    private static SensorSpec Input(double wrap, bool reverses)
        => new("counts", "counts", false, ["n", "x"], 1, Interpolation.Hold, 2 * EventTime.PerSecond)
        {
            Counters = [new Counter("n", 0, wrap == 0 ? null : wrap, reverses)],
        };

    // The true count is a whole number that no wrap changes, of which a payload has what is left of the modulus.
    private static Property Holds(SensorSpec input, double wrap, bool signed, long first, long[] rises)
    {
        long[] counts = [first, .. rises.Select((_, i) => first + rises.Take(i + 1).Sum())];
        float[] expected = [.. counts.Select(c => (float)(c - first))];
        float[] found = Steps(input, [.. counts.Select((c, i) => Json(1000 * i, Sent(c)))]);
        return found.SequenceEqual(expected).Label($"counts {string.Join(' ', counts)}: found {string.Join(' ', found)}");

        double Sent(long count)
        {
            long rest = ((count % (long)wrap) + (long)wrap) % (long)wrap;
            return signed && rest >= wrap / 2 ? rest - (long)wrap : rest;
        }
    }

    private static (long Ms, string Type, byte[] Payload) Json(long ms, double count)
        => (ms, "application/json", Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"[{count:R},0]")));

    private static MediaSample Decode(SensorSpec input, (long Ms, string Type, byte[] Payload) reading)
        => new Decoder([input], "decode").DecodeOne(
            Raw(input, reading.Type, reading.Payload) with { Time = Some.At(1_700_000_000_000 + reading.Ms) }).Value!;

    private static float[] Steps(SensorSpec input, params (long Ms, string Type, byte[] Payload)[] readings)
        => [.. Place(input, readings).Where((_, i) => i % 2 == 0)];

    /// <summary>Decodes readings, and places them in a window of four steps.</summary>
    private static float[] Place(SensorSpec input, params (long Ms, string Type, byte[] Payload)[] readings)
        => ((AlignedSeries)input.Place([.. readings.Select(r => Decode(input, r))], Some.At(1_700_000_000_000), 4 * EventTime.PerSecond).Data).Values;
}
