using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Infer;

/// <summary>
/// Stage 6: runs the model on a batch, with one output for each window. A batch that fails on the device is halved until the failing window is alone. Then
/// a canary runs. If the canary runs and the window fails again, the window is poison. If the canary fails, the device is at fault, and both are tried
/// again for a while. Between two tries the device is free for other pipelines.
/// </summary>
/// <param name="perceiver">The model.</param>
/// <param name="questions">What the pipeline publishes of the model's outputs.</param>
/// <param name="keptBytes">Bytes of what a window publishes, which are counted until it is stored.</param>
/// <param name="device">The share of the device that the model runs on.</param>
/// <param name="counts">Receives the batches taken in, the outputs given out, and the poison windows as rejected.</param>
/// <param name="pause">Waits for a time. Returns false when told to stop.</param>
public sealed class Inference(
    IPerceiver perceiver, IReadOnlyList<OutputQuestion> questions, long keptBytes, DeviceShare device, StageCounts counts, Func<TimeSpan, Task<bool>> pause)
{
    // Half a minute in all: a device that fails for longer needs an operator, or another machine.
    private static readonly TimeSpan[] Pauses = [.. new[] { 1, 2, 4, 8, 16 }.Select(s => TimeSpan.FromSeconds(s))];

    private readonly TokenBatch _canary = TokenBatch.CreateCanary(perceiver.InputShapes);

    /// <summary>
    /// Runs a batch, and returns an output or a poison window for each window, with that window's ack. Several batches may run at the same time.
    /// </summary>
    /// <exception cref="DeviceException">The device runs no window, not even the canary.</exception>
    public async Task<IReadOnlyList<Envelope<ModelOutput>>> RunAsync(Envelope<TokenBatch> item)
    {
        if (item.Value is not { } batch) return [item.ForwardNotice<ModelOutput>()];
        List<Envelope<ModelOutput>> results = [];
        await RunOrSplitAsync(batch, results).ConfigureAwait(false);
        foreach (var window in batch.Windows) window.Value!.ReturnArrays();
        return results;
    }

    private async Task RunOrSplitAsync(TokenBatch batch, List<Envelope<ModelOutput>> results)
    {
        IReadOnlyList<ModelOutput>? modelOutputs = await TryRunAsync(batch).ConfigureAwait(false);
        if (modelOutputs is null && batch.Windows.Count == 1)
        {
            results.Add(await RunAloneAsync(batch).ConfigureAwait(false));
            return;
        }

        if (modelOutputs is null)
        {
            int half = batch.Windows.Count / 2;
            await RunOrSplitAsync(Part(..half), results).ConfigureAwait(false);
            await RunOrSplitAsync(Part(half..), results).ConfigureAwait(false);
            return;
        }

        if (modelOutputs.Count != batch.Windows.Count)
            throw new StreamPerceiverException($"{counts.Name}: the model gave {modelOutputs.Count} outputs for {batch.Windows.Count} windows");
        foreach (var window in batch.Windows) window.Ack!.ReturnBytes(keptBytes);
        for (int i = 0; i < modelOutputs.Count; i++)
        {
            results.Add(modelOutputs[i].NotFinite is null
                ? Envelope<ModelOutput>.OfValue(modelOutputs[i], batch.Windows[i].Ack!)
                : await RunAloneAsync(Part(i..(i + 1))).ConfigureAwait(false));
        }

        TokenBatch Part(Range range) => batch with { Windows = [.. batch.Windows.Take(range)] };
    }

    /// <summary>Runs a batch. Returns null where it fails on the device.</summary>
    private async Task<IReadOnlyList<ModelOutput>?> TryRunAsync(TokenBatch batch)
    {
        try
        {
            return await device.RunAsync(() => perceiver.Run(batch, questions)).ConfigureAwait(false);
        }
        catch (DeviceException)
        {
            return null;
        }
    }

    /// <summary>Runs a failed window a second time, directly after the canary. Repeats both until the canary runs.</summary>
    private async Task<Envelope<ModelOutput>> RunAloneAsync(TokenBatch one)
    {
        (Failure? deviceFailure, Failure? poison, ModelOutput? output) = await device.RunAsync(() => RunAfterCanary(one)).ConfigureAwait(false);
        for (int tries = 0; deviceFailure is not null; tries++)
        {
            if (tries == Pauses.Length || !await pause(Pauses[tries]).ConfigureAwait(false))
                throw new DeviceException($"{counts.Name}: a window of zeros, which ran before, fails as well: {deviceFailure.Detail}", deviceFailure.Cause);
            (deviceFailure, poison, output) = await device.RunAsync(() => RunAfterCanary(one)).ConfigureAwait(false);
        }

        Ack ack = one.Windows[0].Ack!;
        if (poison is null) return Envelope<ModelOutput>.OfValue(output!, ack);
        counts.CountRejected();
        WindowHeader window = one.Windows[0].Value!.Header;
        return Envelope<ModelOutput>.OfNotice(new PoisonWindow(poison.Reason, poison.Detail, counts.Name, window, poison.Cause), ack);
    }

    /// <summary>Runs the canary and, if the canary does not fail, the window directly after it.</summary>
    private (Failure? Device, Failure? Poison, ModelOutput? Output) RunAfterCanary(TokenBatch one)
    {
        if (TryRunOne(_canary, out _) is { } failure) return (failure, null, null);
        Failure? poison = TryRunOne(one, out ModelOutput? output);
        return (null, poison, output);
    }

    private Failure? TryRunOne(TokenBatch one, out ModelOutput? output)
    {
        output = null;
        try
        {
            output = perceiver.Run(one, questions)[0];
            return output.NotFinite is { } detail ? new Failure(RejectionReason.NotFinite, detail, null) : null;
        }
        catch (DeviceException e)
        {
            return new Failure(RejectionReason.DeviceFailure, e.Message, e.InnerException);
        }
    }

    private sealed record Failure(RejectionReason Reason, string Detail, Exception? Cause);
}
