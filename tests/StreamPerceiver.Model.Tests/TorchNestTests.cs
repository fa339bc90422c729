namespace StreamPerceiver.Model.Tests;

/// <summary>Weights in a PyTorch file that has other things beside them.</summary>
public sealed class TorchNestTests : IDisposable
{
    private readonly Some.TemporaryDirectory _directory = Some.Directory();

    public void Dispose() => _directory.Dispose();

    // Made with CPython's pickle and zipfile: {"epoch": 3, "optimizer": {...}, "model_state_dict": OrderedDict of "w" and its transpose "wt"},
    // where torch's names stood for empty stand-ins.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Weights_beside_other_things_are_found_in_every_protocol(int protocol)
    {
        IReadOnlyDictionary<string, SafeTensor> read = TorchFile.Read(Golden.PathOf($"torch/nested{protocol}.bin"));

        read.Keys.ShouldBe(["w", "wt"]);
        read["w"].ToFloats().ShouldBe([0, 1, 2, 3, 4, 5]);
        read["wt"].Shape.ShouldBe([3, 2]);
        read["wt"].ToFloats().ShouldBe([0, 3, 1, 4, 2, 5]);
    }

    [Theory]
    [InlineData("model", "optimizer")]
    [InlineData("module", "ema")]
    [InlineData("state_dict", "state_dict_ema")]
    [InlineData("weights", null)]
    public void Weights_are_found_under_the_names_that_trainings_give_them(string key, string? other)
    {
        TinyPickle pickle = new TinyPickle().Dict("epoch", 3).Nest(key, nest => nest.Tensor("w"));
        if (other is not null) pickle.Nest(other, nest => nest.Tensor("average"));

        pickle.WriteTo(_directory.File("pytorch_model.bin"));

        TorchFile.Read(_directory.File("pytorch_model.bin")).Keys.ShouldBe(["w"]);
    }

    [Fact]
    public void Several_dictionaries_of_tensors_without_a_usual_name_are_refused_by_their_names()
        => Refusal(new TinyPickle().Nest("student", nest => nest.Tensor("w")).Nest("teacher", nest => nest.Tensor("w")))
            .ShouldContain("has no tensors under the keys 'student', 'teacher', nor a single dictionary of them");

    [Fact]
    public void A_file_of_other_things_is_refused_by_their_keys() => Refusal(new TinyPickle().Dict("epoch", 3).Dict("lr", 2))
        .ShouldContain("has no tensors under the keys 'epoch', 'lr', nor a dictionary of them, "
            + "nor one under state_dict or model_state_dict or model or module");

    [Fact]
    public void Every_entry_that_is_no_tensor_is_named_at_once()
    {
        string message = Refusal(new TinyPickle().Tensor("w").Dict("epoch", 3).Dict("step", 2));

        message.ShouldContain("'epoch': is an integer: expected a tensor");
        message.ShouldContain("'step': is an integer: expected a tensor");
    }

    private string Refusal(TinyPickle pickle)
    {
        pickle.WriteTo(_directory.File("pytorch_model.bin"));
        return Should.Throw<CheckpointException>(() => TorchFile.Read(_directory.File("pytorch_model.bin"))).Message;
    }
}
