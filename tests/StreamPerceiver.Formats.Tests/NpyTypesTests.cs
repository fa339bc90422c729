namespace StreamPerceiver.Formats.Tests;

public sealed class NpyTypesTests
{
    // Made with NumPy 1.24: arange(6) as (2, 3) in the other integer types, in big-endian byte order, and 2^64 - 1 and 2^63.
    [Fact]
    public void Integers_from_0_and_big_endian_arrays_that_NumPy_wrote_are_read()
    {
        IReadOnlyDictionary<string, NpyArray> read = Npz.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "npz", "orders.npz"));

        foreach ((string name, NpyArray array) in read.Where(a => a.Key != "largest"))
        {
            array.Shape.ShouldBe([2, 3]);
            array.ToFloats().ShouldBe([0, 1, 2, 3, 4, 5], name);
            array.ToNearestFloats().ShouldBe([0, 1, 2, 3, 4, 5], name);
            array.ToDoubles().ShouldBe([0, 1, 2, 3, 4, 5], name);
            if (!name.Contains('f', StringComparison.Ordinal) || name == "big/fortran") array.ToLongs().ShouldBe([0, 1, 2, 3, 4, 5], name);
        }

        read.Keys.Count().ShouldBe(14);
        read["largest"].ToNearestFloats().ShouldBe([18446744073709551615f, 9223372036854775808f]);
        read["largest"].ToDoubles().ShouldBe([18446744073709551615d, 9223372036854775808d]);
        Should.Throw<ArrayFileException>(read["largest"].ToLongs).Message.ShouldContain("18446744073709551615 is beyond the range of int64");
    }
}
