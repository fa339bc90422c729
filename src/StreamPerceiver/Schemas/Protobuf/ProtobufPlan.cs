using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Schemas.Protobuf;

/// <summary>
/// Reads fields of messages in Protobuf. The path <c>acc.x</c> is the field <c>x</c> of the message in <c>acc</c>. A field is a number, a bool, a text or a
/// <c>google.protobuf.Timestamp</c>, not repeated, and not in a oneof. A field that is not in the payload has its default; a required one is missing.
/// </summary>
internal sealed class ProtobufPlan : FieldPlan
{
    private const int MostFields = 65_536;
    private const string TimestampName = "google.protobuf.Timestamp";

    private readonly string _message;
    private readonly Fields _fields = new();
    private readonly FieldValue[] _defaults;
    private readonly bool _hasDefaults;
    private readonly List<(int, string)> _problems = [];

    /// <summary>Finds the paths in a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="paths">The paths.</param>
    /// <param name="hasDefaults">Whether a field that is not in the payload has its default (default: yes); otherwise it is missing.</param>
    public ProtobufPlan(MessageDescriptor message, IReadOnlyList<string> paths, bool hasDefaults = true)
    {
        _hasDefaults = hasDefaults;
        (_message, _defaults) = (message.FullName, new FieldValue[paths.Count]);
        for (int i = 0; i < paths.Count; i++) Add(i, paths[i].Split('.'), message);
    }

    /// <inheritdoc/>
    public override string Name => $"{_message} in Protobuf";

    /// <inheritdoc/>
    public override IReadOnlyList<(int Path, string Problem)> Problems => _problems;

    /// <inheritdoc/>
    public override void Read(ReadOnlySpan<byte> payload, Span<FieldValue> values)
    {
        _defaults.CopyTo(values);
        int fields = 0;
        try
        {
            ReadFields(new ProtobufInput(payload), _fields, values, ref fields);
        }
        catch (BadPayloadException bad) when (bad.Reason == RejectionReason.Undecodable)
        {
            throw new BadPayloadException(bad.Reason, $"not a {Name}: {bad.Message}", bad);
        }
    }

    private static void ReadFields(ProtobufInput input, Fields known, Span<FieldValue> values, ref int fields)
    {
        while (input.ReadTag(out int number, out WireFormat.WireType wire))
        {
            if (++fields > MostFields)
                throw new BadPayloadException(RejectionReason.TooLarge, $"there are {fields} fields or more in it, expected at most {MostFields}");
            if (known.Values.TryGetValue(number, out var field) && wire == field.Scalar.Wire)
            {
                ProtobufInput same = input; // a time is a message as well, whose fields may be wanted, too
                FieldValue value = field.Scalar.Read(ref same);
                foreach (int target in field.Targets) values[target] = value;
            }

            if (wire == WireFormat.WireType.LengthDelimited && known.Messages.TryGetValue(number, out Fields? message))
                ReadFields(new ProtobufInput(input.TakeCounted()), message, values, ref fields);
            else
                input.Skip(wire);
        }
    }

    private void Add(int target, string[] path, MessageDescriptor within)
    {
        Fields fields = _fields;
        int step = 0;
        for (; step < path.Length - 1 && Single(within).FirstOrDefault(f => f.FieldType == FieldType.Message && f.Name == path[step]) is { } nested; step++)
        {
            within = nested.MessageType;
            if (!fields.Messages.TryGetValue(nested.FieldNumber, out Fields? inner)) fields.Messages.Add(nested.FieldNumber, inner = new Fields());
            fields = inner;
        }

        if (step == path.Length - 1 && Single(within).FirstOrDefault(f => f.Name == path[step]) is { } field && ScalarOf(field) is { } scalar)
        {
            if (_hasDefaults) _defaults[target] = DefaultOf(field);
            if (!fields.Values.TryGetValue(field.FieldNumber, out var known)) fields.Values[field.FieldNumber] = known = (scalar, []);
            known.Targets.Add(target);
            return;
        }

        IEnumerable<string> numbers = Single(within).Where(f => ProtobufScalar.Numbers.ContainsKey(f.FieldType)).Select(f => f.Name);
        _problems.Add((target, $"a number or bool of {within.FullName}: {string.Join(", ", numbers)}"));
    }

    private static ProtobufScalar? ScalarOf(FieldDescriptor field)
        => ProtobufScalar.Numbers.TryGetValue(field.FieldType, out ProtobufScalar? number) ? number
            : field.FieldType == FieldType.String ? ProtobufScalar.Text
            : field.FieldType == FieldType.Message && field.MessageType.FullName == TimestampName ? ProtobufScalar.Timestamp
            : null;

    private static IEnumerable<FieldDescriptor> Single(MessageDescriptor message)
        => message.Fields.InFieldNumberOrder().Where(f => !f.IsRepeated && f.RealContainingOneof is null);

    // Protobuf's own texts: inf, -inf and nan are no channel's value, and become NaN, which is refused.
    private static FieldValue DefaultOf(FieldDescriptor field)
    {
        if (field.IsRequired || field.FieldType == FieldType.Message) return default;
        string text = field.ToProto().DefaultValue;
        if (field.FieldType == FieldType.String) return new FieldValue(FieldKind.Text, Text: text);
        return text switch
        {
            "" or "false" => FieldValue.Of(0),
            "true" => FieldValue.Of(1),
            _ => FieldValue.Of(double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN),
        };
    }

    // The fields of a message that are wanted, or messages with such fields in them, by their numbers.
    private sealed class Fields
    {
        public Dictionary<int, (ProtobufScalar Scalar, List<int> Targets)> Values { get; } = [];

        public Dictionary<int, Fields> Messages { get; } = [];
    }
}
