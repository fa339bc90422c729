using System.CommandLine;
using StreamPerceiver.Recordings.Conversion;
using StreamPerceiver.Worker.Commands;

namespace StreamPerceiver.Worker.Recordings.Conversion;

/// <summary><c>recording convert</c>: records from one form to another.</summary>
internal static class ConvertCommand
{
    private const int MostPartitions = 100_000;

    public static Command Create()
    {
        var from = new Argument<string>("from") { Description = "The file or folder to read." };
        var to = new Argument<string>("to") { Description = "The file or folder to write, which must not be there." };
        var fromKind = new Option<RecordKind?>("--from-kind") { Description = "The form of FROM, where it is not told by what is there." };
        var toKind = new Option<RecordKind?>("--to-kind") { Description = "The form of TO, where its name does not tell it." };
        var map = new Option<string?>("--map") { Description = "A JSON file with the names of columns and arrays that were made elsewhere." };
        var partitions = new Option<int>("--partitions")
        {
            Description = "Partitions of each topic, for records that state none; the key's murmur2 chooses.",
            DefaultValueFactory = _ => 1,
        };
        var command = new Command(
            "convert", "Converts records: MCAP files (.mcap, or a folder of them), a folder of media files with times.csv, JSON lines (.jsonl), readings in "
                + "NumPy (.npz), Parquet (.parquet). README lists what each form keeps.")
        {
            from, to, fromKind, toKind, map, partitions,
        };
        partitions.Require(1, MostPartitions);
        command.SetAction((parsed, _) => Failures.ReportAsync(() =>
        {
            string source = parsed.GetRequiredValue(from), target = parsed.GetRequiredValue(to);
            RecordKind sourceKind = parsed.GetValue(fromKind) ?? RecordConverter.KindOf(source);
            RecordKind targetKind = parsed.GetValue(toKind) ?? RecordConverter.TargetKindOf(target, sourceKind);
            var options = new ConvertOptions
            {
                Partitions = parsed.GetValue(partitions),
                Map = parsed.GetValue(map) is { } file ? ConvertMap.Read(file) : new ConvertMap(),
                Note = line => Console.WriteLine($"recording convert: {line}"),
            };
            long count = RecordConverter.Convert(source, sourceKind, target, targetKind, options);
            Console.WriteLine($"recording convert: {count} records from {source} ({Name(sourceKind)}) to {target} ({Name(targetKind)})");
            return Task.FromResult(0);
        }));
        return command;
    }

    private static string Name(RecordKind kind) => kind.ToString().ToLowerInvariant();
}
