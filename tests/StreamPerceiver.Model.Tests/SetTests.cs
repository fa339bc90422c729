using FsCheck;
using FsCheck.Fluent;

using static TorchSharp.torch;

namespace StreamPerceiver.Model.Tests;

/// <summary>Inputs without an order: point clouds and sets of entities.</summary>
public sealed class SetTests
{
    private const float Rounding = 2e-5f;
    private const int Slots = 11;

    private static readonly Arbitrary<int[]> Orders = Gen.Choose(0, int.MaxValue).Select(Shuffled).ToArbitrary();

    [Fact]
    public void Entities_in_another_order_give_their_embeddings_in_that_order_and_the_same_pooled_one()
    {
        using PerceiverModel model = Some.Model(Entities());
        Tensor units = Some.Tensor(1, 2, Slots, 7);
        Tensor mask = Some.Mask(2, Some.Kept(Slots, 3, 8));
        IReadOnlyDictionary<string, Tensor> inOrder = model.Forward(Units(units, mask));

        Prop.ForAll(Orders, order =>
        {
            Tensor index = tensor(order.Select(i => (long)i).ToArray());
            IReadOnlyDictionary<string, Tensor> shuffled = model.Forward(Units(units.index_select(1, index), mask.index_select(1, index)));

            Arrays.ToFloats(shuffled["units"]).ShouldBe(Arrays.ToFloats(inOrder["units"].index_select(1, index)), Rounding);
            Arrays.ToFloats(shuffled["units.pooled"]).ShouldBe(Arrays.ToFloats(inOrder["units.pooled"]), Rounding);
        }).Holds();
    }

    [Fact]
    public void A_masked_entity_is_zero_and_the_others_are_as_without_it()
    {
        using PerceiverModel model = Some.Model(Entities());
        Tensor units = Some.Tensor(1, 1, Slots, 7);
        IReadOnlyDictionary<string, Tensor> masked = model.Forward(Units(units, Some.Mask(1, Some.Kept(Slots, 9, 10))));
        IReadOnlyDictionary<string, Tensor> absent = model.Forward(new Dictionary<string, ModelInput> { ["units"] = new(units.narrow(1, 0, 9), Grid: [9]) });

        Arrays.ToFloats(masked["units"].narrow(1, 0, 9)).ShouldBe(Arrays.ToFloats(absent["units"]), Rounding);
        Arrays.ToFloats(masked["units"].narrow(1, 9, 2)).ShouldAllBe(v => v == 0);
        Arrays.ToFloats(masked["units.pooled"]).ShouldBe(Arrays.ToFloats(absent["units.pooled"]), Rounding);
        masked["units"].shape.ShouldBe([1, Slots, 5]);
        masked["units.pooled"].shape.ShouldBe([1, 3]);
    }

    [Fact]
    public void No_entity_at_all_gives_the_pooled_embedding_of_zeros()
    {
        using PerceiverModel model = Some.Model(Entities());
        Dictionary<string, Tensor> weights = Some.Weights(model.Config);

        IReadOnlyDictionary<string, Tensor> none = model.Forward(Units(Some.Tensor(1, 1, Slots, 7), Some.Mask(1, new byte[Slots])));

        Arrays.ToFloats(none["units.pooled"]).ShouldBe(Arrays.ToFloats(weights["perceiver.decoders.units.pooled.bias"].relu()), Rounding);
        Arrays.ToFloats(none["units"]).ShouldAllBe(v => v == 0);
    }

    [Fact]
    public void A_point_has_the_fourier_features_of_its_own_coordinates()
    {
        // Points at the places of pixels of a 3 x 5 image have the positions of those pixels, but for the kernel of the sine.
        FourierPositions positions = new(7, [22, 22]);
        float[] grid = positions.OverGrid([3, 5]).All();
        float[] coordinates = [.. Enumerable.Range(0, 15).SelectMany(i => grid.AsSpan(i * positions.Channels, 2).ToArray())];
        PointFeatures features = new(new PointsInput { Points = 15, Axes = 2, NumBands = 7, MaxResolution = 22 }, CPU);

        float[] actual = Arrays.ToFloats(features.Features(Arrays.ToTensor(coordinates, CPU, 1, 15, 2), [15]));

        actual.ShouldBe(grid, 2e-6f);
    }

    [Fact]
    public void The_model_of_the_paper_has_387_channels_a_point() => new PointsInput { Points = 2000 }.TokenChannels.ShouldBe(387);

    [Fact]
    public void Points_in_another_order_or_beside_masked_ones_are_classified_the_same()
    {
        using PerceiverModel model = Some.Model(Cloud());
        Tensor points = Some.Tensor(3, 1, Slots, 5);
        float[] expected = Some.Logits(model, new Dictionary<string, ModelInput> { ["cloud"] = new(points) });

        Prop.ForAll(Orders, order =>
        {
            Tensor shuffled = points.index_select(1, tensor(order.Select(i => (long)i).ToArray()));
            Some.Logits(model, new Dictionary<string, ModelInput> { ["cloud"] = new(shuffled) }).ShouldBe(expected, Rounding);
        }).Holds();
        ModelInput padded = new(cat([points, full([1, 4, 5], Scalars.NaN)], 1), cat([ones(1, Slots), zeros(1, 4)], 1), [Slots + 4]);
        Some.Logits(model, new Dictionary<string, ModelInput> { ["cloud"] = padded }).ShouldBe(expected, Rounding);
    }

    // As in the StarCraft II experiment (arXiv:2107.14795, section 4.4), smaller.
    private static PerceiverConfig Entities() => Some.Config() with
    {
        InputMinPadding = 0,
        NumCrossAttentionHeads = 2,
        Inputs = new Dictionary<string, InputConfig> { ["units"] = new SetInput { Slots = Slots, Channels = 7, LinearChannels = 6 } },
        Outputs = new Dictionary<string, OutputConfig>
        {
            ["units"] = new EntityOutput { Input = "units", Channels = 5, PooledChannels = 3, Decoder = new() { QueryResidual = true } },
        },
    };

    private static PerceiverConfig Cloud() => Some.Config() with
    {
        Inputs = new Dictionary<string, InputConfig>
        {
            ["cloud"] = new PointsInput { Points = Slots, Axes = 3, Features = 2, NumBands = 4, MaxResolution = 20 },
        },
    };

    private static Dictionary<string, ModelInput> Units(Tensor units, Tensor mask) => new() { ["units"] = new(units, mask) };

    private static int[] Shuffled(int seed)
    {
        int[] order = [.. Enumerable.Range(0, Slots)];
        new Random(seed).Shuffle(order);
        return order;
    }
}
