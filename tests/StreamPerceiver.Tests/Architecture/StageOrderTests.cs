using System.Text.RegularExpressions;

namespace StreamPerceiver.Tests.Architecture;

/// <summary>The import arrows are the dataflow: a stage knows Flow and the stage before it, and nothing else. No stage knows where records come from.</summary>
public sealed partial class StageOrderTests
{
    private const string Root = "src/StreamPerceiver";

    /// <summary>What each folder may use, in the order of the flow.</summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        ["Flow"] = [],
        ["Schemas"] = ["Flow"],
        ["Modalities"] = ["Flow", "Schemas"],
        ["Outputs"] = ["Flow", "Schemas"],
        ["Ingest"] = ["Flow", "Schemas", "Modalities"],
        ["Decode"] = ["Flow", "Schemas", "Modalities", "Ingest"],
        ["Align"] = ["Flow", "Modalities", "Decode"],
        ["Tokenise"] = ["Flow", "Modalities", "Align"],
        ["Batch"] = ["Flow", "Modalities", "Tokenise"],
        ["Infer"] = ["Flow", "Modalities", "Outputs", "Batch"],
        ["Interpret"] = ["Flow", "Outputs", "Infer"],
        ["Publish"] = ["Flow", "Schemas", "Outputs", "Interpret"],
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
        => SourceTree.Code(Root)
            .Where(f => !f.Value.Contains($"namespace StreamPerceiver.{string.Join('.', f.Key.Split('/')[2..^1])};", StringComparison.Ordinal))
            .Select(f => f.Key).ShouldBeEmpty();

    [Fact]
    public void A_modality_knows_no_other_and_the_stages_know_none()
    {
        string[] modalities =
            [.. SourceTree.Code($"{Root}/Modalities").Select(f => f.Key.Split('/')).Where(path => path.Length == 5).Select(path => path[3]).Distinct()];
        modalities.Length.ShouldBeGreaterThan(4);
        foreach (string modality in modalities)
        {
            var foreign = new Regex($@"StreamPerceiver\.Modalities\.(?!{modality}\b)[A-Z]");
            SourceTree.Code($"{Root}/Modalities/{modality}").SelectMany(f => f.Matches(foreign)).ShouldBeEmpty();
        }

        SourceTree.Code(Root).Where(f => f.Key.Split('/')[2] is not ("Modalities" or "Topology"))
            .SelectMany(f => f.Matches(new Regex(@"StreamPerceiver\.Modalities\.[A-Z]"))).ShouldBeEmpty();
    }

