using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;

namespace StreamPerceiver.Tests.Infer;

/// <summary>A device that fails for some windows, and gives chosen numbers for others.</summary>
/// <param name="failing">Entities whose windows it cannot run.</param>
/// <param name="logits">Numbers by entity, where they are not 1.</param>
/// <param name="runs">Gets the entities of every batch.</param>
/// <param name="before">Is called before every batch.</param>
internal sealed class FaultyDevice(
    IReadOnlySet<string> failing, IReadOnlyDictionary<string, float[]> logits, List<string> runs, Action<TokenBatch> before) : IPerceiver
{
    public ModelIdentity Identity => new("faulty", "0123456789ab");

    public IReadOnlyDictionary<string, (int Tokens, int Channels)> InputShapes { get; } = new Dictionary<string, (int, int)> { ["imu"] = (1, 2) };

    public IReadOnlyDictionary<string, int> Vocabularies => new Dictionary<string, int>();

    public IReadOnlyDictionary<string, OutputShape> Outputs => new Dictionary<string, OutputShape>();

    public IReadOnlyList<ModelOutput> Run(TokenBatch batch, IReadOnlyList<OutputQuestion> questions)
    {
        WindowHeader[] windows = [.. batch.Windows.Select(w => w.Value!.Header)];
        string entities = string.Concat(windows.Select(w => w.Entity));
        runs.Add(entities);
        before(batch);
        if (windows.Any(w => failing.Contains(w.Entity))) throw new DeviceException($"cannot run {entities}", new InsufficientMemoryException());
        return [.. windows.Select(w => new ModelOutput(w, new Dictionary<string, float[]> { ["answer"] = logits.GetValueOrDefault(w.Entity, [1]) }))];
    }

    public void Dispose()
    {
    }
}
