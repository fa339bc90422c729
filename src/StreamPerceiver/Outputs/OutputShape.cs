namespace StreamPerceiver.Outputs;

/// <summary>What a model gives of one output: an array of numbers for each window. Each subtype is a meaning of the numbers.</summary>
/// <param name="Sizes">Sizes of the array, the last one fastest.</param>
public abstract record OutputShape(IReadOnlyList<int> Sizes)
{
    /// <summary>Numbers of a window.</summary>
    public long Numbers { get; } = Sizes.Aggregate(1L, (product, size) => checked(product * size));

    /// <summary>Bytes of the output in a window that is in work.</summary>
    public long WindowBytes => Numbers * sizeof(float);

    /// <summary>Converts the network's numbers of a window to the units of the training data (default: they have no units).</summary>
    public virtual float[] ToUnits(float[] numbers) => numbers;
}

/// <summary>A classification: one logit a label.</summary>
/// <param name="Labels">The labels, in the order of the logits.</param>
/// <param name="AreIndependent">
/// Whether any number of labels may be right. Then a sigmoid gives each its probability. By default one is right, and a softmax gives the probabilities.
/// </param>
public sealed record LabelsShape(IReadOnlyList<string> Labels, bool AreIndependent = false) : OutputShape([Labels.Count]);

/// <summary>An array of numbers of a regression, or an embedding.</summary>
/// <param name="Sizes">Sizes of the array, the last one fastest.</param>
public sealed record ValuesShape(IReadOnlyList<int> Sizes) : OutputShape(Sizes)
{
    /// <summary>Names along the last axis; null (default) where it has none.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Units along the last axis; null (default) where it has none.</summary>
    public IReadOnlyList<string>? Units { get; init; }

    /// <summary>Means of the training data along the last axis; null (default) where the numbers are in their units already.</summary>
    public IReadOnlyList<float>? Means { get; init; }

    /// <summary>Standard deviations of the training data along the last axis; null (default) where there are no means.</summary>
    public IReadOnlyList<float>? Deviations { get; init; }

    /// <inheritdoc/>
    public override float[] ToUnits(float[] numbers) => Means is { } means && Deviations is { } deviations
        ? [.. numbers.Select((number, i) => number * deviations[i % deviations.Count] + means[i % means.Count])]
        : numbers;
}

/// <summary>Logits over the ids of a vocabulary at every place of a text. (Places, Vocabulary).</summary>
/// <param name="Input">The text input whose ids these are.</param>
/// <param name="Places">Places of the text, masked ones included.</param>
/// <param name="Vocabulary">Number of ids.</param>
public sealed record TextShape(string Input, int Places, int Vocabulary) : OutputShape([Places, Vocabulary]);

/// <summary>Numbers for each element of a set. (Slots, Channels).</summary>
/// <param name="Input">The input that has the elements.</param>
/// <param name="Slots">The greatest number of elements.</param>
/// <param name="Channels">Numbers of an element.</param>
/// <param name="AreEmbeddings">Whether the numbers are an embedding; otherwise they are values.</param>
public sealed record ElementsShape(string Input, int Slots, int Channels, bool AreEmbeddings) : OutputShape([Slots, Channels]);
