using StreamPerceiver.Batch;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Infer;

/// <summary>
/// Stage 6: a batch to one output a window. A batch that fails on the device is halved until the window at fault is alone. Then a canary tells
/// poison from a sick device: if the canary runs and the window fails again, the window is poison; a canary that fails is tried again for a while.
/// Between two tries the device is free for the work of others.
/// </summary>
/// <param name="perceiver">The model.</param>
/// <param name="outputs">The outputs that the pipeline publishes.</param>
/// <param name="device">Where the model runs.</param>
/// <param name="counts">In: batches. Out: outputs. Rejected: poison windows.</param>
/// <param name="pause">Waits; false when told to stop meanwhile.</param>
public sealed class Inference(IPerceiver perceiver, IReadOnlyCollection<string> outputs, DeviceShare device, StageCounts counts, Func<TimeSpan, Task<bool>> pause)
{
    // Half a minute: a device that does not come back in it wants an operator, or another machine.
    private static readonly TimeSpan[] Pauses = [.. new[] { 1, 2, 4, 8, 16 }.Select(s => TimeSpan.FromSeconds(s))];

    private readonly TokenBatch _canary = TokenBatch.CreateCanary(perceiver.InputShapes);

    /// <summary>Runs a batch; each window's output, or the poison window in its place, carries that window's ack. Batches may run at the same time.</summary>
    /// <exception cref="DeviceException">The device runs nothing any more.</exception>
    public async Task<IReadOnlyList<Envelope<ModelOutput>>> RunAsync(Envelope<TokenBatch> item)
    {
        if (item.Value is not { } batch) return [item.ForwardNotice<ModelOutput>()];
        List<Envelope<ModelOutput>> answers = [];
        await AnswerAsync(batch, answers).ConfigureAwait(false);
        foreach (var window in batch.Windows) window.Value!.ReturnArrays();
        return answers;
    }

    private async Task AnswerAsync(TokenBatch batch, List<Envelope<ModelOutput>> answers)
    {
        IReadOnlyList<ModelOutput>? results = await TryAsync(batch).ConfigureAwait(false);
        if (results is null && batch.Windows.Count == 1)
        {
            answers.Add(await AnswerAloneAsync(batch).ConfigureAwait(false));
            return;
        }

        if (results is null)
        {
            int half = batch.Windows.Count / 2;
            await AnswerAsync(Part(..half), answers).ConfigureAwait(false);
            await AnswerAsync(Part(half..), answers).ConfigureAwait(false);
            return;
        }

        if (results.Count != batch.Windows.Count)
            throw new StreamPerceiverException($"{counts.Name}: the model gave {results.Count} outputs for {batch.Windows.Count} windows");
        foreach (var window in batch.Windows) window.Ack!.ReturnBytes();
        for (int i = 0; i < results.Count; i++)
        {
            answers.Add(results[i].NotFinite is null
                ? Envelope<ModelOutput>.OfValue(results[i], batch.Windows[i].Ack!)
                : await AnswerAloneAsync(Part(i..(i + 1))).ConfigureAwait(false));
        }

        TokenBatch Part(Range range) => batch with { Windows = [.. batch.Windows.Take(range)] };
    }

    /// <summary>The outputs of a batch, or null where it fails on the device.</summary>
    private async Task<IReadOnlyList<ModelOutput>?> TryAsync(TokenBatch batch)
    {
        try
        {
            return await device.RunAsync(() => perceiver.Run(batch, outputs)).ConfigureAwait(false);
        }
        catch (DeviceException)
        {
            return null;
        }
    }

    /// <summary>Takes a second look at a window that failed, beside the canary, until the canary runs.</summary>
    private async Task<Envelope<ModelOutput>> AnswerAloneAsync(TokenBatch one)
    {
        (Failure? sick, Failure? poison, ModelOutput? output) = await device.RunAsync(() => LookAgain(one)).ConfigureAwait(false);
        for (int tries = 0; sick is not null; tries++)
        {
            if (tries == Pauses.Length || !await pause(Pauses[tries]).ConfigureAwait(false))
                throw new DeviceException($"{counts.Name}: a window of zeros, which ran before, fails as well: {sick.Detail}", sick.Cause);
            (sick, poison, output) = await device.RunAsync(() => LookAgain(one)).ConfigureAwait(false);
        }

        Ack ack = one.Windows[0].Ack!;
        if (poison is null) return Envelope<ModelOutput>.OfValue(output!, ack);
        counts.CountRejected();
        return Envelope<ModelOutput>.OfNotice(new PoisonWindow(poison.Reason, poison.Detail, counts.Name, one.Windows[0].Value!.Header, poison.Cause), ack);
    }

    /// <summary>Runs the canary and, where it does not fail, the window right behind it.</summary>
    private (Failure? Sick, Failure? Poison, ModelOutput? Output) LookAgain(TokenBatch one)
    {
        if (TryOne(_canary, out _) is { } sick) return (sick, null, null);
        Failure? poison = TryOne(one, out ModelOutput? output);
        return (null, poison, output);
    }

    private Failure? TryOne(TokenBatch one, out ModelOutput? output)
    {
        output = null;
        try
        {
            output = perceiver.Run(one, outputs)[0];
            return output.NotFinite is { } detail ? new Failure(RejectionReason.NotFinite, detail, null) : null;
        }
        catch (DeviceException e)
        {
            return new Failure(RejectionReason.DeviceFailure, e.Message, e.InnerException);
        }
    }

    private sealed record Failure(RejectionReason Reason, string Detail, Exception? Cause);
}
