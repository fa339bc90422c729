using System.Buffers.Binary;
using System.Numerics;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Schemas.Avro;

/// <summary>
/// Reads values of a payload in Avro's binary form. Nothing is allocated by a length that the payload states, and depth and number of values are limited.
/// Every problem of the payload is thrown as <see cref="BadPayloadException"/>.
/// </summary>
/// <param name="payload">The payload.</param>
internal ref struct AvroInput(ReadOnlySpan<byte> payload)
{
    /// <summary>Most values that take no bytes, such as nulls in an array.</summary>
    public const int MostEmptyValues = 65_536;

    /// <summary>Most records, arrays, maps and unions within one another.</summary>
    public const int MostDepth = 64;

    private const int MostDecimalBytes = 64;
    private const int LongestNumber = 10;

    private readonly int _length = payload.Length;
    private ReadOnlySpan<byte> _rest = payload;
    private long _values;

    /// <summary>The bytes that are not read yet.</summary>
    public readonly int Rest => _rest.Length;

    /// <summary>Counts a value before it is read.</summary>
    public void Count(int depth)
    {
        if (++_values > MostEmptyValues + (long)_length)
            throw new BadPayloadException(RejectionReason.TooLarge, $"there are {_values} values or more in {_length} bytes");
        if (depth > MostDepth) throw new BadPayloadException(RejectionReason.TooLarge, $"there are {depth} levels, expected at most {MostDepth}");
    }

    /// <summary>Reads a whole number: 7 bits a byte, the lowest first, and the sign in the lowest bit.</summary>
    public long ReadLong()
    {
        ulong bits = 0;
        for (int i = 0; i < LongestNumber; i++)
        {
            if (i == _rest.Length) throw Ends();
            byte next = _rest[i];
            bits |= (ulong)(next & 0x7F) << (7 * i);
            if ((next & 0x80) != 0) continue;
            if (i == LongestNumber - 1 && next > 1) break;
            _rest = _rest[(i + 1)..];
            return (long)(bits >> 1) ^ -(long)(bits & 1);
        }

        throw Bad("a whole number has more than 64 bits");
    }

    /// <summary>Reads a number below a limit: the branch of a union, or the symbol of an enum.</summary>
    public int ReadIndex(int count, string what)
        => ReadLong() is >= 0 and var index && index < count ? (int)index : throw Bad($"{what} has an index outside 0 to {count - 1}");

    /// <summary>Takes bytes.</summary>
    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw Ends();
        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Takes bytes behind their own length.</summary>
    public ReadOnlySpan<byte> TakeCounted()
    {
        long count = ReadLong();
        return count < 0 ? throw Bad($"a length is {count}") : count > _rest.Length ? throw Ends() : Take((int)count);
    }

    /// <summary>Reads a value that is a number, or a text, or null.</summary>
    public FieldValue ReadScalar(AvroType type)
    {
        switch (type.Kind)
        {
            case AvroKind.Null: return new FieldValue(FieldKind.Null);
            case AvroKind.Boolean: return FieldValue.Of((long)ReadBoolean());
            case AvroKind.Int: return FieldValue.Of(ReadInt());
            case AvroKind.Long: return type.UnitNs > 0 ? FieldValue.OfTime(ReadLong(), type.UnitNs) : FieldValue.Of(ReadLong());
            case AvroKind.Float: return FieldValue.Of((double)BinaryPrimitives.ReadSingleLittleEndian(Take(sizeof(float))));
            case AvroKind.Double: return FieldValue.Of(BinaryPrimitives.ReadDoubleLittleEndian(Take(sizeof(double))));
            case AvroKind.String: return FieldValue.OfText(TakeCounted());
            case AvroKind.Bytes: return ToDecimal(TakeCounted(), type.Scale);
            case AvroKind.Fixed: return ToDecimal(Take(type.Size), type.Scale);
            default:
                ReadIndex(type.Size, $"enum {type.Name}");
                return new FieldValue(FieldKind.Other);
        }
    }

    /// <summary>Passes over the value of a type that is no record, array, map or union.</summary>
    public void SkipScalar(AvroType type)
    {
        switch (type.Kind)
        {
            case AvroKind.Null: break;
            case AvroKind.Boolean: ReadBoolean(); break;
            case AvroKind.Int: ReadInt(); break;
            case AvroKind.Long: ReadLong(); break;
            case AvroKind.Float: Take(sizeof(float)); break;
            case AvroKind.Double: Take(sizeof(double)); break;
            case AvroKind.String or AvroKind.Bytes: TakeCounted(); break;
            case AvroKind.Fixed: Take(type.Size); break;
            default: ReadIndex(type.Size, $"enum {type.Name}"); break;
        }
    }

    /// <summary>Makes the exception for a payload that is no value of its schema.</summary>
    public static BadPayloadException Bad(string problem) => new(RejectionReason.Undecodable, problem);

    private static FieldValue ToDecimal(ReadOnlySpan<byte> bytes, int? scale)
    {
        if (scale is null) return new FieldValue(FieldKind.Other);
        if (bytes.Length is 0 or > MostDecimalBytes) throw Bad($"a decimal has {bytes.Length} bytes, expected 1 to {MostDecimalBytes}");
        return FieldValue.Of((double)new BigInteger(bytes, isUnsigned: false, isBigEndian: true) / Math.Pow(10, scale.Value));
    }

    private int ReadBoolean() => Take(1)[0] is <= 1 and var bit ? bit : throw Bad("a boolean is neither 0 nor 1");

    private int ReadInt() => ReadLong() is >= int.MinValue and <= int.MaxValue and var number ? (int)number : throw Bad("an int has more than 32 bits");

    private readonly BadPayloadException Ends() => Bad($"it ends after {_length} bytes, within a value");
}
