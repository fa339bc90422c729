using FsCheck;
using FsCheck.Fluent;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tests.Flow;

public sealed class EventTimeTests
{
    private const long DayNs = 86_400 * EventTime.PerSecond;

    private static readonly EventTime First = Parsed("1678-01-01T00:00:00Z");
    private static readonly EventTime Last = Parsed("2261-12-31T23:59:59.999999999Z");

    // Any instant, and as often one on a whole micro-, millisecond or second, which has fewer digits.
    private static readonly Gen<EventTime> Times =
        from day in Gen.Choose((int)(First.Nanoseconds / DayNs), (int)(Last.Nanoseconds / DayNs) - 1)
        from second in Gen.Choose(0, 86_399)
        from fraction in Gen.Choose(0, 999_999_999)
        from grain in Gen.Elements(1, 1_000, 1_000_000, 1_000_000_000)
        select new EventTime(day * DayNs + second * EventTime.PerSecond + fraction / grain * grain);

    [Fact]
    public void ToString_AnyTime_IsReadBackToTheNanosecond() => Prop.ForAll(Times.ToArbitrary(), time => Parsed(time.ToString()) == time).Holds(2000);

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1, "1970-01-01T00:00:00.000000001Z")]
    [InlineData(1_000, "1970-01-01T00:00:00.000001Z")]
    [InlineData(1_000_000, "1970-01-01T00:00:00.001Z")]
    [InlineData(1_500_000_000, "1970-01-01T00:00:01.500Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(-1_000_000_000, "1969-12-31T23:59:59Z")]
    [InlineData(1_769_860_800_123_456_789, "2026-01-31T12:00:00.123456789Z")]
    public void ToString_HasNoneThreeSixOrNineDigits(long nanoseconds, string text) => new EventTime(nanoseconds).ToString().ShouldBe(text);

    [Theory]
    [InlineData("", 0)]
    [InlineData(".1", 100_000_000)]
    [InlineData(".12", 120_000_000)]
    [InlineData(".123", 123_000_000)]
    [InlineData(".1234", 123_400_000)]
    [InlineData(".12345", 123_450_000)]
    [InlineData(".123456", 123_456_000)]
    [InlineData(".1234567", 123_456_700)]
    [InlineData(".12345678", 123_456_780)]
    [InlineData(".123456789", 123_456_789)]
    [InlineData(".000000001", 1)]
    public void TryParse_UpToNineDigitsOfASecond_LosesNone(string digits, long fraction)
        => (Parsed($"2026-01-31T12:00:00{digits}Z") - Parsed("2026-01-31T12:00:00Z")).ShouldBe(fraction);

    [Theory]
    [InlineData("2026-01-31T12:00:00.25+00:00")]
    [InlineData("2026-01-31T14:30:00.25+02:30")]
    [InlineData("2026-01-30T22:00:00.25-14:00")]
    [InlineData("2026-01-31T12:00:00.25-00:00")]
    [InlineData("2026-02-01T02:00:00.25+14:00")]
    [InlineData("2026-01-31t12:00:00.25Z")]
    [InlineData("2026-01-31 12:00:00.25Z")]
    public void TryParse_OffsetsAndSeparatorsOfRfc3339_AreTheSameInstant(string text)
        => Parsed(text).ToString().ShouldBe("2026-01-31T12:00:00.250Z");

    [Theory]
    [InlineData("1969-12-31T23:59:59.75Z", -250_000_000)] // the digits count forwards also before 1970
    [InlineData("1678-01-01T00:00:00Z", -9_214_560_000_000_000_000)]
    [InlineData("1677-12-31T23:00:00-01:00", -9_214_560_000_000_000_000)] // by its offset, the same
    [InlineData("2261-12-31T23:59:59.999999999Z", 9_214_646_399_999_999_999)]
    public void TryParse_FarFromNow_IsExact(string text, long nanoseconds) => Parsed(text).Nanoseconds.ShouldBe(nanoseconds);

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("1769860800")]
    [InlineData("2026-01-31")]
    [InlineData("2026-02-30T12:00:00Z")] // no such day
    [InlineData("2026-00-10T12:00:00Z")]
    [InlineData("2026-13-10T12:00:00Z")]
    [InlineData("2026-01-00T12:00:00Z")]
    [InlineData("0000-01-01T12:00:00Z")]
    [InlineData("2026-01-31T12:00:60Z")] // a leap second, which .NET does not know either
    [InlineData("2026-01-31T12:00:00+14:01")]
    [InlineData("2026-01-31T12:00:00+01:60")]
    [InlineData("2026-01-31T12:00:00+-1:00")]
    [InlineData("2026-01-31T24:00:00Z")]
    [InlineData("2026-01-31T12:60:00Z")]
    [InlineData("2026-01-31T12:00Z")]
    [InlineData("2026-1-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00.Z")] // a point, and no digit
    [InlineData("2026-01-31T12:00:00.1234567890Z")] // ten digits
    [InlineData("2026-01-31T12:00:00.5.5Z")]
    [InlineData("2026-01-31T12:00:00,5Z")]
    [InlineData(" 2026-01-31T12:00:00Z")]
    [InlineData("2026-01-31T12:00:00Z ")]
    [InlineData("2026-01-31T12:00:00+25:00")]
    [InlineData("2026-01-31T12:00:00Europe/Berlin")]
    [InlineData("1677-12-31T23:59:59Z")] // outside of 64-bit nanoseconds
    [InlineData("2262-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")] // outside of DateTimeOffset, too
    [InlineData("2026-01-31T12:00:00.000000000000000000000000000Z")]
    public void TryParse_NoRfc3339Time_IsRefused(string text) => EventTime.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("2026-01-31T12:00:00")] // whose noon? it must not depend on the worker's time zone
    [InlineData("2026-01-31T12:00:00.5")]
    [InlineData("2026-01-31T12:00:00Z.5")] // the digits belong to the second, not behind the offset
    [InlineData("2026-01-31.5T12:00:00Z")]
    [InlineData("2026-01-31T12.5:00:00Z")]
    [InlineData("2026-01-31T12:00:00+01.5:00")]
    public void TryParse_OffsetMissingOrDigitsMisplaced_IsRefused(string text) => EventTime.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void TryParse_LowerCaseZ_IsUtc() => Parsed("2026-01-31t12:00:00z").ShouldBe(Parsed("2026-01-31T12:00:00Z"));

    [Fact]
    public void Operators_CountNanoseconds()
    {
        EventTime early = new(10), late = new(25);

        (late - early).ShouldBe(15);
        (early + 15).ShouldBe(late);
        (late - 15).ShouldBe(early);
        new[] { early < late, early > late, early <= late - 15, early >= late }.ShouldBe([true, false, true, false]);
    }

    private static EventTime Parsed(string text)
    {
        EventTime.TryParse(text, out EventTime time).ShouldBeTrue(text);
        return time;
    }
}
