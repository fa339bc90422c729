using StreamPerceiver.Batch;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Infer;

/// <summary>Stage 6: a batch to one output a window.</summary>
public sealed class Inference(IPerceiver perceiver, StageCounts counts)
{
    /// <summary>Runs a batch; each window's output carries that window's ack.</summary>
    public IEnumerable<Envelope<ModelOutput>> Run(Envelope<TokenBatch> item)
    {
        if (item.Value is not { } batch) return [item.PassOn<ModelOutput>()];
        IReadOnlyList<ModelOutput> outputs = perceiver.Run(batch);
        if (outputs.Count != batch.Windows.Count)
            throw new StreamPerceiverException($"{counts.Name}: the model gave {outputs.Count} outputs for {batch.Windows.Count} windows");
        foreach (var window in batch.Windows) window.Ack!.LetGo();
        return outputs.Zip(batch.Windows, (output, window) => Envelope<ModelOutput>.Of(output, window.Ack!));
    }
}
