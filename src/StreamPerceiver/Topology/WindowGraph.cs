using System.Collections.Concurrent;
using System.Threading.Tasks.Dataflow;
using StreamPerceiver.Align;
using StreamPerceiver.Decode;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Schemas;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Topology;

/// <summary>
/// The graph from records to windows, and to their tokens. The prediction pipeline is made with it, and so is whatever else needs windows: all of them get the
/// same windows.
/// </summary>
public sealed class WindowGraph
{
    /// <summary>Items, or runs of them, that may wait in a block, however small they are. The memory budget limits their bytes.</summary>
    internal const int Items = 128;

    private readonly PipelineDefinition _definition;
    private readonly MemoryBudget _memory;
    private readonly Decoder _decoder;
    private readonly Func<int, RegisteredSchema?>? _schemas; // null: there is no registry
    private readonly StreamAligner _aligner;
    private readonly ConcurrentQueue<Intake> _intakes = []; // one, but for a recording of several runs
    private CancellationToken _ended; // by a stop, or a fault
    private readonly LaneSplitter<RawRecord, MediaSample> _decode;
    private readonly IPropagatorBlock<Envelope<MediaSample>[], Envelope<AlignedWindow>> _align;
    private readonly IPropagatorBlock<Envelope<AlignedWindow>, Envelope<TokenisedWindow>> _tokenise;
    private bool _hasTokens;

    /// <summary>Builds and links the stages; nothing runs yet.</summary>
    /// <param name="definition">The pipeline, of which inputs and windows are used.</param>
    /// <param name="preparations">How the model's inputs were prepared in training, by name; those that are not there are unknown.</param>
    /// <param name="waiting">Windows that may wait to be tokenised.</param>
    /// <param name="memory">The budget that the bytes of records and windows are counted against.</param>
    /// <param name="decoding">When a record counts as slow, and what is then called (default: after a second, nothing).</param>
    /// <param name="observer">Learns what alignment does; null (default): none.</param>
    /// <exception cref="DllNotFoundException">An input needs a native library that cannot be loaded.</exception>
    public WindowGraph(
        PipelineDefinition definition, IReadOnlyDictionary<string, InputPreparation> preparations, int waiting, MemoryBudget memory,
        DecodeOptions? decoding = null, IAlignObserver? observer = null)
    {
        (_definition, _memory) = (definition, memory);
        bool keepRecords = definition.LateTopic is not null;
        decoding ??= new DecodeOptions();
        _schemas = decoding.Schemas is { } cache ? id => cache.Find(id, _ended) : null;
        _decoder = new Decoder(definition.Inputs, Decode.Name, keepRecords, memory.MostDecodingBytes, preparations, _schemas);
        _aligner = new StreamAligner(definition.Inputs, definition.Align, observer);
        var tokeniser = new Tokeniser(definition.Inputs, preparations);

        LaneOptions<RawRecord> lanes = decoding.ToLanes(Items);
        _decode = new LaneSplitter<RawRecord, MediaSample>(Decode, _decoder.Decode, lanes, DecodeOptions.LaneOf); //          bytes -> samples
        _align = Stage.ManyOfRun<MediaSample, AlignedWindow>(Align, _aligner.Accept, Items); //                               samples -> windows
        _tokenise = Stage.Each<AlignedWindow, TokenisedWindow>(Tokenise, tokeniser.Tokenise, waiting); //                     window -> tokens

        _decode.Block.Then(_align);
    }

    /// <summary>Counts of stage 1: records read, and sent on.</summary>
    public StageCounts Ingest { get; } = new("ingest");

    /// <summary>Counts of stage 2: records, samples.</summary>
    public StageCounts Decode { get; } = new("decode");

    /// <summary>Counts of stage 3: samples, windows.</summary>
    public StageCounts Align { get; } = new("align");

    /// <summary>Counts of stage 4: windows, tokenised windows.</summary>
    public StageCounts Tokenise { get; } = new("tokenise");

    /// <summary>Records that took longer to decode than the limit.</summary>
    public long SlowRecords => _decode.SlowRecords;

    /// <summary>Points that were not valid, and were left out of their sets.</summary>
    public long DroppedPoints => _decoder.DroppedPoints;

    /// <summary>Windows that lacked a required input, or in which nothing was near enough to be used.</summary>
    public long SkippedWindows => _aligner.SkippedWindows;

    /// <summary>The placed windows, in order, with rejections and late records among them. To be linked to what needs no tokens.</summary>
    public ISourceBlock<Envelope<AlignedWindow>> AlignedWindows => _align;

    /// <summary>
    /// Links the tokeniser. Returns the tokenised windows, in order, with rejections and late records among them, to be linked to what comes next.
    /// </summary>
    public ISourceBlock<Envelope<TokenisedWindow>> TokeniseWindows()
    {
        _hasTokens = true;
        return _align.Then(_tokenise);
    }

    /// <summary>Windows that closed because their entity had no record for the time to flush.</summary>
    public long FlushedWindows => _aligner.FlushedWindows;

    /// <summary>The entities whose clocks differ from those of the others.</summary>
    public WrongClocks WrongClocks => _aligner.WrongClocks;

    /// <summary>Records that were rejected because their times are in the future.</summary>
    public long FutureRecords => _intakes.Sum(i => i.FutureRecords);

    /// <summary>How many event times were taken from each kind of place, by input.</summary>
    public IReadOnlyList<(string Input, EventTimeKind Kind, long Count)> EventTimes =>
    [
        .. _intakes.SelectMany(i => i.EventTimes).GroupBy(t => (t.Input, t.Kind)).Select(same => (same.Key.Input, same.Key.Kind, same.Sum(t => t.Count))),
    ];

    /// <summary>Makes the intake of the records that a source reads for this graph.</summary>
    /// <param name="log">Receives what the source tells the intake; null (default): none.</param>
    public Intake NewIntake(Action<IntakeEvent, EventTime?>? log = null)
    {
        var intake = new Intake(_definition.Inputs, _definition.Intake, Ingest, _memory, _decode, _schemas) { Log = log };
        _intakes.Enqueue(intake);
        return intake;
    }

    /// <summary>
    /// Runs until the source ends or a stop is requested, and all blocks have drained. Throws what stopped a block. Once per instance.
    /// </summary>
    /// <param name="source">Where records come from.</param>
    /// <param name="next">The blocks that the windows are linked to, in their order.</param>
    /// <param name="stop">Ends the reading. The records read by then are still processed.</param>
    public async Task RunAsync(IRecordSource source, IReadOnlyList<IDataflowBlock> next, CancellationToken stop)
    {
        using var graphEnded = CancellationTokenSource.CreateLinkedTokenSource(stop);
        _ended = graphEnded.Token;
        Task graph = Links.RunToEndAsync([_decode.Block, _align, .. _hasTokens ? [_tokenise] : Array.Empty<IDataflowBlock>(), .. next]);
        Task reading = source.ReadAsync(_decode.Block, _ended);
        Task stopReading = graph.ContinueWith(_ => graphEnded.Cancel(), TaskScheduler.Default); // a fault, with a source that has nothing to send
        await Task.WhenAll(reading, graph, stopReading).ConfigureAwait(false);
    }
}
