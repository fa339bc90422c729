using System.Runtime.InteropServices;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Recordings.Conversion;

namespace StreamPerceiver.Recordings.Tests.Conversion;

/// <summary>Readings as NumPy arrays, both ways.</summary>
public sealed class NumpyTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("numpy-").FullName;
    private readonly List<string> _notes = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Readings_become_arrays_by_topic_and_entity_and_come_back_with_their_numbers_and_times()
    {
        SourceRecord[] records =
        [
            Reading("imu", "m/1", 1_000, """{"z": 3, "acc": {"x": 0.1, "y": -2e300}, "state": "on"}""", "2026-01-31T12:00:00.000000001Z"),
            Reading("imu", "m/1", 1_001, """{"z": 4, "acc": {"x": 0.30000000000000004, "y": 5}}"""),
            Reading("imu", "m/1", 1_002, """{"z": 4}"""), // other channels
            Reading("level", "m/1", 1_003, "[1, 2]"),
            Reading("level", null, 1_004, "[3]"),
            Reading("cameras", "m/1", 1_005, "JPEG"),
        ];
        using (var writer = new RecordingWriter(Place("r"), "r"))
            for (int i = 0; i < records.Length; i++) writer.Add(records[i], i);

        Convert(Place("r"), RecordKind.Recording, Place("x.npz"), RecordKind.Npz);
        IReadOnlyDictionary<string, NpyArray> arrays = Npz.Read(Place("x.npz"));
        Convert(Place("x.npz"), RecordKind.Npz, Place("back"), RecordKind.Recording);

        arrays.Keys.Order(StringComparer.Ordinal).ShouldBe(
            ["imu/m/1/channels", "imu/m/1/times", "imu/m/1/values", "level/m/1/times", "level/m/1/values", "level/times", "level/values"]);
        arrays["imu/m/1/times"].ToLongs().ShouldBe([1_769_860_800_000_000_001, 1_001_000_000]);
        arrays["imu/m/1/values"].ToDoubles().ShouldBe([3, 0.1, -2e300, 4, 0.30000000000000004, 5]);
        Encoding.UTF8.GetString(arrays["imu/m/1/channels"].Bytes.Span).ShouldBe("z\nacc.x\nacc.y");
        Read("back").Select(r => $"{r.Topic} {(r.Key is null ? "none" : Encoding.UTF8.GetString(r.Key))} {r.TimestampMs} {Text(r)}").ShouldBe(
        [
            "imu m/1 1001 {\"z\":4,\"acc.x\":0.30000000000000004,\"acc.y\":5}", "level m/1 1003 [1,2]", "level none 1004 [3]",
            "imu m/1 1769860800000 {\"z\":3,\"acc.x\":0.1,\"acc.y\":-2E+300}",
        ]);
        _notes.Take(2).ShouldBe(
        [
            "1 records of cameras are left out: they are no reading of numbers, or have other channels than the entity's first one",
            "1 records of imu are left out: they are no reading of numbers, or have other channels than the entity's first one",
        ]);
    }

    [Fact]
    public void A_map_names_the_arrays_of_a_file_that_was_made_elsewhere()
    {
        Npz.Write(Place("x.npz"), new Dictionary<string, NpyArray>
        {
            ["t"] = new(NpyType.F64, [2], MemoryMarshal.AsBytes<double>([1_769_860_800.5, 1_769_860_800]).ToArray()),
            ["acc"] = NpyArray.FromFloats([2, 2], [0.1f, 2, 3, 4]),
        });
        File.WriteAllText(Place("map.json"), """
            { "series": [{ "times": "t", "values": "acc", "topic": "imu", "entity": "m", "unit": "s", "channels": ["x", "y"] }] }
            """);

        Convert(Place("x.npz"), RecordKind.Npz, Place("r"), RecordKind.Recording, ConvertMap.Read(Place("map.json")));

        Read("r").Select(r => $"{r} {r.TimestampMs} {Text(r)} {r.Header("content-type")}").ShouldBe(
        [
            "imu/0/0 1769860800000 {\"x\":3,\"y\":4} application/json", "imu/0/1 1769860800500 {\"x\":0.1,\"y\":2} application/json",
        ]);
    }

    [Fact]
    public void Arrays_that_do_not_go_together_are_named()
    {
        NpyArray times = NpyArray.FromLongs([2], [1, 2]), nan = NpyArray.FromFloats([2], [0, float.NaN]);

        Refusal(("x", times)).ShouldContain("has the arrays x, expected TOPIC/ENTITY/times and TOPIC/ENTITY/values, or a map that names them");
        Refusal(("t/m/times", times)).ShouldContain("has no array t/m/values, but t/m/times");
        Refusal(("t/m/times", times), ("t/m/values", NpyArray.FromFloats([3], [1, 2, 3])))
            .ShouldContain("t/m/values is [3], expected (2) or (2, C): a row for each time");
        Refusal(("t/m/times", NpyArray.FromFloats([2], [1, 2])), ("t/m/values", nan)).ShouldContain("t/m/times is F32, expected int64 or float64");
        Refusal(("t/m/times", times), ("t/m/values", nan)).ShouldContain("t/m/values[1] has NaN, expected finite numbers");
    }

    private string Refusal(params (string Name, NpyArray Array)[] arrays)
    {
        Npz.Write(Place("x.npz"), arrays.ToDictionary(a => a.Name, a => a.Array));
        return Should.Throw<RecordingException>(() => Convert(Place("x.npz"), RecordKind.Npz, Place("r"), RecordKind.Recording)).Message;
    }

    private void Convert(string from, RecordKind fromKind, string to, RecordKind toKind, ConvertMap? map = null)
        => RecordConverter.Convert(from, fromKind, to, toKind, new ConvertOptions { Note = _notes.Add, Map = map ?? new ConvertMap() });

    private IEnumerable<SourceRecord> Read(string name) => RecordingReader.Read(RecordingReader.FilesOf([Place(name)])).Select(r => r.Record);

    private string Place(string name) => Path.Combine(_folder, name);

    private static string Text(SourceRecord record) => Encoding.UTF8.GetString(record.Value!);

    private static SourceRecord Reading(string topic, string? entity, long timestampMs, string value, string? time = null) => new(
        topic, 0, 0, timestampMs, entity is null ? null : Encoding.UTF8.GetBytes(entity), Encoding.UTF8.GetBytes(value),
        time is null ? [] : [new("ce_time", Encoding.UTF8.GetBytes(time))]);
}
