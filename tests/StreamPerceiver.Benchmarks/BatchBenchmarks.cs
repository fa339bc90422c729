using System.Globalization;
using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Benchmarks;

/// <summary>A hundred readings of three numbers in one record. One run is one hundred readings.</summary>
internal abstract class BatchDecoding(string name, string type, byte[] payload) : IBenchmark
{
    private const int Readings = 100;

    private readonly Decoder _decoder = Records.Decoder(Records.Sensor);
    private readonly List<MediaSample> _samples = [];
    private readonly RawRecord _record = Records.Raw(type, payload);

    public string Name => $"decode: sensor, batch of 100, {name}";

    public void Run()
    {
        _samples.Clear();
        if (_decoder.Decode(_record, _samples) is not null || _samples.Count != Readings) throw new InvalidOperationException($"{Name}: not decoded");
    }

    protected static string Join(string separator, Func<int, string> reading) => string.Join(separator, Enumerable.Range(0, Readings).Select(reading));

    protected static string Number(int i, int channel) => MathF.Round(MathF.Sin(i + channel), 4).ToString(CultureInfo.InvariantCulture);

    protected static string Reading(int i) => $$"""{"x":{{Number(i, 0)}},"y":{{Number(i, 1)}},"z":{{Number(i, 2)}}}""";
}

/// <summary>An array of objects in JSON.</summary>
internal sealed class JsonArrayDecoding() : BatchDecoding("JSON array", "application/json;rate=100", Encoding.UTF8.GetBytes($"[{Join(",", Reading)}]"));

/// <summary>An object a line in JSON.</summary>
internal sealed class JsonLinesDecoding() : BatchDecoding("JSON lines", "application/x-ndjson;rate=100", Encoding.UTF8.GetBytes(Join("\n", Reading)));

/// <summary>An array a channel in JSON.</summary>
internal sealed class JsonColumnsDecoding() : BatchDecoding(
    "JSON columns", "application/json;rate=100",
    Encoding.UTF8.GetBytes($$"""{"x":[{{Join(",", i => Number(i, 0))}}],"y":[{{Join(",", i => Number(i, 1))}}],"z":[{{Join(",", i => Number(i, 2))}}]}"""));

/// <summary>Lines of CSV.</summary>
internal sealed class CsvDecoding() : BatchDecoding(
    "CSV", "text/csv;rate=100", Encoding.UTF8.GetBytes($"x,y,z\n{Join("\n", i => $"{Number(i, 0)},{Number(i, 1)},{Number(i, 2)}")}"));

/// <summary>NumPy's (steps, channels) of float32.</summary>
internal sealed class NpyDecoding() : BatchDecoding("NumPy", "application/x-npy;rate=100", Array())
{
    private static byte[] Array()
    {
        string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (100, 3), }".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[100 * 3 * sizeof(float)]];
    }
}

/// <summary>An array of objects in CBOR.</summary>
internal sealed class CborDecoding() : BatchDecoding("CBOR array", "application/cbor;rate=100", Binary.Cbor());

/// <summary>An array of objects in MessagePack.</summary>
internal sealed class MessagePackDecoding() : BatchDecoding("MessagePack array", "application/msgpack;rate=100", Binary.MessagePack());

/// <summary>Readings of float32 in binary formats.</summary>
internal static class Binary
{
    public static byte[] Cbor() => [0x98, 100, .. Objects(0xA3, 0x61, 0xFA)];

    public static byte[] MessagePack() => [0xDC, 0, 100, .. Objects(0x83, 0xA1, 0xCA)];

    private static IEnumerable<byte> Objects(byte map, byte name, byte number)
    {
        byte[] Member(char channel) => [name, (byte)channel, number, 0x3F, 1, 2, 3];
        return Enumerable.Range(0, 100).SelectMany(_ => (byte[])[map, .. Member('x'), .. Member('y'), .. Member('z')]);
    }
}
