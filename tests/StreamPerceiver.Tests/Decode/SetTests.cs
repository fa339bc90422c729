using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Modalities.Set;
using static StreamPerceiver.Tests.Decode.Payloads;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Sets of at most four elements of x, y and z.</summary>
public sealed class SetTests
{
    private const string Expected = "expected at most 4 arrays of 3 numbers: x, y, z";

    [Theory]
    [InlineData("[[1,-2.5,3e2]]", new[] { 1f, -2.5f, 300f })]
    [InlineData(" [ [1, 2, 3] , [4, 5, 6] ] \n", new[] { 1f, 2f, 3f, 4f, 5f, 6f })]
    [InlineData("[[1,1,1],[2,2,2],[3,3,3],[4,4,4]]", new[] { 1f, 1f, 1f, 2f, 2f, 2f, 3f, 3f, 3f, 4f, 4f, 4f })]
    [InlineData("[]", new float[0])] // nothing was there
    public void A_set_is_an_array_of_arrays_of_numbers(string json, float[] elements)
    {
        SetReading set = Value<SetReading>(Cloud, "application/json; charset=utf-8", Encoding.UTF8.GetBytes(json));

        set.Elements.ShouldBe(elements);
        set.DurationNs.ShouldBe(1);
    }

    [Fact]
    public void A_set_may_be_in_a_field_of_an_object()
    {
        SetSpec cloud = Cloud with { Field = "seen.points" };

        Value<SetReading>(cloud, "application/json", """{"at":[1,2],"seen":{"points":[[1,2,3]]},"n":{"m":2}}"""u8.ToArray()).Elements.ShouldBe([1, 2, 3]);
        Rejected(cloud, "application/json", """{"seen":{}}"""u8.ToArray()).Holds(RejectionReason.WrongShape, "the field seen.points is missing", Expected);
        Rejected(cloud, "application/json", "[[1,2,3]]"u8.ToArray()).Holds(RejectionReason.WrongShape, "the field seen.points is missing");
        Rejected(cloud, "application/json", """{"seen":{"points":7}}"""u8.ToArray()).Holds(RejectionReason.WrongShape, "the set is a JSON Number");
        Rejected(cloud, "application/json", """{"seen":{"points":[]},"""u8.ToArray()).Holds(RejectionReason.Undecodable, "not JSON");
    }

    [Theory]
    [InlineData("[[1,1,1],[2,2,2],[3,3,3],[4,4,4],[5,5,5]]", "more than 4 elements")]
    [InlineData("[[1,2,3],[4,5]]", "element 1 has 2 numbers")]
    [InlineData("[[]]", "element 0 has 0 numbers")]
    [InlineData("[[1,2,3],[4,5,6,7]]", "element 1 has more than 3 numbers")]
    [InlineData("[[1,2,3],4]", "element 1 is a JSON Number")]
    [InlineData("[1,2,3]", "element 0 is a JSON Number")]
    [InlineData("""[{"x":1,"y":2}]""", "element 0 lacks the channel z")]
    [InlineData("""[[1,"2",3]]""", "element 0, channel y is a JSON String")]
    [InlineData("[[1,2,[3]]]", "element 0, channel z is a JSON StartArray")]
    [InlineData("[[1,2,1e39]]", "element 0, channel z is 1E+39, expected a finite float32")]
    [InlineData("""{"elements":[]}""", "the set is a JSON StartObject")]
    [InlineData("7", "the set is a JSON Number")]
    public void A_set_that_does_not_fit_is_rejected_with_the_element_and_what_was_found(string json, string found)
        => Rejected(Cloud, "application/json", Encoding.UTF8.GetBytes(json)).Holds(RejectionReason.WrongShape, found, Expected);

    [Theory]
    [InlineData(" ")]
    [InlineData("[[1,2,3]")]
    [InlineData("[[1,2,3]]]")]
    [InlineData("[[1,2,3],]")]
    [InlineData("[[1,2,NaN]]")]
    [InlineData("[[1,2,3]] []")]
    public void What_is_not_json_is_rejected(string text)
        => Rejected(Cloud, "application/json", Encoding.UTF8.GetBytes(text)).Holds(RejectionReason.Undecodable, "not JSON");

    [Theory]
    [InlineData("text/plain")]
    [InlineData(null)]
    public void Another_content_type_is_rejected_with_those_that_are_known(string? contentType)
        => Rejected(Cloud, contentType, "[]"u8.ToArray()).Holds(RejectionReason.UnknownContentType, "expected application/json, application/x-npy");

    [Fact]
    public void No_value_at_all_is_no_empty_set()
        => Rejected(Cloud, "application/json", []).Holds(RejectionReason.EmptyPayload, "the payload of cloud");

    [Theory]
    [InlineData("floats.npy")]
    [InlineData("format2.npy")]
    [InlineData("format3.npy")]
    public void A_set_is_an_array_that_NumPy_wrote(string file)
        => Value<SetReading>(Cloud, Npy.Type, Npy.File(file)).Elements.ShouldBe([0.0f, 1.0f, 2.0f, 3.0f, 4.0f, 5.0f]);

    [Fact]
    public void An_array_may_be_of_float64_and_may_be_empty()
    {
        Value<SetReading>(Cloud, Npy.Type, Npy.Doubles("1, 3", 1, -2.5, 1e-50)).Elements.ShouldBe([1, -2.5f, 0]);
        Value<SetReading>(Cloud, Npy.Type, Npy.Floats("0, 3")).Elements.ShouldBeEmpty();
    }

