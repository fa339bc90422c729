using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>The values of a sensor at one instant.</summary>
/// <param name="Stream">Lane, entity and input.</param>
/// <param name="Time">Event time.</param>
/// <param name="Offset">Offset of the record in the partition.</param>
/// <param name="Values"><c>(C)</c>: one value for each channel, in the order of the pipeline's channels.</param>
public sealed record SensorReading(StreamKey Stream, EventTime Time, long Offset, float[] Values) : MediaSample(Stream, Time, 1, Offset)
{
    private protected override long DataBytes => Values.Length * sizeof(float);
}

/// <summary>Readings on an even grid.</summary>
/// <param name="Values"><c>(T, C)</c>: steps and channels; zero where there is no value.</param>
/// <param name="Filled"><c>(T)</c>: whether the step has a value.</param>
public sealed record AlignedSeries(float[] Values, bool[] Filled) : AlignedInput;
