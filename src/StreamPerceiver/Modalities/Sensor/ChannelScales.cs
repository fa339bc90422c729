namespace StreamPerceiver.Modalities.Sensor;

/// <summary>The mean and the standard deviation of each channel in training: a value becomes (value - mean) / deviation.</summary>
/// <param name="Name">What messages call it.</param>
/// <param name="Means"><c>(C)</c>: means, in the order of the channels.</param>
/// <param name="Deviations"><c>(C)</c>: standard deviations, above 0.</param>
public sealed record ChannelScales(string Name, IReadOnlyList<float> Means, IReadOnlyList<float> Deviations) : InputPreparation(Name);
