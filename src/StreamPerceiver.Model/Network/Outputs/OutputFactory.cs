using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Makes the outputs of a configuration: the queries, the decoder and the head of each output.</summary>
internal sealed class OutputFactory(PerceiverConfig config, WeightScope weights, Device device)
{
    public IEnumerable<OutputAdapter> Make()
    {
        Decoder? shared = config.JoinedOutputs.Any() ? Decoder.Shared(weights.At(WeightKeys.SharedDecoder)) : null;
        foreach ((string name, OutputConfig output) in config.Outputs)
        {
            yield return output switch
            {
                MeanOutput => new MeanAdapter(name, output, Linear.FromStored(weights.ForOutputs.At(WeightKeys.OwnDecoder(config, name)).At("classifier"))),
                { Decoder: DecoderConfig own } => MakeWithOwnDecoder(name, output, own),
                _ => MakeWithSharedDecoder(name, output, shared!),
            };
        }
    }

    private QueriedAdapter MakeWithOwnDecoder(string name, OutputConfig output, DecoderConfig own)
    {
        WeightScope scope = weights.At(WeightKeys.OwnDecoder(config, name));
        OutputHead head = output switch
        {
            TextOutput text => new OutputHead.Embedding(Logits(text, weights.At(WeightKeys.EmbeddingDecoder(config, name)).Exact)),
            EntityOutput entities => new OutputHead.Entities(
                entities.Input,
                Linear.FromStored(scope.ForOutputs.At("final_layer")),
                entities.PooledChannels is null ? null : Linear.FromStored(scope.ForOutputs.At("pooled"))),
            _ => new OutputHead.Values(output, Linear.FromStored(scope.ForOutputs.At("final_layer"))),
        };
        Decoder decoder = Decoder.Own(scope, own);
        return new(name, output, Source(output, scope), padding: null, decoder, head, new AnswerReader(decoder, head, scope), weights.Plan);
    }

    private QueriedAdapter MakeWithSharedDecoder(string name, OutputConfig output, Decoder shared)
    {
        WeightScope scope = weights.At(WeightKeys.SharedHead(name));
        var head = new OutputHead.Values(output, Linear.FromStored(scope.ForOutputs));
        QuerySource source = Source(output, weights.At(WeightKeys.SharedQuery(name)));
        Tensor padding = weights.At(WeightKeys.SharedPadding).Get(name);
        return new(name, output, source, padding, shared, head, new AnswerReader(shared, head, scope), weights.Plan);
    }

    private Linear Logits(TextOutput text, WeightScope scope) =>
        Linear.FromComputed(scope, "logits", weights.At(WeightKeys.Input(config, text.Input)).At("embeddings").Get("weight"), scope.Get("bias"));

    private QuerySource Source(OutputConfig output, WeightScope scope) => output switch
    {
        DenseOutput dense => new QuerySource.Points(dense.Positions.OverPoints(dense.Grid), device),
        InputQueriedOutput queried => new QuerySource.Tokens(queried.Input),
        _ => new QuerySource.Trained(scope.At("output_position_encodings").Get("position_embeddings")),
    };
}
