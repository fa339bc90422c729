using StreamPerceiver.Batch;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Infer;

/// <summary>
/// Stage 6: a batch to one output a window. A batch that fails on the device is halved until the window at fault is alone. Then a canary tells
/// poison from a sick device: if the canary runs and the window fails again, the window is poison; a canary that fails is tried again for a while.
/// </summary>
/// <param name="perceiver">The model.</param>
/// <param name="outputs">The outputs that the pipeline publishes.</param>
/// <param name="counts">In: batches. Out: outputs. Rejected: poison windows.</param>
/// <param name="pause">Waits; false when told to stop meanwhile.</param>
public sealed class Inference(IPerceiver perceiver, IReadOnlyCollection<string> outputs, StageCounts counts, Func<TimeSpan, bool> pause)
{
    // Half a minute: a device that does not come back in it wants an operator, or another machine.
    private static readonly TimeSpan[] Pauses = [.. new[] { 1, 2, 4, 8, 16 }.Select(s => TimeSpan.FromSeconds(s))];

    private readonly TokenBatch _canary = TokenBatch.Canary(perceiver.InputShapes);

    /// <summary>Runs a batch; each window's output, or the poison window in its place, carries that window's ack.</summary>
    /// <exception cref="DeviceException">The device runs nothing any more.</exception>
    public IReadOnlyList<Envelope<ModelOutput>> Run(Envelope<TokenBatch> item)
    {
        if (item.Value is not { } batch) return [item.PassOn<ModelOutput>()];
        Envelope<ModelOutput>[] answers = Answers(batch);
        foreach (var window in batch.Windows) window.Value!.ReturnArrays();
        return answers;
    }

    private Envelope<ModelOutput>[] Answers(TokenBatch batch)
    {
        IReadOnlyList<ModelOutput> answers;
        try
        {
            answers = perceiver.Run(batch, outputs);
        }
        catch (DeviceException)
        {
            int half = batch.Windows.Count / 2;
            return half == 0 ? [Alone(batch)] : [.. Answers(Part(..half)), .. Answers(Part(half..))];
        }

        if (answers.Count != batch.Windows.Count)
            throw new StreamPerceiverException($"{counts.Name}: the model gave {answers.Count} outputs for {batch.Windows.Count} windows");
        foreach (var window in batch.Windows) window.Ack!.LetGo();
        return [.. answers.Select((output, i) => output.NotFinite is null ? Envelope<ModelOutput>.Of(output, batch.Windows[i].Ack!) : Alone(Part(i..(i + 1))))];

        TokenBatch Part(Range range) => batch with { Windows = [.. batch.Windows.Take(range)] };
    }

    /// <summary>A second look at a window that failed, beside the canary.</summary>
    private Envelope<ModelOutput> Alone(TokenBatch one)
    {
        for (int tries = 0; Failure(_canary, out _) is { } sick; tries++)
        {
            if (tries == Pauses.Length || !pause(Pauses[tries]))
                throw new DeviceException($"{counts.Name}: a window of zeros, which ran before, fails as well: {sick.Detail}", sick.Cause);
        }

        Ack ack = one.Windows[0].Ack!;
        if (Failure(one, out ModelOutput? output) is not { } failure) return Envelope<ModelOutput>.Of(output!, ack);
        counts.CountRejected();
        return Envelope<ModelOutput>.Rejected(new PoisonWindow(failure.Reason, failure.Detail, counts.Name, one.Windows[0].Value!.Header, failure.Cause), ack);
    }

    private (RejectionReason Reason, string Detail, Exception? Cause)? Failure(TokenBatch one, out ModelOutput? output)
    {
        output = null;
        try
        {
            output = perceiver.Run(one, outputs)[0];
            return output.NotFinite is { } detail ? (RejectionReason.NotFinite, detail, null) : null;
        }
        catch (DeviceException e)
        {
            return (RejectionReason.DeviceFailure, e.Message, e.InnerException);
        }
    }
}
