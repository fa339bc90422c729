using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Set;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Sets of more elements than slots. The expected draw is that of <c>PointClouds/draw.py</c>, by the rule of the documentation.</summary>
public sealed class SetSamplingTests
{
    private static readonly SetSpec Drawn = Cloud with { Sample = SetSample.Random, Slots = 8 };

    [Fact]
    public void A_draw_is_the_same_everywhere_and_keeps_the_order()
    {
        Ids(Elements(Drawn, 100)).ShouldBe([27, 37, 38, 44, 58, 67, 92, 96]);
        Ids(Elements(Drawn, 8)).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        Elements(Drawn, 3).Length.ShouldBe(9);
    }

    [Fact]
    public void Other_records_are_drawn_from_in_other_ways_and_each_element_as_often()
    {
        var counts = new int[20];
        for (long offset = 0; offset < 2_000; offset++)
        {
            float[] drawn = SetSampling.Draw([.. Enumerable.Range(0, 20).Select(i => (float)i)], 1, 8, At(offset));
            drawn.Distinct().Count().ShouldBe(8);
            foreach (float id in drawn) counts[(int)id]++;
        }

        counts.ShouldAllBe(count => count > 700 && count < 900); // 800 expected, with a deviation of 22
    }

    [Fact]
    public void An_array_of_NumPy_and_a_file_of_points_are_sampled_as_well()
    {
        byte[] array = Npy.Floats("100, 3", [.. Enumerable.Range(0, 100).SelectMany(i => new float[] { i, 0, 0 })]);

        Ids(Value<SetReading>(Drawn, Npy.Type, array).Elements).ShouldBe([27, 37, 38, 44, 58, 67, 92, 96]);
        Value<SetReading>(Drawn, "application/x-pcd", PointCloudTests.Cloud("binary.pcd")).Elements.Length.ShouldBe(24);
    }

    [Fact]
    public void Voxels_become_the_mean_of_their_elements_in_all_channels()
    {
        SetSpec voxels = Cloud with { Channels = ["i", "x", "z"], Sample = SetSample.Voxels, VoxelSize = 0.5 };
        const string Points = "[[1,0.1,0],[5,-0.1,0],[3,0.4,0.2],[7,0.5,0],[8,0.1,9],[9,-0.5,0]]";

        float[] means = Value<SetReading>(voxels, "application/json", Encoding.UTF8.GetBytes(Points)).Elements;

        means.ShouldBe([7, -0.3f, 0, /**/ 2, 0.25f, 0.1f, /**/ 8, 0.1f, 9, /**/ 7, 0.5f, 0]);
    }

    [Fact]
    public void More_voxels_than_slots_are_drawn_from()
    {
        SetSpec voxels = Drawn with { Sample = SetSample.Voxels, VoxelSize = 0.25 };

        Ids(Elements(voxels, 100)).ShouldBe([27, 37, 38, 44, 58, 67, 92, 96]);
    }

    [Fact]
    public void A_coordinate_too_far_for_its_voxel_to_be_counted_is_rejected()
        => Rejected(Drawn with { Sample = SetSample.Voxels, VoxelSize = 1e-9 }, "application/json", "[[0,0,0],[1,-3,0]]"u8.ToArray())
            .Holds(RejectionReason.WrongShape, "element 1 is in voxel -3", "2147483647");

    private static RawRecord At(long offset)
    {
        RawRecord raw = Raw(Cloud, "application/json", []);
        return raw with { Record = raw.Record with { Offset = offset } };
    }

    private static float[] Elements(SetSpec spec, int count)
    {
        string json = $"[{string.Join(",", Enumerable.Range(0, count).Select(i => $"[{i},0,0]"))}]";
        return Value<SetReading>(spec, "application/json", Encoding.UTF8.GetBytes(json)).Elements;
    }

    private static int[] Ids(float[] elements) => [.. elements.Chunk(3).Select(e => (int)e[0])];
}