    [Fact]
    public void Tensors_stay_in_the_model_its_training_and_the_workers_inference_and_bench()
    {
        SourceTree.Code("src").SelectMany(f => f.Matches(UsesTorch()))
            .ShouldAllBe(line => line.StartsWith("src/StreamPerceiver.Model/", StringComparison.Ordinal)
                || line.StartsWith("src/StreamPerceiver.Training/", StringComparison.Ordinal)
                || line.StartsWith("src/StreamPerceiver.Worker/Inference/", StringComparison.Ordinal)
                || line.StartsWith("src/StreamPerceiver.Worker/Bench/", StringComparison.Ordinal));
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
    public void The_stream_knows_neither_Kafkas_client_nor_the_project_that_does()
    {
        SourceTree.Code(Root).SelectMany(f => f.Matches(UsesKafka()).Concat(f.Matches(UsesKafkaProject()))).ShouldBeEmpty();
        string[] known = [.. typeof(StreamPerceiver.Ingest.Intake).Assembly.GetReferencedAssemblies().Select(a => a.Name!)];
        known.ShouldNotContain("Confluent.Kafka");
        known.ShouldNotContain("StreamPerceiver.Kafka");
    }

    [Fact]
    public void Kafkas_client_is_used_by_the_Kafka_project_the_demo_and_the_bench_alone()
        => SourceTree.Code("src").SelectMany(f => f.Matches(UsesKafka()))
            .Where(line => !KafkaFolders.Any(folder => line.StartsWith($"src/{folder}/", StringComparison.Ordinal))).ShouldBeEmpty();

    [Fact]
    public void Kafka_knows_the_two_ends_of_the_stream_alone()
        => SourceTree.Code("src/StreamPerceiver.Kafka").SelectMany(f => f.Matches(UsesInnerStages())).ShouldBeEmpty();

    [Fact]
    public void The_model_knows_nothing_of_streams()
        => SourceTree.Code("src/StreamPerceiver.Model").SelectMany(f => f.Matches(UsesStreams())).ShouldBeEmpty();

    [Fact]
    public void Formats_stand_below_both_halves_and_need_no_package()
    {
        SourceTree.Code("src/StreamPerceiver.Formats").SelectMany(f => f.Matches(UsesAHalf())).ShouldBeEmpty();
        SourceTree.Files["src/StreamPerceiver.Formats/StreamPerceiver.Formats.csproj"].Split('\n')
            .Where(line => line.Contains("Reference Include", StringComparison.Ordinal) && !line.Contains("PrivateAssets=\"all\"", StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Mcap_files_are_read_and_written_without_anything_else_of_ours()
    {
        SourceTree.Code("src/StreamPerceiver.Mcap").SelectMany(f => f.Matches(UsesBesideMcap())).ShouldBeEmpty();
        SourceTree.Files["src/StreamPerceiver.Mcap/StreamPerceiver.Mcap.csproj"].ShouldNotContain("<ProjectReference");
    }

    [Fact]
    public void Recordings_know_neither_Kafkas_client_nor_the_model()
        => SourceTree.Files["src/StreamPerceiver.Recordings/StreamPerceiver.Recordings.csproj"].Split('\n').Where(line => line.Contains("<ProjectReference"))
            .Select(line => line.Split('/')[1]).ShouldBe(["StreamPerceiver", "StreamPerceiver.Mcap"]);

    [Fact]
    public void Blocks_are_made_in_Flow_and_in_the_batcher_alone()
        => SourceTree.Code("src").SelectMany(f => f.Matches(NamesBlock()))
            .Where(
                line => !line.StartsWith($"{Root}/Flow/", StringComparison.Ordinal)
                    && !line.StartsWith($"{Root}/Batch/MicroBatcher.cs:", StringComparison.Ordinal)).ShouldBeEmpty();

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
        foreach (Regex pattern in new[] { UsesTorch(), UsesKafka(), UsesKafkaProject(), UsesInnerStages(), NamesBlock(), Links() })
            SourceTree.Code("src").SelectMany(f => f.Matches(pattern)).ShouldNotBeEmpty(pattern.ToString());
    }

    private static readonly string[] KafkaFolders = ["StreamPerceiver.Kafka", "StreamPerceiver.Worker/Demo", "StreamPerceiver.Worker/Bench"];

    [GeneratedRegex(@"\b(KernelPlan|TensorPlan|PackedMatrix|FusedAttention|TensorAttention|RowNorm|PairProduct|scaled_dot_product_attention)\b")]
    private static partial Regex NamesPlan();

    [GeneratedRegex(@"\b(device_type|DeviceType|is_cuda|is_available)\b")]
    private static partial Regex AsksDevice();

    [GeneratedRegex(@"^(?!\s*//).*\bTorchSharp\.")]
    private static partial Regex UsesTorch();

    [GeneratedRegex(@"^(?!\s*//).*\bConfluent\.Kafka\b")]
    private static partial Regex UsesKafka();

    [GeneratedRegex(@"^(?!\s*//).*\bStreamPerceiver\.Kafka\b")]
    private static partial Regex UsesKafkaProject();

    [GeneratedRegex(@"\busing StreamPerceiver\.(?!Flow;|Formats;|Ingest;|Interpret;|Modalities;|Publish;|Schemas;)")]
    private static partial Regex UsesInnerStages();

    [GeneratedRegex(@"\busing StreamPerceiver\.(?!Model\b|Formats\b)")]
    private static partial Regex UsesStreams();

    [GeneratedRegex(@"\busing StreamPerceiver\.(?!Formats\b)")]
    private static partial Regex UsesAHalf();

    [GeneratedRegex(@"\bStreamPerceiver\.(?!Mcap\b)")]
    private static partial Regex UsesBesideMcap();

    [GeneratedRegex(@"^(?!\s*//).*\b(Action|Transform|TransformMany|Buffer|Batch|Broadcast|Join|BatchedJoin|WriteOnce)Block<")]
    private static partial Regex NamesBlock();

    [GeneratedRegex(@"\.LinkTo\(")]
    private static partial Regex Links();
}
