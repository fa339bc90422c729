using StreamPerceiver.Align;
using StreamPerceiver.Modalities;

namespace StreamPerceiver.Tokenise;

/// <summary>Stage 4: aligned data to content tokens, by each input's own tokeniser.</summary>
/// <param name="inputs">The pipeline's inputs.</param>
/// <param name="preparations">How the model's inputs were prepared in training, by name (default: nothing is known of it).</param>
public sealed class Tokeniser(IReadOnlyList<InputSpec> inputs, IReadOnlyDictionary<string, InputPreparation>? preparations = null)
{
    private readonly IInputTokeniser[] _inputs = [.. inputs.Select(input => input.CreateTokeniser(preparations?.GetValueOrDefault(input.Name)))];

    /// <summary>Makes the tokens of a window.</summary>
    public TokenisedWindow Tokenise(AlignedWindow window)
    {
        var tokens = new InputTokens[_inputs.Length];
        for (int i = 0; i < tokens.Length; i++) tokens[i] = _inputs[i].Tokenise(window.Inputs[i]);
        return new TokenisedWindow(window.Header, tokens);
    }
}
