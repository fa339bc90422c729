using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using StreamPerceiver.Batch;
using StreamPerceiver.Infer;
using StreamPerceiver.Model;
using StreamPerceiver.Outputs;
using StreamPerceiver.Tokenise;
using StreamPerceiver.Worker.Inference;
using static TorchSharp.torch;

namespace StreamPerceiver.Worker.Tests;

public sealed class TorchPerceiverTests : IDisposable
{
    private const int Largest = 8;

    private readonly TinyModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public void The_model_says_what_it_takes_and_what_its_outputs_mean()
    {
        using TorchPerceiver perceiver = _model.Load();

        perceiver.InputShapes.ShouldBe(new Dictionary<string, (int, int)> { ["imu"] = (11, 5), ["camera"] = (30, 12) }, ignoreOrder: true);
        perceiver.Outputs.Keys.ShouldBe(["activity", "wear"], ignoreOrder: true);
        perceiver.Outputs["activity"].ShouldBeOfType<LabelsShape>().Labels.ShouldBe(["idle", "slow", "fast"]);
        perceiver.Outputs["wear"].ShouldBeOfType<LabelsShape>().Labels.ShouldBe(["low", "high"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/")]
    public void The_identity_is_the_folders_name_and_the_weights_hash(string end)
    {
        using TorchPerceiver perceiver = TinyModel.Load(_model.Folder + end, 1);

        string hash = Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_model.File("model.safetensors")))).ToLowerInvariant();
        perceiver.Identity.ShouldBe(new ModelIdentity("tiny", hash[..12]));
    }

    [Fact]
    public void Each_window_has_its_own_header_and_as_many_numbers_as_labels()
    {
        using TorchPerceiver perceiver = _model.Load();
        TokenisedWindow[] windows = [.. Enumerable.Range(0, 6).Select(n => TinyModel.Window(n))];

        IReadOnlyList<ModelOutput> outputs = perceiver.RunAll(TinyModel.Batch(windows));

        outputs.Select(o => o.Header).ShouldBe(windows.Select(w => w.Header));
        outputs.ShouldAllBe(o => o.Outputs["activity"].Length == 3 && o.Outputs["wear"].Length == 2);
        outputs.Select(TinyModel.Bits).DistinctBy(bits => string.Join(',', bits)).Count().ShouldBe(6);
    }

    // Replays rest on this: design.md, section 6.
    [Theory]
    [InlineData(0, PlanChoice.Kernels)]
    [InlineData(0.3, PlanChoice.Kernels)]
    [InlineData(1, PlanChoice.Kernels)]
    [InlineData(0, PlanChoice.Tensors)]
    [InlineData(0.3, PlanChoice.Tensors)]
    [InlineData(1, PlanChoice.Tensors)]
    public void A_window_gives_the_same_bits_alone_and_in_every_batch_and_position(double masked, string plan)
    {
        using TorchPerceiver perceiver = _model.Load(Largest, new PlanChoice("cpu", plan).Make());
        TokenisedWindow window = TinyModel.Window(100, masked);
        int[] alone = TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(window)).Single());

        for (int batch = 2; batch <= Largest + 1; batch++)
        {
            for (int position = 0; position < batch; position++)
            {
                // Neighbours of another content and other masks.
                IEnumerable<TokenisedWindow> windows = Enumerable.Range(0, batch).Select(n => n == position ? window : TinyModel.Window(n, n % 3 * 0.5));

                TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(windows))[position]).ShouldBe(alone, $"{batch} windows, position {position}");
            }
        }
    }

    [Fact]
    public void Masked_content_does_not_count()
    {
        using TorchPerceiver perceiver = _model.Load();
        TokenisedWindow window = TinyModel.Window(1, masked: 0.5);
        TokenisedWindow soiled = window with
        {
            Inputs = [.. window.Inputs.Select(i => i with { Content = [.. i.Content.Select((v, at) => i.Mask[at / i.Channels] == 0 ? 1e6f : v)] })],
        };

        TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(soiled)).Single()).ShouldBe(TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(window)).Single()));
        TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(TinyModel.Window(1))).Single())
            .ShouldNotBe(TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(window)).Single()));
    }

    [Fact]
    public void The_same_folder_gives_the_same_bits_after_every_start()
    {
        using TorchPerceiver first = _model.Load(maxWindows: 1);
        using TorchPerceiver second = _model.Load(maxWindows: 4);

        TinyModel.Bits(second.RunAll(TinyModel.Batch(TinyModel.Window(1))).Single())
            .ShouldBe(TinyModel.Bits(first.RunAll(TinyModel.Batch(TinyModel.Window(1))).Single()));
    }

    [Fact]
    public void Content_that_is_no_number_is_named_with_the_model_and_the_input()
    {
        using TorchPerceiver perceiver = _model.Load();
        TokenisedWindow window = TinyModel.Window(1);
        window.Inputs[1].Content[7] = float.NaN;

        string message = Should.Throw<StreamPerceiverException>(() => perceiver.RunAll(TinyModel.Batch(window))).Message;

        message.ShouldStartWith("model tiny: ");
        message.ShouldContain("imu");
    }

    [Fact]
    public void What_libtorch_throws_is_a_failure_of_the_device()
    {
        DeviceException failed = Should.Throw<DeviceException>(() => TorchPerceiver.OnDevice("tiny", 1, NullLogger.Instance, () => ones(2, 3).mm(ones(2, 3))));

        failed.Message.ShouldStartWith("model tiny: ");
        failed.InnerException.ShouldBeOfType<ExternalException>();
    }

    // The decoders let any finite number pass; in float32 these overflow.
    [Fact]
    public void Numbers_that_overflow_give_an_answer_that_is_not_finite_and_the_neighbours_their_own_bits()
    {
        using TorchPerceiver perceiver = _model.Load();
        TokenisedWindow huge = TinyModel.Window(1);
        huge.Inputs.Single(i => i.Name == "imu").Content.AsSpan().Fill(float.MaxValue);

        IReadOnlyList<ModelOutput> outputs = perceiver.RunAll(TinyModel.Batch(TinyModel.Window(0), huge, TinyModel.Window(2)));

        outputs.Select(o => o.NotFinite is null).ShouldBe([true, false, true]);
        foreach (int n in new[] { 0, 2 })
            TinyModel.Bits(outputs[n]).ShouldBe(TinyModel.Bits(perceiver.RunAll(TinyModel.Batch(TinyModel.Window(n))).Single()));
    }
}

/// <summary>Runs a model as a pipeline does that publishes all of its outputs.</summary>
internal static class PerceiverRuns
{
    public static IReadOnlyList<OutputQuestion> AskAll(this IModelDescription model) => [.. model.Outputs.Select(o => new OutputQuestion(o.Key, o.Value))];

    public static IReadOnlyList<ModelOutput> RunAll(this IPerceiver perceiver, TokenBatch batch) => perceiver.Run(batch, perceiver.AskAll());
}
