using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>A window as the model takes it: arrays, no tensors.</summary>
/// <param name="Header">Whose, when, and what is there.</param>
/// <param name="Inputs">One for each input of the pipeline, in its order.</param>
public sealed record TokenisedWindow(WindowHeader Header, IReadOnlyList<InputTokens> Inputs)
{
    private int _isDone;

    /// <summary>The model needs it no more: its memory goes to the next window. A window that is never done is garbage, and no harm.</summary>
    public void Done()
    {
        if (Interlocked.Exchange(ref _isDone, 1) != 0) return;
        foreach (InputTokens input in Inputs) input.Pool?.Return(input.Content);
    }
}

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
