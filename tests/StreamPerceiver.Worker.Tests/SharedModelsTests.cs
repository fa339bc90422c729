using StreamPerceiver.Infer;
using StreamPerceiver.Worker.Inference;

namespace StreamPerceiver.Worker.Tests;

public sealed class SharedModelsTests : IDisposable
{
    private readonly TinyModel _tiny = new(), _other = new();
    private readonly DeviceThread _device = new(TimeProvider.System);
    private readonly List<string> _loaded = [];

    public void Dispose()
    {
        _device.Dispose();
        _tiny.Dispose();
        _other.Dispose();
    }

    [Fact]
    public async Task A_directory_is_loaded_once_however_many_ask_for_it_at_once()
    {
        SharedModels models = Models();

        ModelLease[] leases = await Task.WhenAll(models.TakeAsync(_tiny.Folder), models.TakeAsync(_other.Folder), models.TakeAsync(_tiny.Folder));

        _loaded.ShouldBe([_tiny.Folder, _other.Folder]);
        leases[0].Perceiver.ShouldBeSameAs(leases[2].Perceiver);
        leases[0].Perceiver.ShouldNotBeSameAs(leases[1].Perceiver);
        foreach (ModelLease lease in leases) lease.Dispose();
    }

    [Fact]
    public async Task A_model_runs_until_its_last_lease_ends_and_is_then_loaded_anew()
    {
        SharedModels models = Models();
        ModelLease first = await models.TakeAsync(_tiny.Folder), last = await models.TakeAsync(_tiny.Folder);

        first.Dispose();
        last.Perceiver.RunAll(TinyModel.Batch(TinyModel.Window(0))).Count.ShouldBe(1);
        last.Dispose();

        Should.Throw<Exception>(() => last.Perceiver.RunAll(TinyModel.Batch(TinyModel.Window(0)))); // its weights are freed
        using ModelLease again = await models.TakeAsync(_tiny.Folder);
        again.Perceiver.RunAll(TinyModel.Batch(TinyModel.Window(0))).Count.ShouldBe(1);
        _loaded.Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_fails_for_all_who_wait_and_for_nobody_else()
    {
        File.Delete(_tiny.File("model.safetensors"));
        SharedModels models = Models();

        Task<ModelLease> one = models.TakeAsync(_tiny.Folder), two = models.TakeAsync(_tiny.Folder), other = models.TakeAsync(_other.Folder);

        (await Should.ThrowAsync<StreamPerceiverException>(one)).Message.ShouldContain(_tiny.Folder);
        (await Should.ThrowAsync<StreamPerceiverException>(two)).Message.ShouldContain(_tiny.Folder);
        (await other).Dispose();
    }

    [Fact]
    public async Task Whatever_runs_between_its_batches_a_window_has_the_bits_that_it_has_alone()
    {
        SharedModels models = Models();
        using ModelLease tiny = await models.TakeAsync(_tiny.Folder), other = await models.TakeAsync(_other.Folder);
        int[][] alone = [.. Enumerable.Range(0, 24).Select(n => TinyModel.Bits(tiny.Perceiver.RunAll(TinyModel.Batch(TinyModel.Window(n))).Single()))];
        DeviceShare[] shares = [_device.AddShare(), _device.AddShare(), _device.AddShare()];

        // Two pipelines share a model, and a third has one of its own; batches of one to four.
        Task<IReadOnlyList<ModelOutput>>[] runs = [.. Enumerable.Range(0, 24).Select(n => shares[n % 3].RunAsync(() =>
            (n % 3 == 2 ? other : tiny).Perceiver.RunAll(TinyModel.Batch(Enumerable.Range(n, n % 4 + 1).Select(w => TinyModel.Window(w % 24))))))];

        for (int n = 0; n < runs.Length; n++)
        {
            IReadOnlyList<ModelOutput> outputs = await runs[n];
            for (int i = 0; i < outputs.Count; i++) TinyModel.Bits(outputs[i]).ShouldBe(alone[(n + i) % 24]); // both have the weights of one recipe
        }
    }

    private SharedModels Models() => new(Load, _device.AddShare());

    private TorchPerceiver Load(string directory)
    {
        _loaded.Add(directory);
        return TinyModel.Load(directory, maxWindows: 4);
    }
}
