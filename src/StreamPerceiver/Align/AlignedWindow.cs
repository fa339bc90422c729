using StreamPerceiver.Flow;

namespace StreamPerceiver.Align;

/// <summary>One entity's data in one window, input by input.</summary>
/// <param name="Header">Whose, when, and what is there.</param>
/// <param name="Inputs">One for each input of the pipeline, in its order.</param>
public sealed record AlignedWindow(WindowHeader Header, IReadOnlyList<AlignedInput> Inputs);

/// <summary>One input's data, placed in time.</summary>
public abstract record AlignedInput;

/// <summary>Frames in their slots.</summary>
/// <param name="Slots"><c>(T)</c>: <c>(H, W, 3)</c> pixels each, or null where no frame is near enough.</param>
public sealed record AlignedVideo(IReadOnlyList<byte[]?> Slots) : AlignedInput;

/// <summary>Sound, placed to the sample.</summary>
/// <param name="Samples"><c>(S)</c>; zero where there is none.</param>
/// <param name="Filled"><c>(S)</c>: whether there is a sample.</param>
public sealed record AlignedAudio(float[] Samples, bool[] Filled) : AlignedInput;

/// <summary>Readings on an even grid.</summary>
/// <param name="Values"><c>(T, C)</c>: steps and channels; zero where there is no value.</param>
/// <param name="Filled"><c>(T)</c>: whether the step has a value.</param>
public sealed record AlignedSeries(float[] Values, bool[] Filled) : AlignedInput;

/// <summary>The latest set.</summary>
/// <param name="Elements"><c>(N, C)</c>: elements and their numbers; null where there is no set.</param>
public sealed record AlignedSet(float[]? Elements) : AlignedInput;

/// <summary>The latest text.</summary>
/// <param name="Utf8">The text; null where there is none.</param>
public sealed record AlignedText(byte[]? Utf8) : AlignedInput;
