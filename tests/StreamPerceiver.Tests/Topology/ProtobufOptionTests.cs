using System.Text.Json.Nodes;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Topology;

/// <summary>An input's key <c>protobuf</c>, which names a file beside the pipeline file and a message in it.</summary>
public sealed class ProtobufOptionTests : IDisposable
{
    private readonly PipelineFile _file = new();

    public ProtobufOptionTests() => CopyBeside("machines.desc", "alone.desc");

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_message_with_a_field_for_every_channel_is_taken() => _file.Read(With("machines.desc", "machines.Reading.Axes")).Inputs.Count.ShouldBe(3);

    [Fact]
    public void An_unknown_message_is_named_with_those_that_there_are()
        => _file.Errors(With("machines.desc", "machines.Readin")).ShouldBe(
        [
            "$.inputs.imu.protobuf.message is \"machines.Readin\", expected one of "
            + "google.protobuf.Timestamp, machines.Old, machines.Old.Extra, machines.Reading, machines.Reading.Axes",
        ]);

    [Fact]
    public void Every_channel_without_a_field_is_named_with_the_fields_that_could_be_one()
        => _file.Errors(With("machines.desc", "machines.Reading")).ShouldBe(
            [.. new[] { "channels[0] is \"x\"", "channels[1] is \"y\"" }.Select(found =>
                $"$.inputs.imu.{found}, expected a number or bool of machines.Reading: "
                + "d, f, i32, i64, u32, u64, s32, s64, x32, x64, sx32, sx64, on, maybe, far")]);

    [Theory]
    [InlineData("axes.w", "machines.Reading.Axes: x, y, z")]
    [InlineData("axes.x.y", "machines.Reading.Axes: x, y, z")]
    [InlineData("axis.x", "machines.Reading: d, f, i32")]
    [InlineData("axes", "machines.Reading: d, f, i32")]
    public void A_channel_with_dots_without_a_field_is_named_with_the_fields_where_its_path_ends(string channel, string named)
        => _file.Errors(root =>
        {
            With("machines.desc", "machines.Reading")(root);
            root["inputs"]!["imu"]!["channels"] = new JsonArray(channel, "axes.x");
        }).ShouldHaveSingleItem().ShouldStartWith($"$.inputs.imu.channels[0] is \"{channel}\", expected a number or bool of {named}");

    [Fact]
    public void Errors_of_the_option_come_with_all_others()
        => _file.Errors(root =>
        {
            With("machines.desc", "machines.Old")(root);
            root["inputs"]!["imu"]!["rateHz"] = 3;
            root["inputs"]!["imu"]!["channels"] = new JsonArray("x", "z", "w");
            root["window"]!["sizeMs"] = 1500;
        }).Select(error => error[..error.IndexOf(',')]).ShouldBe(
            ["$.inputs.imu.rateHz is 3", "$.inputs.imu.channels[1] is \"z\"", "$.inputs.imu.channels[2] is \"w\""]);

    [Theory]
    [InlineData("missing.desc", "Could not find file")]
    [InlineData("press.json", "invalid")]
    [InlineData("alone.desc", "google/protobuf/timestamp.proto")]
    public void A_file_that_has_not_all_descriptors_is_named(string descriptors, string reason)
    {
        string error = _file.Errors(With(descriptors, "machines.Reading")).ShouldHaveSingleItem();

        error.ShouldStartWith($"$.inputs.imu.protobuf.descriptors is \"{descriptors}\", expected a file that protoc --include_imports -o writes: ");
        error.ShouldContain(reason);
    }

    [Fact]
    public void Both_keys_are_required()
        => _file.Errors(root => root["inputs"]!["imu"]!["protobuf"] = new JsonObject { ["file"] = 1 }).Select(error => error.Split(',')[0]).ShouldBe(
        [
            "$.inputs.imu.protobuf.descriptors is missing", "$.inputs.imu.protobuf.message is missing", "$.inputs.imu.protobuf.file is not a known key",
        ]);

    private static Action<JsonNode> With(string descriptors, string message)
        => root => root["inputs"]!["imu"]!["protobuf"] = new JsonObject { ["descriptors"] = descriptors, ["message"] = message };

    private void CopyBeside(params string[] files)
    {
        string from = RepositoryRoot.Path("tests", "StreamPerceiver.Tests", "Decode", "Protobuf"), to = Path.GetDirectoryName(_file.Path)!;
        foreach (string file in files) File.Copy(Path.Combine(from, file), Path.Combine(to, file));
    }
}
