using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Sensor;

/// <summary>
/// <c>application/protobuf</c>: one reading, a Protobuf message whose descriptor is in a file. A channel is the field of its name: a number or bool, not
/// repeated, not in a oneof. The channel <c>acc.x</c> is the field <c>x</c> of the message in <c>acc</c>. A field that is not in the payload has its default.
/// </summary>
internal sealed class ProtobufReadingCodec : ICodec
{
    private static readonly Dictionary<FieldType, Scalar> Scalars = new()
    {
        [FieldType.Double] = new(WireFormat.WireType.Fixed64, input => input.ReadDouble()),
        [FieldType.Float] = new(WireFormat.WireType.Fixed32, input => input.ReadFloat()),
        [FieldType.Int32] = new(WireFormat.WireType.Varint, input => input.ReadInt32()),
        [FieldType.Int64] = new(WireFormat.WireType.Varint, input => input.ReadInt64()),
        [FieldType.UInt32] = new(WireFormat.WireType.Varint, input => input.ReadUInt32()),
        [FieldType.UInt64] = new(WireFormat.WireType.Varint, input => input.ReadUInt64()),
        [FieldType.SInt32] = new(WireFormat.WireType.Varint, input => input.ReadSInt32()),
        [FieldType.SInt64] = new(WireFormat.WireType.Varint, input => input.ReadSInt64()),
        [FieldType.Fixed32] = new(WireFormat.WireType.Fixed32, input => input.ReadFixed32()),
        [FieldType.Fixed64] = new(WireFormat.WireType.Fixed64, input => input.ReadFixed64()),
        [FieldType.SFixed32] = new(WireFormat.WireType.Fixed32, input => input.ReadSFixed32()),
        [FieldType.SFixed64] = new(WireFormat.WireType.Fixed64, input => input.ReadSFixed64()),
        [FieldType.Bool] = new(WireFormat.WireType.Varint, input => input.ReadBool() ? 1 : 0),
    };

    private const int MostFields = 65_536;

    private readonly string _message;
    private readonly Fields _fields = new();
    private readonly List<Channel> _channels = [];
    private readonly List<string> _problems = [];

    private ProtobufReadingCodec(InputSection section, JsonObject option)
    {
        string file = option["descriptors"]!.GetValue<string>();
        _message = option["message"]!.GetValue<string>();
        MessageDescriptor[] messages;
        try
        {
            byte[] bytes = File.ReadAllBytes(Path.GetFullPath(file, section.Folder));
            IEnumerable<ByteString> files = FileDescriptorSet.Parser.ParseFrom(bytes).File.Select(f => f.ToByteString());
            messages = [.. FileDescriptor.BuildFromByteStrings(files).SelectMany(f => f.MessageTypes).SelectMany(WithNested)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidProtocolBufferException
            or DescriptorValidationException or ArgumentException)
        {
            _problems.Add($"protobuf.descriptors is {Shown(file)}, expected a file that protoc --include_imports -o writes: {e.Message}");
            return;
        }

        IEnumerable<string> names = messages.Select(m => m.FullName).Order(StringComparer.Ordinal);
        if (messages.FirstOrDefault(m => m.FullName == _message) is { } message) AddChannels(section.Names("channels"), message);
        else _problems.Add($"protobuf.message is {Shown(_message)}, expected one of {string.Join(", ", names)}");
    }

    /// <summary>What is wrong with the option: each problem begins with the key within the section.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <inheritdoc/>
    public IReadOnlyList<string> MediaTypes => ["application/protobuf", "application/x-protobuf", "application/vnd.google.protobuf"];

    /// <summary>Reads the option <c>protobuf</c> of an input's section and the file that it names; null where the option is missing.</summary>
    public static ProtobufReadingCodec? Read(InputSection section)
        => section.Json["protobuf"] is JsonObject option ? new ProtobufReadingCodec(section, option) : null;

    /// <inheritdoc/>
    public void Decode(RawRecord record, ContentType contentType, SampleCollector samples)
    {
        var values = new double[_channels.Count];
        var isThere = new bool[values.Length];
        int fields = 0;
        try
        {
            ReadFields(new CodedInputStream(record.Record.Value!), _fields, values, isThere, ref fields);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw Bad(e.Message, e);
        }

        foreach (Channel channel in _channels)
        {
            ref double value = ref values[channel.Index];
            if (!isThere[channel.Index]) value = channel.Default ?? throw Wrong($"channel {channel.Name} is missing, which is a required field");
            if (!float.IsFinite((float)value))
                throw Wrong($"channel {channel.Name} is {value.ToString(CultureInfo.InvariantCulture)}, expected a finite float32");
        }

        samples.Add(new SensorReading(record.Stream, record.Time, record.Record.Offset, Array.ConvertAll(values, v => (float)v)));
    }

    private void ReadFields(CodedInputStream input, Fields known, double[] values, bool[] isThere, ref int fields)
    {
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (++fields > MostFields)
                throw new BadPayloadException(RejectionReason.TooLarge, $"there are {fields} fields or more in it, expected at most {MostFields}");
            WireFormat.WireType wire = WireFormat.GetTagWireType(tag);
            int number = WireFormat.GetTagFieldNumber(tag);
            if (wire is WireFormat.WireType.StartGroup or WireFormat.WireType.EndGroup) throw Bad("there is a group in it, expected none");
            if (known.Channels.TryGetValue(number, out Channel? channel) && wire == channel.Scalar.Wire)
                (values[channel.Index], isThere[channel.Index]) = (channel.Scalar.Read(input), true);
            else if (wire == WireFormat.WireType.LengthDelimited && known.Messages.TryGetValue(number, out Fields? message))
                ReadFields(input.ReadBytes().CreateCodedInput(), message, values, isThere, ref fields);
            else
                input.SkipLastField();
        }
    }

