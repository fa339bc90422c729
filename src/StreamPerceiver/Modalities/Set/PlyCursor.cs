using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Set;

/// <summary>Reads the elements of a binary PLY file in their order.</summary>
/// <param name="data">The bytes behind the header.</param>
/// <param name="bigEndian">Whether numbers are big-endian.</param>
internal ref struct PlyCursor(ReadOnlySpan<byte> data, bool bigEndian)
{
    private readonly bool _bigEndian = bigEndian;
    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Reads a number.</summary>
    /// <exception cref="BadPayloadException">The file ends before it.</exception>
    public double Read(NumberType type) => type.Read(Take(type.Size()), _bigEndian);

    /// <summary>Passes over a number or a list.</summary>
    /// <exception cref="BadPayloadException">The file ends before the property does, or a list has a negative length.</exception>
    public void Skip(PlyProperty property)
    {
        double items = property.CountType is { } type ? Read(type) : 1;
        if (items < 0) throw new BadPayloadException(RejectionReason.Undecodable, $"a list {property.Name} has {items} numbers, expected 0 or more");
        Take((long)items * property.Type.Size());
    }

    /// <summary>Passes over all elements of a kind.</summary>
    /// <exception cref="BadPayloadException">The file ends before them.</exception>
    public void Skip(PlyElement element)
    {
        if (element.Bytes is { } bytes)
        {
            Take((Int128)bytes * element.Count);
            return;
        }

        for (long i = 0; i < element.Count; i++)
            foreach (PlyProperty property in element.Properties)
                Skip(property);
    }

    private ReadOnlySpan<byte> Take(Int128 count)
    {
        if (count > _rest.Length) throw new BadPayloadException(RejectionReason.Undecodable, $"the file ends {count - _rest.Length} bytes too early");
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
