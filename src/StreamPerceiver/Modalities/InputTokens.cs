namespace StreamPerceiver.Modalities;

/// <summary>The content tokens of one input. The model adds positions and padding, which do not depend on the data.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Content"><c>(M, C)</c>: tokens and content channels, row by row.</param>
/// <param name="Mask"><c>(M)</c>: 1 keeps a token, 0 masks it.</param>
public sealed record InputTokens(string Name, float[] Content, byte[] Mask)
{
    /// <summary>The pool that the content array was rented from; null (default) where it was not rented.</summary>
    internal TokenPool? Pool { get; init; }

    /// <summary>The number of tokens, M.</summary>
    public int Tokens => Mask.Length;

    /// <summary>The number of content channels of a token, C.</summary>
    public int Channels => Content.Length / Mask.Length;
}

/// <summary>Turns the aligned data of one input into content tokens, in the channel order of Perceiver IO's preprocessors.</summary>
internal interface IInputTokeniser
{
    /// <summary>Makes the tokens of a window.</summary>
    /// <param name="input">The result of <see cref="InputSpec.Place"/> for the same input.</param>
    InputTokens Tokenise(AlignedInput input);
}
