using FsCheck.Fluent;
using TorchSharp;
using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Linear layers, GELU and layer norm on a CPU are libtorch's, and a row's bits are its own.</summary>
public sealed class LinearKernelTests
{
    [Fact]
    public void A_packed_layer_gives_what_libtorch_gives() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        using IDisposable scope = NewDisposeScope();
        var random = new Random(seed);
        int rows = random.Next(1, 40) * random.Next(1, 20), inputs = random.Next(1, 40) * random.Next(1, 40), outputs = random.Next(1, 40) * random.Next(1, 5);
        using Scalar scale = Scalars.Create(Math.Sqrt(inputs));
        Tensor x = Some.Numbers(random, rows, inputs), weight = Some.Numbers(random, outputs, inputs).div(scale),
            bias = Some.Numbers(random, outputs), plus = Some.Numbers(random, rows, outputs);
        using PackedMatrix packed = PackedMatrix.FromWeight(weight, bias);
        Tensor expected = nn.functional.linear(x, weight, bias);

        Arrays.ToFloats(packed.Product(x)).ShouldBe(Arrays.ToFloats(expected), 2e-5f);
        Arrays.ToFloats(packed.Product(x, plus)).ShouldBe(Arrays.ToFloats(expected.add(plus, Scalars.One)), 2e-5f);
        Arrays.ToFloats(packed.Product(x, gelu: true)).ShouldBe(Arrays.ToFloats(nn.functional.gelu(expected)), 2e-5f);
        Arrays.ToFloats(packed.Unpack()).ShouldBe(Arrays.ToFloats(weight));
    }).Holds();

    [SkippableFact]
    public void A_packed_layer_in_bfloat16_gives_the_product_of_rounded_numbers()
    {
        Skip.IfNot(PairProduct.IsSupported, "this CPU does not multiply bfloat16");
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            using IDisposable scope = NewDisposeScope();
            var random = new Random(seed);
            int rows = random.Next(1, 40) * random.Next(1, 20), inputs = random.Next(1, 40) * random.Next(1, 40),
                outputs = random.Next(1, 40) * random.Next(1, 5);
            using Scalar scale = Scalars.Create(Math.Sqrt(inputs));
            Tensor x = Some.Numbers(random, rows, inputs), weight = Some.Numbers(random, outputs, inputs).div(scale),
                bias = Some.Numbers(random, outputs), plus = Some.Numbers(random, rows, outputs);
            using PackedMatrix packed = PackedMatrix.FromWeight(weight, bias, Precision.BFloat16);
            Tensor expected = nn.functional.linear(Rounded(x), Rounded(weight), bias);

            Arrays.ToFloats(packed.Product(x, plus)).ShouldBe(Arrays.ToFloats(expected.add(plus, Scalars.One)), 2e-5f);
            Arrays.ToFloats(packed.Product(x, gelu: true)).ShouldBe(Arrays.ToFloats(nn.functional.gelu(expected)), 2e-5f);
            Arrays.ToFloats(packed.Unpack()).ShouldBe(Arrays.ToFloats(Rounded(weight)));
        }).Holds();

        static Tensor Rounded(Tensor x) => x.to(ScalarType.BFloat16).to(ScalarType.Float32);
    }

    [Fact]
    public void A_norm_gives_what_libtorch_gives() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        using IDisposable scope = NewDisposeScope();
        var random = new Random(seed);
        int width = random.Next(1, 700);
        Tensor around = Some.Numbers(random, random.Next(1, 300), width);
        using Scalar mean = Scalars.Create(random.Next(-9, 9));
        Tensor x = around.add(mean, Scalars.One), weight = Some.Numbers(random, width), bias = Some.Numbers(random, width);

        Tensor norm = RowNorm.Normalise(x, weight, bias, NormLimits.Epsilon),
            rounded = RowNorm.Normalise(x, weight, bias, NormLimits.Epsilon, Precision.BFloat16);

        Arrays.ToFloats(norm).ShouldBe(Arrays.ToFloats(nn.functional.layer_norm(x, [width], weight, bias, NormLimits.Epsilon)), 2e-5f);
        Arrays.ToFloats(rounded.to(ScalarType.Float32))
            .ShouldBe(Arrays.ToFloats(rounded.dtype == ScalarType.Float32 ? norm : norm.to(ScalarType.BFloat16).to(ScalarType.Float32)));
    }).Holds();

    [SkippableTheory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Neither_the_rows_beside_it_nor_threads_change_a_bit_of_a_row(Precision precision)
    {
        Skip.If(precision == Precision.BFloat16 && !PairProduct.IsSupported, "this CPU does not multiply bfloat16");
        using IDisposable scope = NewDisposeScope();
        var random = new Random(5);
        Tensor x = Some.Numbers(random, 700, 600), scale = Some.Numbers(random, 600);
        using PackedMatrix packed = PackedMatrix.FromWeight(Some.Numbers(random, 333, 600), Some.Numbers(random, 333), precision);
        float[] together = Both(x);
        int threads = get_num_threads();
        Libtorch.SetThreads(1);
        try
        {
            foreach (int row in new[] { 0, 1, 7, 255, 256, 511, 699 }) Both(x.narrow(0, row, 1)).ShouldBe(together[(row * 333)..((row + 1) * 333)]);
            Both(x.narrow(0, 3, 600)).ShouldBe(together[(3 * 333)..(603 * 333)]);
        }
        finally
        {
            Libtorch.SetThreads(threads);
        }

        float[] Both(Tensor rows) => Arrays.ToFloats(packed.Product(RowNorm.Normalise(rows, scale, scale, NormLimits.Epsilon), gelu: true));
    }

    [Fact]
    public void A_row_whose_squares_overflow_is_no_number()
    {
        using IDisposable scope = NewDisposeScope();
        Arrays.ToFloats(RowNorm.Normalise(Arrays.ToTensor([1e20f, -1e20f, 1f], CPU, 1, 3), ones(3), zeros(3), NormLimits.Epsilon))
            .ShouldAllBe(v => float.IsNaN(v));
    }
}
