using System.Text;

namespace StreamPerceiver.Schemas.Members;

/// <summary>A member of a published object. The schemas of all formats are written from such descriptions.</summary>
/// <param name="Number">Its number, by which Protobuf knows it; it must not change.</param>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Type">Its values.</param>
/// <param name="Description">What it is, as a sentence.</param>
internal sealed record Member(int Number, string Name, MemberType Type, string Description)
{
    /// <summary>Whether an object may be without it (default: no).</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether the pipeline file has given the name (default: no). Such members come and go when the file is changed.</summary>
    public bool IsOfPipeline { get; init; }
}

/// <summary>The values of a member.</summary>
internal abstract record MemberType;

/// <summary>A text.</summary>
internal sealed record TextType : MemberType
{
    /// <summary>The only texts that are possible; null (default): others are.</summary>
    public IReadOnlyList<string>? OneOf { get; init; }

    /// <summary>A regular expression that all texts match; null (default): none is known.</summary>
    public string? Pattern { get; init; }

    /// <summary>Whether the text may be empty (default: no).</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>Makes the type of a text that is always the same.</summary>
    public static TextType Only(string text) => new() { OneOf = [text] };
}

/// <summary>A number with a fraction.</summary>
/// <param name="IsSingle">Whether it is a float32; otherwise it is a float64.</param>
internal sealed record NumberType(bool IsSingle) : MemberType
{
    /// <summary>The least value; null (default): none is known.</summary>
    public double? Least { get; init; }

    /// <summary>The greatest value; null (default): none is known.</summary>
    public double? Most { get; init; }

    /// <summary>A float32 of any value.</summary>
    public static NumberType Single { get; } = new(IsSingle: true);

    /// <summary>A probability: a float32 of 0 to 1.</summary>
    public static NumberType Probability { get; } = Single with { Least = 0, Most = 1 };
}

/// <summary>A whole number of 32 bits.</summary>
/// <param name="Least">The least value.</param>
/// <param name="Most">The greatest value; null: none is known.</param>
internal sealed record IntegerType(int Least, int? Most = null) : MemberType;

/// <summary>True or false.</summary>
internal sealed record FlagType : MemberType;

/// <summary>A list of values of one type.</summary>
/// <param name="Item">The type of the values.</param>
internal sealed record ListType(MemberType Item) : MemberType
{
    /// <summary>The least number of values (default: 0).</summary>
    public long Least { get; init; }

    /// <summary>The greatest number of values; null (default): none is known.</summary>
    public long? Most { get; init; }

    /// <summary>The texts or whole numbers that the list always has; null (default): they differ.</summary>
    public IReadOnlyList<object>? Only { get; init; }

    /// <summary>Makes the type of a list of texts that is always the same.</summary>
    public static ListType OnlyTexts(IReadOnlyList<string> texts) => new(new TextType { MayBeEmpty = true }) { Only = texts };

    /// <summary>Makes the type of an array's sizes.</summary>
    public static ListType OnlySizes(IReadOnlyList<int> sizes) => new(new IntegerType(1)) { Only = [.. sizes.Cast<object>()] };

    /// <summary>Makes the type of a list of so many float32.</summary>
    public static ListType Numbers(long count) => new(NumberType.Single) { Least = count, Most = count };
}

/// <summary>An object.</summary>
/// <param name="Members">Its members, in the order in which they are written.</param>
internal sealed record ObjectType(IReadOnlyList<Member> Members) : MemberType
{
    // Numbers below are for members that the product names. Protobuf's greatest is 2^29 - 1, and 19,000 to 19,999 are its own.
    private const int FirstOfNames = 20_000;
    private const int LastOfNames = (1 << 29) - 1;

    /// <summary>Makes a member whose name is of the pipeline file. Its number depends on the name alone, so it stays when others come and go.</summary>
    public static Member OfPipeline(string name, MemberType type, string description)
        => new(NumberOf(name), name, type, description) { IsOfPipeline = true };

    /// <summary>Returns the number of a name: its FNV-1a hash of 32 bits, in the range of such numbers.</summary>
    public static int NumberOf(string name)
    {
        uint hash = 2_166_136_261;
        foreach (byte part in Encoding.UTF8.GetBytes(name)) hash = unchecked((hash ^ part) * 16_777_619);
        return FirstOfNames + (int)(hash % (LastOfNames - FirstOfNames + 1));
    }
}
