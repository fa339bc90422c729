using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using StreamPerceiver.Align;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using StreamPerceiver.Modalities.Category;
using StreamPerceiver.Modalities.Sensor;

namespace StreamPerceiver.Benchmarks;

/// <summary>Fills tables with many entities, and prints the memory and the time that an entity takes, beside the memory that the budget counts.</summary>
internal static class TablesCommand
{
    public static Command Create()
    {
        var entities = new Option<int>("--entities") { Description = "Entities of a table.", DefaultValueFactory = _ => 1_000_000 };
        var command = new Command("tables", "Measures the memory of tables.") { entities };
        command.SetAction(parsed =>
        {
            int count = parsed.GetValue(entities);
            Fill("a category", count, (stream, time, offset) => new CategoryReading(stream, time, offset, 1));
            Fill("a sensor of 16 channels", count, (stream, time, offset) => new SensorReading(stream, time, offset, new float[16]));
        });
        return command;
    }

    private static void Fill(string name, int count, Func<StreamKey, EventTime, long, MediaSample> create)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var table = new TableVersions();
        long counted = 0, begun = Stopwatch.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            string entity = string.Create(CultureInfo.InvariantCulture, $"machine-{i:D8}");
            MediaSample value = create(new StreamKey(0, entity, 0), new EventTime(i), i);
            counted += value.Bytes;
            table.Add(value, new EventTime(0), lane: null);
        }

        TimeSpan took = Stopwatch.GetElapsedTime(begun);
        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name}: {table.Count:N0} entities, {bytes / 1e6:N0} MB, {(double)bytes / count:N0} bytes each; the budget counts "
            + $"{(double)counted / count:N0}; {took.TotalNanoseconds / count:N0} ns each"));
        GC.KeepAlive(table);
    }
}
