using StreamPerceiver.Recordings.Ros;

namespace StreamPerceiver.Recordings.Tests.Ros;

public sealed class RosDefinitionTests
{
    [Fact]
    public void Fields_have_their_kinds_sizes_and_bounds_and_constants_are_none()
    {
        RosMessageType type = Bags.Type("""
            # A comment
            uint8 FIRST=1
            int8 SECOND = -1 # behind it
            string TEXT= "x # = y"
            bool a
            byte b 50
            char c
               float32[3]   d [1.5, 0.0, -1.125]   # with a default
            int64[] e
            string<=10[<=5] f ["a=b", "c"]
            wstring<=7 g
            string h "a = b"
            Other[2] i
            other_msgs/msg/Other j
            ================================================================================
            MSG: test_msgs/Other
            uint16 x
            =====
            MSG: other_msgs/Other
            builtin_interfaces/Time at

            """.Replace("\n", "\r\n"));

        type.Name.ShouldBe("test_msgs/Some");
        type.Fields.Select(f => (f.Name, f.Kind, f.Type?.Name, f.Array)).ShouldBe([
            ("a", RosKind.Bool, null, null),
            ("b", RosKind.UInt8, null, null),
            ("c", RosKind.UInt8, null, null),
            ("d", RosKind.Float32, null, new RosArray(3, IsFixed: true)),
            ("e", RosKind.Int64, null, new RosArray(uint.MaxValue, IsFixed: false)),
            ("f", RosKind.String, null, new RosArray(5, IsFixed: false)),
            ("g", RosKind.WString, null, null),
            ("h", RosKind.String, null, null),
            ("i", RosKind.Message, "test_msgs/Other", new RosArray(2, IsFixed: true)),
            ("j", RosKind.Message, "other_msgs/Other", null),
        ]);
        type.Fields[5].MostTextBytes.ShouldBe(10u);
        type.Fields[9].Type!.Fields[0].Type!.Fields.Select(f => f.Name).ShouldBe(["sec", "nanosec"]);
    }

    [Theory]
    [InlineData("Other x", "type test_msgs/Other is not defined, expected its definition in the file")]
    [InlineData("geometry_msgs/Point x", "type geometry_msgs/Point is not defined, expected its definition in the file")]
    [InlineData("int32<=5 x", "type test_msgs/int32<=5 is not defined, expected its definition in the file")]
    [InlineData("Some[] x", "type test_msgs/Some contains itself, expected a type of finite size")]
    [InlineData("int32", "type test_msgs/Some has the line 'int32', expected a type and a name")]
    [InlineData("int32 1x", "type test_msgs/Some has the line 'int32 1x', expected a type and a name")]
    [InlineData("int32 x-y", "type test_msgs/Some has the line 'int32 x-y', expected a type and a name")]
    [InlineData("int32[x] y", "type test_msgs/Some has the field y of the type 'int32[x]', expected a whole number as its size")]
    [InlineData("int32[-1] y", "type test_msgs/Some has the field y of the type 'int32[-1]', expected a whole number as its size")]
    [InlineData("int32[<=99999999999] y", "type test_msgs/Some has the field y of the type 'int32[<=99999999999]', expected a whole number as its size")]
    [InlineData("string<=x y", "type test_msgs/Some has the field y of the type 'string<=x', expected a whole number as its size")]
    [InlineData("int32 x\nfloat32 x", "type test_msgs/Some has the field x twice, expected once")]
    [InlineData("int32 a\n---\nint32 b", "type test_msgs/Some is a service or an action, expected a message")]
    [InlineData("int32 a\n===\nIDL: test_msgs/Other", "test_msgs/Some: line 3 of the definition is 'IDL: test_msgs/Other', expected MSG: and a type")]
    public void A_wrong_definition_is_refused_in_one_line(string definition, string problem)
        => Should.Throw<RosException>(() => Bags.Type(definition)).Message.ShouldBe(problem);

    [Fact]
    public void Types_have_a_limited_depth()
    {
        string types = string.Concat(Enumerable.Range(0, 40).Select(i => $"===\nMSG: test_msgs/T{i}\n{(i < 39 ? $"T{i + 1}[9] x" : "int32 x")}\n"));
        Should.Throw<RosException>(() => Bags.Type($"T0 x\n{types}")).Message.ShouldBe("type test_msgs/T32 is 33 messages deep, expected at most 32");
    }

    [Theory]
    [InlineData("at.sec", "Int32")]
    [InlineData("list[3].at.nanosec", "UInt32")]
    [InlineData("fixed[1]", "Float64")]
    [InlineData("list", "Message")]
    public void A_path_leads_to_a_field(string path, string kind) => RosPath.Find(PathType, path).Field.Kind.ToString().ShouldBe(kind);

    [Theory]
    [InlineData("x", "test_msgs/Some has no field x, expected one of at, list, fixed")]
    [InlineData("", "test_msgs/Some has no field , expected one of at, list, fixed")]
    [InlineData("at.x", "test_msgs/Some has no field at.x, expected one of sec, nanosec of builtin_interfaces/Time")]
    [InlineData("at.sec.x", "test_msgs/Some has no field at.sec.x, expected no field behind a value")]
    [InlineData("list.at", "test_msgs/Some has no field list.at, expected no field behind a value")]
    [InlineData("fixed[2]", "test_msgs/Some has no value fixed[2]: fixed has 2 values")]
    [InlineData("at[0]", "test_msgs/Some has no value at[0]: at has a single value")]
    public void A_path_that_leads_nowhere_is_refused(string path, string problem)
        => Should.Throw<RosException>(() => RosPath.Find(PathType, path)).Message.ShouldBe(problem);

    private static RosMessageType PathType { get; } = Bags.Type(
        "builtin_interfaces/Time at\nItem[] list\nfloat64[2] fixed\n===\nMSG: test_msgs/Item\nbuiltin_interfaces/Time at");
}
