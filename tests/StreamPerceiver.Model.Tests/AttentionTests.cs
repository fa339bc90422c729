using FsCheck.Fluent;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>The two ways to compute attention: by panels on a CPU, and of libtorch's operations on any device.</summary>
public sealed class AttentionTests
{
    [Fact]
    public void Both_gather_the_same() => Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
    {
        using IDisposable scope = NewDisposeScope();
        var random = new Random(seed);
        int batch = random.Next(1, 4), heads = random.Next(1, 4), rows = random.Next(1, 300), queries = random.Next(1, 80), depth = random.Next(1, 20),
            width = random.Next(1, 20);
        Tensor q = Some.Numbers(random, random.Next(2) == 0 ? 1 : batch, queries, heads * depth); // one window's queries serve all
        Tensor kv = Some.Numbers(random, batch, rows, heads * (depth + width) + 3);
        var keys = new Columns(kv, 1, heads * depth);
        var values = new Columns(kv, 2 + (heads * depth), heads * width);
        double share = random.NextDouble();
        Tensor? hidden = random.Next(2) == 0
            ? null
            : Arrays.ToTensor([.. Enumerable.Range(0, batch * rows).Select(_ => random.NextDouble() < share ? 1f : 0f)], CPU, batch, rows).eq(Scalars.One);

        Tensor panels = FusedAttention.Attend(Columns.All(q), keys, values, heads, hidden, Precision.Float32);

        panels.shape.ShouldBe([batch, queries, heads * width]);
        float[] expected = Arrays.ToFloats(TensorAttention.Attend(Columns.All(q), keys, values, heads, hidden));
        Arrays.ToFloats(panels).ShouldBe(expected, 2e-5f);
        Arrays.ToFloats(FusedAttention.Attend(Columns.All(q), keys, values, heads, hidden, Precision.BFloat16)).ShouldBe(expected, 0.2f); // scores of some tens
    }).Holds();

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.BFloat16)]
    public void Neither_neighbours_nor_threads_change_a_bit(Precision precision)
    {
        using IDisposable scope = NewDisposeScope();
        Tensor all = Some.Numbers(new Random(3), 3, 200, 3 * 64);
        float[] together = Arrays.ToFloats(Run(all));
        int threads = get_num_threads();
        Libtorch.SetThreads(1);
        try
        {
            Arrays.ToFloats(cat([.. Enumerable.Range(0, 3).Select(b => Run(all.narrow(0, b, 1).contiguous()))], 0)).ShouldBe(together);
        }
        finally
        {
            Libtorch.SetThreads(threads);
        }

        Tensor Run(Tensor projected) =>
            FusedAttention.Attend(new Columns(projected, 0, 64), new Columns(projected, 64, 64), new Columns(projected, 128, 64), 4, null, precision);
    }

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(-1f, 0.5f)]
    [InlineData(-0.5f, 0.70710677f)]
    [InlineData(10f, 1024f)]
    [InlineData(-126f, 1.1754944e-38f)]
    [InlineData(-1000f, 1.1754944e-38f)]
    public void Powers_of_two_are_exact_to_a_unit_in_the_last_place(float exponent, float power)
        => Exponential.PowerOfTwo(System.Runtime.Intrinsics.Vector512.Create(exponent))[3].ShouldBe(power, power * 1.2e-7f);
}
