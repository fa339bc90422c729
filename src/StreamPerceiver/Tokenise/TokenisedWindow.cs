using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Tokenise;

/// <summary>A window as the model takes it: arrays, no tensors.</summary>
/// <param name="Header">Whose, when, and what is there.</param>
/// <param name="Inputs">One for each input of the pipeline, in its order.</param>
public sealed record TokenisedWindow(WindowHeader Header, IReadOnlyList<InputTokens> Inputs)
{
    private int _isReturned;

    /// <summary>Returns the arrays to their pools, once the model has read them. A window whose arrays are never returned is garbage, and does no harm.</summary>
    public void ReturnArrays()
    {
        if (Interlocked.Exchange(ref _isReturned, 1) != 0) return;
        foreach (InputTokens input in Inputs) input.Pool?.Return(input.Content);
    }
}
