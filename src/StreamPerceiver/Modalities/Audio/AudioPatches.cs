namespace StreamPerceiver.Modalities.Audio;

/// <summary>Cuts samples into patches: each token has the next S samples. A token is masked when fewer than half of its samples are filled.</summary>
internal sealed class AudioPatches(AudioSpec spec) : IInputTokeniser
{
    /// <inheritdoc/>
    public InputTokens Tokenise(AlignedInput input)
    {
        var audio = (AlignedAudio)input;
        int tokens = audio.Samples.Length / spec.SamplesPerPatch;
        var mask = new byte[tokens];
        for (int token = 0; token < tokens; token++)
        {
            int filled = audio.Filled.AsSpan(token * spec.SamplesPerPatch, spec.SamplesPerPatch).Count(true);
            mask[token] = 2 * filled >= spec.SamplesPerPatch ? (byte)1 : (byte)0;
        }

        return new InputTokens(spec.Name, audio.Samples, mask); // the samples are a whole number of tokens, as AudioSpec.Problems has checked
    }
}
