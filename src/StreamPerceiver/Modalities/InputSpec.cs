using StreamPerceiver.Flow;
using StreamPerceiver.Schemas;

namespace StreamPerceiver.Modalities;

/// <summary>
/// One input of a pipeline: its section of the pipeline file, and the work of its modality in each stage. A modality is one folder beside this file.
/// The stages know only this type.
/// </summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Topic">The topic that the input is read from.</param>
/// <param name="Required">Whether a window without the input is skipped; otherwise the input is masked.</param>
public abstract record InputSpec(string Name, string Topic, bool Required)
{
    /// <summary>Nanoseconds added to the event time of every record (default: 0); more than 0 for a clock that is known to be behind.</summary>
    public long ClockOffsetNs { get; init; }

    /// <summary>The content type of records that state none; null (default): such a record is rejected.</summary>
    public string? DefaultContentType { get; init; }

    /// <summary>Where the event time of a record is (default: CloudEvents' header, else Kafka's timestamp).</summary>
    public EventTimeSource TimeSource { get; init; } = EventTimeSource.Default;

    /// <summary>How far a sample may be from the event time of its record, in nanoseconds (default: a minute).</summary>
    public long MaxSpanNs { get; init; } = 60 * EventTime.PerSecond;

    /// <summary>Whether the schemas of its records come from a schema registry (default: no).</summary>
    public virtual bool UsesRegistry => false;

    /// <summary>
    /// Whether the topic is a table (default: no): compacted, with the latest value of an entity, which holds in windows until another one replaces it.
    /// </summary>
    public bool IsTable { get; init; }

    /// <summary>Which records of the topic are the input's; null (default): all of them. Inputs of one topic have it.</summary>
    public Where? Where { get; init; }

    /// <summary>The name of the input's records in the progress: the topic, and behind a slash the input where the topic may have others.</summary>
    internal string StreamName => Where is null ? Topic : $"{Topic}/{Name}";

    /// <summary>The number of token ids, where tokens are ids; null (default) where tokens are numbers of any value.</summary>
    public virtual int? Vocabulary => null;

    /// <summary>Estimates the bytes of this input in a window: its placed data, and its tokens with their mask.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract long WindowBytes(long windowNs);

    /// <summary>Computes the tokens and channels of this input in every window. The model's input must have the same shape.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract (int Tokens, int Channels) TokenShape(long windowNs);

    /// <summary>Computes the axes on which the tokens lie, slowest first (default: one axis). The model's positions must have the same.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public virtual IReadOnlyList<int> TokenGrid(long windowNs) => [TokenShape(windowNs).Tokens];

    /// <summary>Describes in words what the slots of a window are, and which samples fill them.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract string SlotRule(long windowNs);

    /// <summary>Checks the rules that a schema cannot express (default: none). Each problem begins with its key in the section.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    internal virtual IEnumerable<string> Problems(long windowNs) => [];

    /// <summary>Checks that the input can be prepared as the model's was in training. Returns the problem, or null where it can.</summary>
    internal virtual string? Misfit(InputPreparation preparation) => $"is prepared by {preparation.Name} in training, which its modality cannot give";

    /// <summary>
    /// Estimates the bytes that decoding a record takes beside its payload, by the header of the payload (default: seven times the payload). Nothing is
    /// decoded for it.
    /// </summary>
    internal virtual long DecodingBytes(SourceRecord record) => 7 * (record.Value?.LongLength ?? 0);

    /// <summary>Makes the codecs of one pipeline; no two take the same media type.</summary>
    /// <param name="preparation">How the model's input was prepared in training; null where nothing is known of it.</param>
    internal abstract IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation);

    /// <summary>Makes the codecs that need a schema registry (default: none). They replace those of the same media types.</summary>
    /// <param name="schemas">Returns the schema of an id, or null where the registry has none; waits for a registry that is away.</param>
    internal virtual IReadOnlyList<ICodec> CreateRegistryCodecs(Func<int, RegisteredSchema?> schemas) => [];

    /// <summary>
    /// Computes how long after its end a sample may still fill slots or steps of later windows, in nanoseconds (default: 0). A sample fills no step of an
    /// earlier window, because that window would then have to wait for the sample.
    /// </summary>
    internal virtual long ReachNs(long windowNs) => 0;

    /// <summary>
    /// Whether <see cref="Place"/> uses, of the samples before a window, those of the latest time alone (default: yes). Alignment then holds no earlier ones.
    /// </summary>
    internal virtual bool OnlyLatestBefore => true;

    /// <summary>Places samples in a window. The result depends only on the samples, and not on the order of their arrival.</summary>
    /// <param name="samples">The samples that touch the window, in the order of <see cref="MediaSample.IsAfter"/>.</param>
    /// <param name="start">First instant of the window.</param>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    /// <param name="slots">Receives the slots, in their order, with the samples that fill them; null (default): they are not collected.</param>
    /// <returns>The data, and the share of its samples, steps or slots that are filled.</returns>
    internal abstract (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null);

    /// <summary>Describes the arrays that keep the placed data of a window outside of the stream: what the tokeniser is given, before any scaling.</summary>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    public abstract IReadOnlyList<PlacedArray> PlacedArrays(long windowNs);

    /// <summary>Copies placed data to the arrays of <see cref="PlacedArrays"/>, in their order.</summary>
    /// <param name="data">The data of a window.</param>
    /// <param name="windowNs">Length of the window, in nanoseconds.</param>
    /// <returns>The elements of each array, row by row, little-endian.</returns>
    public abstract IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs);

    /// <summary>Makes the tokeniser of one pipeline, which takes what <see cref="Place"/> gives.</summary>
    /// <param name="preparation">How the model's input was prepared in training; null where nothing is known of it.</param>
    internal abstract IInputTokeniser CreateTokeniser(InputPreparation? preparation);

    /// <summary>Counts the samples or steps at a rate in a window.</summary>
    private protected static int Steps(int rateHz, long windowNs) => (int)((Int128)rateHz * windowNs / EventTime.PerSecond);
}
