namespace StreamPerceiver.Modalities.Sensor;

/// <summary>How a step of a grid gets its value from the readings around it.</summary>
public enum Interpolation
{
    /// <summary>The nearest reading; the earlier one of two as near.</summary>
    Nearest,

    /// <summary>The last reading at or before the step.</summary>
    Hold,

    /// <summary>On the line between the readings before and after the step; beyond the first or last one, that reading.</summary>
    Linear,

    /// <summary>The mean of the readings from the step to the next one; where there are none, the last reading before the step.</summary>
    Mean,

    /// <summary>
    /// Of each channel, the value of the greatest magnitude from the step to the next one, with its sign; of two as great, the earlier. Where there are no
    /// readings, the last one before the step.
    /// </summary>
    Peak,
}
