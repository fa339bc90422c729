namespace StreamPerceiver.Modalities.Sensor;

/// <summary>Makes each step of the grid a token, in the scales that the model was trained with. A step without a value is 0 and masked.</summary>
/// <param name="input">The model input.</param>
/// <param name="scales">Mean and deviation of each channel; null: values are taken as they are.</param>
internal sealed class SensorSteps(string input, ChannelScales? scales) : IInputTokeniser
{
    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput aligned)
    {
        var series = (AlignedSeries)aligned;
        return new InputTokens(input, scales is null ? series.Values : Scaled(series, scales), Array.ConvertAll(series.Filled, f => f ? (byte)1 : (byte)0));
    }

    private static float[] Scaled(AlignedSeries series, ChannelScales scales)
    {
        int channels = scales.Means.Count;
        var scaled = new float[series.Values.Length];
        for (int i = 0; i < scaled.Length; i++)
            if (series.Filled[i / channels])
                scaled[i] = (series.Values[i] - scales.Means[i % channels]) / scales.Deviations[i % channels];
        return scaled;
    }
}
