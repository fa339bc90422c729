using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Modalities.Sensor;
using StreamPerceiver.Schemas;
using Decoder = StreamPerceiver.Decode.Decoder;

namespace StreamPerceiver.Tests.Decode;

/// <summary>Readings in the wire format, and schemas, with bytes changed, added, removed and repeated, the same in every run.</summary>
public sealed class MutatedSchemaTests
{
    private const int Mutations = 6_000;

    // A payload is some hundred bytes. What decoding allocates beside the schema is a few arrays and a message.
    private const long MostBytes = 64 << 10;

    private static readonly SchemaCase[] Seeds = [.. SchemaCase.All.Values];

    [Fact]
    public void A_mutated_reading_is_finite_numbers_or_a_reason_and_takes_little_memory()
    {
        var random = new Random(20260131);
        Decoder[] decoders =
            [.. Seeds.Select(of => new Decoder([of.Input], "decode", schemas: id => id == SchemaCase.Id ? of.Schema : null))];
        for (int i = 0; i < Mutations; i++)
        {
            SchemaCase of = Seeds[i % Seeds.Length];
            byte[] prefix = random.Next(50) == 0 ? MutatedPayloadTests.Mutated(SchemaCase.Prefix(SchemaCase.Id), random) : SchemaCase.Prefix(SchemaCase.Id);
            RawRecord raw = Payloads.Raw(of.Input, null, [.. prefix, .. MutatedPayloadTests.Mutated(of.Payload, random)]);
            decoders[i % Seeds.Length].Decode(raw, []);
            long before = GC.GetAllocatedBytesForCurrentThread();

            (var value, Rejection? rejection) = decoders[i % Seeds.Length].DecodeOne(raw);

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            string place = $"mutation {i} of {of.Name}: {Convert.ToHexString(raw.Record.Value!)}, {taken} bytes";
            taken.ShouldBeLessThan(MostBytes, place);
            if (rejection is not null) rejection.Detail.Length.ShouldBeInRange(10, 2_000, place);
            else ((SensorReading)value!).Values.ShouldAllBe(v => float.IsFinite(v), place);
            (rejection?.Detail ?? "").ShouldNotContain("decode failed", Case.Sensitive, place);
        }
    }

    [Fact]
    public void A_mutated_schema_gives_numbers_or_a_reason()
    {
        var random = new Random(20260131);
        for (int i = 0; i < Mutations; i++)
        {
            SchemaCase of = Seeds[i % Seeds.Length];
            RegisteredSchema schema = of.Schema with { Text = Mutated(of.Schema, random) };

            (float[]? values, Rejection? rejection) = SchemaCase.Decode(of.Input, of.Wire, _ => schema);

            string place = $"mutation {i} of {of.Name}: {schema.Text}";
            if (rejection is not null) rejection.Detail.Length.ShouldBeInRange(10, 4_000, place);
            else values!.Length.ShouldBe(of.Channels.Length, place);
            (rejection?.Detail ?? "").ShouldNotContain("decode failed", Case.Sensitive, place);
        }
    }

    private static string Mutated(RegisteredSchema schema, Random random)
        => schema.Kind == SchemaKind.Avro
            ? Encoding.UTF8.GetString(MutatedPayloadTests.Mutated(Encoding.UTF8.GetBytes(schema.Text), random))
            : Convert.ToBase64String(MutatedPayloadTests.Mutated(Convert.FromBase64String(schema.Text), random));
}