    private void AddChannels(string[] names, MessageDescriptor message)
    {
        for (int i = 0; i < names.Length; i++)
        {
            (MessageDescriptor within, Fields fields) = (message, _fields);
            string[] path = names[i].Split('.');
            int step = 0;
            for (; step < path.Length - 1 && Single(within).FirstOrDefault(f => f.FieldType == FieldType.Message && f.Name == path[step]) is { } nested; step++)
            {
                within = nested.MessageType;
                if (!fields.Messages.TryGetValue(nested.FieldNumber, out Fields? inner)) fields.Messages.Add(nested.FieldNumber, inner = new Fields());
                fields = inner;
            }

            FieldDescriptor[] numbers = [.. Single(within).Where(f => Scalars.ContainsKey(f.FieldType))];
            if (step == path.Length - 1 && numbers.FirstOrDefault(f => f.Name == path[step]) is { } field)
                _channels.Add(fields.Channels[field.FieldNumber] = new Channel(i, names[i], Scalars[field.FieldType], DefaultOf(field)));
            else
                _problems.Add(
                    $"channels[{i}] is {Shown(names[i])}, expected a number or bool of {within.FullName}: {string.Join(", ", numbers.Select(f => f.Name))}");
        }
    }

    private static IEnumerable<FieldDescriptor> Single(MessageDescriptor message)
        => message.Fields.InFieldNumberOrder().Where(f => !f.IsRepeated && f.RealContainingOneof is null);

    // Protobuf's own texts: inf, -inf and nan are no channel's value, and become NaN, which is refused.
    private static double? DefaultOf(FieldDescriptor field) => field.IsRequired ? null : field.ToProto().DefaultValue switch
    {
        "" or "false" => 0,
        "true" => 1,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN,
    };

    private static IEnumerable<MessageDescriptor> WithNested(MessageDescriptor message)
        => message.NestedTypes.Where(m => m.ToProto().Options?.MapEntry != true).SelectMany(WithNested).Prepend(message);

    private static string Shown(string text) => JsonSerializer.Serialize(text);

    private BadPayloadException Bad(string message, Exception? cause = null)
        => new(RejectionReason.Undecodable, $"not a {_message} in Protobuf: {message}", cause);

    private BadPayloadException Wrong(string found) => new(RejectionReason.WrongShape, $"{found}; expected {_message}");

    // The fields of a message that are channels, or messages with channels in them, by their numbers.
    private sealed class Fields
    {
        public Dictionary<int, Channel> Channels { get; } = [];

        public Dictionary<int, Fields> Messages { get; } = [];
    }

    private sealed record Scalar(WireFormat.WireType Wire, Func<CodedInputStream, double> Read);

    private sealed record Channel(int Index, string Name, Scalar Scalar, double? Default);
}
