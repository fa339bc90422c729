namespace StreamPerceiver.Modalities;

/// <summary>One input's content tokens. The model adds positions and padding, which do not depend on the data.</summary>
/// <param name="Name">The model input.</param>
/// <param name="Content"><c>(M, C)</c>: tokens and content channels, row by row.</param>
/// <param name="Mask"><c>(M)</c>: 1 keeps a token, 0 masks it.</param>
public sealed record InputTokens(string Name, float[] Content, byte[] Mask)
{
    /// <summary>Where the content came from; null (default) where it is the window's own.</summary>
    internal TokenPool? Pool { get; init; }

    /// <summary>M, the number of tokens.</summary>
    public int Tokens => Mask.Length;

    /// <summary>C, the content channels of a token.</summary>
    public int Channels => Content.Length / Mask.Length;
}

/// <summary>Turns one input's aligned data into content tokens, in the channel order of Perceiver IO's preprocessors.</summary>
internal interface IInputTokeniser
{
    /// <summary>Makes the tokens of a window.</summary>
    /// <param name="input">What the same input's <see cref="InputSpec.Place"/> gave.</param>
    InputTokens Tokenise(AlignedInput input);
}
