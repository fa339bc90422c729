using StreamPerceiver.Align;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Tokenise;

/// <summary>Samples to patches: each token is the next S samples. A token counts as there when at least half of its samples are.</summary>
internal static class AudioPatches
{
    public static (float[] Content, byte[] Mask) Of(AudioSpec spec, AlignedAudio audio)
    {
        int tokens = audio.Samples.Length / spec.SamplesPerPatch;
        var mask = new byte[tokens];
        for (int token = 0; token < tokens; token++)
        {
            int filled = audio.Filled.AsSpan(token * spec.SamplesPerPatch, spec.SamplesPerPatch).Count(true);
            mask[token] = 2 * filled >= spec.SamplesPerPatch ? (byte)1 : (byte)0;
        }

        return (audio.Samples, mask); // whole tokens: a pipeline is refused otherwise
    }
}
