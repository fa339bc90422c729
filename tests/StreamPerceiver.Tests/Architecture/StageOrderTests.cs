using System.Text.RegularExpressions;

namespace StreamPerceiver.Tests.Architecture;

/// <summary>The import arrows are the dataflow: a stage knows Flow and the stage before it, and nothing else.</summary>
public sealed partial class StageOrderTests
{
    private const string Root = "src/StreamPerceiver";

    /// <summary>What each folder may use, in the order of the flow.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Flow"] = [],
        ["Ingest"] = ["Flow"],
        ["Decode"] = ["Flow", "Ingest"],
        ["Align"] = ["Flow", "Decode"],
        ["Tokenise"] = ["Flow", "Align"],
        ["Batch"] = ["Flow", "Tokenise"],
        ["Infer"] = ["Flow", "Batch"],
        ["Interpret"] = ["Flow", "Infer"],
        ["Publish"] = ["Flow", "Interpret"],
        ["Embedded"] = ["Flow"],
    };

    public static TheoryData<string> Stages => [.. MayUse.Keys];

    [Fact]
    public void Every_folder_has_its_place_and_only_Topology_sees_them_all()
        => SourceTree.Code(Root).Select(f => f.Key.Split('/')[2]).Distinct().Order(StringComparer.Ordinal)
            .ShouldBe(MayUse.Keys.Append("Topology").Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Stages))]
    public void A_stage_uses_only_the_one_before_it(string stage)
    {
        string others = string.Join('|', MayUse.Keys.Append("Topology").Except(MayUse[stage]).Where(s => s != stage));

        // By its full name, or by the part that is left of it inside the root namespace.
        var foreign = new Regex($@"^(?!\s*//).*(StreamPerceiver\.({others})\b|(?<![\w.""])({others})\.[A-Z])");

        SourceTree.Code($"{Root}/{stage}").SelectMany(f => f.Matches(foreign)).ShouldBeEmpty();
    }

    [Fact]
    public void Namespaces_are_folders()
        => SourceTree.Code(Root).Where(f => !f.Value.Contains($"namespace StreamPerceiver.{f.Key.Split('/')[2]};", StringComparison.Ordinal))
            .Select(f => f.Key).ShouldBeEmpty();

    [Fact]
    public void Tensors_stay_in_the_model_and_in_the_workers_inference()
    {
        SourceTree.Code("src").SelectMany(f => f.Matches(UsesTorch()))
            .ShouldAllBe(line => line.StartsWith("src/StreamPerceiver.Model/", StringComparison.Ordinal)
                || line.StartsWith("src/StreamPerceiver.Worker/Inference/", StringComparison.Ordinal));
        SourceTree.Files[$"{Root}/StreamPerceiver.csproj"].ShouldNotContain("TorchSharp\" />");
    }

    [Fact]
    public void Only_the_plans_know_the_kind_of_device()
        => SourceTree.Code("src").SelectMany(f => f.Matches(AsksDevice()))
            .Where(line => !line.StartsWith("src/StreamPerceiver.Model/Plans/", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Layers_of_a_model_do_not_know_whose_code_runs_them()
        => SourceTree.Code("src/StreamPerceiver.Model/Network").SelectMany(f => f.Matches(NamesPlan())).ShouldBeEmpty();

    [Fact]
    public void Kafka_is_known_where_records_come_in_and_go_out()
        => SourceTree.Code("src").SelectMany(f => f.Matches(UsesKafka()))
            .Where(line => !KafkaFolders.Any(folder => line.StartsWith($"src/{folder}/", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void The_model_knows_nothing_of_streams()
        => SourceTree.Code("src/StreamPerceiver.Model").SelectMany(f => f.Matches(UsesStreams())).ShouldBeEmpty();

    [Fact]
    public void Blocks_are_made_in_Flow_and_in_the_batcher_alone()
        => SourceTree.Code("src").SelectMany(f => f.Matches(NamesBlock()))
            .Where(line => !line.StartsWith($"{Root}/Flow/", StringComparison.Ordinal) && !line.StartsWith($"{Root}/Batch/MicroBatcher.cs:", StringComparison.Ordinal)).ShouldBeEmpty();

    [Fact]
    public void Blocks_are_linked_in_Flow_alone()
        => SourceTree.Code("src").SelectMany(f => f.Matches(Links()))
            .Where(line => !line.StartsWith($"{Root}/Flow/", StringComparison.Ordinal))
            .Where(line => !line.StartsWith($"{Root}/Batch/MicroBatcher.cs", StringComparison.Ordinal)) // a block of its own hands links on to its output
            .ShouldBeEmpty();

    // Each pattern finds something, or the tests above would hold of nothing.
    [Fact]
    public void The_patterns_find_what_they_look_for()
    {
        foreach (Regex pattern in new[] { UsesTorch(), UsesKafka(), NamesBlock(), Links() })
            SourceTree.Code("src").SelectMany(f => f.Matches(pattern)).ShouldNotBeEmpty(pattern.ToString());
    }

    private static readonly string[] KafkaFolders = ["StreamPerceiver/Ingest", "StreamPerceiver/Publish", "StreamPerceiver.Worker/Demo", "StreamPerceiver.Worker/Bench"];

    [GeneratedRegex(@"\b(KernelPlan|TensorPlan|PackedMatrix|FusedAttention|TensorAttention|RowNorm|PairProduct|scaled_dot_product_attention)\b")]
    private static partial Regex NamesPlan();

    [GeneratedRegex(@"\b(device_type|DeviceType|is_cuda|is_available)\b")]
    private static partial Regex AsksDevice();

    [GeneratedRegex(@"^(?!\s*//).*\bTorchSharp\.")]
    private static partial Regex UsesTorch();

    [GeneratedRegex(@"^(?!\s*//).*\bConfluent\.Kafka\b")]
    private static partial Regex UsesKafka();

    [GeneratedRegex(@"\busing StreamPerceiver\.(?!Model)")]
    private static partial Regex UsesStreams();

    [GeneratedRegex(@"^(?!\s*//).*\b(Action|Transform|TransformMany|Buffer|Batch|Broadcast|Join|BatchedJoin|WriteOnce)Block<")]
    private static partial Regex NamesBlock();

    [GeneratedRegex(@"\.LinkTo\(")]
    private static partial Regex Links();
}
