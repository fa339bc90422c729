using System.Globalization;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// The readings of one record. A reading is at its own time. Where it has none, it is at a start and a rate, or else at the event time of its record.
/// </summary>
/// <param name="record">The record.</param>
/// <param name="samples">Takes the readings.</param>
/// <param name="time">The field with the time of a reading.</param>
/// <param name="part">What messages call a reading of the payload, such as <c>line</c>.</param>
internal sealed class ReadingBatch(RawRecord record, SampleCollector samples, TimeMember time, string part)
{
    private const double LeastRateHz = 0.0001, MostRateHz = 10_000_000;

    private int _count;

    /// <summary>The time of the first reading (default: the event time of the record).</summary>
    public EventTime Start { get; set; } = record.Time;

    /// <summary>Readings a second; null (default): not known.</summary>
    public double? RateHz { get; set; }

    /// <summary>The number of the current reading, from 1 (default: the readings are counted).</summary>
    public int? Number { get; set; }

    /// <summary>Returns whether a number can be a rate.</summary>
    public static bool IsRate(double rateHz) => rateHz is >= LeastRateHz and <= MostRateHz;

    /// <summary>Returns the rejection of a rate.</summary>
    public static BadPayloadException WrongRate(string name, string found)
        => new(RejectionReason.WrongShape, $"{name} is {found}, expected {LeastRateHz} to {MostRateHz} readings a second");

    /// <summary>Returns the rate of a content type, else that of the input; null where neither is known.</summary>
    /// <exception cref="BadPayloadException">The parameter <c>rate</c> is no rate.</exception>
    public static double? RateOf(ContentType type, double? ofTheInput)
    {
        if (!type.Parameters.TryGetValue("rate", out string? text)) return ofTheInput;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double rate) && IsRate(rate)
            ? rate
            : throw WrongRate($"{type.MediaType}: parameter rate", $"'{text}'");
    }

    /// <summary>Adds the next reading.</summary>
    /// <param name="values">A value for each channel.</param>
    /// <param name="own">Its own time, or null.</param>
    /// <exception cref="BadPayloadException">It has no time, or one that no reading of the record may have.</exception>
    public void Add(float[] values, EventTime? own)
    {
        EventTime at = own ?? (RateHz is { } rate ? Start + (long)Math.Round(_count * (double)EventTime.PerSecond / rate)
            : time.IsRequired ? throw time.Missing()
            : Start);
        samples.Add(new SensorReading(record.Stream, at, record.Record.Offset, values) { Index = samples.NextIndex });
        _count++;
    }

    /// <summary>Returns a rejection with the number of the current reading.</summary>
    public BadPayloadException Named(BadPayloadException bad)
        => new(bad.Reason, $"{part} {Number ?? _count + 1}: {bad.Message}", bad.InnerException);
}
