using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using StreamPerceiver.Mcap;
using StreamPerceiver.Recordings.Import;
using StreamPerceiver.Recordings.Ros;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Recordings.Tests.Ros;

/// <summary>Messages of bags that rosbag2 and the independent implementation wrote, beside what the independent implementation reads of them.</summary>
public sealed class RosPeerTests : IDisposable
{
    private static readonly string Modules = RepositoryRoot.Path("artifacts", "mcap-peer");
    private readonly string _folder = Directory.CreateTempSubdirectory("rosbag-").FullName;

    // One has the definition of a service, which the independent implementation does not read either.
    public static TheoryData<string> Names =>
        [.. Directory.GetFiles(Bags.Golden("rosbag2"), "*.mcap").Select(f => Path.GetFileName(f)).Where(f => f != "topics_and_services.mcap")];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cdr_test__cdr_test_0")]
    [InlineData("only_topics")]
    [InlineData("rewriter_b__rewriter_b_0")]
    [InlineData("talker__talker")]
    public void Every_value_of_rosbag2s_files_is_the_one_that_was_read(string name)
        => Compare(Bags.Golden("rosbag2", $"{name}.mcap"), File.ReadAllLines(Bags.Golden("decoded", $"{name}.jsonl")));

    [SkippableTheory]
    [MemberData(nameof(Names))]
    public void Every_value_is_the_one_that_the_independent_implementation_reads(string name)
    {
        string path = Bags.Golden("rosbag2", name);
        Compare(path, Run("decode.mjs", path).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [SkippableFact]
    public void Every_value_of_the_rover_is_the_one_that_the_independent_implementation_reads()
    {
        string path = Bags.Golden("rosbag", "rover.mcap");
        Compare(path, Run("decode.mjs", path).Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [SkippableFact]
    public void The_bag_of_the_rover_is_what_its_script_writes()
    {
        string bag = Path.Combine(_folder, "rover.mcap"), expected = Path.Combine(_folder, "rover.jsonl");
        Run("rosbag.mjs", bag, expected);
        File.ReadAllBytes(bag).ShouldBe(File.ReadAllBytes(Bags.Golden("rosbag", "rover.mcap")));
        File.ReadAllText(expected).ShouldBe(File.ReadAllText(Bags.Golden("rosbag", "rover.jsonl")));
    }

    [Fact]
    public void The_definition_of_a_service_is_refused_by_its_name()
    {
        BagChannel channel = BagFile.Open(Bags.Golden("rosbag2", "topics_and_services.mcap")).Channels.First(c => c.Schema!.Name.Contains("/srv/"));
        Should.Throw<RosException>(() => RosDefinition.Parse(channel.Schema!.Name, channel.Schema.Data.Span))
            .Message.ShouldEndWith(" is a service or an action, expected a message");
    }

    private static void Compare(string path, string[] expected)
    {
        using FileStream stream = File.OpenRead(path);
        Dictionary<ushort, McapSchema> schemas = [];
        Dictionary<ushort, McapChannel> channels = [];
        int at = 0;
        foreach (McapRecord record in McapReader.ReadRecords(stream))
        {
            if (record is McapSchema schema) schemas[schema.Id] = schema;
            if (record is McapChannel channel) channels[channel.Id] = channel;
            if (record is not McapMessage message) continue;
            McapSchema own = schemas[channels[message.ChannelId].SchemaId];
            JsonElement line = JsonDocument.Parse(expected[at]).RootElement;
            line.GetProperty("topic").GetString().ShouldBe(channels[message.ChannelId].Topic);
            Equal(CdrReader.Read(RosDefinition.Parse(own.Name, own.Data.Span), message.Data), line.GetProperty("message"), $"message {at++}");
        }

        at.ShouldBe(expected.Length);
    }

    private static void Equal(object found, JsonElement expected, string path)
    {
        switch (found)
        {
            case RosMessage message:
                expected.EnumerateObject().Select(p => p.Name).ShouldBe(message.Type.Fields.Select(f => f.Name), path);
                for (int i = 0; i < message.Values.Length; i++)
                    Equal(message.Values[i], expected.GetProperty(message.Type.Fields[i].Name), $"{path}.{message.Type.Fields[i].Name}");
                break;
            case RosNumbers numbers:
                Equal(Enumerable.Range(0, numbers.Count).Select(numbers.At).ToArray(), expected, path);
                break;
            case object[] values:
                values.Length.ShouldBe(expected.GetArrayLength(), path);
                for (int i = 0; i < values.Length; i++) Equal(values[i], expected[i], $"{path}[{i}]");
                break;
            case RosText text:
                text.Decode().ShouldBe(expected.GetString(), path);
                break;
            case bool flag:
                (expected.ValueKind is JsonValueKind.True || expected.ToString() == "1").ShouldBe(flag, path);
                break;
            default:
                if (expected.ValueKind == JsonValueKind.String) Convert.ToString(found, CultureInfo.InvariantCulture).ShouldBe(expected.GetString(), path);
                else Convert.ToDouble(found, CultureInfo.InvariantCulture).ShouldBe(expected.GetDouble(), path);
                break;
        }
    }

    private static string Run(string script, params string[] arguments)
    {
        Skip.IfNot(File.Exists(Path.Combine(Modules, "installed.json")), "the packages of npm are not there: deploy/setup.sh --tests installs them");
        var start = new ProcessStartInfo("node", [Path.Combine(AppContext.BaseDirectory, "Peer", script), Modules, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, errors.Result);
        return output;
    }
}