    // 1, 2 and 200 of each type, in the bytes that NumPy writes.
    [Theory]
    [InlineData("|u1", "0102C8")]
    [InlineData("<u1", "0102C8")]
    [InlineData("<i2", "01000200C800")]
    [InlineData(">i2", "0001000200C8")]
    [InlineData("<u2", "01000200C800")]
    [InlineData(">u2", "0001000200C8")]
    [InlineData("<i4", "0100000002000000C8000000")]
    [InlineData(">u4", "0000000100000002000000C8")]
    [InlineData("<i8", "01000000000000000200000000000000C800000000000000")]
    [InlineData(">u8", "0000000000000001000000000000000200000000000000C8")]
    [InlineData("<f2", "003C0040405A")]
    [InlineData(">f2", "3C0040005A40")]
    [InlineData(">f4", "3F8000004000000043480000")]
    [InlineData(">f8", "3FF000000000000040000000000000004069000000000000")]
    public void An_array_may_be_of_any_float_or_whole_number_in_either_byte_order(string type, string data)
        => Value<SetReading>(Cloud, Npy.Type, Npy.Of(type, "1, 3", Convert.FromHexString(data))).Elements.ShouldBe([1, 2, 200]);

    [Fact]
    public void A_bool_is_0_or_1_and_a_whole_number_becomes_the_nearest_float32()
    {
        Value<SetReading>(Cloud, Npy.Type, Npy.Of("|b1", "1, 3", [1, 0, 1])).Elements.ShouldBe([1, 0, 1]);
        Value<SetReading>(Cloud, Npy.Type, Npy.Of("|i1", "1, 3", [0x80, 0xFF, 0x7F])).Elements.ShouldBe([-128, -1, 127]);
        Value<SensorReading>(Imu, Npy.Type, Npy.Of("<u8", "3,", [.. new byte[8], 1, 0, 0, 1, .. new byte[4], .. Enumerable.Repeat((byte)0xFF, 8)]))
            .Values.ShouldBe([0, 16777216, 18446744073709551616f]);
    }

    // Columns of a two-row array follow each other: (x0 x1) (y0 y1) (z0 z1).
    [Fact]
    public void An_array_may_be_stored_by_columns()
        => Value<SetReading>(Cloud, Npy.Type, Npy.Of("<f4", "2, 3", [.. new[] { 1f, 4, 2, 5, 3, 6 }.SelectMany(Npy.Bytes)], fortran: true)).Elements.ShouldBe(
            [1, 2, 3, 4, 5, 6]);

    [Theory]
    [InlineData("5, 3", 15, "the array is (5, 3), expected (0 to 4, 3)")]
    [InlineData("3, 2", 6, "the array is (3, 2), expected (0 to 4, 3)")]
    [InlineData("3,", 3, "the array is (3), expected (0 to 4, 3)")]
    [InlineData("1, 1, 3", 3, "the array is (1, 1, 3), expected (0 to 4, 3)")]
    [InlineData("", 1, "the array is (), expected (0 to 4, 3)")]
    public void An_array_of_another_shape_is_rejected_with_both(string shape, int numbers, string found)
        => Rejected(Cloud, Npy.Type, Npy.Floats(shape, new float[numbers])).Holds(RejectionReason.WrongShape, found);

    [Theory]
    [InlineData(double.NaN, "number 4 is NaN")]
    [InlineData(double.NegativeInfinity, "number 4 is -Infinity")]
    [InlineData(1e39, "number 4 is 1E+39")]
    public void A_number_that_is_not_finite_in_float32_is_rejected_with_its_place(double number, string found)
        => Rejected(Cloud, Npy.Type, Npy.Doubles("2, 3", 1, 2, 3, 4, number, 6)).Holds(RejectionReason.WrongShape, found, "expected a finite float32");

    public static TheoryData<byte[], string> Damages => new()
    {
        { Npy.Of("<c8", "1, 3", new byte[24]), "holds elements of type '<c8': expected one of <f2, <f4" },
        { Npy.Floats("2, 3", 1, 2, 3), "12 bytes of data, which are not F32 [2, 3]" },
        { Npy.Floats("1, 3", 1, 2, 3, 4), "16 bytes of data, which are not F32 [1, 3]" },
        { Npy.Floats("99999999999, 3"), "0 bytes of data, which are not F32 [99999999999, 3]" },
        { Npy.File("floats.npy")[..40], "a header of 118 bytes: 30 follow" },
        { Npy.File("format2.npy")[..11], "is no .npy file" },
        { "[[1,2,3]] in JSON"u8.ToArray(), "is no .npy file" },
        { [.. Npy.File("floats.npy")[..6], 4, .. Npy.File("floats.npy")[7..]], "is of format 4.0" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void An_array_that_is_damaged_or_of_no_numbers_is_rejected(byte[] payload, string found)
        => Rejected(Cloud, Npy.Type, payload).Holds(RejectionReason.Undecodable, found);

    [Fact]
    public void A_sensors_reading_may_be_an_array_of_its_channels()
    {
        Value<SensorReading>(Imu, Npy.Type, Npy.Doubles("3,", 1, -2.5, 300)).Values.ShouldBe([1, -2.5f, 300]);
        Rejected(Imu, Npy.Type, Npy.Floats("4,", 1, 2, 3, 4)).Holds(RejectionReason.WrongShape, "the array is (4), expected (3) or (0 to 65536, 3)");
        Rejected(Imu, Npy.Type, Npy.Floats("1, 4", 1, 2, 3, 4)).Holds(RejectionReason.WrongShape, "the array is (1, 4), expected (3)");
    }
}
