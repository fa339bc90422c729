using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using StreamPerceiver.Formats;
using StreamPerceiver.Ingest;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Export;

/// <summary>What a folder of shards has, so that it can be read without knowing the pipeline.</summary>
/// <param name="Version">The version of this form: 1.</param>
/// <param name="Writer">The program that wrote it, with its version.</param>
/// <param name="Format">The form of the shards.</param>
/// <param name="Pipeline">The name of the pipeline.</param>
/// <param name="PipelineSha256">SHA-256 of its file.</param>
/// <param name="WindowNs">Length of a window, in nanoseconds.</param>
/// <param name="HopNs">Time from one window's start to the next one's, in nanoseconds.</param>
/// <param name="Windows">The number of windows.</param>
/// <param name="SkippedWindows">Windows that lacked a required input, or had no data.</param>
/// <param name="Records">What became of the records, by input.</param>
/// <param name="Columns">The columns of each shard.</param>
/// <param name="Shards">The shards, in the order of the windows.</param>
internal sealed record Manifest(
    int Version, string Writer, string Format, string Pipeline, string PipelineSha256, long WindowNs, long HopNs, long Windows, long SkippedWindows,
    IReadOnlyList<ManifestRecords> Records, IReadOnlyList<ManifestColumn> Columns, IReadOnlyList<ManifestShard> Shards)
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    /// <summary>Makes the manifest of a run that has ended.</summary>
    public static Manifest Of(PipelineDefinition definition, WindowRun run, WindowShard shard, IReadOnlyList<ManifestShard> shards, ShardFormat format) => new(
        1, $"StreamPerceiver {typeof(Manifest).Assembly.GetName().Version!.ToString(3)}", format.ToString().ToLowerInvariant(), definition.Name,
        System.Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(definition.File))), definition.Align.Plan.SizeNs, definition.Align.Plan.HopNs,
        shards.Sum(s => (long)s.Windows), run.SkippedWindows,
        [.. RecordAccount.ByInput(run.Accounts).OrderBy(a => a.Input, StringComparer.Ordinal)
            .Select(a => new ManifestRecords(a.Input, a.Read, a.Used, a.Late, a.Rejected, a.Skipped, a.Held))],
        [.. shard.Columns.Select(c => new ManifestColumn(
            c.Name, NpyHeader.NameOf(c.Array.Type), c.Array.Shape, c.Array.Meaning, c.Array.Names.Count > 0 ? c.Array.Names : null))],
        shards);

    /// <summary>Writes the manifest as JSON.</summary>
    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Json) + "\n");
}

/// <summary>A column of each shard.</summary>
/// <param name="Name">Its name: the input's and what it has of it.</param>
/// <param name="Dtype">The type of its elements, as NumPy writes it.</param>
/// <param name="Shape">Its sizes in one window.</param>
/// <param name="Meaning">What its axes and numbers are.</param>
/// <param name="Names">The names along its last axis, or of its indexes; null: none.</param>
internal sealed record ManifestColumn(string Name, string Dtype, IReadOnlyList<long> Shape, string Meaning, IReadOnlyList<string>? Names);

/// <summary>A shard of the export, as the manifest lists it.</summary>
/// <param name="File">Its name in the folder.</param>
/// <param name="Windows">The number of its windows.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Its SHA-256, in lower-case hexadecimal.</param>
internal sealed record ManifestShard(string File, int Windows, long Bytes, string Sha256);

/// <summary>What became of an input's records.</summary>
/// <param name="Input">The input.</param>
/// <param name="Read">Records read.</param>
/// <param name="Used">Records in a window.</param>
/// <param name="Late">Records that came too late.</param>
/// <param name="Rejected">Records that could not be used.</param>
/// <param name="Skipped">Records of no window.</param>
/// <param name="Held">Records of windows that had not closed at the end.</param>
internal sealed record ManifestRecords(string Input, long Read, long Used, long Late, long Rejected, long Skipped, long Held);
