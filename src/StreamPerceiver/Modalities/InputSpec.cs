using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities;

/// <summary>
/// One input of a pipeline: its section of the pipeline file, and what its modality does in each stage. A modality is one folder beside this file;
/// the stages know this type alone.
/// </summary>
/// <param name="Name">The model input that it feeds.</param>
/// <param name="Topic">The topic that it is read from.</param>
/// <param name="Required">A window without it is skipped; otherwise it is masked.</param>
public abstract record InputSpec(string Name, string Topic, bool Required)
{
    /// <summary>Added to the event time of every record, for a clock that is known to be behind (more than 0) or ahead, in nanoseconds (default: 0).</summary>
    public long ClockOffsetNs { get; init; }

    /// <summary>How many ids of tokens it gives (default: null, it gives numbers of any value).</summary>
    public virtual int? Vocabulary => null;

    /// <summary>Estimates the bytes of this input in a window that is in work: its data in place, and its tokens with their mask.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract long WindowBytes(long windowNs);

    /// <summary>Computes the tokens and channels of this input in every window: what the model's input must be.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract (int Tokens, int Channels) TokenShape(long windowNs);

    /// <summary>Checks what a schema cannot: each problem begins with the key within the section. Default: there is nothing to check.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    internal virtual IEnumerable<string> Problems(long windowNs) => [];

    /// <summary>Checks that the input can be prepared as the model's was in training. Returns the problem, or null where it can.</summary>
    internal virtual string? Misfit(InputPreparation preparation) => $"is prepared by {preparation.Name} in training, which its modality cannot give";

    /// <summary>Makes the codecs of one pipeline; no two take the same media type.</summary>
    /// <param name="preparation">How the model's input was prepared in training; null where nothing is known of it.</param>
    internal abstract IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation);

    /// <summary>
    /// Computes how long past its end a sample may still fill slots or steps of later windows, in nanoseconds (default: 0). No sample fills the time
    /// before it in a window that it does not lie in, because the window would then have to wait for it.
    /// </summary>
    internal virtual long ReachNs(long windowNs) => 0;

    /// <summary>Places samples in a window. Pure: the same samples give the same result whatever order they came in.</summary>
    /// <param name="samples">The samples that touch the window, in the order of <see cref="MediaSample.IsAfter"/>.</param>
    /// <param name="start">First instant of the window.</param>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    /// <returns>The data, and the share of it that is there.</returns>
    internal abstract (AlignedInput Data, double Coverage) Place(ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs);

    /// <summary>Makes the tokeniser of one pipeline, which takes what <see cref="Place"/> gives.</summary>
    /// <param name="preparation">How the model's input was prepared in training; null where nothing is known of it.</param>
    internal abstract IInputTokeniser CreateTokeniser(InputPreparation? preparation);

    /// <summary>Counts the samples or steps at a rate in a window.</summary>
    private protected static int Steps(int rateHz, long windowNs) => (int)((Int128)rateHz * windowNs / EventTime.PerSecond);
}
