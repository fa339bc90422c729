using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;
using StreamPerceiver.Tests.Tokenise;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Tests.Infer;

public sealed class InferenceTests : IDisposable
{
    private readonly StageCounts _counts = new("infer");
    private readonly DeviceThread _device = new(TimeProvider.System);

    public void Dispose() => _device.Dispose();

    [Fact]
    public async Task Each_windows_output_carries_that_windows_ack()
    {
        RecordAck[] acks = [new(5), new(6), new(7)];

        Envelope<ModelOutput>[] outputs = [.. await Inference(new Answering(3)).RunAsync(Batch(acks))];

        outputs.Select(o => o.Ack).ShouldBe(acks);
        outputs.Select(o => o.Value!.Outputs["answer"][0]).ShouldBe([0f, 1f, 2f]);
    }

    [Fact]
    public async Task Once_the_model_has_seen_a_window_its_memory_is_given_back_before_it_is_published()
    {
        var memory = new MemoryBudget(1 << 20);
        var ack = new RecordAck(1, new LaneLease(memory));
        ack.SetInFlightBytes(100);

        await Inference(new Answering(1)).RunAsync(Batch(ack));

        (memory.BytesInUse, ack.Settled).ShouldBe((0, null));
    }

    [Fact]
    public async Task A_notice_passes_by_without_the_model()
    {
        var rejection = new Rejection(RejectionReason.Undecodable, "x", "decode", new SourceRecord("t", 0, 1, 0, null, null, []));
        var ack = new RecordAck(1);

        Envelope<ModelOutput> passed = (await Inference(new Answering(0)).RunAsync(Envelope<TokenBatch>.OfNotice(rejection, ack))).ShouldHaveSingleItem();

        passed.Notice.ShouldBeSameAs(rejection);
        passed.Ack.ShouldBeSameAs(ack);
    }

    [Fact]
    public async Task A_model_that_answers_for_another_number_of_windows_stops_the_graph()
    {
        Envelope<TokenBatch> three = Batch(new RecordAck(1), new RecordAck(2), new RecordAck(3));

        (await Should.ThrowAsync<StreamPerceiverException>(Inference(new Answering(2)).RunAsync(three)))
            .Message.ShouldBe("infer: the model gave 2 outputs for 3 windows");
    }

    private Inference Inference(IPerceiver perceiver)
        => new(perceiver, [new("activity", new ValuesShape([1]))], 0, _device.AddShare(), _counts, _ => throw new InvalidOperationException("nothing failed"));

    private static Envelope<TokenBatch> Batch(params RecordAck[] acks)
        => Envelope<TokenBatch>.OfValue(
            new TokenBatch([.. acks.Select(a => Envelope<TokenisedWindow>.OfValue(new TokenisedWindow(Windows.Header, []), a))], BatchCloseReason.Count),
            ack: null);

    private sealed class Answering(int answers) : IPerceiver
    {
        public ModelIdentity Identity => new("answering", "0123456789ab");

        public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes => new Dictionary<string, (int, int)>();

        public IReadOnlyDictionary<string, int> Vocabularies => new Dictionary<string, int>();

        public IReadOnlyDictionary<string, OutputShape> Outputs => new Dictionary<string, OutputShape>();

        public IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions)
            => [.. Enumerable.Range(0, answers).Select(i => new ModelOutput(Windows.Header, new Dictionary<string, float[]> { ["answer"] = [i] }))];

        public void Dispose()
        {
        }
    }
}
