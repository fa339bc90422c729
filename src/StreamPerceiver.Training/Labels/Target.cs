using System.Globalization;
using StreamPerceiver.Model;

namespace StreamPerceiver.Training;

/// <summary>What an output should give for a window, as numbers: a share for each label, or values.</summary>
public static class Target
{
    /// <summary>Counts the numbers of an output's target.</summary>
    /// <exception cref="TrainingException">Labels cannot train this kind of output.</exception>
    public static int Length(string name, OutputConfig output) => output switch
    {
        LabelledOutput labelled => labelled.Labels.Count,
        ValuesOutput values => values.Queries * values.HeadChannels,
        _ => throw new TrainingException($"output {name}: is a {output.GetType().Name}, which labels cannot train, expected a classification or values"),
    };

    /// <summary>Makes the target of a window.</summary>
    /// <param name="name">The output.</param>
    /// <param name="output">Its sizes.</param>
    /// <param name="values">What is true of the window: one label; any number of them where each is right by itself; or one list of numbers.</param>
    /// <exception cref="TrainingException">A label that the output does not have, or a wrong number of numbers.</exception>
    public static float[] Make(string name, OutputConfig output, IReadOnlyList<string> values)
    {
        float[] target = new float[Length(name, output)];
        if (output is LabelledOutput labelled && labelled.Reading != ProblemType.Regression)
        {
            foreach (string value in values)
            {
                int label = labelled.Labels.ToList().IndexOf(value);
                if (label < 0) throw new TrainingException($"output {name}: the label '{value}' is not one of {string.Join(", ", labelled.Labels)}");
                target[label] = 1;
            }

            return target;
        }

        var scaled = output as ValuesOutput;
        string[] numbers = values[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (numbers.Length != target.Length)
            throw new TrainingException($"output {name}: '{values[0]}' has {numbers.Length} numbers, expected {target.Length}");
        for (int i = 0; i < target.Length; i++)
        {
            if (!float.TryParse(numbers[i], NumberStyles.Float, CultureInfo.InvariantCulture, out target[i]) || !float.IsFinite(target[i]))
                throw new TrainingException($"output {name}: '{numbers[i]}' is no number");
            if (scaled is { Mean: { } mean, Deviation: { } deviation }) target[i] = (float)((target[i] - mean[i % mean.Count]) / deviation[i % mean.Count]);
        }

        return target;
    }
}
