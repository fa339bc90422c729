using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Tokenise;

/// <summary>A window in the form that the model takes: arrays of tokens, no tensors.</summary>
/// <param name="Header">The entity, times and inputs of the window.</param>
/// <param name="Inputs">The tokens of each input, in the order of the pipeline's inputs.</param>
public sealed record TokenisedWindow(WindowHeader Header, IReadOnlyList<InputTokens> Inputs)
{
    private int _isReturned;

    /// <summary>Returns the arrays to their pools, once the model has read them. Arrays that are not returned are collected as garbage.</summary>
    public void ReturnArrays()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) != 0) return;
        foreach (InputTokens input in Inputs) input.Pool?.Return(input.Content);
    }
}
