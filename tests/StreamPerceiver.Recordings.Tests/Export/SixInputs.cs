using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.Modalities;
using StreamPerceiver.Recordings.Export;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Recordings.Tests.Export;

/// <summary>A pipeline with an input of each modality, and twelve seconds of records of two entities with gaps and a damaged picture.</summary>
internal sealed class SixInputs : IDisposable
{
    private const string Pipeline = """
        {
          "name": "six", "model": "models/six", "window": { "sizeMs": 1000, "outOfOrdernessMs": 0 },
          "inputs": {
            "imu": { "topic": "t.imu", "modality": "sensor", "channels": ["x", "y"], "rateHz": 5, "toleranceMs": 150 },
            "mic": { "topic": "t.mic", "modality": "audio", "rateHz": 100, "samplesPerPatch": 10, "minSourceRateHz": 100 },
            "cam": { "topic": "t.cam", "modality": "video", "width": 4, "height": 2, "frames": 2, "patch": 1 },
            "set": { "topic": "t.set", "modality": "set", "channels": ["u", "v"], "slots": 3, "id": "name" },
            "text": { "topic": "t.text", "modality": "text", "length": 16, "mask": "[MASK]" },
            "word": { "topic": "t.word", "modality": "category", "words": ["idle", "busy"] }
          },
          "outputs": { "state": {} }, "topics": { "predictions": "t.out" }
        }
        """;

    public SixInputs()
    {
        File.WriteAllText(Place("six.json"), Pipeline);
        Definition = PipelineReader.Read(Place("six.json"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("export-").FullName;

    public PipelineDefinition Definition { get; }

    public string Place(string name) => Path.Combine(Folder, name);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public WindowRun NewRun() => new(Definition, new Dictionary<string, InputPreparation>(), 2, new MemoryBudget(1 << 28), new DecodeOptions());

    public Task<long> ExportAsync(string name, ExportOptions? options = null, IEnumerable<SourceRecord>? records = null) => WindowExport.WriteAsync(
        Definition, NewRun(), newIntake => new SequenceSource(records ?? Records(), newIntake()), Place(name), options);

    public static IEnumerable<SourceRecord> Records()
    {
        Dictionary<(string, int), long> next = [];
        for (int ms = 0; ms < 12_000; ms += 100)
        {
            foreach (string entity in new[] { "a", "b" })
            {
                foreach ((string topic, string type, byte[] value) in At(ms, entity == "a" ? 1 : 2))
                {
                    int partition = entity == "a" ? 0 : 1;
                    long offset = next.GetValueOrDefault((topic, partition));
                    next[(topic, partition)] = offset + 1;
                    yield return new SourceRecord(
                        topic, partition, offset, 1_700_000_000_000 + ms, Encoding.UTF8.GetBytes(entity), value,
                        [new(SourceRecord.ContentTypeHeader, Encoding.UTF8.GetBytes(type))]);
                }
            }
        }
    }

    // Each input pauses at another second; the records of one that goes on close the windows.
    private static IEnumerable<(string Topic, string Type, byte[] Value)> At(int ms, int seed)
    {
        int second = ms / 1000;
        if (ms % 200 == 0 && second != 3) yield return ("t.imu", "application/json", Utf8($"[{ms * 0.1 / seed:R}, {-seed / 3.0:R}]"));
        if (ms % 500 == 0 && second != 4) yield return ("t.mic", "audio/pcm;rate=100;channels=1;format=s16le", Sound(ms * seed));
        if (ms % 500 == 200 && second != 5) yield return ("t.cam", "image/bmp", second == 7 && seed == 1 && ms % 1000 == 200 ? [1, 2] : Picture(ms * seed));
        if (ms % 1000 == 300 && second != 6)
            yield return ("t.set", "application/json", Utf8($$"""[{"u": {{second}}, "v": 0.1, "name": "é{{seed}}"}, {"u": 1, "v": 2}]"""));
        if (ms % 1000 == 400 && second % 3 != 0) yield return ("t.text", "text/plain", Utf8($"t{second} [MASK] ü"));
        if (ms % 1000 == 600 && second % 4 != 0) yield return ("t.word", "text/plain", Utf8(second % 2 == 0 ? "idle" : "busy"));
    }

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Sound(int seed) => MemoryMarshal.AsBytes<short>([.. Enumerable.Range(0, 50).Select(i => (short)(seed * 31 + i * 977))]).ToArray();

    // A bitmap of 4 x 2 pixels, 24 bits each.
    private static byte[] Picture(int seed)
    {
        const int header = 54, width = 4, height = 2;
        byte[] bytes = new byte[header + 3 * width * height];
        bytes[0] = (byte)'B';
        bytes[1] = (byte)'M';
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(2), bytes.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(10), header);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(18), width);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(22), height);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(26), 1);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(28), 24);
        for (int i = header; i < bytes.Length; i++) bytes[i] = (byte)(seed * 7 + i * 37);
        return bytes;
    }
}
