using StreamPerceiver.Infer;

namespace StreamPerceiver.Worker.Inference;

/// <summary>Lends models to pipelines. A directory that several pipelines name is loaded once, and its model is freed with the last lease.</summary>
/// <param name="load">Loads the model of a directory; runs on the device.</param>
/// <param name="device">The share of the device in which models are loaded.</param>
internal sealed class SharedModels(Func<string, IPerceiver> load, DeviceShare device)
{
    private readonly object _gate = new();
    private readonly Dictionary<string, (Task<IPerceiver> Model, int Leases)> _models = new(StringComparer.Ordinal);

    /// <summary>
    /// Leases the model of a directory, and loads it if it is not loaded yet. A failure to load goes to every caller that waits for the model.
    /// </summary>
    /// <param name="directory">Its full path.</param>
    public async Task<ModelLease> TakeAsync(string directory)
    {
        Task<IPerceiver> model;
        lock (_gate)
        {
            (model, int leases) = _models.GetValueOrDefault(directory, (null!, 0));
            model ??= device.RunAsync(() => load(directory));
            _models[directory] = (model, leases + 1);
        }

        try
        {
            return new ModelLease(await model.ConfigureAwait(false), () => GiveBack(directory));
        }
        catch
        {
            GiveBack(directory);
            throw;
        }
    }

    private void GiveBack(string directory)
    {
        Task<IPerceiver> model;
        lock (_gate)
        {
            (model, int leases) = _models[directory];
            if (leases > 1) _models[directory] = (model, leases - 1);
            else _models.Remove(directory);
            if (leases > 1 || !model.IsCompletedSuccessfully) return;
        }

        model.Result.Dispose();
    }
}

/// <summary>The use of a model that is shared. It ends when it is disposed.</summary>
/// <param name="perceiver">The model.</param>
/// <param name="giveBack">Ends the use.</param>
internal sealed class ModelLease(IPerceiver perceiver, Action giveBack) : IDisposable
{
    /// <summary>The model.</summary>
    public IPerceiver Perceiver { get; } = perceiver;

    /// <inheritdoc/>
    public void Dispose() => giveBack();
}
