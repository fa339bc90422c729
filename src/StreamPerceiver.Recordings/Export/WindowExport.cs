using System.Globalization;
using System.Security.Cryptography;
using StreamPerceiver.Align;
using StreamPerceiver.Ingest;
using StreamPerceiver.Recordings.Files;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Export;

/// <summary>Writes the windows of a run to a folder of shards with a manifest. The same records give the same bytes.</summary>
public static class WindowExport
{
    /// <summary>The name of the manifest.</summary>
    public const string ManifestName = "manifest.json";

    /// <summary>Runs records through a pipeline's alignment, and writes the windows. Returns how many.</summary>
    /// <param name="definition">The pipeline.</param>
    /// <param name="run">The run of its windows.</param>
    /// <param name="source">Makes the source of the records, which gets its intakes from what it is given.</param>
    /// <param name="folder">The folder, which must not be there. It is there once it is whole.</param>
    /// <param name="options">How they are written (default: see there).</param>
    /// <param name="stop">Ends it without a folder.</param>
    /// <exception cref="RecordingException">The folder is there already, or there is no window.</exception>
    public static async Task<long> WriteAsync(
        PipelineDefinition definition, WindowRun run, Func<Func<Intake>, IRecordSource> source, string folder, ExportOptions? options = null,
        CancellationToken stop = default)
    {
        if (Path.Exists(folder)) throw new RecordingException($"{folder}: is there already, expected a new folder");
        options ??= new ExportOptions();
        var shard = new WindowShard(definition);
        long most = Math.Clamp(ExportOptions.ShardBytes / shard.WindowBytes, 1, options.ShardWindows);
        List<ManifestShard> shards = [];
        using var place = new NewFolder(folder);
        await foreach (AlignedWindow window in run.ReadAsync(source, stop).ConfigureAwait(false))
        {
            shard.Add(window);
            if (shard.Count == most) shards.Add(WriteShard(place.Path, shard, options.Format, shards.Count));
        }

        if (shard.Count > 0) shards.Add(WriteShard(place.Path, shard, options.Format, shards.Count));
        if (shards.Count == 0) throw new RecordingException($"no window closed in these records, {run.SkippedWindows} were skipped, expected at least one");
        Manifest.Of(definition, run, shard, shards, options.Format).Write(System.IO.Path.Combine(place.Path, ManifestName));
        place.Complete();
        return shards.Sum(s => s.Windows);
    }

    private static ManifestShard WriteShard(string folder, WindowShard shard, ShardFormat format, int number)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"windows-{number:D5}.{format.ToString().ToLowerInvariant()}");
        string path = Path.Combine(folder, name);
        ShardFile.Write(path, shard, format);
        int windows = shard.Count;
        shard.Clear();
        using FileStream stream = File.OpenRead(path);
        return new ManifestShard(name, windows, stream.Length, System.Convert.ToHexStringLower(SHA256.HashData(stream)));
    }
}
