namespace StreamPerceiver.Schemas.Avro;

/// <summary>The types of Avro.</summary>
internal enum AvroKind
{
    Null,
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Bytes,
    String,
    Record,
    Enum,
    Array,
    Map,
    Union,
    Fixed,
}

/// <summary>A type of an Avro schema. A record may have itself within it.</summary>
/// <param name="kind">The kind of type.</param>
/// <param name="name">The full name, or the kind's own name.</param>
internal sealed class AvroType(AvroKind kind, string name)
{
    /// <summary>The kind of type.</summary>
    public AvroKind Kind { get; } = kind;

    /// <summary>The full name of a record, enum or fixed; the kind's own name of all others.</summary>
    public string Name { get; } = name;

    /// <summary>record: the names of its fields, in their order in a payload.</summary>
    public List<string> Fields { get; } = [];

    /// <summary>record: the types of its fields. union: its branches. array, map: the type of its items.</summary>
    public List<AvroType> Types { get; } = [];

    /// <summary>fixed: its bytes. enum: its symbols.</summary>
    public int Size { get; init; }

    /// <summary>bytes, fixed: the digits behind the point of a decimal; null (default) where it is none.</summary>
    public int? Scale { get; init; }

    /// <summary>long: a time of so many nanoseconds a unit; 0 (default): it is none.</summary>
    public long UnitNs { get; init; }

    /// <summary>Whether a channel may be of this type.</summary>
    public bool IsNumber
        => Kind is AvroKind.Boolean or AvroKind.Int or AvroKind.Long or AvroKind.Float or AvroKind.Double || Scale is not null;
}
